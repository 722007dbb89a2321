import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { eventMatches, type EventLevel } from '../../src/protocol/eventFilter.ts';
import type { EventRow } from '../../src/protocol/runPanel.ts';
import { timeOfDay } from '../components/format.ts';
import { place } from '../components/place.ts';
import { resourceStatus, stepIcon } from './stepStatus.ts';

const rowHeight = 24;
const overscan = 10;

/** The stack events of all stacks in one list: appended, drawn only where visible, following the end only when one is there. */
export class EventStream extends LitElement {
  static override properties = {
    events: { attribute: false },
    titles: { attribute: false },
    filter: { type: String },
    level: { type: String },
    top: { state: true },
    height: { state: true },
  };
  declare events: readonly EventRow[];
  /** Of the steps, by id. */
  declare titles: ReadonlyMap<string, string>;
  declare filter: string;
  declare level: EventLevel;
  declare top: number;
  declare height: number;
  #shown: readonly EventRow[] = [];
  #follows = true;
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.events = [];
    this.titles = new Map();
    this.filter = '';
    this.level = 'all';
    this.top = 0;
    this.height = 320;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const isMatch = (event: EventRow) => eventMatches(event, this.filter, this.level);
    const before = changed.get('events') as readonly EventRow[] | undefined;
    // Rows are only ever appended: what was looked at is not looked at again, unless the run or the filter is another.
    const grown =
      before !== undefined && before.length > 0 && before[0] === this.events[0] && before.length <= this.events.length;
    if (changed.has('filter') || changed.has('level') || (changed.has('events') && !grown))
      this.#shown = this.events.filter(isMatch);
    else if (before) this.#shown = [...this.#shown, ...this.events.slice(before.length).filter(isMatch)];
  }

  protected override render(): TemplateResult {
    const first = Math.max(0, Math.floor(this.top / rowHeight) - overscan);
    const last = Math.min(this.#shown.length, Math.ceil((this.top + this.height) / rowHeight) + overscan);
    const visible = this.#shown.slice(first, last);
    return html`
      <div class="row events-bar">
        <h2 class="grow">Events</h2>
        <vscode-text-field
          placeholder="Filter"
          aria-label="Filter events"
          .value=${this.filter}
          @input=${(event: InputEvent) => this.#change({ filter: (event.target as HTMLInputElement).value })}
        ></vscode-text-field>
        <vscode-dropdown
          aria-label="Which events"
          .value=${this.level}
          @change=${(event: Event) => this.#change({ level: (event.target as HTMLSelectElement).value as EventLevel })}
        >
          <vscode-option value="all">All events</vscode-option>
          <vscode-option value="failures">Failures</vscode-option>
        </vscode-dropdown>
        <span class="number muted"
          >${this.#shown.length === this.events.length ? this.events.length : `${this.#shown.length} of ${this.events.length}`}</span
        >
        <vscode-button appearance="secondary" ?disabled=${this.#shown.length === 0} @click=${this.#copy}
          >Copy</vscode-button
        >
      </div>
      <div class="events" tabindex="0" role="region" aria-label="Stack events" @scroll=${this.#scrolled}>
        <div
          role="table"
          aria-label="Stack events"
          aria-rowcount=${this.#shown.length}
          ${place({ 'block-size': `${Math.max(1, this.#shown.length) * rowHeight}px` })}
        >
          ${repeat(
            visible,
            event => event.seq,
            (event, index) => row(event, first + index, this.titles),
          )}
          ${
            this.#shown.length === 0
              ? html`<div role="row" class="event">
                  <span role="cell" class="muted"
                    >${this.events.length === 0 ? 'No events yet.' : 'No event matches the filter.'}</span
                  >
                </div>`
              : nothing
          }
        </div>
      </div>
    `;
  }

  protected override firstUpdated(): void {
    const list = this.#list;
    if (!list) return;
    this.#observer = new ResizeObserver(() => (this.height = list.clientHeight));
    this.#observer.observe(list);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('events') && this.#follows && this.#list) this.#list.scrollTop = this.#list.scrollHeight;
  }

  override disconnectedCallback(): void {
    this.#observer?.disconnect();
    super.disconnectedCallback();
  }

  get #list(): HTMLElement | null {
    return this.querySelector('.events');
  }

  readonly #scrolled = (): void => {
    const list = this.#list;
    if (!list) return;
    this.top = list.scrollTop;
    this.#follows = list.scrollTop + list.clientHeight >= list.scrollHeight - rowHeight;
  };

  #change(detail: { filter?: string; level?: EventLevel }): void {
    this.dispatchEvent(new CustomEvent('view-change', { detail, bubbles: true }));
  }

  readonly #copy = (): void => {
    this.dispatchEvent(new CustomEvent('copy-events', { bubbles: true }));
  };
}

function row(event: EventRow, index: number, titles: ReadonlyMap<string, string>): TemplateResult {
  const status = resourceStatus(event.status);
  return html`<div
    class="event"
    role="row"
    aria-rowindex=${index + 1}
    ${place({ 'inset-block-start': `${index * rowHeight}px` })}
  >
    <span role="cell" class="event-time">${timeOfDay(event.timestamp)}</span>
    <span role="cell" class="event-step muted">${titles.get(event.step) ?? event.step}</span>
    <span role="cell" class="event-name" title="${event.resourceType} ${event.physicalId}"
      >${[...event.path, event.logicalId].join(' › ')}</span
    >
    <span role="cell" class="event-status">
      <span class="codicon codicon-${stepIcon(status).name} status-${status}" aria-hidden="true"></span> ${event.status}
    </span>
    <span role="cell" class="event-reason muted" title=${event.reason ?? ''}>${event.reason ?? ''}</span>
  </div>`;
}

customElements.define('pe-event-stream', EventStream);
