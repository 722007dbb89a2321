import { encodeChannelMessage } from './channelMessage.ts';
import { SendWindow } from './sendWindow.ts';

interface Unacknowledged {
  readonly sequence: number;
  readonly bytes: Buffer;
  sentAt: number;
  /** Counts every sending on this session, so that it can be said what was sent before what. */
  stamp: number;
  resends: number;
}

/** So many later sendings are acknowledged before a message counts as lost: channels of the service do reorder. */
const reorderTolerance = 16;
const longestTimeoutMs = 1000;

/**
 * What we have sent and the agent has not acknowledged. Acknowledgements are selective. The oldest message is resent when its timeout has
 * passed; one that later ones have overtaken is resent at once. Sequence numbers go on across reconnects. Times in ms, given by the caller.
 */
export class Outbox {
  readonly #unacknowledged = new Map<number, Unacknowledged>();
  #next = 0;
  #bytes = 0;
  #stamp = 0;
  #acknowledgedStamp = 0;
  #due: number[] = [];
  #smoothed = 100;
  #variance = 0;
  #timeout = 200;
  readonly #window: SendWindow;

  /** At most so many bytes are to be under way. */
  constructor(windowBytes = Infinity) {
    this.#window = new SendWindow(windowBytes);
  }

  /** The number that the next message gets. */
  get nextSequence(): number {
    return this.#next;
  }

  /** Numbers and encodes a message; the caller writes the bytes. */
  add(payloadType: number, payload: Uint8Array, now: number): Buffer {
    const sequence = this.#next++;
    const message = { messageType: 'input_stream_data', createdAt: now, sequenceNumber: sequence, flags: 0 };
    const bytes = encodeChannelMessage({ ...message, payloadType, payload });
    this.#unacknowledged.set(sequence, { sequence, bytes, sentAt: now, stamp: ++this.#stamp, resends: 0 });
    this.#bytes += bytes.length;
    return bytes;
  }

  /** False for a number that is not waited for: acknowledged before, or never sent. */
  acknowledge(sequence: number, now: number): boolean {
    const entry = this.#unacknowledged.get(sequence);
    if (!entry) return false;
    this.#unacknowledged.delete(sequence);
    this.#bytes -= entry.bytes.length;
    this.#acknowledgedStamp = Math.max(this.#acknowledgedStamp, entry.stamp);
    // Karn: which of the copies was acknowledged is unknown, so a resent message tells nothing of the round trip.
    if (entry.resends === 0) {
      this.#sample(now - entry.sentAt);
      this.#window.sample(sequence, now - entry.sentAt, this.#next);
    }
    return true;
  }

  isAcknowledged(sequence: number): boolean {
    return sequence < this.#next && !this.#unacknowledged.has(sequence);
  }

  /** The oldest message when it is overdue, marked as sent again; each time it is waited for twice as long, up to a second. */
  overdue(now: number): Buffer | undefined {
    const oldest = this.#unacknowledged.values().next().value;
    if (!oldest) return undefined;
    const patience = Math.min(longestTimeoutMs, this.#timeout * 2 ** Math.min(oldest.resends, 8));
    return now - oldest.sentAt > patience ? this.#sendAgain(oldest, now) : undefined;
  }

  /** Messages that later ones have overtaken: lost, most likely. Each at most once in a round trip. */
  overtaken(now: number): Buffer[] {
    const lost: Buffer[] = [];
    if (this.isReplaying) return lost;
    for (const entry of this.#unacknowledged.values()) {
      const isOvertaken = entry.stamp + reorderTolerance <= this.#acknowledgedStamp;
      if (!isOvertaken && entry.resends === 0) break;
      if (isOvertaken && now - entry.sentAt >= this.#smoothed) lost.push(this.#sendAgain(entry, now));
    }
    return lost;
  }

  /** For a new socket everything unacknowledged is due again: the first `most`, oldest first. `replayMore` gives the rest. */
  replay(now: number, most = Infinity): Buffer[] {
    this.#due = [...this.#unacknowledged.keys()].reverse();
    this.#window.restart(this.#next);
    return this.replayMore(now, most);
  }

  replayMore(now: number, most: number): Buffer[] {
    const messages: Buffer[] = [];
    while (messages.length < most && this.#due.length > 0) {
      const entry = this.#unacknowledged.get(this.#due.pop() ?? -1);
      if (entry) messages.push(this.#sendAgain(entry, now));
    }
    return messages;
  }

  get isReplaying(): boolean {
    return this.#due.length > 0;
  }

  /** Whether the path can take more. */
  get hasRoom(): boolean {
    return this.#window.admits(this.#bytes);
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

  #sendAgain(entry: Unacknowledged, now: number): Buffer {
    entry.sentAt = now;
    entry.stamp = ++this.#stamp;
    entry.resends++;
    return entry.bytes;
  }

  #sample(roundTrip: number): void {
    this.#variance = 0.75 * this.#variance + 0.25 * Math.abs(this.#smoothed - roundTrip);
    this.#smoothed = 0.875 * this.#smoothed + 0.125 * roundTrip;
    this.#timeout = Math.min(longestTimeoutMs, this.#smoothed + Math.max(10, 4 * this.#variance));
  }
}
