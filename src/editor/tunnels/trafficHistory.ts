import type { TunnelStatus } from '../../core/tunnel/supervisor/tunnelStatus.ts';
import { trafficSpanMs, type TrafficSample } from '../../protocol/tunnelPanel.ts';

const everyMs = 1000;

/** The counters of the last minutes, one sample a second at most, so that a chart has a past when its panel is opened. */
export class TrafficHistory {
  /** Never changed, only replaced: who was given the samples can tell what is new. */
  #samples: readonly TrafficSample[] = [];

  get samples(): readonly TrafficSample[] {
    return this.#samples;
  }

  add(at: number, status: Pick<TunnelStatus, 'state' | 'bytesIn' | 'bytesOut' | 'latencyMs'>): void {
    const { bytesIn, bytesOut } = status;
    const latencyMs = status.state === 'healthy' ? status.latencyMs : undefined;
    const resting = status.state === 'resting' ? ({ isResting: true } as const) : {};
    const sample: TrafficSample = { at, bytesIn, bytesOut, latencyMs, ...resting };
    const last = this.#samples.at(-1);
    const before = this.#samples.at(-2);
    // A burst of news within a second is one sample: the latest.
    // A tunnel tells within a second that something flows: what is told after a silence flowed at its end.
    const flowed = last && (last.bytesIn !== bytesIn || last.bytesOut !== bytesOut);
    const silence = flowed && at - last.at > 2 * everyMs ? [{ ...last, at: at - everyMs }] : [];
    const isBurst = last && before && at - before.at < everyMs;
    const samples = [...(isBurst ? this.#samples.slice(0, -1) : this.#samples), ...silence, sample];
    const oldest = at - trafficSpanMs;
    // The last one before the span stays: what flowed first within it is the difference to that.
    const first = samples.findIndex(known => known.at >= oldest);
    this.#samples = first > 1 ? samples.slice(first - 1) : samples;
  }
}
