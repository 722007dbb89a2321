import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { isCancellation, PrivateEksError } from '../../errors.ts';
import type { Dial } from '../channel/channelSocket.ts';
import type { ClusterAccess } from '../route/clusterAccess.ts';
import { DataChannel } from '../channel/dataChannel.ts';
import type { FindRoute, Route } from '../route/route.ts';
import { openPortForward, type PortForward } from '../forward/portForward.ts';
import type { SessionApi } from '../session/sessionApi.ts';
import { SmuxClient } from '../channel/smuxClient.ts';
import type { TunnelState, TunnelStatus } from './tunnelStatus.ts';

export interface TunnelOptions {
  readonly cluster: ClusterAccess;
  readonly findRoute: FindRoute;
  readonly sessions: SessionApi;
  readonly dial: Dial;
  /** Measures a round trip to the API server through the local port, ms. */
  readonly probe: (port: number, signal: AbortSignal) => Promise<number>;
  /** The account's clock: how long nodes take to come online. */
  readonly accountClock: Clock;
  /** Real time: the session's protocol. */
  readonly clock: Clock;
  /** 0: any free port. */
  readonly port: number;
  /** How long to wait, on the account's clock, for a node that is not online yet. */
  readonly waitForRouteMs: number;
  readonly onStatus: (status: TunnelStatus) => void;
  readonly log: (message: string) => void;
}

/** `ended` settles with the reason when the session is over. */
interface OpenSession {
  readonly ended: Promise<string>;
}

const probeEveryMs = 60_000;
/** After a probe that failed. */
const probeAgainMs = 10_000;
/** Failed probes in a row after which a session is replaced; doubled each time that did not help. */
const failuresUntilReplaced = 2;
const connectTimeoutMs = 30_000;
const longestBackoffMs = 30_000;

/**
 * A listener on 127.0.0.1 that stays, and behind it one Session Manager session after another. A lost socket is resumed by the
 * data channel; a lost session is replaced here, on the same port.
 */
export class Tunnel {
  readonly #options: TunnelOptions;
  readonly #end = new AbortController();
  readonly #forward: PortForward;
  #streams: SmuxClient | undefined;
  #channel: DataChannel | undefined;
  #waiting: (() => void)[] = [];
  #route: Route | undefined;
  #sessionId: string | undefined;
  #state: TunnelState = 'finding-route';
  #detail = '';
  #since: number;
  #openedAt: number | undefined;
  #latency: number | undefined;
  #resumes = 0;
  #sessions = 0;
  #supervision: Promise<void> | undefined;

