import { understandsTerminateFlag } from './agentVersion.ts';
import type { ChannelEffect, ChannelIdentity } from './channelEffect.ts';
import { decodeChannelMessage, encodeChannelMessage, ProtocolError, type ChannelMessage } from './channelMessage.ts';
import * as payloads from './channelPayload.ts';
import type { ChannelSettings } from './channelSettings.ts';
import { closedReason } from './closedReason.ts';
import * as handshake from './handshake.ts';
import { Inbox } from './inbox.ts';
import { Outbox } from './outbox.ts';
import { SendQueue } from './sendQueue.ts';

/** Messages sent at once on a new socket; each acknowledgement lets two more follow, so that what was lost comes back without a burst. */
const firstReplay = 8;
const { PayloadType, Flag } = payloads;

/**
 * The client's half of a port session as a state machine: what happened and the time go in, effects come out. No socket, no timer. Sequence
 * numbers, and what is unacknowledged or queued, outlive the socket.
 */
export class ChannelMachine {
  readonly #settings: ChannelSettings;
  readonly #identity: ChannelIdentity;
  readonly #socketRoom: () => number;
  readonly #inbox = new Inbox();
  readonly #outbox: Outbox;
  readonly #queue = new SendQueue();
  #request: handshake.HandshakeRequest | undefined;
  #isAttached = false;
  #isOpen = false;
  #refused = 0;
  /** Grows with everything new that arrived or was acknowledged: a socket that brings nothing is no progress. */
  progress = 0;
  bytesIn = 0;
  bytesOut = 0;

  /** `socketRoom`: bytes that the socket takes without making those behind them wait. */
  constructor(settings: ChannelSettings, identity: ChannelIdentity, socketRoom = () => Infinity) {
    this.#settings = settings;
    this.#identity = identity;
    this.#socketRoom = socketRoom;
    this.#outbox = new Outbox(settings.windowBytes);
  }

  get agentVersion(): string {
    return this.#request?.agentVersion ?? '';
  }

  get mode(): handshake.ChannelMode {
    return this.#request ? handshake.channelMode(this.#request) : 'multiplexed';
  }

  get roundTrip(): number {
    return this.#outbox.roundTrip;
  }

  get queued(): number {
    return this.#queue.bytes;
  }

  /** Whether something waits for an acknowledgement. */
  get isWaiting(): boolean {
    return !this.#outbox.isEmpty;
  }

  /** Bytes of messages that came before their turn. */
  get heldBytes(): number {
    return this.#inbox.waitingBytes;
  }

  /** Everything has been sent and acknowledged. */
  get isIdle(): boolean {
    return this.#outbox.isEmpty && this.#queue.isEmpty;
  }

