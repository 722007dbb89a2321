import type { Duplex } from 'node:stream';
import { systemClock, type Clock } from '../../clock.ts';
import { PrivateEksError } from '../../errors.ts';
import { encodeSmuxFrame, SmuxCommand, SmuxParser } from './smuxFrame.ts';
import { SmuxStream, type SmuxCarrier } from './smuxStream.ts';

export interface SmuxLimits {
  /** Unread bytes of one stream at which it is reset: its local reader is stuck, and the others shall not suffer. */
  readonly streamBytes: number;
  /** Unread bytes at which a stream that is alone makes the carrier stop reading: nobody else suffers then. */
  readonly loneBytes: number;
  /** Unread bytes of all streams at which the carrier stops reading. */
  readonly totalBytes: number;
  /** How long the carrier may stand still before the stream with the most unread bytes is reset, or a lone one gets more room; ms. */
  readonly patienceMs: number;
}

export interface SmuxOptions {
  readonly clock?: Clock;
  readonly limits?: Partial<SmuxLimits>;
  readonly log?: (message: string) => void;
}

const mebibyte = 1024 * 1024;
const defaultLimits: SmuxLimits = {
  streamBytes: 16 * mebibyte,
  loneBytes: 4 * mebibyte,
  totalBytes: 64 * mebibyte,
  patienceMs: 10_000,
};

/**
 * Many connections over one byte stream (smux version 1, client side: odd stream ids from 3). Version 1 holds no single stream back, and to
 * leave messages unacknowledged costs the whole session dearly (the agent repeats ten of them in a second). So a slow reader is buffered
 * for, the carrier's reading is stopped only shortly or for a stream alone, and a reader that is stuck loses its stream.
 */
export class SmuxClient {
  readonly #carrier: SmuxCarrier;
  readonly #options: SmuxOptions;
  readonly #limits: SmuxLimits;
  readonly #parser = new SmuxParser();
  readonly #streams = new Map<number, SmuxStream>();
  readonly #unread = new Set<SmuxStream>();
  #nextId = 3;
  #pause: AbortController | undefined;
  #loneBytes: number;
  #hasConnectFailed = false;

  constructor(carrier: SmuxCarrier, options: SmuxOptions = {}) {
    this.#carrier = carrier;
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#loneBytes = this.#limits.loneBytes;
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  /** Bytes that arrived and that no local reader has taken. */
  get unreadBytes(): number {
    let total = 0;
    for (const stream of this.#unread) total += stream.readableLength;
    return total;
  }

  /** @throws PrivateEksError `session-exhausted` after two thousand million streams */
  openStream(): Duplex {
    const id = this.#nextId;
    if (id > 0xffff_ffff)
      throw new PrivateEksError('session-exhausted', 'This session has used up its stream numbers.', {
        retryable: true,
      });
    this.#nextId += 2;
    const stream = new SmuxStream(this.#carrier, id, {
      onRead: () => this.#balance(),
      onGone: () => {
        this.#streams.delete(id);
        this.#unread.delete(stream);
        this.#balance();
      },
    });
    this.#streams.set(id, stream);
    this.#carrier.write(encodeSmuxFrame(SmuxCommand.open, id));
    this.#balance();
    return stream;
  }

  /** @throws ProtocolError when the bytes are no smux; the session cannot go on then. */
  receive(bytes: Uint8Array): void {
    for (const { command, stream: id, data } of this.#parser.push(bytes)) {
      const stream = this.#streams.get(id);
      if (!stream) continue;
      if (command === SmuxCommand.data) {
        stream.deliver(data);
        if (stream.readableLength > 0) this.#unread.add(stream);
      } else if (command === SmuxCommand.close) this.#remoteClosed(stream);
    }
    this.#balance();
  }

  /** The agent could not reach its target. It does not say for which stream: the next to be closed without a byte is meant. */
  connectFailed(): void {
    this.#hasConnectFailed = true;
  }

  /** Ends every stream: the session is over. */
  destroy(error: Error): void {
    this.#pause?.abort();
    this.#pause = undefined;
    for (const stream of [...this.#streams.values()]) stream.abandon(error);
  }

  #remoteClosed(stream: SmuxStream): void {
    if (!this.#hasConnectFailed || stream.received > 0) return stream.remoteClosed();
    this.#hasConnectFailed = false;
    stream.destroy(new PrivateEksError('connect-failed', 'The agent cannot reach its target.', { retryable: true }));
  }

  #balance(): void {
    let total = 0;
    for (const stream of this.#unread) {
      const { readableLength } = stream;
      if (readableLength === 0) this.#unread.delete(stream);
      else if (readableLength > this.#limits.streamBytes) this.#reset(stream);
      else total += readableLength;
    }
    if (total === 0) this.#loneBytes = this.#limits.loneBytes;
    const limit = this.#streams.size === 1 ? this.#loneBytes : this.#limits.totalBytes;
    const isOver = total > (this.#pause ? limit / 2 : limit);
    if (isOver && !this.#pause) this.#stopReading();
    else if (!isOver && this.#pause) this.#goOn();
  }

  #stopReading(): void {
    const pause = new AbortController();
    this.#pause = pause;
    this.#carrier.pause(true);
    const { clock = systemClock } = this.#options;
    void clock.sleep(this.#limits.patienceMs, pause.signal).then(
      () => this.#runOutOfPatience(),
      () => undefined,
    );
  }

  #goOn(): void {
    this.#pause?.abort();
    this.#pause = undefined;
    this.#carrier.pause(false);
  }

  /** A socket that is not read for long is given up by others, so it is read again: into a bigger buffer, or without the worst. */
  #runOutOfPatience(): void {
    if (!this.#pause) return;
    const [worst] = [...this.#unread].sort((a, b) => b.readableLength - a.readableLength);
    const isAlone = this.#streams.size === 1;
    if (isAlone && worst) this.#loneBytes = worst.readableLength * 2 + mebibyte;
    this.#goOn();
    if (!isAlone && worst) this.#reset(worst);
    this.#balance();
  }

  #reset(stream: SmuxStream): void {
    const unread = Math.round(stream.readableLength / mebibyte);
    this.#options.log?.(`stream ${stream.id} reset: its reader left ${unread} MiB unread`);
    this.#unread.delete(stream);
    stream.destroy(new PrivateEksError('reader-stuck', 'The local reader of a connection did not read for too long.'));
  }
}
