import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { EventLevel } from '../../src/protocol/eventFilter.ts';
import { resourceStatus } from '../../src/protocol/resourceBars.ts';
import type { EventRow } from '../../src/protocol/runPanel.ts';
import { timeOfDay } from '../components/format.ts';
import { place } from '../components/place.ts';
import { EventRows } from './eventRows.ts';
import { stepIcon } from './stepStatus.ts';

const rowHeight = 24;
const overscan = 10;

/**
 * The stack events of all stacks in one list: appended, drawn, and asked for, only where visible, following the end only when one is
 * there.
 */
export class EventStream extends LitElement {
  static override properties = {
    rows: { attribute: false },
    version: { type: Number },
    titles: { attribute: false },
    filter: { type: String },
    level: { type: String },
    top: { state: true },
    height: { state: true },
  };
  declare rows: EventRows;
  /** Of the rows, which stay the same object. */
  declare version: number;
  /** Of the steps, by id. */
  declare titles: ReadonlyMap<string, string>;
  declare filter: string;
  declare level: EventLevel;
  declare top: number;
  declare height: number;
  #follows = true;
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.rows = new EventRows();
    this.version = 0;
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
    if (changed.has('filter') || changed.has('level')) this.rows.look({ filter: this.filter, level: this.level });
  }

  protected override render(): TemplateResult {
    const { count, total } = this.rows;
    const [first, last] = this.#visible(overscan);
    const slots = Math.ceil(this.height / rowHeight) + 2 * overscan + 2;
    const places = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
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
        <span class="number muted">${count === total ? total : `${count} of ${total}`}</span>
        <vscode-button appearance="secondary" ?disabled=${count === 0} @click=${this.#copy}>Copy</vscode-button>
      </div>
      <div class="events" tabindex="0" role="region" aria-label="Stack events" @scroll=${this.#scrolled}>
        <div
          role="table"
          aria-label="Stack events"
          aria-rowcount=${count}
          ${place({ 'block-size': `${Math.max(1, count) * rowHeight}px` })}
        >
          ${repeat(
            places,
            // As many elements as are ever seen at once take turns: to fill one anew costs less than to make one.
            index => index % slots,
            index => row(this.rows.at(index), index, this.titles),
          )}
          ${
            count === 0
              ? html`<div role="row" class="event">
                  <span role="cell" class="muted"
                    >${total === 0 ? 'No events yet.' : 'No event matches the filter.'}</span
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

  protected override updated(): void {
    if (this.#follows && this.#list) this.#list.scrollTop = this.#list.scrollHeight;
    const wanted = this.rows.wanted(...this.#visible());
    if (wanted) this.dispatchEvent(new CustomEvent('want-events', { detail: wanted, bubbles: true }));
  }

  /** The first place that is seen, and the one after the last. */
  #visible(more = 0): [number, number] {
    const { count } = this.rows;
    // Where the end is followed, its place is known before the list is as long.
    const top = this.#follows ? Math.max(0, count * rowHeight - this.height) : this.top;
    return [
      Math.max(0, Math.floor(top / rowHeight) - more),
      Math.min(count, Math.ceil((top + this.height) / rowHeight) + more),
    ];
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

function row(event: EventRow | undefined, index: number, titles: ReadonlyMap<string, string>): TemplateResult {
  const at = place({ 'inset-block-start': `${index * rowHeight}px` });
  if (!event)
    return html`<div class="event" role="row" aria-rowindex=${index + 1} aria-busy="true" ${at}>
      <span role="cell" class="event-time muted">…</span>
    </div>`;
  const status = resourceStatus(event.status);
  return html`<div class="event" role="row" aria-rowindex=${index + 1} ${at}>
    <span role="cell" class="event-time">${timeOfDay(event.timestamp)}</span>
    <span role="cell" class="event-step muted">${titles.get(event.step) ?? event.step}</span>
    <span role="cell" class="event-name" title="${event.resourceType} ${event.physicalId}"
      >${[...event.path, event.logicalId].join(' › ')}</span
    >
    <span role="cell" class="event-status" title=${event.status}>
      <span class="codicon codicon-${stepIcon(status).name} status-${status}" aria-hidden="true"></span> ${event.status}
    </span>
    <span role="cell" class="event-reason muted" title=${event.reason ?? ''}>${event.reason ?? ''}</span>
  </div>`;
}

customElements.define('pe-event-stream', EventStream);
