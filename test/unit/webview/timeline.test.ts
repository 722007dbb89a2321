import fc from 'fast-check';
import assert from 'node:assert/strict';
import type { StepView } from '../../../src/protocol/runPanel.ts';
import { eventMatches } from '../../../src/protocol/eventFilter.ts';
import { clockTime, roughTime, shortAccount, usd, usualRange } from '../../../webview/components/format.ts';
import { expectedBars } from '../../../webview/run/expectedBars.ts';
import { graphLayout } from '../../../webview/run/graphLayout.ts';
import { axisTicks } from '../../../webview/run/timeAxis.ts';

const step = (id: string, needs: string[], more: Partial<StepView> = {}): StepView => ({
  id,
  title: id,
  needs,
  stackName: undefined,
  status: 'waiting',
  attempt: 0,
  startedAt: undefined,
  endedAt: undefined,
  usualSeconds: { low: 5, typical: 10, high: 20 },
  message: undefined,
  slow: undefined,
  ...more,
});

/** Steps that need only earlier ones, as a plan's. */
const plans = fc
  .array(fc.array(fc.nat(20), { maxLength: 3 }), { minLength: 1, maxLength: 14 })
  .map(lists =>
    lists.map((needs, index) => step(`s${index}`, index === 0 ? [] : [...new Set(needs.map(n => `s${n % index}`))])),
  );

describe('what is expected of a run', () => {
  it('is a chain: nothing begins before what it needs, nor in the past', () => {
    fc.assert(
      fc.property(plans, fc.nat(100_000), (steps, now) => {
        const bars = expectedBars(steps, 0, now);
        for (const { id, needs } of steps) {
          assert.ok((bars.get(id)?.start ?? -1) >= now);
          for (const need of needs) assert.ok((bars.get(id)?.start ?? -1) >= (bars.get(need)?.end ?? Infinity));
        }
      }),
    );
  });

  it('takes a running step’s start as it was, and a late one’s end as now', () => {
    const bars = expectedBars([step('a', [], { startedAt: 1000, status: 'running' }), step('b', ['a'])], 0, 60_000);
    assert.deepEqual(bars.get('a'), { start: 1000, end: 60_000 });
    assert.deepEqual(bars.get('b'), { start: 60_000, end: 70_000 });
  });

  it('says nothing of steps that have ended, and ends for a circle', () => {
    assert.equal(expectedBars([step('a', [], { startedAt: 0, endedAt: 5 })], 0, 9).size, 0);
    assert.equal(expectedBars([step('a', ['b']), step('b', ['a'])], 0, 9).size, 2);
  });
});

describe('the graph', () => {
  for (const direction of ['across', 'down'] as const)
    it(`places every step inside, none on another, ${direction}`, () => {
      fc.assert(
        fc.property(plans, steps => {
          const { width, height, node, nodes, edges } = graphLayout(steps, direction);
          const places = [...nodes.values()];
          assert.equal(places.length, steps.length);
          for (const [index, { x, y }] of places.entries()) {
            assert.ok(
              x >= node.width / 2 &&
                x <= width - node.width / 2 &&
                y >= node.height / 2 &&
                y <= height - node.height / 2,
            );
            for (const other of places.slice(index + 1))
              assert.ok(Math.abs(other.x - x) >= node.width || Math.abs(other.y - y) >= node.height);
          }
          assert.ok(edges.length <= steps.reduce((sum, { needs }) => sum + needs.length, 0));
          assert.ok(edges.every(({ path }) => /^M[\d.]+ [\d.]+C/.test(path)));
        }),
        { numRuns: 30 },
      );
    });

  it('draws no line that others say already', () => {
    const { edges } = graphLayout([step('a', []), step('b', ['a']), step('c', ['a', 'b'])], 'across');
    assert.deepEqual(
      edges.map(({ from, to }) => `${from}${to}`),
      ['ab', 'bc'],
    );
  });

  it('stands a step where it can begin', () => {
    const { nodes } = graphLayout(
      [
        step('a', []),
        step('long', ['a']),
        step('longer', ['long']),
        step('side', ['a']),
        step('end', ['longer', 'side']),
      ],
      'across',
    );
    assert.equal(nodes.get('side')?.x, nodes.get('long')?.x);
  });
});

describe('the time axis', () => {
  it('has few, round, rising times from 0 that stay inside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 10 * 86_400_000 }), span => {
        const ticks = axisTicks(span, 7);
        assert.equal(ticks[0], 0);
        assert.ok(ticks.length <= 8);
        assert.ok(
          ticks.every(
            (tick, index) => tick < span && tick % 5000 === 0 && (index === 0 || tick > (ticks[index - 1] ?? 0)),
          ),
        );
      }),
    );
  });
});

describe('numbers as words', () => {
  it('times', () => {
    assert.deepEqual([0, 59_999, 252_000, 3_723_000, -5].map(clockTime), ['0:00', '0:59', '4:12', '1:02:03', '0:00']);
    assert.deepEqual([45, 89, 90, 840].map(roughTime), ['45 s', '89 s', '2 min', '14 min']);
    assert.equal(usualRange(20, 60), 'usual 20–60 s');
    assert.equal(usualRange(480, 720), 'usual 8–12 min');
  });
  it('money and accounts', () => {
    assert.deepEqual([73, 6.4, 131.4, 0].map(usd), ['73', '6.4', '131', '0']);
    assert.equal(shortAccount('123456789012'), '1234…9012');
  });
});

describe('the filter of events', () => {
  const event = {
    seq: 1,
    step: 'network',
    timestamp: 0,
    stackName: 'private-eks-a-network',
    path: ['Nested'],
    logicalId: 'Vpc',
    physicalId: 'vpc-1',
    resourceType: 'AWS::EC2::VPC',
    status: 'CREATE_FAILED',
    reason: 'The maximum number of VPCs has been reached.',
  };
  it('looks at names, types, states and reasons, whatever the case', () => {
    for (const words of ['', 'NESTED', 'vpc', 'ec2', 'create_failed', 'maximum number'])
      assert.equal(eventMatches(event, words, 'failures'), true, words);
    assert.equal(eventMatches(event, 'subnet', 'all'), false);
    assert.equal(eventMatches({ ...event, status: 'CREATE_COMPLETE' }, '', 'failures'), false);
  });
});
