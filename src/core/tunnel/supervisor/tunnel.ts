import type { Duplex } from 'node:stream';
import { openPortForward, type PortForward } from '../forward/portForward.ts';
import type { RouteChoice, RouteReport } from '../route/route.ts';
import { Bell } from './bell.ts';
import type { TunnelEventBody } from './eventLog.ts';
import { watchSleep } from './sleepWatch.ts';
import type { TunnelEvent } from './tunnelEvent.ts';
import type { TunnelOptions } from './tunnelOptions.ts';
import { TrafficWatch } from './trafficWatch.ts';
import { tunnelParts, type TunnelParts } from './tunnelParts.ts';
import { tunnelState, type StateInWords } from './tunnelState.ts';
import type { TunnelStatus } from './tunnelStatus.ts';
import { wakeUp } from './wakeUp.ts';

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
  readonly #parts: TunnelParts;
  readonly #used = new Bell();
  #loops: Promise<unknown> = Promise.resolve();
  #told: Pick<TunnelStatus, 'state' | 'since'>;
  readonly #traffic: TrafficWatch;
  #closing: Promise<void> | undefined;
  #resumes = 0;
  #lookPause: number | undefined;

  private constructor(options: TunnelOptions, forward: PortForward) {
    this.#options = options;
    this.#forward = forward;
    const now = () => options.clock.now();
    this.#told = { state: 'finding-route', since: now() };
    this.#traffic = new TrafficWatch(forward.traffic, now);
    this.#parts = tunnelParts(options, {
      onEvent: event => {
        if (event.code === 'resumed') this.#resumes++;
        options.onEvent?.(event);
      },
      onChange: () => this.#publish(),
      quietMs: () => this.#traffic.quietMs,
      signal: this.#end.signal,
    });
  }

  /**
   * Binds the port, finds a route, opens a session and probes it; from then on the tunnel looks after itself until `close`.
   * @throws PrivateEksError what kept the first session from coming up
   */
  static async open(options: TunnelOptions, signal: AbortSignal): Promise<Tunnel> {
    const made = Promise.withResolvers<Tunnel>();
    const { clock, log } = options;
    const forward = await openPortForward(options.port, async gone => (await made.promise).#connect(gone), {
      clock,
      onConnectFailed: error => log(`connection refused: ${error instanceof Error ? error.message : String(error)}`),
    });
    const tunnel = new Tunnel(options, forward);
    made.resolve(tunnel);
    const abort = () => tunnel.#end.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await tunnel.#parts.keeper.open(options.waitForRouteMs);
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
      route: this.#parts.routes.route,
      latencyMs: this.#parts.pool.staying.length > 0 ? this.#parts.probes.latencyMs : undefined,
      resumes: this.#resumes,
      sessionsBegun: this.#parts.opener.begun,
      sessions: this.#parts.pool.statuses,
      bytesIn,
      bytesOut,
      openConnections,
      openedAt: this.#parts.opener.openedAt,
    };
  }

  /** What happened, oldest first, the last 500. */
  get events(): readonly TunnelEvent[] {
    return this.#parts.log.events;
  }

  /** Why this route: what was found out when it was last looked for. */
  get routes(): RouteReport | undefined {
    return this.#parts.routes.report;
  }

  /** Writes into its log what somebody else has done about it. */
  note(event: TunnelEventBody): void {
    this.#parts.log.add(event);
  }

  /** Leaves its route for another, when that stands; the port stays. */
  chooseRoute(choice: RouteChoice): void {
    this.#parts.keeper.move(choice);
  }

  /** A new session now. */
  reconnect(): void {
    this.#hurry();
    this.#parts.keeper.move(undefined);
  }

  /** Somebody has signed in: what waits for that is tried at once. */
  signedIn(): void {
    this.#hurry();
  }

  /** Ends the sessions on AWS's side, closes every connection and frees the port. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#end.abort();
    await this.#parts.keeper.close();
    await this.#forward.close();
    await this.#loops;
    if (this.#parts.opener.openedAt !== undefined)
      this.#parts.log.add({ code: 'ended', severity: 'info', message: 'The tunnel was closed.' });
    this.#publish();
  }

  #live(): void {
    const { clock } = this.#options;
    const { signal } = this.#end;
    this.#parts.gate.isPatient = true;
    const slept = (milliseconds: number) => {
      this.#hurry();
      void wakeUp({ ...this.#parts, clock }, milliseconds, signal);
    };
    this.#loops = Promise.all([
      this.#parts.keeper.run(),
      this.#parts.probes.run(signal),
      watchSleep(clock, slept, signal),
      this.#lookAfterLoad(),
    ]);
  }

  async #connect(gone: AbortSignal): Promise<Duplex> {
    this.#traffic.used();
    if (this.#parts.probes.isPaused) this.#parts.probes.hurry();
    if (this.#lookPause !== looks.moving) this.#used.ring();
    await this.#parts.load.room(gone);
    return this.#parts.keeper.connect(gone);
  }

  /** Sessions follow the load, and the figures are told while they change. */
  async #lookAfterLoad(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await this.#used.wait(signal, this.#options.clock, this.#lookPause);
      if (signal.aborted) return;
      this.#parts.load.adapt();
      const isMoving = this.#traffic.hasMoved();
      const isUsed = this.#forward.traffic.openConnections > 0;
      this.#lookPause = isMoving
        ? looks.moving
        : isUsed
          ? looks.used
          : this.#parts.pool.staying.length > 1
            ? looks.spare
            : undefined;
      if (isMoving) this.#publish();
    }
  }

  /** The network, or the sign-in, may be another one: what waits is tried now. */
  #hurry(): void {
    this.#parts.keeper.hurry();
    this.#parts.gate.nudge();
  }

  #publish(): void {
    const { state } = this.#words();
    if (state !== this.#told.state) this.#told = { state, since: this.#options.clock.now() };
    this.#options.onStatus(this.status);
  }

  #words(): StateInWords {
    return tunnelState({
      ...this.#parts.keeper.facts,
      isEnded: this.#end.signal.aborted && this.#parts.pool.members.length === 0,
      waitingForSignIn: this.#parts.gate.waiting?.message,
      latencyMs: this.#parts.probes.latencyMs,
      isQuiet: this.#parts.probes.isPaused,
      ways: this.#parts.pool.staying.map(({ session, health, wasResumed, detail }) => ({
        ...{ health, wasResumed, detail },
        isResuming: session.state === 'resuming',
      })),
    });
  }
}
