import type { ChannelMessage } from './channelMessage.ts';

export interface Received {
  /** Messages whose turn has come, in order. */
  readonly deliver: readonly ChannelMessage[];
  /** Whether the message that came in is to be acknowledged: accepted now, kept for later, or seen before. */
  readonly acknowledge: boolean;
}

/**
 * Puts the agent's messages into order. One that was seen before is acknowledged again, for its acknowledgement was lost; one
 * too far ahead is refused, and comes again.
 */
export class Inbox {
  #expected = 0;
  readonly #early = new Map<number, ChannelMessage>();
  readonly #capacity: number;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  receive(message: ChannelMessage): Received {
    const { sequenceNumber } = message;
    if (sequenceNumber < this.#expected) return { deliver: [], acknowledge: true };
    if (sequenceNumber > this.#expected) {
      if (this.#early.has(sequenceNumber)) return { deliver: [], acknowledge: true };
      if (this.#early.size >= this.#capacity) return { deliver: [], acknowledge: false };
      this.#early.set(sequenceNumber, message);
      return { deliver: [], acknowledge: true };
    }
    const deliver = [message];
    for (let next = this.#take(++this.#expected); next; next = this.#take(++this.#expected)) deliver.push(next);
    return { deliver, acknowledge: true };
  }

  #take(sequence: number): ChannelMessage | undefined {
    const message = this.#early.get(sequence);
    this.#early.delete(sequence);
    return message;
  }
}
