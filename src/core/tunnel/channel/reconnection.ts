import type { Clock } from '../../clock.ts';
import { isCancellation } from '../../errors.ts';
import type { ChannelSocket, Dial } from './channelSocket.ts';
import type { SessionGrant } from './channelOptions.ts';

export interface ReconnectionOptions {
  readonly clock: Clock;
  readonly dial: Dial;
  readonly resume: (signal: AbortSignal) => Promise<SessionGrant | undefined>;
  readonly onFailed: (error: unknown) => void;
  readonly longestBackoffMs: number;
  /** From 0 to 1, to spread those who lost their socket at the same moment. */
  readonly random: () => number;
}

export type Reconnected =
  { readonly grant: SessionGrant; readonly socket: ChannelSocket } | 'session-gone' | 'given-up';

const firstBackoffMs = 200;
/** Between any two attempts, whatever the sockets carried. */
const leastPauseMs = 100;
/** A socket that lived so long was a good one, though it carried nothing: the service closes even idle ones about hourly. */
const goodLifeMs = 60_000;

/**
 * Gives a session new sockets. The first attempt after a socket that carried something is made at once; one that brought nothing,
 * and every failure, makes the next wait twice as long. Goes on until the service says that the session is gone.
 */
export class Reconnection {
  readonly #options: ReconnectionOptions;
  #backoff = 0;
  #progress = -1;
  #triedAt = -Infinity;

  constructor(options: ReconnectionOptions) {
    this.#options = options;
  }

  /** `progress` is a count that grows with all that the sockets carry. */
  async next(progress: number, signal: AbortSignal): Promise<Reconnected> {
    const { clock, dial, resume, onFailed } = this.#options;
    if (progress !== this.#progress || clock.now() - this.#triedAt > goodLifeMs) this.#backoff = 0;
    this.#progress = progress;
    for (;;) {
      const spread = this.#backoff * (0.75 + this.#options.random() / 2);
      const pause = Math.max(spread, this.#triedAt + leastPauseMs - clock.now());
      this.#backoff = Math.min(this.#options.longestBackoffMs, Math.max(firstBackoffMs, this.#backoff * 2));
      try {
        if (pause > 0) await clock.sleep(pause, signal);
        this.#triedAt = clock.now();
        const grant = await resume(signal);
        if (!grant) return 'session-gone';
        return { grant, socket: await dial(grant.streamUrl, signal) };
      } catch (error) {
        if (signal.aborted || isCancellation(error)) return 'given-up';
        onFailed(error);
      }
    }
  }
}
