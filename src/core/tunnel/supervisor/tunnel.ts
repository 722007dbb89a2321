import type { Duplex } from 'node:stream';
import { openPortForward, type PortForward } from '../forward/portForward.ts';
import type { RouteChoice, RouteReport } from '../route/route.ts';
import { Bell } from './bell.ts';
import { directSession } from './directSession.ts';
import { EventLog, type TunnelEventBody } from './eventLog.ts';
import { openNativeSession } from './nativeSession.ts';
import { ProbeLoop } from './probeLoop.ts';
import { RouteKeeper } from './routeKeeper.ts';
import { SessionKeeper } from './sessionKeeper.ts';
import { SessionPool } from './sessionPool.ts';
import { SignInGate } from './signInGate.ts';
import type { SessionWatch } from './tunnelSession.ts';
import { watchSleep } from './sleepWatch.ts';
import { signedInEvent, signedOutEvent } from './signInEvents.ts';
import { wakeUp } from './wakeUp.ts';
import type { TunnelEvent } from './tunnelEvent.ts';
import type { TunnelOptions } from './tunnelOptions.ts';
import { tunnelState, type StateInWords } from './tunnelState.ts';
import type { TunnelStatus } from './tunnelStatus.ts';

/** After so long without a user's byte, nobody is taken to use the tunnel. */
const quietAfterMs = 5 * 60_000;
/** Figures are told while they change; how often is looked, ms: while bytes flow, while connections are open, while there are spare sessions. */
const looks = { moving: 1_000, used: 5_000, spare: 30_000 };

/**
 * A listener on 127.0.0.1 that stays, and behind it Session Manager sessions, or the direct way. A lost socket is resumed by its session, a
 * lost session replaced, a lost route looked for anew: on the same port, and each told.
 */
export class Tunnel {
  readonly #options: TunnelOptions;
  readonly #end = new AbortController();
  readonly #forward: PortForward;
  readonly #pool: SessionPool;
  readonly #log: EventLog;
  readonly #gate: SignInGate;
  readonly #routes: RouteKeeper;
  readonly #keeper: SessionKeeper;
  readonly #probes: ProbeLoop;
  readonly #used = new Bell();
  #loops: Promise<unknown> = Promise.resolve();
  #told: Pick<TunnelStatus, 'state' | 'since'>;
  #traffic = { bytes: 0, at: 0 };
  #closing: Promise<void> | undefined;
  #resumes = 0;
  #lookPause: number | undefined;

