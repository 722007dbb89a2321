import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ResourceBar, StepResources } from '../../src/protocol/resourceBars.ts';
import type { StepStatus, StepView } from '../../src/protocol/runPanel.ts';
import { clockTime, usualRange } from '../components/format.ts';
import { place } from '../components/place.ts';
import { expectedBars, type Span } from './expectedBars.ts';
import { stepIcon, stepStatusWord } from './stepStatus.ts';
import { axisTicks } from './timeAxis.ts';

/** More facts than these of a slow step are shown on demand. */
const shownFacts = 6;

/** A bar per step, and on demand a bar per resource below it, on one time axis. Each row is also words. */
export class RunTimeline extends LitElement {
  static override properties = {
    steps: { attribute: false },
    resources: { attribute: false },
    startedAt: { type: Number },
    now: { type: Number },
    over: { type: Boolean },
    open: { state: true },
  };
  declare steps: readonly StepView[];
  declare resources: readonly StepResources[];
  declare startedAt: number;
  declare now: number;
  /** An ended run expects nothing more. */
  declare over: boolean;
  declare open: ReadonlySet<string>;

  constructor() {
    super();
    this.open = new Set();
    this.resources = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const expected = this.over ? new Map<string, Span>() : expectedBars(this.steps, this.startedAt, this.now);
    const end = Math.max(this.now, ...[...expected.values()].map(bar => bar.end));
    const span = Math.max(end - this.startedAt, 1000);
    return html`<div class="timeline" role="list" aria-label="Timeline">
      <div class="axis" aria-hidden="true">
        <div class="axis-scale">
          ${axisTicks(span, 7).map(tick => html`<span ${place({ 'inset-inline-start': `${(tick / span) * 100}%` })}>${clockTime(tick)}</span>`)}
        </div>
      </div>
      ${repeat(
        this.steps,
        step => step.id,
        step => this.#step(step, span, expected.get(step.id)),
      )}
    </div>`;
  }

  #step(step: StepView, span: number, expected: Span | undefined): TemplateResult {
    const { total = 0, bars = [] } = this.resources.find(one => one.step === step.id) ?? {};
    const isOpen = this.open.has(step.id);
    const elapsed = step.startedAt === undefined ? undefined : (step.endedAt ?? this.now) - step.startedAt;
    const { low, high } = step.usualSeconds;
    const late = step.status === 'running' && elapsed !== undefined && elapsed > high * 1000;
    const icon = stepIcon(step.status).name;
    return html`<div role="listitem">
      <div class="lane">
        <button
          class="lane-name"
          ?disabled=${bars.length === 0}
          aria-expanded=${isOpen ? 'true' : 'false'}
          @click=${() => this.#toggle(step.id)}
        >
          <span
            class="codicon codicon-${bars.length === 0 ? 'blank' : isOpen ? 'chevron-down' : 'chevron-right'}"
            aria-hidden="true"
          ></span>
          <span
            class="codicon codicon-${icon} status-${step.status} ${step.status === 'running' ? 'spin' : ''}"
            aria-hidden="true"
          ></span>
          <span class="lane-title">${step.title}</span>
          <span class="visually-hidden">, ${stepStatusWord(step.status)}</span>
        </button>
        ${this.#track(step.startedAt, step.endedAt, step.status, span, expected)}
        <span class="lane-time number">${elapsed === undefined ? nothing : clockTime(elapsed)}</span>
        <span class="lane-note muted">
          ${step.attempt > 1 ? html`attempt ${step.attempt} · ` : nothing}
          ${late ? html`over its ${usualRange(low, high)}` : usualRange(low, high)}
        </span>
      </div>
      ${step.message && step.status === 'running' ? html`<p class="lane-message muted">${step.message}</p>` : nothing}
      ${step.slow && step.slow.evidence.length > 0 ? facts(step.title, step.slow.evidence) : nothing}
      ${
        isOpen
          ? html`<div role="list" aria-label="Resources of ${step.title}">
                ${bars.map(bar => this.#resource(bar, span))}
              </div>
              ${total > bars.length ? html`<p class="lane-message muted">and ${total - bars.length} more; the events below have them all</p>` : nothing}`
          : nothing
      }
    </div>`;
  }

  #resource(bar: ResourceBar, span: number): TemplateResult {
    const elapsed = (bar.end ?? this.now) - bar.start;
    return html`<div class="lane resource" role="listitem">
      <span class="lane-name" title=${bar.type}>
        <span class="codicon codicon-${stepIcon(bar.status).name} status-${bar.status}" aria-hidden="true"></span>
        <span class="lane-title">${bar.label}</span>
        <span class="visually-hidden">, ${stepStatusWord(bar.status)}</span>
      </span>
      ${this.#track(bar.start, bar.end, bar.status, span)}
      <span class="lane-time number">${clockTime(elapsed)}</span>
      <span class="lane-note muted">${bar.type.replace('AWS::', '')}</span>
    </div>`;
  }

  #track(
    start: number | undefined,
    end: number | undefined,
    status: StepStatus,
    span: number,
    expected?: Span,
  ): TemplateResult {
    const at = (from: number, to: number) =>
      place({
        'inset-inline-start': `${((from - this.startedAt) / span) * 100}%`,
        'inline-size': `max(2px, ${((to - from) / span) * 100}%)`,
      });
    return html`<span class="track" aria-hidden="true"
      >${expected ? html`<span class="bar expected" ${at(expected.start, expected.end)}></span>` : nothing}${start === undefined ? nothing : html`<span class="bar status-${status}" ${at(start, end ?? this.now)}></span>`}</span
    >`;
  }

  #toggle(id: string): void {
    const open = new Set(this.open);
    if (!open.delete(id)) open.add(id);
    this.open = open;
  }
}

/** What the account showed of a step that takes long: a line for each fact. */
function facts(title: string, evidence: readonly string[]): TemplateResult {
  const items = (lines: readonly string[]) => lines.map(line => html`<li class="mono">${line}</li>`);
  const rest = evidence.slice(shownFacts);
  return html`<div class="lane-facts">
    <ul class="evidence" aria-label="What AWS shows of ${title}">
      ${items(evidence.slice(0, shownFacts))}
    </ul>
    ${
      rest.length > 0
        ? html`<details>
            <summary>${rest.length} more</summary>
            <ul class="evidence">
              ${items(rest)}
            </ul>
          </details>`
        : nothing
    }
  </div>`;
}

customElements.define('pe-timeline', RunTimeline);