  /** A socket is up: says who we are, then again what the agent may have missed. */
  attach(token: string, now: number): ChannelEffect[] {
    this.#isAttached = true;
    const hello = payloads.encodeOpenDataChannel(this.#identity.newId(), this.#identity.clientId, token);
    return [{ type: 'send', data: hello }, ...this.#outbox.replay(now, firstReplay).map(send), ...this.flush(now)];
  }

  detach(): void {
    this.#isAttached = false;
  }

  write(bytes: Uint8Array): void {
    this.#queue.push(bytes);
  }

  /** Ends the agent's connection to its target after all that is queued (basic mode). */
  disconnectToPort(now: number): ChannelEffect[] {
    this.#queue.pushFlag(payloads.encodeFlag(Flag.disconnectToPort));
    return this.flush(now);
  }

  /** Tells the agent to end the session, ahead of all that is queued; nothing where it would not understand. */
  terminate(now: number): ChannelEffect[] {
    this.#queue.clear();
    if (!this.#isAttached || !this.#isOpen || !understandsTerminateFlag(this.agentVersion)) return [];
    return [send(this.#outbox.add(PayloadType.flag, payloads.encodeFlag(Flag.terminateSession), now))];
  }

  /** Moves queued bytes into messages as far as the window and the socket allow. Acknowledgements never wait for either. */
  flush(now: number): ChannelEffect[] {
    const effects: ChannelEffect[] = [];
    // Before the handshake is complete the agent would acknowledge data and drop it; what it may have missed goes first.
    if (!this.#isOpen || !this.#isAttached || this.#outbox.isReplaying) return effects;
    let room = this.#socketRoom();
    while (room > 0 && this.#outbox.hasRoom) {
      const next = this.#queue.take(this.#settings.payloadSize);
      if (!next) break;
      if (next.payloadType === PayloadType.output) this.bytesOut += next.payload.length;
      const bytes = this.#outbox.add(next.payloadType, next.payload, now);
      room -= bytes.length;
      effects.push(send(bytes));
    }
    return effects;
  }

  /** Every 100 ms while something waits for its acknowledgement. */
  tick(now: number): ChannelEffect[] {
    if (!this.#isAttached) return [];
    const bytes = this.#outbox.overdue(now);
    return bytes ? [send(bytes)] : [];
  }

  receive(data: Uint8Array, now: number): ChannelEffect[] {
    try {
      const message = decodeChannelMessage(data);
      if (message.messageType === 'acknowledge') return this.#acknowledged(message, now);
      if (message.messageType === 'output_stream_data') return this.#accept(message, now);
      if (message.messageType === 'channel_closed')
        return [{ type: 'over', reason: closedReason(payloads.decodeChannelClosed(message.payload)) }];
      // start_publication and pause_publication say what the agent does; our retransmission needs no such advice.
      return [];
    } catch (error) {
      // What was spoiled is not acknowledged, so it comes again.
      if (!(error instanceof ProtocolError)) throw error;
      return this.#logged(error.message);
    }
  }

  #acknowledged(message: ChannelMessage, now: number): ChannelEffect[] {
    if (!this.#outbox.acknowledge(payloads.decodeAcknowledgement(message.payload), now)) return [];
    this.progress++;
    const again = [...this.#outbox.replayMore(now, 2), ...this.#outbox.overtaken(now)];
    return [...again.map(send), ...this.flush(now)];
  }

  #accept(message: ChannelMessage, now: number): ChannelEffect[] {
    const { sequenceNumber } = message;
    if (!Number.isSafeInteger(sequenceNumber) || sequenceNumber < 0)
      throw new ProtocolError(`output has the sequence number ${sequenceNumber}`);
    const { deliver, acknowledge } = this.#inbox.receive(message);
    const effects: ChannelEffect[] = [];
    if (acknowledge) effects.push(this.#acknowledge(message, now));
    for (const next of deliver) effects.push(...this.#read(next, now));
    this.progress += deliver.length;
    return effects;
  }

  /** One that cannot be read has had its turn; those behind it must not suffer. */
  #read(message: ChannelMessage, now: number): ChannelEffect[] {
    try {
      return this.#deliver(message, now);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const text = `payload type ${message.payloadType} cannot be read: ${error.message}`;
      if (this.#isOpen || message.payloadType !== PayloadType.handshakeRequest) return this.#logged(text);
      return [{ type: 'over', reason: { kind: 'handshake-failed', text: `its agent’s handshake: ${error.message}` } }];
    }
  }

  /** The first few, and then one in a thousand: a peer cannot fill a log. */
  #logged(text: string): ChannelEffect[] {
    const isWorthALine = ++this.#refused <= 5 || this.#refused % 1000 === 0;
    return isWorthALine ? [{ type: 'log', text: `message ${this.#refused} refused: ${text}` }] : [];
  }

  #acknowledge(message: ChannelMessage, now: number): ChannelEffect {
    const payload = payloads.encodeAcknowledgement(message);
    const header = { messageType: 'acknowledge', createdAt: now, sequenceNumber: 0, flags: 3, payloadType: 0 };
    return send(encodeChannelMessage({ ...header, messageId: this.#identity.newId(), payload }));
  }

  #deliver(message: ChannelMessage, now: number): ChannelEffect[] {
    const { payload } = message;
    switch (message.payloadType) {
      case PayloadType.output:
        if (!this.#isOpen || payload.length === 0) return [];
        this.bytesIn += payload.length;
        return [{ type: 'deliver', bytes: payload }];
      case PayloadType.handshakeRequest:
        return this.#request ? [] : this.#answer(handshake.decodeHandshakeRequest(payload), now);
      case PayloadType.handshakeComplete:
        if (!this.#request || this.#isOpen) return [];
        this.#isOpen = true;
        return [{ type: 'opened', customerMessage: handshake.decodeHandshakeComplete(payload) }, ...this.flush(now)];
      case PayloadType.flag:
        return payloads.decodeFlag(payload) === Flag.connectToPortError ? [{ type: 'connect-error' }] : [];
      default:
        return this.#logged(`payload type ${message.payloadType} is unknown`);
    }
  }

  #answer(request: handshake.HandshakeRequest, now: number): ChannelEffect[] {
    this.#request = request;
    const response = send(
      this.#outbox.add(PayloadType.handshakeResponse, handshake.encodeHandshakeResponse(request), now),
    );
    const refusal = handshake.refusalOf(request);
    return refusal ? [response, { type: 'over', reason: refusal }] : [response];
  }
}

function send(data: Uint8Array): ChannelEffect {
  return { type: 'send', data };
}
