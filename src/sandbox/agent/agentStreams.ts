import type { Duplex } from 'node:stream';

/** Dials a host and port from where the agent stands, inside the VPC; rejects as a TCP connect would. */
export type DialFromNode = () => Promise<Duplex>;

const [open, close, data] = [0, 1, 2];
/** Unsent bytes towards the client at which the agent stops reading from its targets. */
const highWater = 256 * 1024;

/**
 * The agent's end of smux version 1. Streams are accepted one at a time: a slow dial holds up the later ones, and a FIN closes both
 * directions, as with the real agent.
 */
export class AgentStreams {
  readonly #dial: DialFromNode;
  readonly #send: (bytes: Buffer) => number;
  readonly #onDialError: () => void;
  readonly #targets = new Map<number, Duplex>();
  readonly #early = new Map<number, Buffer[]>();
  #accepting: Promise<void> = Promise.resolve();
  #rest: Buffer = Buffer.alloc(0);
  /** Set when the bytes are no smux v1: the real agent accepts nothing more then, and the session hangs open. */
  #broken = false;

  /** `send` queues bytes towards the client and gives the number of bytes queued. */
  constructor(dial: DialFromNode, send: (bytes: Buffer) => number, onDialError: () => void) {
    this.#dial = dial;
    this.#send = send;
    this.#onDialError = onDialError;
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

  close(): void {
    for (const target of this.#targets.values()) target.destroy();
    this.#targets.clear();
  }

  #frame(command: number, id: number, payload: Buffer): void {
    if (command === open) {
      if (this.#early.has(id) || this.#targets.has(id)) return;
      this.#early.set(id, []);
      this.#accepting = this.#accepting.then(() => this.#accept(id));
    } else if (command === data) {
      const early = this.#early.get(id);
      if (early) early.push(Buffer.from(payload));
      else this.#targets.get(id)?.write(Buffer.from(payload));
    } else if (command === close) {
      this.#early.delete(id);
      const target = this.#targets.get(id);
      this.#targets.delete(id);
      target?.end(() => target.destroy());
    }
  }

  async #accept(id: number): Promise<void> {
    let target: Duplex;
    try {
      target = await this.#dial();
    } catch {
      this.#early.delete(id);
      this.#onDialError();
      this.#send(frame(close, id));
      return;
    }
    const early = this.#early.get(id);
    this.#early.delete(id);
    if (!early) return void target.destroy();
    this.#targets.set(id, target);
    target.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += 32_768)
        if (this.#send(frame(data, id, chunk.subarray(at, at + 32_768))) > highWater) target.pause();
    });
    const gone = () => {
      if (this.#targets.delete(id)) this.#send(frame(close, id));
    };
    target.on('end', gone);
    target.on('close', gone);
    target.on('error', gone);
    for (const chunk of early) target.write(chunk);
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
