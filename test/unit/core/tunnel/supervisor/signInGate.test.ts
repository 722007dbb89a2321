import assert from 'node:assert/strict';
import { PrivateEksError } from '../../../../../src/core/errors.ts';
import { SignInGate } from '../../../../../src/core/tunnel/supervisor/signInGate.ts';
import { FakeClock } from '../support/fakeClock.ts';

const signedOut = () => new PrivateEksError('signed-out', 'The AWS sign-in has expired.');

describe('the gate for expired sign-ins', () => {
  const make = () => {
    const clock = new FakeClock();
    const seen = { asked: 0, signedIn: [] as number[], renewed: 0, calls: 0 };
    const gate = new SignInGate({
      clock,
      random: () => 0.5,
      renew: () => seen.renewed++,
      onAsked: () => seen.asked++,
      onSignedIn: afterMs => seen.signedIn.push(afterMs),
      onChange: () => undefined,
    });
    gate.isPatient = true;
    return { clock, seen, gate };
  };

  it('asks once for many who wait, tries seldom, and lets all go on when one has passed', async () => {
    const { clock, seen, gate } = make();
    let isIn = false;
    const call = async () => {
      seen.calls++;
      if (!isIn) throw signedOut();
      return 'answer';
    };
    const waiting = [1, 2, 3, 4, 5].map(() => gate.pass(call, new AbortController().signal));
    await clock.advance(3 * 24 * 3600_000);
    assert.equal(seen.asked, 1);
    assert.ok(gate.waiting);
    assert.ok(seen.calls < (5 * 3 * 24 * 60 * 60) / 40, `${seen.calls} calls in three days`);
    assert.ok(seen.renewed >= seen.calls - 5);
    isIn = true;
    await clock.advance(80_000);
    assert.deepEqual(await Promise.all(waiting), Array(5).fill('answer'));
    assert.equal(seen.signedIn.length, 1);
    assert.equal(gate.waiting, undefined);
    assert.equal(clock.sleeping, 0);
  });

  it('tries at once when it is told that something has changed', async () => {
    const { clock, seen, gate } = make();
    let isIn = false;
    const waiting = gate.pass(async () => {
      if (!isIn) throw signedOut();
    }, new AbortController().signal);
    await clock.advance(10 * 60_000);
    isIn = true;
    gate.nudge();
    await waiting;
    assert.equal(seen.signedIn.length, 1);
  });

  it('does not sleep over a sign-in that came while a call was on its way, and looks again soon where it came too early', async () => {
    const { clock, seen, gate } = make();
    let isIn = false;
    let answers = Promise.resolve();
    const waiting = gate.pass(async () => {
      seen.calls++;
      const wasIn = isIn;
      await answers;
      if (!wasIn) throw signedOut();
    }, new AbortController().signal);
    await clock.advance(3600_000);
    const { promise, resolve } = Promise.withResolvers<void>();
    answers = promise;
    const before = seen.calls;
    await clock.advance(90_000);
    assert.equal(seen.calls, before + 1, 'one is on its way');
    gate.nudge();
    answers = Promise.resolve();
    resolve();
    await clock.advance(0);
    assert.equal(seen.calls, before + 2, 'at once, and not yet there');
    isIn = true;
    await clock.advance(3_000);
    await waiting;
    assert.equal(clock.sleeping, 0);
  });

  it('passes other errors on, ends with its signal, and is no gate while somebody is there to be asked', async () => {
    const { clock, gate, seen } = make();
    const never = new AbortController();
    await assert.rejects(
      gate.pass(() => Promise.reject(new PrivateEksError('network', 'gone')), never.signal),
      { code: 'network' },
    );
    const waiting = assert.rejects(
      gate.pass(() => Promise.reject(signedOut()), never.signal),
      { name: 'AbortError' },
    );
    await clock.advance(1000);
    never.abort();
    await waiting;
    assert.equal(clock.sleeping, 0);
    gate.isPatient = false;
    await assert.rejects(
      gate.pass(() => Promise.reject(signedOut()), new AbortController().signal),
      { code: 'signed-out' },
    );
    assert.equal(seen.asked, 1);
  });
});