  private constructor(options: TunnelOptions, forward: PortForward) {
    this.#options = options;
    this.#forward = forward;
    const {
      clock,
      accountClock,
      findRoute,
      choice = { kind: 'automatic' },
      cluster,
      log,
      random = Math.random,
    } = options;
    const { signal } = this.#end;
    const now = () => clock.now();
    const onEvent = (event: TunnelEventBody) => this.#log.add(event);
    const onChange = () => this.#publish();
    this.#told = { state: 'finding-route', since: now() };
    this.#traffic.at = now();
    this.#log = new EventLog(now, event => {
      if (event.code === 'resumed') this.#resumes++;
      options.onEvent?.(event);
    });
    this.#pool = new SessionPool(now);
    const { renew = () => undefined } = options;
    this.#gate = new SignInGate({
      ...{ clock, random, renew, onChange },
      onAsked: error => onEvent(signedOutEvent(error)),
      onSignedIn: afterMs => onEvent(signedInEvent(afterMs)),
    });
    const onReport = (report: RouteReport) => options.onRoutes?.(report);
    const gate = this.#gate;
    this.#routes = new RouteKeeper({
      cluster,
      findRoute,
      choice,
      accountClock,
      gate,
      onReport,
      onEvent,
    });
    const endpoint = { host: cluster.host, port: options.endpointPort ?? 443 };
    const native = {
      ...options,
      clock,
      gate,
      endpoint,
      log,
      reason: `Private EKS: kubectl for ${cluster.name}`,
    };
    const { openSession } = options;
    const openTarget = (target: string, watch: SessionWatch, abort: AbortSignal) =>
      openSession
        ? openSession(options.sessions, target, watch, abort)
        : openNativeSession(native, target, watch, abort);
    this.#keeper = new SessionKeeper({
      ...{ routes: this.#routes, pool: this.#pool, gate, clock, random, onEvent, onChange, log, signal },
      vpcId: cluster.vpcId,
      openSession: (route, watch, abort) =>
        route.kind === 'direct'
          ? Promise.resolve(directSession(route, endpoint.port))
          : openTarget(route.target, watch, abort),
      maxSessions: options.maxSessions ?? 4,
      whenIdle: options.whenIdle ?? 'at-once',
      quietMs: () => this.#quietMs(),
      measure: member => this.#probes.measure(member, signal),
    });
    this.#probes = new ProbeLoop({
      ...{ pool: this.#pool, probe: options.probe, clock, onEvent, onChange },
      isQuiet: () => options.keepAlive !== true && this.#quietMs() >= quietAfterMs,
      replace: (member, why) => this.#keeper.replace(member, why),
    });
  }

  /**
   * Binds the port, finds a route, opens a session and probes it; from then on the tunnel looks after itself until `close`.
   * @throws PrivateEksError what kept the first session from coming up
   */
  static async open(options: TunnelOptions, signal: AbortSignal): Promise<Tunnel> {
    const made = Promise.withResolvers<Tunnel>();
    const forward = await openPortForward(options.port, async gone => (await made.promise).#connect(gone));
    const tunnel = new Tunnel(options, forward);
    made.resolve(tunnel);
    const abort = () => tunnel.#end.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await tunnel.#keeper.open(options.waitForRouteMs);
      tunnel.#live();
      return tunnel;
    } catch (error) {
      await tunnel.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  get status(): TunnelStatus {
    const { bytesIn, bytesOut, openConnections } = this.#forward.traffic;
    return {
      ...this.#told,
      ...this.#words(),
      port: this.#forward.port,
      route: this.#routes.route,
      latencyMs: this.#probes.latencyMs,
      resumes: this.#resumes,
      sessionsBegun: this.#keeper.begun,
      sessions: this.#pool.statuses,
      bytesIn,
      bytesOut,
      openConnections,
      openedAt: this.#keeper.openedAt,
    };
  }

  /** What happened, oldest first, the last 500. */
  get events(): readonly TunnelEvent[] {
    return this.#log.events;
  }

  /** Why this route: what was found out when it was last looked for. */
  get routes(): RouteReport | undefined {
    return this.#routes.report;
  }

  /** Writes into its log what somebody else has done about it. */
  note(event: TunnelEventBody): void {
    this.#log.add(event);
  }

  /** Leaves its route for another, when that stands; the port stays. */
  chooseRoute(choice: RouteChoice): void {
    this.#keeper.move(choice);
  }

  /** A new session now. */
  reconnect(): void {
    this.#keeper.hurry();
    this.#keeper.move(undefined);
  }

  /** Ends the sessions on AWS's side, closes every connection and frees the port. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#end.abort();
    await this.#keeper.close();
    await this.#forward.close();
    await this.#loops;
    if (this.#keeper.openedAt !== undefined)
      this.#log.add({ code: 'ended', severity: 'info', message: 'The tunnel was closed.' });
    this.#publish();
  }

  #live(): void {
    const { clock } = this.#options;
    const { signal } = this.#end;
    this.#gate.isPatient = true;
    const slept = (milliseconds: number) => {
      this.#keeper.hurry();
      void wakeUp({ pool: this.#pool, probes: this.#probes, clock, log: this.#log }, milliseconds, signal);
    };
    this.#loops = Promise.all([
      this.#keeper.run(),
      this.#probes.run(signal),
      watchSleep(clock, slept, signal),
      this.#lookAfterLoad(),
    ]);
  }

  async #connect(gone: AbortSignal): Promise<Duplex> {
    if (this.#probes.isResting) this.#probes.hurry();
    if (this.#lookPause !== looks.moving) this.#used.ring();
    return this.#keeper.connect(gone);
  }

  /** Sessions follow the load, and the figures are told while they change. */
  async #lookAfterLoad(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      const before = this.#figures();
      await this.#used.wait(signal, this.#options.clock, this.#lookPause);
      if (signal.aborted) return;
      this.#keeper.adapt();
      const isMoving = this.#figures() !== before;
      const isUsed = this.#forward.traffic.openConnections > 0;
      this.#lookPause = isMoving
        ? looks.moving
        : isUsed
          ? looks.used
          : this.#pool.staying.length > 1
            ? looks.spare
            : undefined;
      if (isMoving) this.#publish();
    }
  }

  #figures(): string {
    const { bytesIn, bytesOut, openConnections, connections } = this.#forward.traffic;
    return [bytesIn, bytesOut, openConnections, connections].join();
  }

  #quietMs(): number {
    const { bytesIn, bytesOut } = this.#forward.traffic;
    const now = this.#options.clock.now();
    if (bytesIn + bytesOut !== this.#traffic.bytes) this.#traffic = { bytes: bytesIn + bytesOut, at: now };
    return now - this.#traffic.at;
  }

  #publish(): void {
    const { state } = this.#words();
    if (state !== this.#told.state) this.#told = { state, since: this.#options.clock.now() };
    this.#options.onStatus(this.status);
  }

  #words(): StateInWords {
    return tunnelState({
      ...this.#keeper.facts,
      isEnded: this.#end.signal.aborted && this.#pool.members.length === 0,
      waitingForSignIn: this.#gate.waiting?.message,
      latencyMs: this.#probes.latencyMs,
      isQuiet: this.#probes.isResting,
      ways: this.#pool.staying.map(({ session, health, wasResumed, detail }) => ({
        ...{ health, wasResumed, detail },
        isResuming: session.state === 'resuming',
      })),
    });
  }
}
