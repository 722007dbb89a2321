import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { isCancellation, PrivateEksError } from '../../errors.ts';
import type { RouteChoice } from '../route/route.ts';
import { Bell } from './bell.ts';
import type { TunnelEventBody } from './eventLog.ts';
import type { PooledSession } from './pooledSession.ts';
import { retryPause } from './retryPause.ts';
import { isNoRoute, routeTitle, type RouteKeeper } from './routeKeeper.ts';
import { endCode, endEvent } from './sessionEnd.ts';
import type { SessionOpener } from './sessionOpener.ts';
import type { SessionPool } from './sessionPool.ts';
import type { TunnelFacts } from './tunnelState.ts';
import type { SessionOver } from './tunnelSession.ts';

export interface SessionKeeperOptions {
  readonly routes: RouteKeeper;
  readonly pool: SessionPool;
  readonly opener: SessionOpener;
  readonly vpcId: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** What follows on an idle timeout. */
  readonly whenIdle: 'at-once' | 'next-connection';
  /** For how long no user's byte went through; ms. */
  readonly quietMs: () => number;
  readonly measure: (member: PooledSession) => Promise<unknown>;
  readonly onEvent: (event: TunnelEventBody) => void;
  readonly onChange: () => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

const connectTimeoutMs = 30_000;
/** What may pass by itself is tried again often; what somebody has to change, seldom, and when a connection asks for it. */
const soon = { firstMs: 500, longestMs: 30_000 };
const late = { firstMs: 1_000, longestMs: 5 * 60_000 };
const hurryEveryMs = 5_000;
/** A session that is over sooner is no cure: the next waits, longer each time. */
const stableAfterMs = 60_000;

/** Sees to it that there is a session: the first, the next after a loss, another by another route. */
export class SessionKeeper {
  readonly #options: SessionKeeperOptions;
  readonly #needed = new Bell();
  readonly #retry = new Bell();
  #doing: TunnelFacts['doing'];
  #trouble: TunnelFacts['trouble'];
  #isResting = false;
  #triedAt = -Infinity;
  #quickEnds = 0;
  #orders: Promise<void> = Promise.resolve();

  constructor(options: SessionKeeperOptions) {
    this.#options = options;
  }

