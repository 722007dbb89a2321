import assert from 'node:assert/strict';
import type { AwsSession } from '../../../../src/core/aws/awsSession.ts';
import { PrivateEksError } from '../../../../src/core/errors.ts';
import type { Journal } from '../../../../src/core/run/journal.ts';
import { Patience } from '../../../../src/core/run/patience.ts';
import type { RunEventBody } from '../../../../src/core/run/runEvent.ts';
import type { RunContext } from '../../../../src/core/run/step.ts';

/** A run whose sign-in works again after `polls` looks. */
function makeContext(polls: number, cancel = new AbortController().signal) {
  const told: RunEventBody[] = [];
  let now = 0;
  let looks = 0;
  const sts = {
    send: () =>
      ++looks < polls
        ? Promise.reject(Object.assign(new Error('expired'), { name: 'ExpiredToken' }))
        : Promise.resolve({ Account: '1', Arn: 'arn:aws:iam::1:user/u' }),
  };
  const context = {
    session: { client: () => Promise.resolve(sts), renew: () => undefined } as unknown as AwsSession,
    clock: {
      now: () => now,
      sleep: (ms: number, signal?: AbortSignal) => {
        signal?.throwIfAborted();
        now += ms;
        return new Promise<void>(resolve => setImmediate(resolve));
      },
    },
    journal: { append: (body: RunEventBody) => told.push(body) } as unknown as Journal,
    cancel,
  } as unknown as RunContext;
  return { context, told, now: () => now, looks: () => looks };
}

const signedOut = () => new PrivateEksError('signed-out', 'The AWS sign-in has expired.', { retryable: true });
const offline = () => new PrivateEksError('network', 'AWS cannot be reached: x', { retryable: true });

describe('Patience', () => {
  it('waits for a sign-in, tells it once, and does the work again', async () => {
    const { context, told, looks } = makeContext(4);
    let calls = 0;
    const work = () => (++calls === 1 ? Promise.reject(signedOut()) : Promise.resolve('done'));
    assert.equal(await new Patience(context).through(work), 'done');
    assert.equal(looks(), 4);
    assert.deepEqual(
      told.map(({ type }) => type),
      ['waiting-for-sign-in', 'note'],
    );
  });

  it('goes on within five seconds of the sign-in, however long that was waited for', async () => {
    const { context, looks, now } = makeContext(10_000);
    let calls = 0;
    const work = () => (++calls === 1 ? Promise.reject(signedOut()) : Promise.resolve());
    await new Patience(context).through(work);
    assert.ok(now() / looks() <= 5_000, `${now() / looks()} ms between looks`);
  });

  it('looks at once when what was missing has come', async () => {
    const { context, looks } = makeContext(1);
    let come: (() => void) | undefined;
    let listening = 0;
    const onSignIn = (listener: () => void) => {
      come = listener;
      listening++;
      return () => listening--;
    };
    const never = (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(new Error('woken'))));
    const clock = { ...context.clock, sleep: never };
    const patience = new Patience({ ...context, clock, session: { ...context.session, onSignIn } });
    let calls = 0;
    const done = patience.through(() => (++calls === 1 ? Promise.reject(signedOut()) : Promise.resolve('done')));
    while (!come) await new Promise(resolve => setImmediate(resolve));
    come();
    assert.equal(await done, 'done');
    assert.deepEqual([looks(), listening], [1, 0]);
  });

  it('asks once for steps that run out of their sign-in together', async () => {
    const { context, told } = makeContext(3);
    const patience = new Patience(context);
    const work = () => {
      let calls = 0;
      return () => (++calls === 1 ? Promise.reject(signedOut()) : Promise.resolve());
    };
    await Promise.all([patience.through(work()), patience.through(work())]);
    assert.equal(told.filter(({ type }) => type === 'waiting-for-sign-in').length, 1);
  });

  it('outlasts a network that is away, but not for ever', async () => {
    const { context, now } = makeContext(1);
    await assert.rejects(
      new Patience(context).through(() => Promise.reject(offline())),
      { code: 'network' },
    );
    assert.ok(now() > 15 * 60_000 && now() < 30 * 60_000, `gave up after ${now()} ms`);
  });

  it('gives up waiting when the run is cancelled', async () => {
    const cancel = AbortSignal.abort();
    const { context } = makeContext(99, cancel);
    await assert.rejects(
      new Patience(context).through(() => Promise.reject(signedOut())),
      { name: 'AbortError' },
    );
  });

  it('lets every other failure through at once', async () => {
    const { context, now } = makeContext(1);
    const failure = new PrivateEksError('access-denied', 'no');
    await assert.rejects(
      new Patience(context).through(() => Promise.reject(failure)),
      failure,
    );
    assert.equal(now(), 0);
  });
});
