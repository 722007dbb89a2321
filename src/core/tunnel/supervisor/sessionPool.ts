import type { Clock } from '../../clock.ts';
import { Bell } from './bell.ts';
import { directId } from './directSession.ts';
import { PooledSession } from './pooledSession.ts';
import { leastLoaded, type SessionLoad } from './poolPolicy.ts';
import type { SessionStatus } from './tunnelStatus.ts';
import type { TunnelSession } from './tunnelSession.ts';

/** The sessions of one tunnel. A connection stays in its session; a lost session loses its own connections alone. */
export class SessionPool {
  readonly #now: () => number;
  readonly #came = new Bell();
  #members: readonly PooledSession[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  get members(): readonly PooledSession[] {
    return this.#members;
  }

  /** Those that are not on their way out. */
  get staying(): readonly PooledSession[] {
    return this.#members.filter(({ isLeaving }) => !isLeaving);
  }

  get loads(): SessionLoad[] {
    return this.staying.map(({ load }) => load);
  }

  /** Of Session Manager's; the direct way is none. */
  get statuses(): SessionStatus[] {
    return this.#members.filter(({ session }) => session.sessionId !== directId).map(({ status }) => status);
  }

  add(session: TunnelSession): PooledSession {
    const member = new PooledSession(session, this.#now);
    this.#members = [...this.#members, member];
    this.#came.wake();
    return member;
  }

  remove(member: PooledSession): void {
    this.#members = this.#members.filter(other => other !== member);
  }

  /** Ends those sessions, and waits for AWS's answer. */
  async end(members: readonly PooledSession[]): Promise<void> {
    for (const member of members) member.isLeaving = true;
    await Promise.all(
      members.map(async member => {
        await member.session.end();
        this.remove(member);
      }),
    );
  }

  /** Where a new connection goes; undefined when there is no session. */
  pick(): PooledSession | undefined {
    const best = leastLoaded(this.loads);
    return this.staying.find(({ session }) => session.sessionId === best?.id);
  }

  /** Resolves when a session has come, after the time, or with the signal. */
  came(signal: AbortSignal, clock: Clock, milliseconds: number): Promise<void> {
    return this.#came.wait(signal, clock, milliseconds);
  }
}
