import { Duplex } from 'node:stream';
import { encodeSmuxFrame, SmuxCommand } from './smuxFrame.ts';

/** Bytes written in one turn, for others wait for theirs. */
const portion = 16 * 1024;

/** What carries the frames: a data channel. */
export interface SmuxCarrier {
  write(bytes: Uint8Array): void;
  writable(): Promise<void>;
  pause(paused: boolean): void;
}

export interface SmuxStreamEvents {
  /** Unread data was taken. */
  readonly onRead: () => void;
  readonly onGone: () => void;
}

/** One connection. The protocol has no half-close: a FIN ends both directions, so ours is sent only when the stream is destroyed. */
export class SmuxStream extends Duplex {
  readonly id: number;
  readonly #carrier: SmuxCarrier;
  readonly #events: SmuxStreamEvents;
  #isRemoteClosed = false;
  #isAbandoned = false;
  /** Bytes that arrived for it. */
  received = 0;

  constructor(carrier: SmuxCarrier, id: number, events: SmuxStreamEvents) {
    super({ allowHalfOpen: true });
    this.id = id;
    this.#carrier = carrier;
    this.#events = events;
  }

  deliver(data: Uint8Array): void {
    if (this.#isRemoteClosed || this.destroyed) return;
    this.received += data.length;
    this.push(data);
  }

  remoteClosed(): void {
    if (this.#isRemoteClosed) return;
    this.#isRemoteClosed = true;
    this.push(null);
  }

  /** The carrier is gone: nothing more can be said to the other side. */
  abandon(error: Error): void {
    this.#isAbandoned = true;
    this.#isRemoteClosed = true;
    this.destroy(error);
  }

  override _read(): void {
    this.#events.onRead();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    void this.#carrier.writable().then(() => {
      // What comes after the other side's FIN is thrown away there; so it is here.
      if (this.#isRemoteClosed || this.destroyed) return done();
      this.#carrier.write(encodeSmuxFrame(SmuxCommand.data, this.id, chunk.subarray(0, portion)));
      if (chunk.length <= portion) return done();
      this._write(chunk.subarray(portion), encoding, done);
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // In answer to the other side's FIN, too: that lets go of the stream there whatever became of it.
    if (!this.#isAbandoned) this.#carrier.write(encodeSmuxFrame(SmuxCommand.close, this.id));
    this.#events.onGone();
    done(error);
  }
}
