import { randomUUID } from 'node:crypto';
import type { ChannelEffect } from './channelEffect.ts';
import { ChannelMachine } from './channelMachine.ts';
import { ProtocolError } from './channelMessage.ts';
import { ChannelPump } from './channelPump.ts';
import type { ChannelState, DataChannelOptions, SessionGrant } from './channelOptions.ts';
import { channelSettings, type ChannelSettings } from './channelSettings.ts';
import type { ChannelSocket } from './channelSocket.ts';
import { sessionEnded, type ClosedReason } from './closedReason.ts';
import { LiveSocket } from './liveSocket.ts';
import { Reconnection } from './reconnection.ts';

export type { ChannelState, DataChannelOptions, SessionGrant };

const terminateMs = 2000;

/**
 * A Session Manager port session over a WebSocket that the service closes about every hour. A lost socket is resumed with the same
 * sequence numbers, so whoever reads and writes here notices nothing but a pause. This is the driver of a ChannelMachine.
 */
export class DataChannel {
  readonly #options: DataChannelOptions;
  readonly #settings: ChannelSettings;
  readonly #machine: ChannelMachine;
  readonly #reconnection: Reconnection;
  readonly #pump: ChannelPump;
  readonly #end = new AbortController();
  readonly #opened = Promise.withResolvers<void>();
  #grant: SessionGrant;
  #live: LiveSocket | undefined;
  #state: ChannelState = 'opening';
  #reason: ClosedReason | undefined;
  #resumes = 0;
  #isPaused = false;

