import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { isCancellation, PrivateEksError } from '../../errors.ts';
import { decodeChannelMessage, encodeChannelMessage, ProtocolError, type ChannelMessage } from './channelMessage.ts';
import * as payloads from './channelPayload.ts';
import type { ChannelSocket, Dial } from './channelSocket.ts';
import { Inbox } from './inbox.ts';
import { Outbox } from './outbox.ts';

/** What StartSession and ResumeSession answer. */
export interface SessionGrant {
  readonly sessionId: string;
  readonly streamUrl: string;
  readonly token: string;
}

export type ChannelState = 'opening' | 'open' | 'resuming' | 'ended';

export interface DataChannelOptions {
  readonly grant: SessionGrant;
  /** Asks for a new stream of the same session; `undefined` when the service says that the session is gone. */
  readonly resume: (signal: AbortSignal) => Promise<SessionGrant | undefined>;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly log: (message: string) => void;
  readonly onData: (bytes: Uint8Array) => void;
  /** The agent could not reach its target for some stream; the protocol does not say for which. */
  readonly onConnectError: () => void;
  readonly onState: (state: ChannelState, detail: string) => void;
  /** The session could not be resumed; it is tried again. */
  readonly onResumeFailed: (error: unknown) => void;
}

/** AWS's own client sends at most this much; more is not known to be safe. */
const payloadSize = 1024;
const window = 512 * 1024;
const highWater = 64 * 1024;
const pingEveryMs = 30_000;
const resendTickMs = 100;
const handshakeTimeoutMs = 30_000;
const longestBackoffMs = 30_000;

/**
 * The client's half of a Session Manager port session: messages in order, acknowledged and sent again until they are, over a
 * WebSocket that the service closes about every hour. A lost socket is resumed with the same sequence numbers, so whoever reads
 * and writes here notices nothing but a pause.
 */
export class DataChannel {
  readonly #options: DataChannelOptions;
  readonly #clientId = randomUUID();
  readonly #outbox = new Outbox();
  readonly #inbox = new Inbox();
  readonly #end = new AbortController();
  #grant: SessionGrant;
  #socket: ChannelSocket | undefined;
  #state: ChannelState = 'opening';
  #answered = false;
  #paused = false;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #waiting: (() => void)[] = [];
  #missedPongs = 0;
  #ticking = false;

  constructor(options: DataChannelOptions) {
    this.#options = options;
    this.#grant = options.grant;
  }

  agentVersion = '';

  get state(): ChannelState {
    return this.#state;
  }

  get roundTripMs(): number {
    return this.#outbox.roundTrip;
  }

