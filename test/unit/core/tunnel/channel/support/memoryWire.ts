import type { ChannelSocket } from '../../../../../../src/core/tunnel/channel/channelSocket.ts';

/** A WebSocket without a network: what one side sends the other has in the next microtask, in order. */
export class MemoryWire implements ChannelSocket {
  onMessage: (data: Uint8Array) => void = () => undefined;
  onPong: () => void = () => undefined;
  onClose: (reason: string) => void = () => undefined;
  /** The far end's handler. */
  onFrame: (data: string | Uint8Array) => void = () => undefined;
  onGone: () => void = () => undefined;
  isOpen = true;
  /** A half-open connection: what is sent vanishes, and nobody says so. */
  isDeaf = false;
  pings = 0;
  isPaused = false;
  /** Set: what is sent lies here until `sendQueued`. */
  queue: (string | Uint8Array)[] | undefined;
  onSent: () => void = () => undefined;
  readonly #held: Uint8Array[] = [];

  send(data: string | Uint8Array): void {
    const copy = typeof data === 'string' ? data : Buffer.from(data);
    if (this.queue) return void this.queue.push(copy);
    queueMicrotask(() => {
      if (this.isOpen && !this.isDeaf) this.onFrame(copy);
    });
  }

  get queuedBytes(): number {
    return (this.queue ?? []).reduce((sum, data) => sum + data.length, 0);
  }

  sendQueued(): void {
    for (const data of this.queue?.splice(0) ?? []) queueMicrotask(() => this.onFrame(data));
    queueMicrotask(() => this.onSent());
  }

  /** From the far end. */
  deliver(data: Uint8Array): void {
    const copy = Buffer.from(data);
    queueMicrotask(() => {
      if (!this.isOpen || this.isDeaf) return;
      if (this.isPaused) this.#held.push(copy);
      else this.onMessage(copy);
    });
  }

  setPaused(paused: boolean): void {
    this.isPaused = paused;
    if (!paused) for (const data of this.#held.splice(0)) this.onMessage(data);
  }

  ping(): void {
    this.pings++;
    queueMicrotask(() => {
      if (this.isOpen && !this.isDeaf) this.onPong();
    });
  }

  /** What was sent before is still carried. */
  close(): void {
    queueMicrotask(() => this.cut('closed with code 1000'));
  }

  terminate(): void {
    this.cut('connection lost');
  }

  cut(reason: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    queueMicrotask(() => {
      this.onGone();
      this.onClose(reason);
    });
  }
}
