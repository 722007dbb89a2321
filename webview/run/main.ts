import { LitElement, html, nothing, type TemplateResult } from 'lit';
import type { Refusal } from '../../src/protocol/envelope.ts';
import type { EventLevel } from '../../src/protocol/eventFilter.ts';
import type { EventsRequest, RunPanelChange, RunPanelRequest, RunPanelState } from '../../src/protocol/runPanel.ts';
import { clockTime, usualRange } from '../components/format.ts';
import { panelHost } from '../components/host.ts';
import { loading, refusalNotice } from '../components/notices.ts';
import { registerToolkit } from '../components/toolkit.ts';
import { EventRows } from './eventRows.ts';
import './eventStream.ts';
import { failureCard } from './failureCard.ts';
import { runHeader } from './runHeader.ts';
import { applyChange, isOver, runNow } from './runState.ts';
import './stepGraph.ts';
import { stepStatusWord } from './stepStatus.ts';
import './timeline.ts';

interface Kept {
  /** Which run this panel shows: the editor asks for it when it restores the panel. */
  readonly runId?: string;
  readonly filter: string;
  readonly level: EventLevel;
}

registerToolkit();
const host = panelHost<RunPanelState, RunPanelChange, RunPanelRequest, Kept>();

/** The run panel. What is drawn is a function of the run's state, the time and what the person filters by. */
class RunPanel extends LitElement {
  static override properties = {
    state: { state: true },
    now: { state: true },
    kept: { state: true },
    refusal: { state: true },
  };
  declare state: RunPanelState | undefined;
  declare now: number;
  declare kept: Kept;
  declare refusal: Refusal | undefined;
  readonly #rows = new EventRows();
  #titled: ReadonlyMap<string, string> = new Map();

  constructor() {
    super();
    this.kept = host.kept ?? { filter: '', level: 'all' };
    this.now = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    host.connect({
      snapshot: state => {
        this.state = state;
        this.#rows.begin(state.eventCount, state.events);
        this.#keep({ runId: state.runId });
        this.#tick();
      },
      change: change => {
        if (!this.state) return;
        if (change.events) this.#rows.append(change.events);
        if (change.window) {
          // Nothing else has changed: only the list is drawn anew.
          this.#rows.take(change.window);
          return this.requestUpdate();
        }
        this.state = applyChange(this.state, change);
        this.#tick();
      },
      refusal: refusal => (this.refusal = refusal),
    });
    setInterval(() => this.#tick(), 1000);
  }

  protected override render(): TemplateResult {
    const { state, now, refusal } = this;
    if (!state) return loading('Run', 'the run');
    const post = (request: RunPanelRequest) => host.post(request);
    return html`
      ${runHeader(state, now, post)}
      <main>
        ${refusalNotice(refusal, () => (this.refusal = undefined))}
        ${state.failure ? failureCard(state.failure, state, post) : nothing}
        <pe-step-graph .steps=${state.steps} .now=${now}></pe-step-graph>
        ${this.#table(state, now)}
        <h2>Timeline</h2>
        <pe-timeline
          .steps=${state.steps}
          .resources=${state.resources}
          .startedAt=${state.startedAt}
          .now=${now}
          .over=${isOver(state)}
        ></pe-timeline>
        ${state.notes.map(
          note =>
            html`<div class="notice">
              <span class="codicon codicon-${note.level}" aria-hidden="true"></span><span>${note.message}</span>
            </div>`,
        )}
        <pe-event-stream
          .rows=${this.#rows}
          .version=${this.#rows.version}
          .titles=${this.#titles(state)}
          .filter=${this.kept.filter}
          .level=${this.kept.level}
          @view-change=${(event: CustomEvent<Partial<Kept>>) => this.#keep(event.detail)}
          @want-events=${(event: CustomEvent<EventsRequest>) => post(event.detail)}
          @copy-events=${() => post({ type: 'copy', what: 'events', filter: this.kept.filter, level: this.kept.level })}
        ></pe-event-stream>
      </main>
    `;
  }

  /** The graph's twin in words. */
  #table(state: RunPanelState, now: number): TemplateResult {
    return html`<details class="steps-table">
      <summary>Steps as a table</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Steps as a table">
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Status</th>
              <th scope="col">Time</th>
              <th scope="col">Usual</th>
              <th scope="col">After</th>
              <th scope="col">Stack</th>
            </tr>
          </thead>
          <tbody>
            ${state.steps.map(
              step =>
                html`<tr>
                  <th scope="row">${step.title}</th>
                  <td>${stepStatusWord(step.status)}</td>
                  <td class="number">
                    ${step.startedAt === undefined ? '' : clockTime((step.endedAt ?? now) - step.startedAt)}
                  </td>
                  <td>${usualRange(step.usualSeconds.low, step.usualSeconds.high).replace('usual ', '')}</td>
                  <td>${step.needs.map(id => state.steps.find(other => other.id === id)?.title ?? id).join(', ')}</td>
                  <td>${step.stackName ?? ''}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }

  /** The same map as long as the steps are the same ones, so that rows are not drawn anew. */
  #titles({ steps }: RunPanelState): ReadonlyMap<string, string> {
    if (this.#titled.size !== steps.length) this.#titled = new Map(steps.map(({ id, title }) => [id, title]));
    return this.#titled;
  }

  #keep(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    host.keep(this.kept);
  }

  #tick(): void {
    if (this.state) this.now = runNow(this.state, Date.now());
  }
}

customElements.define('pe-run-panel', RunPanel);
