import { PayloadType } from './channelPayload.ts';

export interface Outgoing {
  readonly payloadType: number;
  readonly payload: Uint8Array;
}

/** Bytes that wait for room in the window, and flags that keep their place among them. Small writes share a message. */
export class SendQueue {
  #items: Outgoing[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  push(bytes: Uint8Array): void {
    this.#items.push({ payloadType: PayloadType.output, payload: bytes });
    this.#bytes += bytes.length;
  }

  pushFlag(payload: Uint8Array): void {
    this.#items.push({ payloadType: PayloadType.flag, payload });
  }

  clear(): void {
    this.#items = [];
    this.#bytes = 0;
  }

  /** The next message of at most `size` bytes of data, or one flag. */
  take(size: number): Outgoing | undefined {
    const [first] = this.#items;
    if (!first) return undefined;
    if (first.payloadType === PayloadType.flag) return this.#items.shift();
    const parts: Uint8Array[] = [];
    let room = size;
    for (let next = this.#items[0]; next && room > 0; next = this.#items[0]) {
      if (next.payloadType === PayloadType.flag) break;
      const { payload } = next;
      parts.push(payload.subarray(0, room));
      if (payload.length <= room) this.#items.shift();
      else this.#items[0] = { ...next, payload: payload.subarray(room) };
      room -= Math.min(payload.length, room);
    }
    this.#bytes -= size - room;
    const [only] = parts;
    return { payloadType: PayloadType.output, payload: parts.length === 1 && only ? only : Buffer.concat(parts) };
  }
}
