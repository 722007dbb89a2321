import type { Clock } from '../../clock.ts';
import { PrivateEksError } from '../../errors.ts';
import { Bell } from './bell.ts';
import { retryPause } from './retryPause.ts';

export interface SignInGateOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Forgets credentials, so that the next call reads the sign-in anew. */
  readonly renew: () => void;
  /** Called once, until something has succeeded again. */
  readonly onAsked: (error: PrivateEksError) => void;
  readonly onSignedIn: (afterMs: number) => void;
  /** `waiting` has changed. */
  readonly onChange: () => void;
}

const pauses = { firstMs: 2_000, longestMs: 60_000 };

/** Calls to AWS that outlive a sign-in: while it is expired they wait here and try again, without anybody's asking twice. */
export class SignInGate {
  readonly #options: SignInGateOptions;
  readonly #bell = new Bell();
  #waiting: PrivateEksError | undefined;
  #askedAt: number | undefined;
  #attempt = 0;
  #nudges = 0;

  constructor(options: SignInGateOptions) {
    this.#options = options;
  }

  /** False: an expired sign-in is an error like any other, because whoever asks is there to be asked. */
  isPatient = false;

  /** Why calls wait now; undefined when they do not. */
  get waiting(): PrivateEksError | undefined {
    return this.#waiting;
  }

  /** Tries now what waits: something says that the sign-in may be there. If it is not yet, the next tries follow soon, as at first. */
  nudge(): void {
    this.#nudges++;
    this.#attempt = 0;
    this.#bell.wake();
  }

  /** @throws whatever `call` throws but for an expired sign-in, and the signal's reason */
  async pass<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      const nudges = this.#nudges;
      try {
        const answer = await call();
        this.#passed();
        return answer;
      } catch (error) {
        if (!this.isPatient || !isSignedOut(error)) {
          this.#wait(undefined);
          throw error;
        }
        this.#ask(error);
      }
      const { clock, random, renew } = this.#options;
      // A call that was on its way when somebody signed in has failed with what was there before.
      if (nudges === this.#nudges) await this.#bell.wait(signal, clock, retryPause(this.#attempt++, pauses, random));
      signal.throwIfAborted();
      renew();
    }
  }

  #ask(error: PrivateEksError): void {
    const isFirst = this.#askedAt === undefined;
    this.#askedAt ??= this.#options.clock.now();
    if (isFirst) this.#options.onAsked(error);
    this.#wait(error);
  }

  #passed(): void {
    this.#attempt = 0;
    this.#wait(undefined);
    if (this.#askedAt === undefined) return;
    const waitedMs = this.#options.clock.now() - this.#askedAt;
    this.#askedAt = undefined;
    this.#bell.wake();
    this.#options.onSignedIn(waitedMs);
  }

  #wait(error: PrivateEksError | undefined): void {
    if (this.#waiting?.message === error?.message) return;
    this.#waiting = error;
    this.#options.onChange();
  }
}

export function isSignedOut(error: unknown): error is PrivateEksError {
  return error instanceof PrivateEksError && (error.code === 'signed-out' || error.code === 'no-credentials');
}
