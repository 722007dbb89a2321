import type { TrafficCount } from '../forward/portForward.ts';

/** Whether users' connections come and carry anything; probes do not count. */
export class TrafficWatch {
  readonly #traffic: Readonly<TrafficCount>;
  readonly #now: () => number;
  #seen = '';
  #bytes = 0;
  #usedAt: number;

  constructor(traffic: Readonly<TrafficCount>, now: () => number) {
    this.#traffic = traffic;
    this.#now = now;
    this.#usedAt = now();
    this.hasMoved();
  }

  /** Somebody comes. */
  used(): void {
    this.#usedAt = this.#now();
  }

  /** For how long no user's byte went through; ms. */
  get quietMs(): number {
    const bytes = this.#traffic.bytesIn + this.#traffic.bytesOut;
    if (bytes !== this.#bytes) this.used();
    this.#bytes = bytes;
    return this.#now() - this.#usedAt;
  }

  /** Whether any figure has changed since the last time it was asked. */
  hasMoved(): boolean {
    const { bytesIn, bytesOut, openConnections, connections } = this.#traffic;
    const seen = [bytesIn, bytesOut, openConnections, connections].join();
    const moved = seen !== this.#seen;
    this.#seen = seen;
    return moved;
  }
}
