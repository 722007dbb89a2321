/** What is to be done about a socket that may be dead. */
export type HeartbeatVerdict = 'wait' | 'ping' | 'dead';

/**
 * Judges a socket by what is heard on it: anything at all, a pong included, proves it alive. Two pings in a row without an answer, or one
 * while data waits for its acknowledgement, and it is dead. Times in ms, given by the caller.
 */
export class Heartbeat {
  readonly #every: number;
  #heardAt: number;
  #pingedAt: number;
  #unanswered = 0;

  constructor(everyMs: number, now: number) {
    this.#every = everyMs;
    this.#heardAt = now;
    this.#pingedAt = now;
  }

  heard(now: number): void {
    this.#heardAt = now;
    this.#unanswered = 0;
  }

  /** At each regular beat. */
  beat(now: number): HeartbeatVerdict {
    if (this.#unanswered >= 2) return 'dead';
    return this.#ping(now);
  }

  /** While data waits: a network that went away shows within seconds then, not within a minute. */
  hurry(now: number): HeartbeatVerdict {
    const patience = this.#every / 3;
    if (now - this.#heardAt < patience || now - this.#pingedAt < patience) return 'wait';
    return this.#unanswered > 0 ? 'dead' : this.#ping(now);
  }

  #ping(now: number): HeartbeatVerdict {
    this.#pingedAt = now;
    this.#unanswered++;
    return 'ping';
  }
}