  constructor(options: DataChannelOptions) {
    const { clock, dial, resume, onResumeFailed } = options;
    this.#options = options;
    this.#grant = options.grant;
    this.#settings = channelSettings(options.settings);
    const identity = { clientId: randomUUID(), newId: randomUUID };
    this.#machine = new ChannelMachine(this.#settings, identity, () => this.#live?.room ?? 0);
    const { longestBackoffMs } = this.#settings;
    const reconnection = { clock, dial, resume, onFailed: onResumeFailed, longestBackoffMs, random: Math.random };
    this.#reconnection = new Reconnection(reconnection);
    this.#pump = new ChannelPump({
      machine: this.#machine,
      clock,
      perform: effect => this.#perform(effect),
      onTick: () => this.#live?.hurry(),
      signal: this.#end.signal,
    });
    // Nobody may be waiting for it when the session ends.
    this.#opened.promise.catch(() => undefined);
  }

  get state(): ChannelState {
    return this.#state;
  }

  get agentVersion(): string {
    return this.#machine.agentVersion;
  }

  /** One connection at a time, because the agent can do no more. Known once the channel is open. */
  get basicMode(): boolean {
    return this.#machine.mode === 'basic';
  }

  get roundTripMs(): number {
    return this.#machine.roundTrip;
  }

  /** How often a lost socket was replaced. */
  get resumes(): number {
    return this.#resumes;
  }

  /** Bytes of data that arrived, each once, since the session began. */
  get bytesIn(): number {
    return this.#machine.bytesIn;
  }

  get bytesOut(): number {
    return this.#machine.bytesOut;
  }

  /** Set when the session has ended. */
  get closedReason(): ClosedReason | undefined {
    return this.#reason;
  }

  /** Dials and shakes hands. @throws PrivateEksError when the session ends before it is open. */
  async open(signal: AbortSignal): Promise<void> {
    const abort = () => this.#finish({ kind: 'closed-here', text: 'cancelled' });
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    const { handshakeTimeoutMs } = this.#settings;
    try {
      this.#attach(await this.#options.dial(this.#grant.streamUrl, this.#end.signal));
      const late = this.#slept(handshakeTimeoutMs).then(() => {
        const text = `the agent did not answer within ${handshakeTimeoutMs / 1000} seconds`;
        if (this.#state === 'opening') this.#finish({ kind: 'handshake-failed', text });
      });
      await Promise.race([this.#opened.promise, late.then(() => this.#opened.promise)]);
    } catch (error) {
      this.#finish({ kind: 'closed-here', text: 'it was not opened' });
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Queues bytes; await `writable()` before queueing much more. */
  write(bytes: Uint8Array): void {
    if (this.#state !== 'ended' && bytes.length > 0) this.#pump.write(bytes);
  }

  /** Resolves when little is queued, for one waiting writer after the other, or at the end of the session. */
  writable(): Promise<void> {
    return this.#pump.writable();
  }

  /** While paused the socket is not read, so that the path itself holds the sender back. Nothing that arrived is refused. */
  pause(paused: boolean): void {
    this.#isPaused = paused;
    this.#live?.pause(paused);
  }

  /** Basic mode: ends the agent's connection to its target; resolves when the agent has done so, or the session is over. */
  async disconnectToPort(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#pump.apply(this.#machine.disconnectToPort(this.#now()));
    await this.#pump.idle();
  }

  /** Tells the agent to end the session, where it understands that, and waits, two seconds at most, until it has heard. */
  async terminate(): Promise<void> {
    if (this.#state !== 'ended' && this.#live) {
      const effects = this.#machine.terminate(this.#now());
      this.#pump.apply(effects);
      if (effects.length > 0) await Promise.race([this.#pump.idle(), this.#slept(terminateMs)]);
    }
    this.#finish({ kind: 'closed-here', text: 'closed by this side' });
  }

  #attach(socket: ChannelSocket): void {
    if (this.#state === 'ended') return socket.terminate();
    this.#live = new LiveSocket(socket, {
      clock: this.#options.clock,
      pingEveryMs: this.#settings.pingEveryMs,
      onMessage: data => this.#pump.apply(this.#machine.receive(data, this.#now())),
      onRoom: () => {
        if (this.#machine.queued > 0) this.#pump.flush();
      },
      onLost: reason => void this.#resume(reason),
    });
    if (this.#isPaused) this.#live.pause(true);
    this.#pump.apply(this.#machine.attach(this.#grant.token, this.#now()));
  }

  async #resume(reason: string): Promise<void> {
    this.#live = undefined;
    this.#machine.detach();
    if (this.#state === 'ended') return;
    if (this.#state !== 'opening') this.#become('resuming', reason);
    const next = await this.#reconnection.next(this.#machine.progress, this.#end.signal);
    if (next === 'session-gone') return this.#finish({ kind: 'gone', text: 'the service has ended it' });
    if (next === 'given-up') return;
    this.#grant = next.grant;
    this.#resumes++;
    this.#attach(next.socket);
    if (this.state === 'resuming') this.#become('open', 'resumed');
  }

  #perform(effect: ChannelEffect): void {
    if (this.#state === 'ended') return;
    if (effect.type === 'send') return this.#live?.send(effect.data);
    if (effect.type === 'deliver') return this.#deliver(effect.bytes);
    if (effect.type === 'connect-error') return this.#options.onConnectError();
    if (effect.type === 'log') return this.#options.log(effect.text);
    if (effect.type === 'over') return this.#finish(effect.reason);
    this.#become('open', `agent ${this.agentVersion}`);
    if (effect.customerMessage) this.#options.onCustomerMessage?.(effect.customerMessage);
    this.#opened.resolve();
  }

  #deliver(bytes: Uint8Array): void {
    try {
      this.#options.onData(bytes);
    } catch (error) {
      // Past the point where the byte stream cannot be understood nothing can be mended by sending again.
      if (!(error instanceof ProtocolError)) throw error;
      this.#finish({ kind: 'unreadable', text: `the agent sent what cannot be read: ${error.message}` });
    }
  }

  #finish(reason: ClosedReason): void {
    if (this.#state === 'ended') return;
    this.#reason = reason;
    this.#become('ended', reason.text);
    this.#end.abort();
    this.#live?.close();
    this.#live = undefined;
    this.#opened.reject(sessionEnded(reason));
  }

  #become(state: ChannelState, detail: string): void {
    this.#state = state;
    this.#options.onState(state, detail);
  }

  #now(): number {
    return this.#options.clock.now();
  }

  /** False when the session ended meanwhile. */
  #slept(milliseconds: number): Promise<boolean> {
    return this.#options.clock.sleep(milliseconds, this.#end.signal).then(
      () => true,
      () => false,
    );
  }
}
