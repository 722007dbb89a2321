import type { Clock } from '../../clock.ts';
import type { ChannelSocket } from './channelSocket.ts';
import { Heartbeat, type HeartbeatVerdict } from './heartbeat.ts';

export interface LiveSocketOptions {
  readonly clock: Clock;
  readonly pingEveryMs: number;
  readonly onMessage: (data: Uint8Array) => void;
  /** It takes data again. */
  readonly onRoom: () => void;
  /** Once, when it is gone by itself or given up; never after `close`. */
  readonly onLost: (reason: string) => void;
}

/** What waits in a socket cannot be overtaken: acknowledgements wait behind so much data at most. */
const mostQueued = 32 * 1024;

/** One socket from its opening to its loss: pinged, given up when nothing is heard on it, or when this machine has slept meanwhile. */
export class LiveSocket {
  readonly #socket: ChannelSocket;
  readonly #options: LiveSocketOptions;
  readonly #heartbeat: Heartbeat;
  readonly #gone = new AbortController();
  #givenUp: string | undefined;
  #isPaused = false;

  constructor(socket: ChannelSocket, options: LiveSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#heartbeat = new Heartbeat(options.pingEveryMs, options.clock.now());
    socket.onPong = () => this.#heartbeat.heard(options.clock.now());
    socket.onSent = () => {
      if (!this.#gone.signal.aborted && this.room >= mostQueued / 2) options.onRoom();
    };
    socket.onMessage = data => {
      if (this.#gone.signal.aborted) return;
      this.#heartbeat.heard(options.clock.now());
      options.onMessage(data);
    };
    socket.onClose = reason => {
      if (this.#gone.signal.aborted) return;
      this.#gone.abort();
      options.onLost(this.#givenUp ?? reason);
    };
    void this.#beat();
  }

  send(data: string | Uint8Array): void {
    if (!this.#gone.signal.aborted) this.#socket.send(data);
  }

  /** Bytes of data that it takes now. */
  get room(): number {
    return mostQueued - (this.#socket.queuedBytes ?? 0);
  }

  /** Stops reading: the path holds the sender back. Without an effect on a socket that cannot. */
  pause(paused: boolean): void {
    this.#isPaused = paused;
    this.#socket.setPaused?.(paused);
    if (!paused) this.#heartbeat.heard(this.#options.clock.now());
  }

  /** To be called now and then while data waits for its acknowledgement. */
  hurry(): void {
    if (!this.#isPaused) this.#obey(this.#heartbeat.hurry(this.#options.clock.now()));
  }

  close(): void {
    this.#gone.abort();
    this.#socket.close();
  }

  async #beat(): Promise<void> {
    const { clock, pingEveryMs } = this.#options;
    for (;;) {
      const before = clock.now();
      const isHere = await clock.sleep(pingEveryMs, this.#gone.signal).then(
        () => true,
        () => false,
      );
      if (!isHere) return;
      // The other ends have given the connection up long ago; asking would cost another minute.
      if (clock.now() - before > 3 * pingEveryMs) this.#giveUp('this machine was asleep');
      else if (!this.#isPaused) this.#obey(this.#heartbeat.beat(clock.now()));
    }
  }

  #obey(verdict: HeartbeatVerdict): void {
    if (verdict === 'ping') this.#socket.ping();
    if (verdict === 'dead') this.#giveUp('nothing was heard on it any more');
  }

  #giveUp(reason: string): void {
    this.#givenUp = reason;
    this.#socket.terminate();
  }
}
