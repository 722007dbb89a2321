import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { TunnelLogLine } from '../../src/protocol/tunnelPanel.ts';
import { dayAndTime } from '../components/format.ts';

/** A tunnel of days tells some hundred things; more are drawn when somebody asks. */
const first = 100;

/** What happened and how it was cured, the latest first. Lines are only ever added. */
export class TunnelLog extends LitElement {
  static override properties = { lines: { attribute: false }, all: { state: true } };
  declare lines: readonly TunnelLogLine[];
  declare all: boolean;

  constructor() {
    super();
    this.lines = [];
    this.all = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { lines, all } = this;
    if (lines.length === 0) return html`<p class="muted">Nothing has happened yet.</p>`;
    const shown = (all ? lines : lines.slice(-first)).toReversed();
    return html`<ol class="log" aria-label="Log of the tunnel, the latest first">
        ${repeat(shown, ({ seq }) => seq, line)}
      </ol>
      ${
        shown.length < lines.length
          ? html`<button class="link" @click=${() => (this.all = true)}>Show all ${lines.length}</button>`
          : nothing
      }`;
  }
}

function line({ at, severity, message, cure }: TunnelLogLine): TemplateResult {
  const word = severity === 'info' ? '' : severity === 'warning' ? 'Warning: ' : 'Error: ';
  return html`<li class="log-line">
    <time class="number muted" datetime=${new Date(at).toISOString()}>${dayAndTime(at)}</time>
    <span class="codicon codicon-${severity}" aria-hidden="true"></span>
    <div>
      <p><span class="visually-hidden">${word}</span>${message}</p>
      ${cure === undefined ? nothing : html`<p class="muted cure"><span class="codicon codicon-check" aria-hidden="true"></span> ${cure}</p>`}
    </div>
  </li>`;
}

customElements.define('pe-tunnel-log', TunnelLog);
