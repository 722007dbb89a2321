import { callerIdentity } from '../aws/identity.ts';
import { toPrivateEksError } from '../aws/errors.ts';
import { isCancellation, type PrivateEksError } from '../errors.ts';
import type { RunContext } from './step.ts';

/** How long a run without a network, or one that AWS keeps throttling, waits before its step fails; ms. */
const outage = { patienceMs: 20 * 60_000, firstWaitMs: 5_000, slowestWaitMs: 60_000 };
const signInPollMs = 5_000;

/**
 * Runs `work`, and again for as long as only the sign-in or the network is in the way. Steps may share one: the sign-in is asked
 * for once.
 */
export class Patience {
  readonly #context: RunContext;
  #signIn: Promise<void> | undefined;

  constructor(context: RunContext) {
    this.#context = context;
  }

  async through<T>(work: () => Promise<T>): Promise<T> {
    const { clock, cancel, journal } = this.#context;
    let since: number | undefined;
    let wait = outage.firstWaitMs;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (isCancellation(error)) throw error;
        const failure = asKnown(error);
        if (failure?.code === 'signed-out') {
          await (this.#signIn ??= this.#waitForSignIn(failure).finally(() => (this.#signIn = undefined)));
          since = undefined;
          continue;
        }
        if (failure?.code !== 'network' && failure?.code !== 'throttled') throw error;
        if (since === undefined)
          journal.append({ type: 'note', level: 'warning', message: `${failure.message} Trying again.` });
        since ??= clock.now();
        if (clock.now() - since > outage.patienceMs) throw error;
        await clock.sleep(wait, cancel);
        wait = Math.min(wait * 2, outage.slowestWaitMs);
      }
    }
  }

  async #waitForSignIn(failure: PrivateEksError): Promise<void> {
    const { session, cancel, journal } = this.#context;
    journal.append({ type: 'waiting-for-sign-in', message: failure.message });
    for (;;) {
      await pause(this.#context);
      session.renew?.();
      try {
        await callerIdentity(session, cancel);
        journal.append({ type: 'note', level: 'info', message: 'Signed in again.' });
        return;
      } catch (error) {
        const still = asKnown(error)?.code;
        if (still !== 'signed-out' && still !== 'network' && still !== 'throttled' && still !== 'no-credentials')
          throw error;
      }
    }
  }
}

/** Until the next look, which is at once when something has come for it. */
async function pause({ session, clock, cancel }: RunContext): Promise<void> {
  const come = new AbortController();
  const stop = session.onSignIn?.(() => come.abort());
  try {
    await clock.sleep(signInPollMs, AbortSignal.any([cancel, come.signal]));
  } catch (error) {
    cancel.throwIfAborted();
    if (!come.signal.aborted) throw error;
  } finally {
    stop?.();
  }
}

function asKnown(error: unknown): PrivateEksError | undefined {
  return error instanceof Error && error.name === 'StepFailure' ? undefined : toPrivateEksError(error);
}
