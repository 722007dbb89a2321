import { LitElement, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { bytesText, latencyText, rateText } from '../../src/protocol/measures.ts';
import { trafficSpanMs, type TrafficSample } from '../../src/protocol/tunnelPanel.ts';
import { areaPath, linePath, margin } from './plotPath.ts';
import { flows, roundUp, type Flow } from './traffic.ts';
import { trafficTable } from './trafficTable.ts';

const stepMs = 5000;
/** A tunnel through which something flows is heard of more often than this. */
const silentMs = 2000;
const flowHeight = 96;
const latencyHeight = 56;

/** What flowed and how long an answer took, over the last minutes; redrawn as numbers come, never animated. */
export class TrafficChart extends LitElement {
  static override properties = {
    samples: { attribute: false },
    now: { type: Number },
    over: { type: Boolean },
    width: { state: true },
  };
  declare samples: readonly TrafficSample[];
  declare now: number;
  /** An ended tunnel has no present. */
  declare over: boolean;
  declare width: number;
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.samples = [];
    this.now = 0;
    this.over = false;
    this.width = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(() => (this.width = this.clientWidth));
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.#observer?.disconnect();
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    const { samples, now, width } = this;
    const flow = flows(this.#untilNow(), now, trafficSpanMs, stepMs);
    const last = flow.findLast(({ down }) => down !== undefined);
    const newest = samples.at(-1);
    const latency = newest?.latencyMs;
    const key = (name: string, value: string) =>
      html`<li>
        <span class="swatch ${name.toLowerCase()}" aria-hidden="true"></span>${name}
        ${this.over ? nothing : html`<span class="number">${value}</span>`}
      </li>`;
    return html`
      <ul class="legend row">
        ${key('Down', rateText(last?.down))} ${key('Up', rateText(last?.up))}
        ${key('Latency', latency !== undefined ? latencyText(latency) : newest && !newest.isResting ? 'no answer' : '–')}
      </ul>
      ${width > 0 ? html`${this.#flowPlot(flow)} ${this.#latencyPlot()}` : nothing}
      <div class="time-axis muted small" aria-hidden="true">
        <span>5 min ${this.over ? 'before' : 'ago'}</span><span>${this.over ? 'end' : 'now'}</span>
      </div>
      ${trafficTable(samples, now)}
    `;
  }

  /** A tunnel tells at once when something flows: no news are news of nothing. */
  #untilNow(): readonly TrafficSample[] {
    const last = this.samples.at(-1);
    const isSilent = last && !this.over && this.now - last.at > silentMs;
    return isSilent ? [...this.samples, { ...last, at: this.now }] : this.samples;
  }

  #flowPlot(flow: readonly Flow[]): TemplateResult {
    const top = roundUp(Math.max(1000, ...flow.map(({ down = 0, up = 0 }) => Math.max(down, up))));
    const at = (index: number) => (index / (flow.length - 1)) * this.width;
    const line = (key: 'down' | 'up') =>
      linePath(
        flow.map((point, index) => ({ x: at(index), value: point[key] })),
        top,
        flowHeight,
      );
    return this.#plot(
      'Throughput of the last five minutes; the table below says the same',
      flowHeight,
      `${bytesText(top)}/s`,
      svg`<path class="area" d=${areaPath(
        flow.map((point, index) => ({ x: at(index), value: point.down })),
        top,
        flowHeight,
      )}></path>
        <path class="line down" d=${line('down')}></path>
        <path class="line up" d=${line('up')}></path>`,
    );
  }

  #latencyPlot(): TemplateResult {
    const begin = this.now - trafficSpanMs;
    const points = this.samples
      .filter(({ at }) => at >= begin)
      .map(({ at, latencyMs }) => ({ x: ((at - begin) / trafficSpanMs) * this.width, value: latencyMs }));
    const top = roundUp(Math.max(50, ...points.map(({ value = 0 }) => value)));
    return this.#plot(
      'Latency of the last five minutes; the table below says the same',
      latencyHeight,
      `${top} ms`,
      svg`<path class="line latency" d=${linePath(points, top, latencyHeight)}></path>`,
    );
  }

  #plot(label: string, height: number, top: string, lines: SVGTemplateResult): TemplateResult {
    const { width } = this;
    const bottom = margin.top + height;
    const count = trafficSpanMs / 60_000;
    return html`<svg
      class="plot"
      role="img"
      aria-label=${label}
      width=${width}
      height=${bottom + margin.bottom}
      viewBox="0 0 ${width} ${bottom + margin.bottom}"
    >
      ${Array.from({ length: count - 1 }, (_, minute) => {
        const x = Math.round(((minute + 1) / count) * width) + 0.5;
        return svg`<path class="grid" d="M${x} ${margin.top}V${bottom}"></path>`;
      })}
      <path class="grid" d="M0 ${margin.top - 0.5}H${width}"></path>
      <path class="grid base" d="M0 ${bottom + 0.5}H${width}"></path>
      ${lines}
      <text x="0" y="11">${top}</text>
    </svg>`;
  }
}

customElements.define('pe-traffic-chart', TrafficChart);
