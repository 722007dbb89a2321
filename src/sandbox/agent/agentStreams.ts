import type { Duplex } from 'node:stream';

/** Dials a host and port from where the agent stands, inside the VPC; rejects as a TCP connect would. */
export type DialFromNode = () => Promise<Duplex>;

export interface AgentPortOptions {
  readonly dial: DialFromNode;
  /** Queues bytes towards the client and gives the number of bytes queued. */
  readonly send: (bytes: Buffer) => number;
  readonly onDialError: () => void;
  /** It is no longer full. */
  readonly onRoom: () => void;
}

/** What stands between a session's messages and the agent's targets. */
export interface AgentPort {
  /** Takes nothing more until `onRoom`. */
  readonly isFull: boolean;
  receive(bytes: Buffer): void;
  /** Little is queued towards the client: targets may be read again. */
  drained(): void;
  disconnect(): void;
  close(): void;
}

const [open, close, data] = [0, 1, 2];
/** Unsent bytes towards the client at which the agent stops reading from its targets. */
const highWater = 256 * 1024;
/** Bytes of all streams that the targets have not taken: then nothing more is read, whichever stream it is for. */
const bucket = 4 * 1024 * 1024;

/**
 * The agent's end of smux version 1. Streams are accepted one at a time: a slow dial holds up the later ones, and a FIN closes both
 * directions, as with the real agent.
 */
export class AgentStreams implements AgentPort {
  readonly #options: AgentPortOptions;
  readonly #targets = new Map<number, Duplex>();
  readonly #early = new Map<number, Buffer[]>();
  #accepting: Promise<void> = Promise.resolve();
  #rest: Buffer = Buffer.alloc(0);
  #waiting = 0;
  /** Set when the bytes are no smux v1: the real agent accepts nothing more then, and the session hangs open. */
  #broken = false;

  constructor(options: AgentPortOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#waiting >= bucket;
  }

  receive(bytes: Buffer): void {
    if (this.#broken) return;
    let rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    while (rest.length >= 8) {
      if (rest.readUInt8(0) !== 1) return void (this.#broken = true);
      const length = rest.readUInt16LE(2);
      if (rest.length < 8 + length) break;
      this.#frame(rest.readUInt8(1), rest.readUInt32LE(4), rest.subarray(8, 8 + length));
      rest = rest.subarray(8 + length);
    }
    this.#rest = Buffer.from(rest);
  }

  drained(): void {
    for (const target of this.#targets.values()) target.resume();
  }

  disconnect(): void {
    // Means nothing where every stream has its own end.
  }

  close(): void {
    for (const target of this.#targets.values()) target.destroy();
    this.#targets.clear();
    this.#early.clear();
  }

  #frame(command: number, id: number, payload: Buffer): void {
    if (command === open) {
      if (this.#early.has(id) || this.#targets.has(id)) return;
      this.#early.set(id, []);
      this.#accepting = this.#accepting.then(() => this.#accept(id));
    } else if (command === data) {
      const early = this.#early.get(id);
      if (early) early.push(Buffer.from(payload));
      else this.#write(this.#targets.get(id), payload);
    } else if (command === close) {
      this.#early.delete(id);
      const target = this.#targets.get(id);
      this.#targets.delete(id);
      target?.end(() => target.destroy());
    }
  }

  #write(target: Duplex | undefined, payload: Buffer): void {
    if (!target || target.destroyed) return;
    this.#waiting += payload.length;
    target.write(Buffer.from(payload), () => {
      const wasFull = this.isFull;
      this.#waiting -= payload.length;
      if (wasFull && !this.isFull) this.#options.onRoom();
    });
  }

  async #accept(id: number): Promise<void> {
    let target: Duplex;
    try {
      target = await this.#options.dial();
    } catch {
      this.#early.delete(id);
      this.#options.onDialError();
      this.#options.send(frame(close, id));
      return;
    }
    const early = this.#early.get(id);
    this.#early.delete(id);
    if (!early) return void target.destroy();
    this.#targets.set(id, target);
    target.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += 32_768)
        if (this.#options.send(frame(data, id, chunk.subarray(at, at + 32_768))) > highWater) target.pause();
    });
    const gone = () => {
      if (this.#targets.delete(id)) this.#options.send(frame(close, id));
    };
    target.on('end', gone);
    target.on('close', gone);
    target.on('error', gone);
    for (const chunk of early) this.#write(target, chunk);
  }
}

function frame(command: number, id: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(8);
  head[0] = 1;
  head[1] = command;
  head.writeUInt16LE(payload.length, 2);
  head.writeUInt32LE(id, 4);
  return Buffer.concat([head, payload]);
}
