import { encodeChannelMessage } from './channelMessage.ts';

interface Unacknowledged {
  readonly sequence: number;
  readonly bytes: Buffer;
  sentAt: number;
  resent: boolean;
}

/**
 * What we have sent and the agent has not acknowledged. Acknowledgements are selective; the oldest message alone is resent when its
 * timeout has passed. Sequence numbers go on across reconnects. Times in ms, given by the caller.
 */
export class Outbox {
  #unacknowledged = new Map<number, Unacknowledged>();
  #next = 0;
  #bytes = 0;
  #smoothed = 100;
  #variance = 0;
  #timeout = 200;

  /** Numbers and encodes a message; the caller writes the bytes. */
  add(payloadType: number, payload: Uint8Array, now: number): Buffer {
    const sequence = this.#next++;
    const message = { messageType: 'input_stream_data', createdAt: now, sequenceNumber: sequence, flags: 0 };
    const bytes = encodeChannelMessage({ ...message, payloadType, payload });
    this.#unacknowledged.set(sequence, { sequence, bytes, sentAt: now, resent: false });
    this.#bytes += bytes.length;
    return bytes;
  }

  acknowledge(sequence: number, now: number): void {
    const entry = this.#unacknowledged.get(sequence);
    if (!entry) return;
    this.#unacknowledged.delete(sequence);
    this.#bytes -= entry.bytes.length;
    // Karn: which of the copies was acknowledged is unknown, so a resent message tells nothing of the round trip.
    if (!entry.resent) this.#sample(now - entry.sentAt);
  }

  /** The oldest message when it is overdue, marked as sent again. */
  overdue(now: number): Buffer | undefined {
    const oldest = this.#oldest();
    if (!oldest || now - oldest.sentAt <= this.#timeout) return undefined;
    oldest.sentAt = now;
    oldest.resent = true;
    return oldest.bytes;
  }

  /** Everything unacknowledged, oldest first, for a new socket. */
  replay(now: number): Buffer[] {
    return [...this.#unacknowledged.values()].map(entry => {
      entry.sentAt = now;
      entry.resent = true;
      return entry.bytes;
    });
  }

  get isEmpty(): boolean {
    return this.#unacknowledged.size === 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Round-trip estimate in ms. */
  get roundTrip(): number {
    return this.#smoothed;
  }

  #oldest(): Unacknowledged | undefined {
    return this.#unacknowledged.values().next().value;
  }

  #sample(roundTrip: number): void {
    this.#variance = 0.75 * this.#variance + 0.25 * Math.abs(this.#smoothed - roundTrip);
    this.#smoothed = 0.875 * this.#smoothed + 0.125 * roundTrip;
    this.#timeout = Math.min(1000, this.#smoothed + Math.max(10, 4 * this.#variance));
  }
}