  /** Dials and shakes hands. @throws PrivateEksError when the session ends before it is open. */
  async open(signal: AbortSignal): Promise<void> {
    const opened = new Promise<void>((resolve, reject) => {
      this.#onOpened = error => (error ? reject(error) : resolve());
    });
    const abort = () => this.#finish('cancelled');
    signal.addEventListener('abort', abort, { once: true });
    try {
      this.#attach(await this.#options.dial(this.#grant.streamUrl, this.#end.signal));
      const late = this.#slept(handshakeTimeoutMs).then(() => {
        if (this.#state === 'opening') this.#finish('the agent did not answer within 30 seconds');
      });
      await Promise.race([opened, late.then(() => opened)]);
      void this.#keepAlive();
    } catch (error) {
      this.#finish('not opened');
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Queues bytes; await `writable()` before queueing much more. */
  write(bytes: Uint8Array): void {
    if (this.#state === 'ended' || bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    queueMicrotask(() => this.#pump());
  }

  /** Resolves when little is queued, or at the end of the session. */
  writable(): Promise<void> {
    if (this.#queued < highWater || this.#state === 'ended') return Promise.resolve();
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  /** While paused nothing is accepted: the agent keeps its data and sends it again. */
  pause(paused: boolean): void {
    this.#paused = paused;
  }

  /** Tells the agent to end the session and waits, two seconds at most, until it has heard. */
  async terminate(): Promise<void> {
    if (this.#state === 'open') {
      this.#send(payloads.PayloadType.flag, payloads.encodeFlag(payloads.Flag.terminateSession));
      for (let i = 0; i < 20 && !this.#outbox.isEmpty && this.#socket; i++) await this.#options.clock.sleep(100);
    }
    this.#finish('closed by this side');
  }

  #onOpened: (error?: Error) => void = () => undefined;

  #attach(socket: ChannelSocket): void {
    this.#socket = socket;
    this.#missedPongs = 0;
    socket.onMessage = data => this.#receive(data);
    socket.onPong = () => (this.#missedPongs = 0);
    socket.onClose = reason => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      if (this.#state !== 'ended') void this.#resume(reason);
    };
    socket.send(payloads.encodeOpenDataChannel(randomUUID(), this.#clientId, this.#grant.token));
    for (const bytes of this.#outbox.replay(this.#now())) socket.send(bytes);
    void this.#resend();
  }

  #receive(data: Uint8Array): void {
    let message: ChannelMessage;
    try {
      message = decodeChannelMessage(data);
      if (message.messageType === 'acknowledge') this.#acknowledged(message);
      else if (message.messageType === 'channel_closed')
        this.#finish(payloads.decodeChannelClosed(message.payload) || 'the session was ended by the service');
      else if (message.messageType === 'output_stream_data') this.#accept(message);
    } catch (error) {
      // What was spoiled is not acknowledged, so it comes again.
      if (!(error instanceof ProtocolError)) throw error;
      this.#options.log(`message refused: ${error.message}`);
    }
  }

  #acknowledged(message: ChannelMessage): void {
    this.#outbox.acknowledge(payloads.decodeAcknowledgement(message.payload), this.#now());
    this.#pump();
  }

  #accept(message: ChannelMessage): void {
    if (this.#paused) return;
    const { deliver, acknowledge } = this.#inbox.receive(message);
    if (acknowledge) this.#acknowledge(message);
    for (const next of deliver) this.#deliver(next);
  }

  #acknowledge(message: ChannelMessage): void {
    const payload = payloads.encodeAcknowledgement(message);
    const header = { messageType: 'acknowledge', createdAt: this.#now(), sequenceNumber: 0, flags: 3, payloadType: 0 };
    this.#socket?.send(encodeChannelMessage({ ...header, payload }));
  }

  #deliver(message: ChannelMessage): void {
    const { payload } = message;
    switch (message.payloadType) {
      case payloads.PayloadType.output:
        if (this.#state === 'opening' || payload.length === 0) return;
        try {
          return this.#options.onData(payload);
        } catch (error) {
          // Past the point where the byte stream cannot be understood nothing can be mended by sending again.
          if (!(error instanceof ProtocolError)) throw error;
          return this.#finish(`the agent sent what cannot be read: ${error.message}`);
        }
      case payloads.PayloadType.handshakeRequest:
        return this.#answer(payloads.decodeHandshakeRequest(payload));
      case payloads.PayloadType.handshakeComplete:
        if (this.#state === 'opening') this.#become('open', `agent ${this.agentVersion}`);
        this.#pump();
        return this.#onOpened();
      case payloads.PayloadType.flag:
        if (payloads.decodeFlag(payload) === payloads.Flag.connectToPortError) this.#options.onConnectError();
        return;
      default:
        this.#options.log(`payload type ${message.payloadType} ignored`);
    }
  }

  #answer(request: payloads.HandshakeRequest): void {
    if (this.#answered) return;
    this.#answered = true;
    this.agentVersion = request.agentVersion;
    if (!payloads.isMultiplexing(request.agentVersion))
      return this.#finish(`its agent ${request.agentVersion} carries one connection only; upgrade it above 3.0.196.0`);
    this.#send(payloads.PayloadType.handshakeResponse, payloads.encodeHandshakeResponse(request));
  }

  #send(payloadType: number, payload: Uint8Array): void {
    this.#socket?.send(this.#outbox.add(payloadType, payload, this.#now()));
    void this.#resend();
  }

  /** Moves queued bytes into messages as far as the window allows; small writes share a message. */
  #pump(): void {
    // Before the handshake is complete the agent would acknowledge data and drop it.
    if (this.#state !== 'open' && this.#state !== 'resuming') return;
    while (this.#queued > 0 && this.#outbox.bytes < window) {
      const parts: Uint8Array[] = [];
      let room = payloadSize;
      for (let first = this.#queue[0]; first && room > 0; first = this.#queue[0]) {
        parts.push(first.subarray(0, room));
        if (first.length <= room) this.#queue.shift();
        else this.#queue[0] = first.subarray(room);
        room -= Math.min(first.length, room);
      }
      this.#queued -= payloadSize - room;
      this.#send(payloads.PayloadType.output, parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
    }
    if (this.#queued < highWater) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #resend(): Promise<void> {
    if (this.#ticking) return;
    this.#ticking = true;
    while (this.#socket && !this.#outbox.isEmpty && (await this.#slept(resendTickMs))) {
      const bytes = this.#outbox.overdue(this.#now());
      if (bytes) this.#socket?.send(bytes);
    }
    this.#ticking = false;
  }

  async #keepAlive(): Promise<void> {
    while (await this.#slept(pingEveryMs)) {
      if (this.#missedPongs++ >= 2) this.#socket?.terminate();
      else this.#socket?.ping();
    }
  }

  async #resume(reason: string): Promise<void> {
    if (this.#state === 'opening') return this.#finish(`its stream was lost before it was open: ${reason}`);
    this.#become('resuming', reason);
    for (let backoff = 200; this.#state === 'resuming'; backoff = Math.min(longestBackoffMs, backoff * 2)) {
      try {
        const grant = await this.#options.resume(this.#end.signal);
        if (!grant) return this.#finish('the service has ended it');
        this.#grant = grant;
        const socket = await this.#options.dial(grant.streamUrl, this.#end.signal);
        this.#become('open', 'resumed');
        return this.#attach(socket);
      } catch (error) {
        if (isCancellation(error)) return;
        this.#options.onResumeFailed(error);
        if (!(await this.#slept(backoff))) return;
      }
    }
  }

  #finish(reason: string): void {
    if (this.#state === 'ended') return;
    this.#become('ended', reason);
    this.#end.abort();
    this.#socket?.close();
    this.#socket = undefined;
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.#onOpened(
      new PrivateEksError('session-ended', `The Session Manager session is over: ${reason}.`, { retryable: true }),
    );
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
