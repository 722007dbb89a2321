import { ProtocolError } from './channelMessage.ts';

/** Commands of smux version 1. */
export const SmuxCommand = { open: 0, close: 1, data: 2, keepAlive: 3 } as const;

/** One smux v1 frame: version u8 = 1, command u8, length u16 LE, stream u32 LE, data. */
export interface SmuxFrame {
  readonly command: number;
  readonly stream: number;
  readonly data: Uint8Array;
}

const headerLength = 8;
const empty = new Uint8Array(0);

export function encodeSmuxFrame(command: number, stream: number, data: Uint8Array = empty): Buffer {
  const bytes = Buffer.alloc(headerLength + data.length);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(command, 1);
  bytes.writeUInt16LE(data.length, 2);
  bytes.writeUInt32LE(stream, 4);
  bytes.set(data, headerLength);
  return bytes;
}

/** Cuts a byte stream, which arrives in pieces of any size, into frames. */
export class SmuxParser {
  #pieces: Uint8Array[] = [];
  #length = 0;

  /** @throws ProtocolError for another version or an unknown command: the stream cannot be understood from there on. */
  push(bytes: Uint8Array): SmuxFrame[] {
    // Small pieces are copied: one left waiting must not hold on to the whole read that it came in.
    const isPart = bytes.length * 4 < bytes.buffer.byteLength;
    if (bytes.length > 0) this.#pieces.push(isPart ? Uint8Array.prototype.slice.call(bytes) : bytes);
    this.#length += bytes.length;
    const frames: SmuxFrame[] = [];
    while (this.#length >= headerLength) {
      const head = this.#peek(headerLength);
      if (head[0] !== 1) throw new ProtocolError(`smux version ${head[0]} is not 1`);
      const command = head.readUInt8(1);
      if (command > SmuxCommand.keepAlive) throw new ProtocolError(`smux command ${command} is unknown`);
      const length = head.readUInt16LE(2);
      if (this.#length < headerLength + length) break;
      this.#take(headerLength);
      frames.push({ command, stream: head.readUInt32LE(4), data: this.#take(length) });
    }
    return frames;
  }

  #peek(length: number): Buffer {
    if ((this.#pieces[0]?.length ?? 0) < length) this.#pieces = [Buffer.concat(this.#pieces)];
    const first = this.#pieces[0] ?? empty;
    return Buffer.from(first.buffer, first.byteOffset, length);
  }

  #take(length: number): Uint8Array {
    const out = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length;) {
      const piece = this.#pieces[0] ?? empty;
      const part = piece.subarray(0, length - filled);
      out.set(part, filled);
      filled += part.length;
      if (part.length === piece.length) this.#pieces.shift();
      else this.#pieces[0] = piece.subarray(part.length);
    }
    this.#length -= length;
    return out;
  }
}
