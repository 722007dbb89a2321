import { Duplex } from 'node:stream';
import { systemClock, type Clock } from '../../clock.ts';
import { PrivateEksError } from '../../errors.ts';

/** What carries one connection after the other: a data channel in basic mode. */
export interface BasicCarrier {
  write(bytes: Uint8Array): void;
  writable(): Promise<void>;
  pause(paused: boolean): void;
  disconnectToPort(): Promise<void>;
  readonly roundTripMs: number;
}

export interface BasicOptions {
  readonly clock?: Clock;
  /** How long a connection waits for the one before it to end, ms. */
  readonly patienceMs?: number;
}

const defaultPatienceMs = 30_000;
const mostWaiting = 64;
/** Silence after which the last bytes of a connection that was closed have surely come, ms; at least two round trips. */
const leastSettleMs = 250;

/**
 * Connections over an agent of 3.0.196.0 or older, which has one connection to its target at a time: the others wait for their turn. The
 * agent does not say that its target has closed, and bytes of an old connection may arrive late: they are dropped until there is silence.
 */
export class BasicStreams {
  readonly #carrier: BasicCarrier;
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #waiting: BasicStream[] = [];
  #active: BasicStream | undefined;
  #isSettling = false;
  #lastStaleAt = 0;
  #over: Error | undefined;

  constructor(carrier: BasicCarrier, options: BasicOptions = {}) {
    this.#carrier = carrier;
    this.#clock = options.clock ?? systemClock;
    this.#patienceMs = options.patienceMs ?? defaultPatienceMs;
  }

  get streamCount(): number {
    return this.#waiting.length + (this.#active ? 1 : 0);
  }

  /** @throws PrivateEksError `agent-busy` when too many wait already */
  openStream(): Duplex {
    if (this.#waiting.length >= mostWaiting) throw busy();
    const stream = new BasicStream(this.#carrier, () => this.#gone(stream));
    this.#waiting.push(stream);
    void this.#giveUpLater(stream);
    this.#next();
    return stream;
  }

  receive(bytes: Uint8Array): void {
    if (this.#active && !this.#isSettling) this.#active.deliver(bytes);
    else this.#lastStaleAt = this.#clock.now();
  }

  /** The agent could not reach its target: for the only connection that there is. */
  connectFailed(): void {
    this.#active?.destroy(
      new PrivateEksError('connect-failed', 'The agent cannot reach its target.', { retryable: true }),
    );
  }

  destroy(error: Error): void {
    this.#over = error;
    for (const stream of [...this.#waiting.splice(0), ...(this.#active ? [this.#active] : [])]) stream.destroy(error);
  }

  #next(): void {
    if (this.#active || this.#isSettling || this.#over) return;
    this.#active = this.#waiting.shift();
    this.#active?.start();
  }

  #gone(stream: BasicStream): void {
    const index = this.#waiting.indexOf(stream);
    if (index >= 0) this.#waiting.splice(index, 1);
    if (this.#active !== stream) return;
    this.#active = undefined;
    this.#carrier.pause(false);
    if (!this.#over) void this.#settle();
  }

  /** The agent has closed its connection, and what it had read of it before has come. */
  async #settle(): Promise<void> {
    this.#isSettling = true;
    await this.#carrier.disconnectToPort();
    const silence = Math.max(leastSettleMs, 2 * this.#carrier.roundTripMs);
    this.#lastStaleAt = this.#clock.now();
    for (let rest = silence; rest > 0; rest = this.#lastStaleAt + silence - this.#clock.now())
      await this.#clock.sleep(rest);
    this.#isSettling = false;
    this.#next();
  }

  async #giveUpLater(stream: BasicStream): Promise<void> {
    const started = new AbortController();
    stream.once('close', () => started.abort());
    stream.onStart = () => started.abort();
    await this.#clock.sleep(this.#patienceMs, started.signal).then(
      () => stream.destroy(busy()),
      () => undefined,
    );
  }
}

class BasicStream extends Duplex {
  readonly #carrier: BasicCarrier;
  readonly #onGone: () => void;
  readonly #started = Promise.withResolvers<void>();
  onStart: () => void = () => undefined;

  constructor(carrier: BasicCarrier, onGone: () => void) {
    super({ allowHalfOpen: true });
    this.#carrier = carrier;
    this.#onGone = onGone;
  }

  start(): void {
    this.onStart();
    this.#started.resolve();
  }

  deliver(bytes: Uint8Array): void {
    // It is alone, so the whole path may be held back.
    if (!this.destroyed && !this.push(bytes)) this.#carrier.pause(true);
  }

  override _read(): void {
    this.#carrier.pause(false);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    void this.#started.promise
      .then(() => this.#carrier.writable())
      .then(() => {
        if (!this.destroyed) this.#carrier.write(chunk);
        done();
      });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#started.resolve();
    this.#onGone();
    done(error);
  }
}

function busy(): PrivateEksError {
  return new PrivateEksError('agent-busy', 'The target’s agent carries one connection at a time, and it is taken.', {
    retryable: true,
    fix: 'Update the SSM agent of the target above 3.0.196.0: it then carries many connections at once.',
  });
}
