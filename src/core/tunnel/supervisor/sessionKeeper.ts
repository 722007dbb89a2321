import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { isCancellation, PrivateEksError } from '../../errors.ts';
import type { Route, RouteChoice } from '../route/route.ts';
import { Bell } from './bell.ts';
import { directId } from './directSession.ts';
import type { TunnelEventBody } from './eventLog.ts';
import type { PooledSession } from './pooledSession.ts';
import { isBusy, nextPoolStep } from './poolPolicy.ts';
import { retryPause } from './retryPause.ts';
import { isNoRoute, routeTitle, type RouteKeeper } from './routeKeeper.ts';
import { endCode, endEvent, resumedEvent, socketLostEvent } from './sessionEnd.ts';
import type { SessionPool } from './sessionPool.ts';
import type { SignInGate } from './signInGate.ts';
import type { TunnelFacts } from './tunnelState.ts';
import type { OpenSession, SessionOver, SessionWatch } from './tunnelSession.ts';

export interface SessionKeeperOptions {
  readonly routes: RouteKeeper;
  readonly pool: SessionPool;
  readonly gate: SignInGate;
  readonly openSession: OpenSession;
  readonly vpcId: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly maxSessions: number;
  /** What follows on an idle timeout. */
  readonly whenIdle: 'at-once' | 'next-connection';
  /** For how long no user's byte went through; ms. */
  readonly quietMs: () => number;
  readonly measure: (member: PooledSession) => Promise<unknown>;
  readonly onEvent: (event: TunnelEventBody) => void;
  readonly onChange: () => void;
  readonly log: (message: string) => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

const connectTimeoutMs = 30_000;
/** A connection that comes while all sessions are busy waits so long for the session that is on its way. */
const shareTimeoutMs = 2_000;
/** What may pass by itself is tried again often; what somebody has to change, seldom, and when a connection asks for it. */
const soon = { firstMs: 500, longestMs: 30_000 };
const late = { firstMs: 1_000, longestMs: 5 * 60_000 };
const hurryEveryMs = 5_000;
const addAgainMs = 60_000;

/** Sees to it that there are sessions: the first, the next after a loss, more under load, others by another route. */
export class SessionKeeper {
  readonly #options: SessionKeeperOptions;
  readonly #needed = new Bell();
  readonly #retry = new Bell();
  readonly #opening = new Set<Promise<unknown>>();
  #doing: TunnelFacts['doing'];
  #trouble: TunnelFacts['trouble'];
  #resting: string | undefined;
  #begun = 0;
  #openedAt: number | undefined;
  #triedAt = -Infinity;
  #adding = 0;
  #addAfter = -Infinity;
  #orders: Promise<void> = Promise.resolve();

  constructor(options: SessionKeeperOptions) {
    this.#options = options;
  }

