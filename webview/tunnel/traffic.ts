import type { TrafficSample } from '../../src/protocol/tunnelPanel.ts';

/** What flowed in a stretch of time, bytes a second; undefined where nobody looked. */
export interface Flow {
  readonly start: number;
  readonly down: number | undefined;
  readonly up: number | undefined;
}

/** The flow in stretches of `stepMs` that end with the one that `now` is in; what flowed between two samples is spread evenly between them. */
export function flows(samples: readonly TrafficSample[], now: number, spanMs: number, stepMs: number): Flow[] {
  const end = Math.ceil(now / stepMs) * stepMs;
  const count = Math.round(spanMs / stepMs);
  const begin = end - count * stepMs;
  const bytes = Array.from({ length: count }, () => ({ down: 0, up: 0, seen: 0 }));
  for (let index = 1; index < samples.length; index++) {
    const [a, b] = [samples[index - 1], samples[index]];
    if (!a || !b || b.at <= a.at) continue;
    // Counters that went back belong to another process: they began at nothing.
    const down = b.bytesIn >= a.bytesIn ? b.bytesIn - a.bytesIn : b.bytesIn;
    const up = b.bytesOut >= a.bytesOut ? b.bytesOut - a.bytesOut : b.bytesOut;
    const first = Math.max(0, Math.floor((a.at - begin) / stepMs));
    for (let slot = first; slot < count && begin + slot * stepMs < b.at; slot++) {
      const bucket = bytes[slot];
      const overlap = Math.min(b.at, begin + (slot + 1) * stepMs) - Math.max(a.at, begin + slot * stepMs);
      if (!bucket || overlap <= 0) continue;
      const part = overlap / (b.at - a.at);
      bucket.down += down * part;
      bucket.up += up * part;
      bucket.seen += overlap;
    }
  }
  return bytes.map(({ down, up, seen }, slot) => ({
    start: begin + slot * stepMs,
    down: seen > 0 ? (down * 1000) / seen : undefined,
    up: seen > 0 ? (up * 1000) / seen : undefined,
  }));
}

/** The next round number: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find(factor => factor * power >= value) ?? 10);
}

export interface TrafficMinute {
  readonly start: number;
  readonly down: number | undefined;
  readonly up: number | undefined;
  /** Lowest and highest round trip of the minute, ms. */
  readonly latency: { readonly low: number; readonly high: number } | undefined;
  /** Whether the tunnel once did not answer. */
  readonly missed: boolean;
}

/** The chart in words: minute by minute, the latest first. */
export function minutes(samples: readonly TrafficSample[], now: number, spanMs: number): TrafficMinute[] {
  const rows = flows(samples, now, spanMs, 60_000).map(({ start, down, up }) => {
    const within = samples.filter(({ at }) => at >= start && at < start + 60_000);
    const known = within.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs]));
    const latency = known.length > 0 ? { low: Math.min(...known), high: Math.max(...known) } : undefined;
    const missed = within.some(({ latencyMs, isResting }) => latencyMs === undefined && !isResting);
    return { start, down, up, latency, missed };
  });
  return rows.filter(row => row.down !== undefined || row.latency !== undefined || row.missed).reverse();
}
