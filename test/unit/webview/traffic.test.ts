import fc from 'fast-check';
import assert from 'node:assert/strict';
import { bytesText, detailSentence, durationText, latencyText } from '../../../src/protocol/measures.ts';
import type { TrafficSample } from '../../../src/protocol/tunnelPanel.ts';
import { flows, minutes, roundUp } from '../../../webview/tunnel/traffic.ts';

const span = 300_000;
const step = 5000;
const now = 10_000_000;

const samples = fc
  .array(fc.record({ wait: fc.integer({ min: 1, max: 30_000 }), down: fc.nat(1e6), up: fc.nat(1e5) }), {
    maxLength: 60,
  })
  .map(told => {
    let sample: TrafficSample = { at: now - span, bytesIn: 0, bytesOut: 0, latencyMs: 10 };
    const made = [sample];
    for (const { wait, down, up } of told) {
      sample = { at: sample.at + wait, bytesIn: sample.bytesIn + down, bytesOut: sample.bytesOut + up, latencyMs: 10 };
      if (sample.at <= now) made.push(sample);
    }
    return made;
  });

describe('the traffic of a tunnel', () => {
  it('adds up to what its counters say', () => {
    fc.assert(
      fc.property(samples, made => {
        const seconds = (from: number) => {
          let seen = 0;
          for (let index = 1; index < made.length; index++) {
            const [a, b] = [made[index - 1], made[index]];
            if (a && b) seen += Math.max(0, Math.min(b.at, from + step) - Math.max(a.at, from));
          }
          return seen / 1000;
        };
        const told = flows(made, now, span, step).reduce((sum, { start, down = 0 }) => sum + down * seconds(start), 0);
        const expected = (made.at(-1)?.bytesIn ?? 0) - (made[0]?.bytesIn ?? 0);
        assert.ok(Math.abs(told - expected) <= 1 + expected / 1e6, `${told} of ${expected}`);
      }),
    );
  });

  it('is never negative, and unknown where nobody looked', () => {
    const sample = (at: number, bytesIn: number): TrafficSample => ({ at, bytesIn, bytesOut: 0, latencyMs: undefined });
    const flow = flows([sample(now - 100_000, 5000), sample(now - 95_000, 1000)], now, span, step);
    assert.deepEqual(
      flow.flatMap(({ down }) => (down === undefined ? [] : [down])),
      [200],
      'a counter that went back began at nothing',
    );
    assert.equal(flow.at(-1)?.down, undefined);
    assert.equal(flows([], now, span, step).length, 60);
  });

  it('is told minute by minute, the latest first', () => {
    const sample = (ago: number, bytesIn: number, latencyMs: number | undefined): TrafficSample => ({
      at: now - ago,
      bytesIn,
      bytesOut: 0,
      latencyMs,
    });
    const rows = minutes(
      [sample(130_000, 0, 20), sample(70_000, 60_000, 40), sample(2000, 60_000, undefined)],
      now,
      span,
    );
    assert.ok((rows[0]?.start ?? 0) > (rows[1]?.start ?? 0));
    assert.equal(rows[0]?.missed, true);
    assert.ok(rows.some(({ latency }) => latency?.high === 40));
    assert.ok(rows.every(({ down = 0 }) => down >= 0));
  });

  it('has an axis that ends in a round number', () => {
    for (const [value, round] of [
      [1000, 1000],
      [1001, 2000],
      [4999, 5000],
      [7e6, 1e7],
      [50, 50],
      [0.3, 0.5],
    ] as const)
      assert.ok(Math.abs(roundUp(value) - round) < 1e-9, `${value}: ${roundUp(value)}`);
  });
});

describe('measures in words', () => {
  for (const [bytes, text] of [
    [0, '0 B'],
    [999, '999 B'],
    [999.7, '1.0 kB'],
    [1234, '1.2 kB'],
    [700_000, '700 kB'],
    [1_200_000, '1.2 MB'],
    [73_400_000_000, '73 GB'],
  ] as const)
    it(text, () => assert.equal(bytesText(bytes), text));
  for (const [milliseconds, text] of [
    [0, '0 s'],
    [59_999, '59 s'],
    [240_000, '4 min'],
    [7_200_000, '2 h'],
    [7_500_000, '2 h 5 min'],
    [3 * 86_400_000 + 4 * 3_600_000, '3 d 4 h'],
  ] as const)
    it(text, () => assert.equal(durationText(milliseconds), text));
  for (const [detail, text] of [
    ['57 ms', 'The API server answers in 57 ms.'],
    ['57 ms; not asked while nobody uses it', 'The API server answers in 57 ms; not asked while nobody uses it.'],
    ['closed', 'Closed.'],
    ['Waiting…', 'Waiting…'],
    ['i-0abd06ccde9e5fae5 is a node of practice', 'i-0abd06ccde9e5fae5 is a node of practice.'],
    ['', ''],
  ] as const)
    it(`says "${text}"`, () => assert.equal(detailSentence(detail), text));
  it('latency', () => assert.deepEqual([38.4, 3.14].map(latencyText), ['38 ms', '3 ms']));
});
