import type { ChannelMessage } from './channelMessage.ts';

export interface Received {
  /** Messages whose turn has come, in order. */
  readonly deliver: readonly ChannelMessage[];
  /** Whether the message that came in is to be acknowledged: accepted now, kept for later, or seen before. */
  readonly acknowledge: boolean;
}

/**
 * Puts the agent's messages into order. One that was seen before is acknowledged again, for its acknowledgement was lost; one
 * too far ahead, or too much, is refused, and comes again.
 */
export class Inbox {
  #expected = 0;
  #bytes = 0;
  readonly #early = new Map<number, ChannelMessage>();
  readonly #capacity: number;
  readonly #byteCapacity: number;

  constructor(capacity = 10_000, byteCapacity = 16 * 1024 * 1024) {
    this.#capacity = capacity;
    this.#byteCapacity = byteCapacity;
  }

  /** Messages that wait for one before them. */
  get waiting(): number {
    return this.#early.size;
  }

  get waitingBytes(): number {
    return this.#bytes;
  }

  receive(message: ChannelMessage): Received {
    const { sequenceNumber, payload } = message;
    if (sequenceNumber < this.#expected) return { deliver: [], acknowledge: true };
    if (sequenceNumber > this.#expected) {
      if (this.#early.has(sequenceNumber)) return { deliver: [], acknowledge: true };
      const isTooMuch = this.#early.size >= this.#capacity || this.#bytes + payload.length > this.#byteCapacity;
      // The agent holds at most 100 000 messages, so what lies further ahead is none of its.
      if (isTooMuch || sequenceNumber - this.#expected > 100_000) return { deliver: [], acknowledge: false };
      // A copy: a small payload must not hold on to the whole read from the socket that it came in.
      this.#early.set(sequenceNumber, { ...message, payload: Buffer.from(payload) });
      this.#bytes += payload.length;
      return { deliver: [], acknowledge: true };
    }
    const deliver = [message];
    for (let next = this.#take(++this.#expected); next; next = this.#take(++this.#expected)) deliver.push(next);
    return { deliver, acknowledge: true };
  }

  #take(sequence: number): ChannelMessage | undefined {
    const message = this.#early.get(sequence);
    if (this.#early.delete(sequence) && message) this.#bytes -= message.payload.length;
    return message;
  }
}
