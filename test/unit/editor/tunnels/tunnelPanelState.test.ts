import fc from 'fast-check';
import assert from 'node:assert/strict';
import type { TunnelEvent } from '../../../../src/core/tunnel/supervisor/tunnelEvent.ts';
import { TrafficHistory } from '../../../../src/editor/tunnels/trafficHistory.ts';
import {
  routeName,
  tunnelPanelChange,
  tunnelPanelState,
  type TunnelMemory,
} from '../../../../src/editor/tunnels/tunnelPanelState.ts';
import { trafficSpanMs } from '../../../../src/protocol/tunnelPanel.ts';
import { minutes } from '../../../../webview/tunnel/traffic.ts';
import { applyChange } from '../../../../webview/tunnel/tunnelState.ts';
import { event, healthy, report, route } from './tunnelSamples.ts';

const place = { accountId: '000000000000', region: 'eu-west-1', cluster: 'payments' };
const now = healthy.since + 60_000;

const events = fc.array(fc.constantFrom<Partial<TunnelEvent>>({}, { severity: 'warning', cure: 'Resumed.' }), {
  maxLength: 20,
});

describe('a tunnel in its panel’s words', () => {
  it('is the same told at once or in any parts', () => {
    fc.assert(
      fc.property(events, fc.nat(20), fc.boolean(), (told, cut, routed) => {
        const all = told.map((more, index) => event(index + 1, more));
        const before: TunnelMemory = { status: healthy, events: all.slice(0, cut), report: undefined, samples: [] };
        const after: TunnelMemory = {
          status: { ...healthy, state: 'resuming', latencyMs: undefined },
          events: all,
          report: routed ? report : undefined,
          samples: [{ at: now, bytesIn: 1, bytesOut: 1, latencyMs: undefined }],
        };
        const shown = applyChange(
          tunnelPanelState(place, 'Sandbox', before, now - 1),
          tunnelPanelChange(before, after, now),
        );
        assert.deepEqual(shown, tunnelPanelState(place, 'Sandbox', after, now));
      }),
    );
  });

  it('sends no line of the log and no sample twice', () => {
    const memory: TunnelMemory = {
      status: healthy,
      events: [event(1), event(2)],
      report,
      samples: [{ at: now, bytesIn: 0, bytesOut: 0, latencyMs: 1 }],
    };
    const change = tunnelPanelChange(memory, memory, now);
    assert.deepEqual(Object.keys(change).sort(), ['sentAt', 'tunnel']);
  });

  it('says that nobody knows it any more', () => {
    const state = tunnelPanelState(place, 'Sandbox', undefined, now);
    assert.equal(state.tunnel, undefined);
    assert.deepEqual(state.log, []);
  });

  it('names routes briefly', () => {
    assert.equal(routeName(undefined), 'no route yet');
    assert.equal(routeName(route), 'i-0123456789abcdef0');
    assert.equal(routeName({ kind: 'direct', addresses: ['10.0.0.1'], reason: '' }), 'direct');
    const target = `ecs:private-eks_${'0123456789abcdef'.repeat(2)}_${'0123456789abcdef'.repeat(2)}-1234567890`;
    assert.equal(routeName({ kind: 'bastion', target, agentVersion: undefined, reason: '' }), 'bastion 01234567');
  });
});

describe('what is kept of a tunnel’s traffic', () => {
  const status = (bytesIn: number) => ({ ...healthy, bytesIn });

  it('is one sample a second at most, the latest of each', () => {
    const history = new TrafficHistory();
    for (let step = 0; step <= 100; step++) history.add(1_000_000 + step * 100, status(step));
    assert.ok(history.samples.length <= 13, `${history.samples.length} samples`);
    assert.equal(history.samples.at(-1)?.bytesIn, 100);
    assert.equal(history.samples[0]?.bytesIn, 0);
  });

  it('is the last minutes and one sample before them', () => {
    const history = new TrafficHistory();
    const end = 1_000_000 + 3 * trafficSpanMs;
    for (let at = 1_000_000; at <= end; at += 2000) history.add(at, status(1));
    const before = history.samples.filter(sample => sample.at < end - trafficSpanMs);
    assert.equal(before.length, 1);
    assert.ok(history.samples.length <= trafficSpanMs / 2000 + 2);
  });

  it('leaves what it has given as it was, so that what is new can be told', () => {
    const history = new TrafficHistory();
    history.add(1000, status(1));
    const before: TunnelMemory = { status: healthy, events: [], report, samples: history.samples };
    history.add(2500, status(2));
    const after: TunnelMemory = { ...before, samples: history.samples };
    assert.deepEqual(
      tunnelPanelChange(before, after, now).samples?.map(({ bytesIn }) => bytesIn),
      [2],
    );
  });

  it('does not take a rest for a missing answer', () => {
    const history = new TrafficHistory();
    const unasked = { bytesIn: 0, bytesOut: 0, latencyMs: undefined };
    history.add(60_000, { ...unasked, state: 'resting' });
    history.add(120_000, { ...unasked, state: 'degraded' });
    assert.deepEqual(
      minutes(history.samples, 179_999, trafficSpanMs).map(({ start, missed }) => [start, missed]),
      [
        [120_000, true],
        [60_000, false],
      ],
    );
  });

  it('tells of what flowed after a silence that it flowed at its end', () => {
    const history = new TrafficHistory();
    history.add(1000, status(0));
    history.add(61_000, status(900));
    assert.deepEqual(
      history.samples.map(({ at, bytesIn }) => [at, bytesIn]),
      [
        [1000, 0],
        [60_000, 0],
        [61_000, 900],
      ],
    );
  });

  it('has no latency where the tunnel did not answer', () => {
    const history = new TrafficHistory();
    history.add(1, { ...healthy, state: 'degraded' });
    assert.equal(history.samples[0]?.latencyMs, undefined);
  });
});
