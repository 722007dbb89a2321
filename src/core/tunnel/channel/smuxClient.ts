import { Duplex } from 'node:stream';
import { encodeSmuxFrame, largestSmuxData, SmuxCommand, SmuxParser } from './smuxFrame.ts';

/** What carries the frames: a data channel. */
export interface SmuxCarrier {
  write(bytes: Uint8Array): void;
  writable(): Promise<void>;
  pause(paused: boolean): void;
}

/** Unread bytes over all streams at which the carrier is told to accept nothing more; half of it lets it go on. */
const bufferLimit = 4 * 1024 * 1024;

/**
 * Many connections over one byte stream (smux version 1, client side: odd stream ids from 3). The protocol has no half-close: a FIN
 * ends both directions, so ours is sent only when a stream is destroyed.
 */
export class SmuxClient {
  readonly #carrier: SmuxCarrier;
  readonly #parser = new SmuxParser();
  readonly #streams = new Map<number, SmuxStream>();
  #nextId = 3;
  #paused = false;

  constructor(carrier: SmuxCarrier) {
    this.#carrier = carrier;
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  openStream(): Duplex {
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = new SmuxStream(this.#carrier, id, () => {
      this.#streams.delete(id);
      this.#balance();
    });
    stream.onRead = () => this.#balance();
    this.#streams.set(id, stream);
    this.#carrier.write(encodeSmuxFrame(SmuxCommand.open, id));
    return stream;
  }

  /** @throws ProtocolError when the bytes are no smux; the session cannot go on then. */
  receive(bytes: Uint8Array): void {
    for (const frame of this.#parser.push(bytes)) {
      const stream = this.#streams.get(frame.stream);
      if (frame.command === SmuxCommand.data) stream?.deliver(frame.data);
      else if (frame.command === SmuxCommand.close) stream?.remoteClosed();
    }
    this.#balance();
  }

  /** Ends every stream: the session is over. */
  destroy(error: Error): void {
    for (const stream of this.#streams.values()) stream.abandon(error);
    this.#streams.clear();
  }

  #balance(): void {
    let unread = 0;
    for (const stream of this.#streams.values()) unread += stream.readableLength;
    const pause = unread > (this.#paused ? bufferLimit / 2 : bufferLimit);
    if (pause !== this.#paused) this.#carrier.pause((this.#paused = pause));
  }
}

class SmuxStream extends Duplex {
  readonly #carrier: SmuxCarrier;
  readonly #id: number;
  readonly #onGone: () => void;
  #remoteClosed = false;
  onRead: () => void = () => undefined;

  constructor(carrier: SmuxCarrier, id: number, onGone: () => void) {
    super({ allowHalfOpen: true });
    this.#carrier = carrier;
    this.#id = id;
    this.#onGone = onGone;
  }

  deliver(data: Uint8Array): void {
    if (!this.#remoteClosed) this.push(data);
  }

  remoteClosed(): void {
    if (this.#remoteClosed) return;
    this.#remoteClosed = true;
    this.push(null);
  }

  /** The carrier is gone: nothing more can be said to the other side. */
  abandon(error: Error): void {
    this.#remoteClosed = true;
    this.destroy(error);
  }

  override _read(): void {
    this.onRead();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#remoteClosed) return done();
    for (let start = 0; start < chunk.length; start += largestSmuxData)
      this.#carrier.write(encodeSmuxFrame(SmuxCommand.data, this.#id, chunk.subarray(start, start + largestSmuxData)));
    void this.#carrier.writable().then(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#remoteClosed) this.#carrier.write(encodeSmuxFrame(SmuxCommand.close, this.#id));
    this.#onGone();
    done(error);
  }
}