  private constructor(options: TunnelOptions, forward: PortForward) {
    this.#options = options;
    this.#forward = forward;
    this.#since = options.clock.now();
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
      tunnel.#supervision = tunnel.#supervise(await tunnel.#openSession());
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
      state: this.#state,
      detail: this.#detail,
      port: this.#forward.port,
      route: this.#route,
      latencyMs: this.#latency,
      resumes: this.#resumes,
      sessionsBegun: this.#sessions,
      sessions: [],
      bytesIn,
      bytesOut,
      openConnections,
      since: this.#since,
      openedAt: this.#openedAt,
    };
  }

  /** Ends the session on AWS's side, closes every connection and frees the port. */
  async close(): Promise<void> {
    this.#end.abort();
    await this.#endSession();
    await this.#forward.close();
    await this.#supervision;
    this.#become('ended', 'closed');
  }

  async #openSession(): Promise<OpenSession> {
    const { signal } = this.#end;
    this.#become('finding-route', `looking for a way into ${this.#options.cluster.vpcId}`);
    this.#route = await this.#findRoute(signal);
    this.#become('opening', this.#route.reason);
    if (this.#route.kind === 'direct') throw new PrivateEksError('no-route', 'Direct routes are not taken yet.');
    const target = { instanceId: this.#route.target, host: this.#options.cluster.host, port: 443 };
    const grant = await this.#options.sessions.start(
      target,
      `Private EKS: kubectl for ${this.#options.cluster.name}`,
      signal,
    );
    let over: (reason: string) => void = () => undefined;
    const ended = new Promise<string>(resolve => (over = resolve));
    const channel = new DataChannel({
      grant,
      resume: abort => this.#options.sessions.resume(grant.sessionId, abort),
      dial: this.#options.dial,
      clock: this.#options.clock,
      log: this.#options.log,
      onData: bytes => streams.receive(bytes),
      onConnectError: () => this.#options.log(`the node cannot reach ${target.host}:443`),
      onState: (state, detail) => {
        if (state === 'resuming') this.#become('resuming', detail);
        if (state === 'open' && this.#channel === channel && this.#streams === streams) this.#resumed();
        if (state === 'ended') over(detail);
      },
      onResumeFailed: error => this.#waitFor(error, 'resuming'),
    });
    const streams = new SmuxClient(channel);
    this.#channel = channel;
    this.#sessionId = grant.sessionId;
    try {
      await channel.open(signal);
    } catch (error) {
      await this.#endSession();
      throw error;
    }
    this.#sessions++;
    this.#openedAt ??= this.#options.clock.now();
    this.#streams = streams;
    for (const resolve of this.#waiting.splice(0)) resolve();
    await this.#measure();
    return { ended };
  }

  async #findRoute(signal: AbortSignal): Promise<Route> {
    const until = this.#options.accountClock.now() + this.#options.waitForRouteMs;
    for (;;) {
      try {
        const { route } = await this.#options.findRoute({ kind: 'automatic' }, signal);
        if (route) return route;
        throw new PrivateEksError('no-route', `There is no way into ${this.#options.cluster.vpcId}.`);
      } catch (error) {
        if (!(error instanceof PrivateEksError) || error.code !== 'no-route') throw error;
        if (this.#options.accountClock.now() >= until) throw error;
        this.#become('finding-route', error.message);
        await this.#options.accountClock.sleep(10_000, signal);
      }
    }
  }

  async #supervise(first: OpenSession): Promise<void> {
    const probing = this.#probeRegularly();
    let session: OpenSession | undefined = first;
    while (session) {
      const reason = await session.ended;
      this.#streams?.destroy(new Error('the session is over'));
      this.#streams = undefined;
      if (this.#end.signal.aborted) break;
      this.#options.log(`session over: ${reason}`);
      session = await this.#reopen();
    }
    await probing;
  }

  async #reopen(): Promise<OpenSession | undefined> {
    for (let backoff = 500; !this.#end.signal.aborted; backoff = Math.min(longestBackoffMs, backoff * 2)) {
      try {
        return await this.#openSession();
      } catch (error) {
        if (isCancellation(error)) break;
        this.#waitFor(error, 'degraded');
        await this.#options.clock.sleep(backoff, this.#end.signal).catch(() => undefined);
      }
    }
    return undefined;
  }

  /** An expired sign-in is for people to mend; everything else mends itself or is told as it is. */
  #waitFor(error: unknown, otherwise: TunnelState): void {
    const isSignedOut = error instanceof PrivateEksError && error.code === 'signed-out';
    this.#become(
      isSignedOut ? 'waiting-for-sign-in' : otherwise,
      error instanceof Error ? error.message : String(error),
    );
  }

  async #probeRegularly(): Promise<void> {
    let failures = 0;
    let patience = failuresUntilReplaced;
    for (;;) {
      const pause = failures === 0 ? probeEveryMs : probeAgainMs;
      const more = await this.#options.clock.sleep(pause, this.#end.signal).then(
        () => true,
        () => false,
      );
      if (!more) return;
      if (!this.#streams || this.#channel?.state !== 'open') continue;
      if (await this.#measure()) {
        failures = 0;
        patience = failuresUntilReplaced;
      } else if (++failures >= patience && !this.#end.signal.aborted) {
        // The channel looks open and carries nothing: its node may be gone. The next session looks for a route anew.
        this.#options.log(`session given up: ${this.#detail}`);
        failures = 0;
        patience = Math.min(patience * 2, failuresUntilReplaced * 16);
        await this.#endSession();
      }
    }
  }

  #resumed(): void {
    this.#resumes++;
    void this.#measure();
  }

  /** True when the API server answered. */
  async #measure(): Promise<boolean> {
    try {
      this.#latency = await this.#options.probe(this.#forward.port, this.#end.signal);
      if (this.#channel?.state === 'open') this.#become('healthy', `${this.#latency} ms`);
      return true;
    } catch (error) {
      this.#latency = undefined;
      // While the channel resumes, that is what there is to say.
      if (!this.#end.signal.aborted && this.#channel?.state === 'open')
        this.#become('degraded', error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  async #connect(gone: AbortSignal): Promise<Duplex> {
    if (!this.#streams) {
      const deadline = this.#options.clock.sleep(connectTimeoutMs, gone).catch(() => undefined);
      await Promise.race([new Promise<void>(resolve => this.#waiting.push(resolve)), deadline]);
    }
    if (!this.#streams) throw new PrivateEksError('no-session', 'No session is open.', { retryable: true });
    return this.#streams.openStream();
  }

  async #endSession(): Promise<void> {
    const [id, channel] = [this.#sessionId, this.#channel];
    // Let go of first: the next session may begin as soon as this one is over.
    this.#sessionId = undefined;
    this.#channel = undefined;
    await channel?.terminate();
    if (id === undefined) return;
    // The flag to the agent may not have arrived; the API ends the session even then. Best effort: the caller is leaving.
    await this.#options.sessions.terminate(id).catch((error: unknown) => {
      this.#options.log(`session ${id} could not be ended: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  #become(state: TunnelState, detail: string): void {
    if (state !== this.#state) this.#since = this.#options.clock.now();
    this.#state = state;
    this.#detail = detail;
    this.#options.onStatus(this.status);
  }
}
