import { rule } from './wireCodec.ts';

/** The agent's end of smux, strict: what AWS's library would not write is a violation. Echoes every stream. */
export class StrictMux {
  #bytes = Buffer.alloc(0);
  #lastOpened = 1;
  readonly #open = new Set<number>();
  readonly #closed = new Set<number>();
  readonly #write: (bytes: Buffer) => void;
  readonly opened: number[] = [];
  /** Streams that are refused: the agent cannot reach its target. */
  refuse: (id: number) => boolean = () => false;
  onRefused: () => void = () => undefined;
  onData: (id: number, data: Buffer) => void = (id, data) => this.send(id, data);

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write;
  }

  get openStreams(): number {
    return this.#open.size;
  }

  receive(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.#bytes.length >= 8) {
      const length = this.#bytes.readUInt16LE(2);
      if (this.#bytes.length < 8 + length) return;
      const frame = this.#bytes.subarray(0, 8 + length);
      this.#bytes = this.#bytes.subarray(8 + length);
      this.#take(frame[0] ?? 0, frame[1] ?? 0, frame.readUInt32LE(4), frame.subarray(8));
    }
  }

  send(id: number, data: Buffer): void {
    for (let at = 0; at < data.length; at += 1000) this.#frame(2, id, data.subarray(at, at + 1000));
  }

  close(id: number): void {
    if (this.#open.delete(id)) this.#closed.add(id);
    this.#frame(1, id);
  }

  #take(version: number, command: number, id: number, data: Buffer): void {
    rule(version === 1, `smux version ${version}`);
    rule(command <= 2, `smux command ${command}`);
    rule(data.length <= 32_768, `a smux frame of ${data.length} bytes`);
    rule(command === 2 ? data.length > 0 : data.length === 0, `smux command ${command} with ${data.length} bytes`);
    if (command === 0) {
      rule(id === this.#lastOpened + 2, `stream ${id} after ${this.#lastOpened}`);
      this.#lastOpened = id;
      this.opened.push(id);
      this.#open.add(id);
      if (this.refuse(id)) {
        this.onRefused();
        this.close(id);
      }
      return;
    }
    rule(this.#open.has(id) || this.#closed.has(id), `command ${command} for stream ${id}, which was never opened`);
    if (command === 1) {
      this.#open.delete(id);
      this.#closed.add(id);
    } else if (this.#open.has(id)) this.onData(id, data);
  }

  #frame(command: number, id: number, data: Buffer = Buffer.alloc(0)): void {
    const header = Buffer.from([1, command, data.length & 255, data.length >> 8, 0, 0, 0, 0]);
    header.writeUInt32LE(id, 4);
    this.#write(Buffer.concat([header, data]));
  }
}
