import { writeMessage } from './agentMessage.ts';

const resendAfterMs = 200;
/** Of what is sent beyond, the real agent keeps no copy: lost on its way, it is lost for good. */
const copiesKept = 100_000;

/**
 * What the agent has sent and the client has not acknowledged. Only the oldest message is sent again, and only at a tick: ten in a second
 * at most, however many were lost.
 */
export class AgentOutbox {
  readonly #send: (bytes: Buffer) => boolean;
  readonly #unacknowledged = new Map<number, { bytes: Buffer; sentAt: number }>();
  /** What `resendEverything` sends again at the next tick. */
  #again: Buffer[] = [];
  #sequence = 0;

  /** `send` is false when no client is attached. */
  constructor(send: (bytes: Buffer) => boolean) {
    this.#send = send;
  }

  get underWay(): number {
    return this.#unacknowledged.size;
  }

  say(kind: number, body: Buffer, { flags = 0, twice = false, again = false } = {}): void {
    const sequence = this.#sequence++;
    const bytes = writeMessage({ type: 'output_stream_data', sequence, flags, kind, body });
    if (this.#unacknowledged.size < copiesKept) this.#unacknowledged.set(sequence, { bytes, sentAt: Date.now() });
    if (again) this.#again.push(bytes);
    this.#send(bytes);
    if (twice) this.#send(bytes);
  }

  acknowledge(sequence: number): void {
    this.#unacknowledged.delete(sequence);
  }

  /** Everything is due again. */
  expire(): void {
    for (const entry of this.#unacknowledged.values()) entry.sentAt = 0;
  }

  tick(now: number): void {
    for (const bytes of this.#again.splice(0)) this.#send(bytes);
    const oldest = this.#unacknowledged.values().next().value;
    if (oldest && now - oldest.sentAt > resendAfterMs && this.#send(oldest.bytes)) oldest.sentAt = now;
  }
}
