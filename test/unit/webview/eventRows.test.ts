import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { StackEventSeen } from '../../../src/core/run/runEvent.ts';
import { EventLedger, eventRow } from '../../../src/editor/runs/eventLedger.ts';
import { eventMatches, type EventQuery } from '../../../src/protocol/eventFilter.ts';
import type { EventRow, EventsRequest, EventWindow } from '../../../src/protocol/runPanel.ts';
import { EventRows } from '../../../webview/run/eventRows.ts';

const event = (index: number): StackEventSeen => ({
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
  status: index % 7 === 0 ? 'CREATE_FAILED' : 'CREATE_COMPLETE',
  reason: undefined,
});
const events = (count: number, from = 0) => Array.from({ length: count }, (_, index) => event(from + index));

/** A page and its editor, whose answers take their time. */
function conversation(count: number) {
  const ledger = new EventLedger(events(count));
  const rows = new EventRows();
  rows.begin(ledger.count, ledger.recent());
  const asked: EventsRequest[] = [];
  const answers: EventWindow[] = [];
  return {
    ledger,
    rows,
    asked,
    look: (query: EventQuery) => rows.look(query),
    see(first: number, last: number) {
      const wanted = rows.wanted(Math.max(0, first), Math.min(rows.count, last));
      if (wanted) asked.push(wanted);
      return wanted;
    },
    /** The editor answers what it was asked, in order. */
    work() {
      for (const one of asked.splice(0)) answers.push(ledger.window(one, one.from, one.count));
    },
    grow(more: number) {
      const added = events(more, ledger.count);
      ledger.add(added);
      rows.append(added.map(eventRow));
    },
    /** What is under way arrives before anything that comes later. */
    arrive() {
      for (const one of answers.splice(0)) rows.take(one);
    },
    settle(first: number, last: number) {
      for (let turn = 0; turn < 20 && this.see(first, last); turn++) {
        this.work();
        this.arrive();
      }
    },
  };
}

const seen = (rows: EventRows, first: number, last: number): (EventRow | undefined)[] =>
  Array.from({ length: Math.max(0, last - first) }, (_, index) => rows.at(first + index));

describe('the rows of the event list', () => {
  it('are asked for where somebody looks, and nowhere else', () => {
    const talk = conversation(20_000);
    assert.equal(talk.see(19_980, 20_000), undefined);
    const wanted = talk.see(9_990, 10_010);
    assert.ok(wanted && wanted.from <= 9_930 && wanted.from + wanted.count >= 10_070, JSON.stringify(wanted));
    assert.equal(talk.see(9_990, 10_010), undefined, 'asked twice');
    talk.work();
    talk.arrive();
    assert.deepEqual(
      seen(talk.rows, 9_990, 10_010).map(row => row?.logicalId),
      events(20, 9_990).map(row => row.logicalId),
    );
    assert.equal(talk.see(9_990, 10_010), undefined);
  });

  it('are found in the page where all of them are there', () => {
    const talk = conversation(200);
    talk.look({ filter: 'R19', level: 'all' });
    assert.equal(talk.rows.count, 11);
    assert.equal(talk.see(0, 11), undefined);
  });

  it('stay what they were until the editor has found what matches', () => {
    const talk = conversation(2000);
    talk.look({ filter: 'R19', level: 'all' });
    assert.equal(talk.rows.count, 2000);
    const wanted = talk.see(1980, 2000);
    assert.deepEqual([wanted?.filter, wanted?.from], ['R19', 2000], 'who is at the end stays there');
    talk.work();
    talk.look({ filter: 'R199', level: 'all' });
    talk.see(1980, 2000);
    talk.arrive();
    assert.equal(talk.rows.count, 2000, 'an answer to what nobody looks for any more');
    talk.work();
    talk.arrive();
    assert.equal(talk.rows.count, 11);
  });

  it('keep the filter over a new snapshot', () => {
    const talk = conversation(2000);
    talk.look({ filter: 'failed', level: 'failures' });
    talk.settle(0, 20);
    const count = talk.rows.count;
    talk.rows.begin(talk.ledger.count, talk.ledger.recent());
    talk.settle(0, 20);
    assert.equal(talk.rows.count, count);
    assert.equal(count, Math.ceil(2000 / 7));
  });

  it('are, in the end, the ones that a filter of all events gives, whatever happens in whatever order', () => {
    const query = fc.record<EventQuery>({
      filter: fc.constantFrom('', 'R1', 'R19', 'failed', 'no such'),
      level: fc.constantFrom('all', 'failures'),
    });
    const act = fc.oneof(
      fc.record({ look: query }),
      fc.record({ see: fc.nat(1200) }),
      fc.record({ grow: fc.nat(40) }),
      fc.constantFrom('work' as const, 'again' as const),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1200 }), fc.array(act, { maxLength: 30 }), query, (count, acts, last) => {
        const talk = conversation(count);
        for (const one of acts) {
          if (one === 'again') {
            // The page was loaded anew: what was under way is lost.
            talk.asked.length = 0;
            talk.rows.begin(talk.ledger.count, talk.ledger.recent());
          } else if (one === 'work') {
            talk.work();
            talk.arrive();
          } else if ('look' in one) talk.look(one.look);
          else if ('see' in one) talk.see(one.see, one.see + 20);
          else talk.grow(one.grow);
        }
        talk.look(last);
        talk.work();
        talk.arrive();
        talk.settle(0, 20);
        const expected = talk.ledger
          .matching({ filter: '', level: 'all' })
          .filter(row => eventMatches(row, last.filter, last.level));
        assert.equal(talk.rows.count, expected.length);
        assert.equal(talk.rows.total, talk.ledger.count);
        for (const first of [0, Math.floor(expected.length / 2), Math.max(0, expected.length - 20)]) {
          talk.settle(first, first + 20);
          assert.deepEqual(
            seen(talk.rows, first, Math.min(expected.length, first + 20)),
            expected.slice(first, first + 20),
          );
        }
      }),
      { numRuns: 200 },
    );
  });
});