  get facts(): Pick<TunnelFacts, 'doing' | 'trouble' | 'restingBecause'> {
    return { doing: this.#doing, trouble: this.#trouble, restingBecause: this.#resting };
  }

  get begun(): number {
    return this.#begun;
  }

  get openedAt(): number | undefined {
    return this.#openedAt;
  }

  /** Finds a route and opens a session on it. @throws PrivateEksError */
  async open(waitMs: number): Promise<void> {
    const { routes, signal } = this.#options;
    this.#triedAt = this.#options.clock.now();
    this.#say(this.#looking);
    try {
      const route = await routes.find(signal, waitMs, why => this.#say({ state: 'finding-route', detail: why }));
      this.#say({ state: 'opening', detail: route.reason });
      const member = await this.#openOn(route, 'session-opened');
      this.#doing = this.#trouble = undefined;
      await this.#options.measure(member);
    } finally {
      this.#doing = undefined;
    }
  }

  /** Opens the next session whenever there is none and one is wanted; resolves with the signal. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      await this.#needed.wait(signal);
      for (let attempt = 0; !signal.aborted && this.#options.pool.staying.length === 0; attempt++)
        await this.#tryOpen(attempt);
    }
  }

  /** A way for a new connection; waits for the session that is being made. @throws PrivateEksError `no-session` */
  async connect(gone: AbortSignal): Promise<Duplex> {
    const { pool, clock } = this.#options;
    const areBusy = this.#adding > 0 && pool.loads.every(load => !load.isUsable || isBusy(load));
    if (areBusy) await pool.came(gone, clock, shareTimeoutMs);
    if (!pool.pick()) {
      this.#wanted();
      await pool.came(gone, clock, connectTimeoutMs);
    }
    const member = pool.pick();
    if (!member) throw new PrivateEksError('no-session', 'No session is open.', { retryable: true });
    return member.connect(gone);
  }

  /** One step towards as many sessions as the load asks for. */
  adapt(): void {
    const { pool, routes, maxSessions, clock } = this.#options;
    for (const member of pool.staying) member.measure();
    if (routes.route?.kind === 'direct') return;
    const step = nextPoolStep(pool.loads, this.#adding, maxSessions);
    if (step?.kind === 'add' && clock.now() >= this.#addAfter) void this.#add();
    const member = step?.kind === 'drop' && pool.staying.find(({ session }) => session.sessionId === step.id);
    if (!member) return;
    this.#tell(
      'session-dropped',
      'A session was ended: nobody has used it for some minutes.',
      'The others carry the load.',
    );
    void this.#leave([member]);
  }

  /** Gives up a session; the next is opened at once if it was the last. */
  replace(member: PooledSession, why: TunnelEventBody): void {
    if (member.isLeaving) return;
    this.#options.onEvent(why);
    void this.#leave([member]);
    this.#ensure();
  }

  /** Another route, or a new session on the one that was chosen; the old is left when the new stands. */
  move(choice: RouteChoice | undefined): void {
    this.#orders = this.#orders.then(() => this.#move(choice));
  }

  /** The network may be another one: what waits is tried now. */
  hurry(): void {
    this.#retry.wake();
    this.#options.gate.nudge();
  }

  /** Ends all sessions and what was on its way to be one. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#opening, this.#leave(this.#options.pool.members)]);
    await this.#leave(this.#options.pool.members);
    await this.#orders;
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
      if (isNew && !isMissing)
        onEvent({
          code: 'session-lost',
          severity: 'error',
          message: `No session could be opened: ${message}`,
          cure: 'It is tried again, and at once when a connection comes.',
        });
      const passes = error instanceof PrivateEksError && error.retryable && !isMissing;
      await this.#retry.wait(signal, clock, retryPause(attempt, passes ? soon : late, random));
    }
  }

  async #openOn(route: Route, code: 'session-opened' | 'session-added'): Promise<PooledSession> {
    const { gate, openSession, signal, pool, clock } = this.#options;
    let member: PooledSession | undefined;
    const opening = gate.pass(
      () =>
        openSession(
          route,
          this.#watch(() => member),
          signal,
        ),
      signal,
    );
    this.#opening.add(opening);
    try {
      const session = await opening;
      member = pool.add(session);
      this.#openedAt ??= clock.now();
      member.detail = route.reason;
      const added = member;
      void session.over.then(over => this.#over(added, over));
      if (session.sessionId === directId) return member;
      this.#begun++;
      const how =
        code === 'session-added'
          ? `Session ${pool.staying.length} was added, as the others are busy`
          : 'A session is open';
      this.#tell(code, `${how}: ${session.sessionId} to ${session.target}.`);
      return member;
    } finally {
      this.#opening.delete(opening);
    }
  }

  #watch(member: () => PooledSession | undefined): SessionWatch {
    const { onEvent, onChange, measure, log } = this.#options;
    const note = (what: Partial<Pick<PooledSession, 'detail' | 'health' | 'wasResumed'>>) => {
      const known = member();
      if (known) Object.assign(known, what);
      onChange();
    };
    return {
      onLost: reason => {
        onEvent(socketLostEvent(reason));
        note({ detail: reason, wasResumed: false });
      },
      onResumeFailed: error => {
        const detail = error instanceof Error ? error.message : String(error);
        log(`not resumed: ${detail}`);
        note({ detail });
      },
      onResumed: afterMs => {
        onEvent(resumedEvent(afterMs));
        note({ detail: 'resumed', health: 'unknown', wasResumed: true });
        const known = member();
        if (known) void measure(known);
      },
      onConnectError: () => {
        const known = member();
        log('the target cannot reach the API endpoint');
        if (known && known.connectErrors++ === 0) void measure(known);
      },
    };
  }

  #over(member: PooledSession, { kind, reason, connections }: SessionOver): void {
    const { pool, signal, onEvent, onChange, quietMs, whenIdle } = this.#options;
    if (member.isLeaving || signal.aborted) return;
    pool.remove(member);
    const end = { kind, reason, connections, quietMs: quietMs(), hasOthers: pool.staying.length > 0 };
    const waitsForConnection = whenIdle === 'next-connection' && endCode(end) === 'idle-timeout' && connections === 0;
    onEvent(endEvent({ ...end, waitsForConnection }));
    void this.#leave([member]);
    if (waitsForConnection && !end.hasOthers)
      this.#resting = 'no session while nobody uses it; the next connection opens one';
    else this.#ensure();
    onChange();
  }

  async #add(): Promise<void> {
    const { routes, log, clock, measure } = this.#options;
    const { route } = routes;
    if (!route) return;
    this.#adding++;
    try {
      const member = await this.#openOn(route, 'session-added');
      void measure(member);
    } catch (error) {
      this.#addAfter = clock.now() + addAgainMs;
      log(`no further session: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#adding--;
    }
  }

  async #move(choice: RouteChoice | undefined): Promise<void> {
    const { routes, pool, signal, onEvent, measure } = this.#options;
    const before = pool.staying;
    if (before.length === 0) {
      if (choice) routes.choose(choice);
      return this.#wanted(true);
    }
    try {
      const found = await routes.look(choice, signal);
      const member = await this.#openOn(found, 'session-opened');
      routes.take(found, choice);
      await this.#leave(before);
      await measure(member);
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      const stays = routes.route
        ? `The tunnel stays as it is. ${routeTitle(routes.route)}.`
        : 'The tunnel stays as it is.';
      onEvent({ code: 'no-route', severity: 'warning', message, cure: stays });
    }
  }

  #leave(members: readonly PooledSession[]): Promise<void> {
    return this.#options.pool.end(members);
  }

  #ensure(): void {
    if (this.#options.pool.staying.length > 0) return;
    this.#doing ??= this.#looking;
    this.#needed.ring();
  }

  get #looking(): NonNullable<TunnelFacts['doing']> {
    return { state: 'finding-route', detail: `looking for a way into ${this.#options.vpcId}` };
  }

  /** Somebody asks for a session while there is none. */
  #wanted(now = false): void {
    const { clock } = this.#options;
    this.#resting = undefined;
    this.#ensure();
    if (now || clock.now() - this.#triedAt >= hurryEveryMs) this.#retry.wake();
  }

  #say(doing: NonNullable<TunnelFacts['doing']>): void {
    this.#doing = doing;
    this.#options.onChange();
  }

  #tell(code: TunnelEventBody['code'], message: string, cure?: string): void {
    this.#options.onEvent({ code, severity: 'info', message, ...(cure === undefined ? {} : { cure }) });
  }
}
