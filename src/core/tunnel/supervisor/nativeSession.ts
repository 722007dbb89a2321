import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock.ts';
import type { ChannelSettings } from '../channel/channelSettings.ts';
import type { ChannelSocket, Dial } from '../channel/channelSocket.ts';
import { ChannelStreams } from '../channel/channelStreams.ts';
import { DataChannel, type ChannelState, type SessionGrant } from '../channel/dataChannel.ts';
import type { SessionApi } from '../session/sessionApi.ts';
import type { SignInGate } from './signInGate.ts';
import type { SessionOver, SessionWatch, TunnelSession } from './tunnelSession.ts';

export interface NativeSessionOptions {
  readonly sessions: SessionApi;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly gate: SignInGate;
  readonly endpoint: { readonly host: string; readonly port: number };
  /** Shown in AWS's own list of sessions. */
  readonly reason: string;
  readonly settings?: Partial<ChannelSettings>;
  readonly log: (message: string) => void;
}

/** A session that this product's own client speaks: multiplexed, resumed with its streams. @throws PrivateEksError */
export async function openNativeSession(
  options: NativeSessionOptions,
  target: string,
  watch: SessionWatch,
  signal: AbortSignal,
): Promise<TunnelSession> {
  const { sessions, endpoint, reason } = options;
  const grant = await sessions.start({ target, ...endpoint }, reason, signal);
  const session = new NativeSession(options, target, grant, watch);
  try {
    await session.open(signal);
    return session;
  } catch (error) {
    await session.end();
    throw error;
  }
}

class NativeSession implements TunnelSession {
  readonly sessionId: string;
  readonly target: string;
  readonly over: Promise<SessionOver>;
  readonly #options: NativeSessionOptions;
  readonly #watch: SessionWatch;
  readonly #channel: DataChannel;
  readonly #streams: ChannelStreams;
  readonly #settle: (over: SessionOver) => void;
  #socket: ChannelSocket | undefined;
  #isOpen = false;
  #isGone = false;
  #lostAt = 0;

  constructor(options: NativeSessionOptions, target: string, grant: SessionGrant, watch: SessionWatch) {
    const { sessions, gate, clock, log, settings = {} } = options;
    this.#options = options;
    this.#watch = watch;
    this.sessionId = grant.sessionId;
    this.target = target;
    const over = Promise.withResolvers<SessionOver>();
    this.over = over.promise;
    this.#settle = over.resolve;
    this.#channel = new DataChannel({
      grant,
      resume: signal => gate.pass(() => sessions.resume(grant.sessionId, signal), signal),
      dial: async (streamUrl, signal) => (this.#socket = await options.dial(streamUrl, signal)),
      clock,
      log,
      onData: bytes => this.#streams.receive(bytes),
      onConnectError: () => {
        this.#streams.connectFailed();
        watch.onConnectError();
      },
      onState: (state, detail) => this.#changed(state, detail),
      onResumeFailed: error => watch.onResumeFailed(error),
      settings,
    });
    this.#streams = new ChannelStreams(this.#channel, { clock, log });
  }

  get state(): TunnelSession['state'] {
    const { state } = this.#channel;
    return state === 'opening' ? 'open' : state;
  }

  get carriesOne(): boolean {
    return this.#channel.basicMode;
  }

  get roundTripMs(): number {
    return this.#channel.roundTripMs;
  }

  get bytesIn(): number {
    return this.#channel.bytesIn;
  }

  get bytesOut(): number {
    return this.#channel.bytesOut;
  }

  get resumes(): number {
    return this.#channel.resumes;
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.#channel.open(signal);
    this.#isOpen = true;
  }

  async connect(): Promise<Duplex> {
    return this.#streams.openStream();
  }

  redial(): void {
    this.#socket?.terminate();
  }

  async end(): Promise<void> {
    await this.#channel.terminate();
    const isKnown = !this.#isGone && this.#channel.closedReason?.kind !== 'gone';
    this.#isGone = true;
    if (!isKnown) return;
    // The flag to the agent may not have arrived, and a session that AWS timed out stays listed as active: the API ends it even then.
    await this.#options.sessions.terminate(this.sessionId).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#options.log(`session ${this.sessionId} could not be ended: ${why}`);
    });
  }

  #changed(state: ChannelState, detail: string): void {
    const { clock } = this.#options;
    if (state === 'resuming') {
      this.#lostAt = clock.now();
      this.#watch.onLost(detail);
    } else if (state === 'open' && this.#isOpen) this.#watch.onResumed(clock.now() - this.#lostAt);
    else if (state === 'ended') {
      const kind = this.#channel.closedReason?.kind ?? 'unknown';
      this.#settle({ kind, reason: detail, connections: this.#streams.streamCount });
      this.#streams.destroy(new Error('the session is over'));
    }
  }
}
