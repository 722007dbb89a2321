import { LitElement, html, nothing, type TemplateResult } from 'lit';
import type { Refusal } from '../../src/protocol/envelope.ts';
import type {
  TunnelPanelChange,
  TunnelPanelRequest,
  TunnelPanelState,
  TunnelPlace,
} from '../../src/protocol/tunnelPanel.ts';
import { panelHost } from '../components/host.ts';
import { loading, refusalNotice } from '../components/notices.ts';
import { registerToolkit } from '../components/toolkit.ts';
import { facts, sessionsTable } from './facts.ts';
import { routeView } from './routeView.ts';
import './trafficChart.ts';
import { tunnelHeader } from './tunnelHeader.ts';
import './tunnelLog.ts';
import { applyChange } from './tunnelState.ts';

interface Kept {
  /** Which tunnel this panel shows: the editor asks for it when it restores the panel. */
  readonly place?: TunnelPlace;
  readonly why: boolean;
}

registerToolkit();
const host = panelHost<TunnelPanelState, TunnelPanelChange, TunnelPanelRequest, Kept>();

/** The tunnel panel. What is drawn is a function of the tunnel's state, the time and what the person has opened. */
class TunnelPanel extends LitElement {
  static override properties = {
    state: { state: true },
    now: { state: true },
    kept: { state: true },
    refusal: { state: true },
  };
  declare state: TunnelPanelState | undefined;
  /** The editor's time now, ms. */
  declare now: number;
  declare kept: Kept;
  declare refusal: Refusal | undefined;
  /** How much the editor's clock is ahead of this page's. */
  #ahead = 0;

  constructor() {
    super();
    this.kept = host.kept ?? { why: false };
    this.now = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    host.connect({
      snapshot: state => {
        this.#show(state);
        this.#keep({ place: state.place });
      },
      change: change => {
        if (this.state) this.#show(applyChange(this.state, change));
      },
      refusal: refusal => (this.refusal = refusal),
    });
    setInterval(() => this.#tick(), 1000);
  }

  protected override render(): TemplateResult {
    const { state, now } = this;
    if (!state) return loading('Tunnel', 'the tunnel');
    const { tunnel } = state;
    const post = (request: TunnelPanelRequest) => host.post(request);
    return html`
      ${tunnelHeader(state, now, post)}
      <main>
        ${refusalNotice(this.refusal, () => (this.refusal = undefined))}
        ${
          tunnel
            ? html`${facts(tunnel, now)}
                <h2>Route</h2>
                ${routeView(state, {
                  open: this.kept.why,
                  toggled: why => this.#keep({ why }),
                  use: kind => post({ type: 'use-route', kind }),
                })}
                <h2>Traffic</h2>
                <pe-traffic-chart
                  .samples=${state.samples}
                  .now=${now}
                  .over=${tunnel.state === 'ended'}
                ></pe-traffic-chart>
                ${
                  tunnel.state === 'ended'
                    ? nothing
                    : html`<h2>Sessions</h2>
                        ${sessionsTable(tunnel)}`
                }
                <h2>Log</h2>
                <pe-tunnel-log .lines=${state.log}></pe-tunnel-log>`
            : nothing
        }
      </main>
    `;
  }

  #show(state: TunnelPanelState): void {
    this.state = state;
    this.#ahead = state.sentAt - Date.now();
    this.#tick();
  }

  #keep(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    host.keep(this.kept);
  }

  /** An ended tunnel stands still. */
  #tick(): void {
    const tunnel = this.state?.tunnel;
    this.now = tunnel?.state === 'ended' ? tunnel.since : Date.now() + this.#ahead;
  }
}

customElements.define('pe-tunnel-panel', TunnelPanel);
