import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  busyBytesPerSecond,
  isBusy,
  leastLoaded,
  nextPoolStep,
  type SessionLoad,
} from '../../../../../src/core/tunnel/supervisor/poolPolicy.ts';

const arbitraryLoad = fc.record({
  isUsable: fc.boolean(),
  connections: fc.nat(200),
  carriesOne: fc.boolean(),
  bytesPerSecond: fc.nat(1_500_000),
  busyMs: fc.nat(10_000),
  idleMs: fc.nat(600_000),
});
const arbitraryLoads = fc
  .array(arbitraryLoad, { maxLength: 6 })
  .map(loads => loads.map((load, index): SessionLoad => ({ ...load, id: `s${index}` })));

const load = (id: string, more: Partial<SessionLoad> = {}): SessionLoad => ({
  ...{ id, isUsable: true, connections: 1, carriesOne: false, bytesPerSecond: 0, busyMs: 0, idleMs: 0 },
  ...more,
});
const busy = { bytesPerSecond: busyBytesPerSecond * 2, busyMs: 5_000 };
const idle = { connections: 0, idleMs: 600_000 };

describe('the pool’s policy', () => {
  it('adds one when all are busy for long enough, and none when one is free, on its way, or too many', () => {
    assert.deepEqual(nextPoolStep([load('a', busy)], 0, 4), { kind: 'add' });
    assert.equal(nextPoolStep([load('a', { ...busy, busyMs: 500 })], 0, 4), undefined);
    assert.equal(nextPoolStep([load('a', busy), load('b')], 0, 4), undefined);
    assert.equal(nextPoolStep([load('a', busy)], 1, 4), undefined);
    assert.equal(nextPoolStep([load('a', busy)], 0, 1), undefined);
    assert.equal(nextPoolStep([], 0, 4), undefined);
  });

  it('drops the youngest idle one, and none while the others are half busy', () => {
    assert.deepEqual(nextPoolStep([load('a'), load('b', idle), load('c', idle)], 0, 4), { kind: 'drop', id: 'c' });
    const half = { bytesPerSecond: busyBytesPerSecond * 0.6 };
    assert.equal(nextPoolStep([load('a', half), load('b', idle)], 0, 4), undefined);
    assert.equal(nextPoolStep([load('a', idle)], 0, 4), undefined, 'the last stays');
    assert.equal(nextPoolStep([load('a'), load('b', { connections: 0, idleMs: 1000 })], 0, 4), undefined);
  });

  it('holds a session of an old agent for busy with its one connection', () => {
    assert.ok(isBusy(load('a', { carriesOne: true })));
    assert.ok(!isBusy(load('a', { carriesOne: true, connections: 0 })));
    assert.equal(leastLoaded([load('a', { carriesOne: true }), load('b', { connections: 9 })])?.id, 'b');
  });

  it('never goes above the most nor below one, and never adds and drops at once', () => {
    fc.assert(
      fc.property(arbitraryLoads, fc.nat(2), fc.integer({ min: 1, max: 6 }), (loads, opening, most) => {
        const step = nextPoolStep(loads, opening, most);
        if (step?.kind === 'add') assert.ok(loads.length < most && opening === 0);
        if (step?.kind !== 'drop') return;
        const dropped = loads.find(({ id }) => id === step.id);
        assert.ok(dropped?.isUsable && dropped.connections === 0);
        const rest = loads.filter(({ id }) => id !== step.id);
        assert.ok(rest.some(({ isUsable }) => isUsable));
        assert.notEqual(nextPoolStep(rest, 0, most)?.kind, 'add', 'what was dropped is not added again');
      }),
      { numRuns: 2000 },
    );
  });

  it('spreads connections that begin together, though what was carried until now is still remembered', () => {
    const busy = { connections: 0, bytesPerSecond: busyBytesPerSecond };
    let loads = [load('a', busy), load('b', { connections: 0 }), load('c', busy), load('d', busy)];
    for (let number = 0; number < 8; number++) {
      const chosen = leastLoaded(loads);
      loads = loads.map(one => (one.id === chosen?.id ? { ...one, connections: one.connections + 1 } : one));
      if (number === 3) assert.ok(loads.every(({ connections }) => connections === 1));
    }
  });

  it('gives a new connection to a usable session, to one without any, and to one that is not busy while there is one', () => {
    fc.assert(
      fc.property(arbitraryLoads, loads => {
        const chosen = leastLoaded(loads);
        if (loads.length === 0) return assert.equal(chosen, undefined);
        assert.ok(chosen);
        const usable = loads.filter(({ isUsable }) => isUsable);
        if (usable.length > 0) assert.ok(chosen.isUsable);
        if (usable.some(other => other.connections === 0)) return assert.equal(chosen.connections, 0);
        if (usable.some(other => !isBusy(other))) assert.ok(!isBusy(chosen));
        const equals = usable.filter(other => isBusy(other) === isBusy(chosen));
        if (chosen.isUsable) for (const other of equals) assert.ok(chosen.connections <= other.connections);
      }),
      { numRuns: 2000 },
    );
  });

  it('comes to rest under any steady load: it does not add and drop in turn', () => {
    fc.assert(
      fc.property(fc.nat(3_000_000), fc.integer({ min: 1, max: 4 }), fc.nat(8), (bytes, most, connections) => {
        let loads = [load('s0')];
        const steps: string[] = [];
        for (let round = 0; round < 50; round++) {
          // The load stays where its connections are; new ones go to the least loaded, so at best it is shared evenly.
          const each = bytes / Math.min(loads.length, Math.max(1, connections));
          loads = loads.map((session, index) => {
            const isUsed = index < connections;
            const bytesPerSecond = isUsed ? each : 0;
            const busyMs = bytesPerSecond >= busyBytesPerSecond ? 10_000 : 0;
            return { ...session, connections: isUsed ? 1 : 0, bytesPerSecond, busyMs, idleMs: isUsed ? 0 : 600_000 };
          });
          const step = nextPoolStep(loads, 0, most);
          if (step?.kind === 'add') loads = [...loads, load(`s${round + 1}`, { connections: 0 })];
          if (step?.kind === 'drop') loads = loads.filter(({ id }) => id !== step.id);
          if (step) steps.push(step.kind);
        }
        const turns = steps.filter((kind, index) => index > 0 && kind !== steps[index - 1]).length;
        assert.ok(turns <= 1, steps.join());
      }),
    );
  });
});
