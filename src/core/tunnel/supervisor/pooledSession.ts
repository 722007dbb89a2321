import type { Duplex } from 'node:stream';
import type { SessionStatus } from './tunnelStatus.ts';
import type { TunnelSession } from './tunnelSession.ts';
import { isBusy, type SessionLoad } from './poolPolicy.ts';

/** What the last probe through it said; `unknown` after it was opened or resumed. */
export type Health = 'unknown' | 'answering' | 'failing';

/** A session in its pool: who uses it, how much it carries, and what its probes say. */
export class PooledSession {
  readonly session: TunnelSession;
  readonly openedAt: number;
  health: Health = 'unknown';
  /** In words: why it is not healthy. */
  detail = '';
  /** It was resumed, and has not been probed since. */
  wasResumed = false;
  /** Failed probes in a row, and whether any was ever answered. */
  failures = 0;
  hasAnswered = false;
  /** Connections that the target could not make since the last answer. */
  connectErrors = 0;
  /** It is to be ended: nothing new goes through it, and its end is no news. */
  isLeaving = false;
  readonly #now: () => number;
  #connections = 0;
  #idleSince: number;
  #busySince: number | undefined;
  #measuredAt: number;
  #measured = { bytesIn: 0, bytesOut: 0 };
  #bytesPerSecond = 0;

  constructor(session: TunnelSession, now: () => number) {
    this.session = session;
    this.#now = now;
    this.openedAt = this.#idleSince = this.#measuredAt = now();
  }

  get connections(): number {
    return this.#connections;
  }

  get isUsable(): boolean {
    return this.session.state === 'open' && !this.isLeaving && this.health !== 'failing';
  }

  async connect(signal: AbortSignal): Promise<Duplex> {
    this.#connections++;
    const left = () => {
      if (--this.#connections === 0) this.#idleSince = this.#now();
    };
    try {
      const stream = await this.session.connect(signal);
      stream.once('close', left);
      return stream;
    } catch (error) {
      left();
      throw error;
    }
  }

  /** Called every second or so. */
  measure(): void {
    const now = this.#now();
    const seconds = (now - this.#measuredAt) / 1000;
    if (seconds <= 0) return;
    const { bytesIn, bytesOut } = this.session;
    const most = Math.max(bytesIn - this.#measured.bytesIn, bytesOut - this.#measured.bytesOut);
    // Half of the past: one quiet second in a download is no end of it.
    this.#bytesPerSecond = this.#bytesPerSecond / 2 + most / seconds / 2;
    this.#measuredAt = now;
    this.#measured = { bytesIn, bytesOut };
    this.#busySince = isBusy(this.load) ? (this.#busySince ?? now) : undefined;
  }

  get load(): SessionLoad {
    const now = this.#now();
    return {
      id: this.session.sessionId,
      isUsable: this.isUsable,
      connections: this.#connections,
      carriesOne: this.session.carriesOne,
      bytesPerSecond: this.#bytesPerSecond,
      busyMs: this.#busySince === undefined ? 0 : now - this.#busySince,
      idleMs: this.#connections > 0 ? 0 : now - this.#idleSince,
    };
  }

  get status(): SessionStatus {
    const { sessionId, target, state, bytesIn, bytesOut, roundTripMs, resumes } = this.session;
    const connections = this.#connections;
    return {
      sessionId,
      target,
      state: state === 'resuming' ? 'resuming' : 'open',
      connections,
      bytesIn,
      bytesOut,
      roundTripMs,
      resumes,
    };
  }
}