  get facts(): Pick<TunnelFacts, 'doing' | 'trouble' | 'isResting'> {
    return { doing: this.#doing, trouble: this.#trouble, isResting: this.#isResting };
  }

  /** Finds a route, waiting so long for one, and opens a session on it. @throws PrivateEksError */
  async open(waitMs: number): Promise<void> {
    const { routes, opener, measure, clock, signal } = this.#options;
    this.#triedAt = clock.now();
    this.#say(this.#looking);
    try {
      const route = await routes.find(signal, waitMs, why => this.#say({ state: 'finding-route', detail: why }));
      this.#say({ state: 'opening', detail: route.reason });
      const member = await opener.open(route, 'session-opened');
      this.#doing = this.#trouble = undefined;
      await measure(member);
    } finally {
      this.#doing = undefined;
    }
  }

  /** Opens the next session whenever there is none and one is wanted; resolves with the signal. */
  async run(): Promise<void> {
    const { signal, pool, clock, random, onChange } = this.#options;
    while (!signal.aborted) {
      await this.#needed.wait(signal);
      for (let attempt = 0; !signal.aborted && pool.staying.length === 0; attempt++) {
        const calm = retryPause(this.#quickEnds - 1, late, random);
        if (this.#quickEnds > 1) {
          this.#doing = undefined;
          this.#trouble = { state: 'degraded', detail: 'sessions end as soon as they are open; the next one waits' };
          onChange();
          await this.#retry.wait(signal, clock, calm);
        }
        if (!signal.aborted) await this.#tryOpen(attempt);
      }
    }
  }

  /** A way for a new connection; waits for the session that is being made. @throws PrivateEksError `no-session` */
  async connect(gone: AbortSignal): Promise<Duplex> {
    const { pool, clock } = this.#options;
    if (!pool.pick()) {
      this.#wanted(false);
      await pool.came(gone, clock, connectTimeoutMs);
    }
    const member = pool.pick();
    if (!member) throw new PrivateEksError('no-session', 'No session is open.', { retryable: true });
    return member.connect(gone);
  }

  /** Gives up a session; the next is opened at once if it was the last. */
  replace(member: PooledSession, why: TunnelEventBody): void {
    if (member.isLeaving) return;
    this.#options.onEvent(why);
    this.#count(member);
    void this.#options.pool.end([member]);
    this.#ensure();
  }

  /** A session is over by itself. */
  over(member: PooledSession, { kind, reason, connections }: SessionOver): void {
    const { pool, signal, onEvent, onChange, quietMs, whenIdle } = this.#options;
    if (member.isLeaving || signal.aborted) return;
    pool.remove(member);
    this.#count(member);
    const end = { kind, reason, connections, quietMs: quietMs(), hasOthers: pool.staying.length > 0 };
    const waitsForConnection = whenIdle === 'next-connection' && endCode(end) === 'idle-timeout' && connections === 0;
    onEvent(endEvent({ ...end, waitsForConnection }));
    void pool.end([member]);
    if (waitsForConnection && !end.hasOthers) this.#isResting = true;
    else this.#ensure();
    onChange();
  }

  /** Another route, or a new session on the one that was chosen; the old is left when the new stands. */
  move(choice: RouteChoice | undefined): void {
    this.#orders = this.#orders.then(() => this.#move(choice));
  }

  /** The network may be another one: what waits is tried now. */
  hurry(): void {
    this.#retry.wake();
  }

  /** Ends all sessions and what was on its way to be one. */
  async close(): Promise<void> {
    const { pool, opener } = this.#options;
    await Promise.all([opener.settled(), pool.end(pool.members)]);
    await this.#orders;
    await pool.end(pool.members);
  }

  async #tryOpen(attempt: number): Promise<void> {
    const { signal, clock, random, onChange, onEvent } = this.#options;
    try {
      await this.open(0);
    } catch (error) {
      if (signal.aborted || isCancellation(error)) return;
      const message = error instanceof Error ? error.message : String(error);
      const isMissing = isNoRoute(error);
      const isNew = this.#trouble?.detail !== message;
      this.#trouble = { state: isMissing ? 'finding-route' : 'degraded', detail: message };
      onChange();
      // Of a missing route, whoever looked for it has told.
      if (isNew && !isMissing) onEvent(notOpened(message));
      const passes = error instanceof PrivateEksError && error.retryable && !isMissing;
      await this.#retry.wait(signal, clock, retryPause(attempt, passes ? soon : late, random));
    }
  }

  async #move(choice: RouteChoice | undefined): Promise<void> {
    const { routes, pool, opener, signal, onEvent, measure } = this.#options;
    const before = pool.staying;
    if (before.length === 0) {
      if (choice) routes.choose(choice);
      return this.#wanted(true);
    }
    try {
      const found = await routes.look(choice, signal);
      const member = await opener.open(found, 'session-opened');
      routes.take(found, choice);
      await pool.end(before);
      await measure(member);
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      const stays = routes.route ? `The tunnel stays on its way: ${routeTitle(routes.route)}.` : undefined;
      onEvent({ code: 'no-route', severity: 'warning', message, ...(stays ? { cure: stays } : {}) });
    }
  }

  #count(member: PooledSession): void {
    const lived = this.#options.clock.now() - member.openedAt;
    this.#quickEnds = lived < stableAfterMs ? this.#quickEnds + 1 : 0;
  }

  #ensure(): void {
    this.#isResting = false;
    if (this.#options.pool.staying.length > 0) return;
    this.#doing ??= this.#looking;
    this.#needed.ring();
  }

  /** Somebody asks for a session while there is none. */
  #wanted(now: boolean): void {
    const { clock } = this.#options;
    if (this.#isResting) this.#ensure();
    if (now || clock.now() - this.#triedAt >= hurryEveryMs) this.#retry.wake();
  }

  get #looking(): NonNullable<TunnelFacts['doing']> {
    return { state: 'finding-route', detail: `looking for a way into ${this.#options.vpcId}` };
  }

  #say(doing: NonNullable<TunnelFacts['doing']>): void {
    this.#doing = doing;
    this.#options.onChange();
  }
}

function notOpened(message: string): TunnelEventBody {
  const cure = 'It is tried again, and at once when a connection comes.';
  return { code: 'session-lost', severity: 'error', message: `No session could be opened: ${message}`, cure };
}
