const kibibyte = 1024;
const leastBytes = 32 * kibibyte;
const firstBytes = 64 * kibibyte;
/** What an upload may let wait on its path: everything else that goes this way, acknowledgements included, waits as long. */
const queueMs = 50;

/**
 * How many bytes may be under way: as many as the path carries, not as many as its buffers take. While round trips stay short it grows; when
 * they grow by more than a little, what is under way stands in a queue, and it shrinks. Judged once in a round trip by the shortest
 * one, which jitter leaves alone, and only while an upload fills it. Times in ms, given by the caller.
 */
export class SendWindow {
  readonly #most: number;
  #bytes: number;
  /** The path's own round trip: the shortest since its socket was new. */
  #base = Infinity;
  #shortest = Infinity;
  #roundEnd = 0;
  #wasFull = false;
  #isSearching = true;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
    this.#bytes = Math.min(firstBytes, mostBytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether more may go while so much is under way. */
  admits(underWay: number): boolean {
    const hasRoom = underWay < this.#bytes;
    if (!hasRoom) this.#wasFull = true;
    return hasRoom;
  }

  /** A new socket may take another path. */
  restart(next: number): void {
    this.#base = Infinity;
    this.#isSearching = true;
    this.#beginRound(next);
  }

  /** A message sent once, number `sequence`, was acknowledged after so long; `next` is the number that the next one gets. */
  sample(sequence: number, roundTrip: number, next: number): void {
    this.#base = Math.min(this.#base, roundTrip);
    this.#shortest = Math.min(this.#shortest, roundTrip);
    if (sequence < this.#roundEnd) return;
    if (this.#wasFull) this.#judge();
    this.#beginRound(next);
  }

  #judge(): void {
    const wanted = this.#base + queueMs;
    if (this.#shortest <= wanted) {
      this.#bytes = Math.min(this.#most, this.#bytes * (this.#isSearching ? 2 : 1.125));
      return;
    }
    this.#isSearching = false;
    const least = Math.min(leastBytes, this.#most);
    // With so little under way the queue is not of our making: the path has become longer.
    if (this.#bytes <= least) this.#base += (this.#shortest - this.#base) / 8;
    this.#bytes = Math.max(least, this.#bytes * Math.max(0.5, wanted / this.#shortest));
  }

  #beginRound(next: number): void {
    this.#roundEnd = next;
    this.#shortest = Infinity;
    this.#wasFull = false;
  }
}
