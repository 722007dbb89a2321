import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { StackEventSeen } from '../../../../src/core/run/runEvent.ts';
import { EventLedger, eventRow } from '../../../../src/editor/runs/eventLedger.ts';
import { eventMatches, type EventQuery } from '../../../../src/protocol/eventFilter.ts';
import { mergeResources, mostBars, mostTelling, resourceStatus } from '../../../../src/protocol/resourceBars.ts';
import type { StepResources } from '../../../../src/protocol/resourceBars.ts';
import { recentEvents } from '../../../../src/protocol/runPanel.ts';

const event: fc.Arbitrary<Omit<StackEventSeen, 'seq' | 'at' | 'timestamp'>> = fc.record({
  type: fc.constant('stack-event' as const),
  step: fc.constantFrom('network', 'cluster'),
  eventId: fc.constant('e'),
  stackName: fc.constantFrom('demo-network', 'demo-cluster'),
  path: fc.constantFrom([], ['Nested']),
  logicalId: fc.constantFrom('Vpc', 'Subnet', 'Route'),
  physicalId: fc.constant('id'),
  resourceType: fc.constantFrom('AWS::EC2::VPC', 'AWS::CloudFormation::Stack'),
  status: fc.constantFrom('CREATE_IN_PROGRESS', 'CREATE_COMPLETE', 'CREATE_FAILED', 'DELETE_IN_PROGRESS'),
  reason: fc.constantFrom(undefined, 'because of the Vpc'),
});
const events = fc
  .array(event, { maxLength: 60 })
  .map(all => all.map((one, index): StackEventSeen => ({ ...one, seq: index + 1, at: index, timestamp: index * 10 })));
const query: fc.Arbitrary<EventQuery> = fc.record({
  filter: fc.constantFrom('', 'v', 'vp', 'VPC', 'demo', 'because', 'nothing like it'),
  level: fc.constantFrom('all' as const, 'failures' as const),
});
const matching = (all: readonly StackEventSeen[], { filter, level }: EventQuery) =>
  all.map(eventRow).filter(row => eventMatches(row, filter, level));

describe('a run’s events as a panel reads them', () => {
  it('gives the windows that a filter of all of them gives, whatever was asked before and came between', () => {
    const asked = fc.array(fc.tuple(query, fc.nat(70), fc.integer({ min: 1, max: 20 }), fc.nat(10)), { maxLength: 12 });
    fc.assert(
      fc.property(events, asked, (all, questions) => {
        const ledger = new EventLedger([]);
        let told = 0;
        for (const [one, from, count, more] of questions) {
          ledger.add(all.slice(told, told + more));
          told = Math.min(all.length, told + more);
          const expected = matching(all.slice(0, told), one);
          const first = Math.max(0, Math.min(from, expected.length - count));
          const rows = expected.slice(first, first + count);
          assert.deepEqual(ledger.window(one, from, count), { ...one, matches: expected.length, from: first, rows });
          assert.deepEqual(ledger.matching(one), expected);
        }
        assert.equal(ledger.count, told);
      }),
    );
  });

  it('tells of resources the same at once and in parts', () => {
    fc.assert(
      fc.property(events, fc.array(fc.nat(20), { maxLength: 8 }), (all, cuts) => {
        const ledger = new EventLedger([]);
        let known: readonly StepResources[] = ledger.resources();
        let told = 0;
        for (const cut of [...cuts, all.length]) {
          known = mergeResources(known, ledger.add(all.slice(told, told + cut)));
          told += cut;
        }
        assert.deepEqual(known, new EventLedger(all).resources());
      }),
    );
  });

  it('has no bar for a stack’s own events, and begins one anew when its resource begins again', () => {
    const one = (at: number, status: string, resourceType = 'AWS::EC2::VPC'): StackEventSeen => ({
      type: 'stack-event',
      seq: at,
      at,
      timestamp: at,
      step: 'network',
      eventId: '',
      stackName: 's',
      path: [],
      logicalId: 'Vpc',
      physicalId: '',
      resourceType,
      status,
      reason: undefined,
    });
    const ledger = new EventLedger([one(1, 'CREATE_IN_PROGRESS', 'AWS::CloudFormation::Stack')]);
    assert.deepEqual(ledger.resources(), []);
    ledger.add([one(2, 'CREATE_IN_PROGRESS'), one(5, 'CREATE_COMPLETE'), one(9, 'DELETE_IN_PROGRESS')]);
    const [bar] = ledger.resources()[0]?.bars ?? [];
    assert.deepEqual([bar?.status, bar?.start, bar?.end], ['running', 9, undefined]);
  });

  it('keeps the most telling of very many, and the latest rows', () => {
    const all = Array.from({ length: 1000 }, (_, index): StackEventSeen => ({
      type: 'stack-event',
      seq: index + 1,
      at: index,
      timestamp: index,
      step: 'network',
      eventId: '',
      stackName: 's',
      path: [],
      logicalId: `R${index}`,
      physicalId: '',
      resourceType: 'AWS::EC2::VPC',
      status: index === 3 ? 'CREATE_FAILED' : index === 5 ? 'CREATE_IN_PROGRESS' : 'CREATE_COMPLETE',
      reason: undefined,
    }));
    const ledger = new EventLedger(all);
    const [network] = ledger.resources();
    const labels = network?.bars.map(bar => bar.label) ?? [];
    assert.equal(network?.total, 1000);
    assert.equal(labels.length, mostBars);
    assert.deepEqual([labels[0], labels[1], labels.at(-1)], ['R3', 'R5', 'R999']);
    const recent = ledger.recent();
    assert.deepEqual([recent.length, recent.at(-1)?.logicalId], [recentEvents, 'R999']);
    assert.deepEqual(
      ledger.failed().map(row => row.logicalId),
      ['R3'],
    );
    assert.equal(mostTelling([], 3).length, 0);
    assert.equal(resourceStatus('ROLLBACK_IN_PROGRESS'), 'failed');
    assert.equal(resourceStatus('UPDATE_ROLLBACK_COMPLETE'), 'done', 'back at what it was');
  });
});
