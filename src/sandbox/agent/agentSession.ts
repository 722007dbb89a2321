import { readMessage, writeAcknowledgement, writeMessage, type AgentMessage } from './agentMessage.ts';
import { AgentStreams, type DialFromNode } from './agentStreams.ts';

export interface AgentOptions {
  readonly agentVersion: string;
  readonly portNumber: string;
  readonly host: string;
  readonly dial: DialFromNode;
  /** The real agent sends at most 1,024 bytes and sleeps 1 ms. 0 turns the pacing off. */
  readonly paceMs: number;
  /** Sends to the client; false when none is attached. */
  readonly send: (bytes: Buffer) => boolean;
  /** The session is over, with the reason that the client is told. */
  readonly onEnd: (reason: string) => void;
}

const chunkSize = 1024;
const resendAfterMs = 200;
const tickMs = 100;
const handshakeMs = 15_000;
const kinds = { output: 1, handshakeRequest: 5, handshakeResponse: 6, handshakeComplete: 7, flag: 10 };

/** One port session as amazon-ssm-agent runs it: handshake, ordered and acknowledged messages, smux behind it. */
export class AgentSession {
  readonly #options: AgentOptions;
  readonly #streams: AgentStreams;
  readonly #unacknowledged = new Map<number, { bytes: Buffer; sentAt: number }>();
  readonly #early = new Map<number, AgentMessage>();
  readonly #timers: NodeJS.Timeout[];
  #phase: 'new' | 'handshake' | 'open' | 'ended' = 'new';
  #sequence = 0;
  #expected = 0;
  #out: Buffer[] = [];
  #outBytes = 0;
  #pumping = false;
  #startedAt = 0;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#streams = new AgentStreams(
      options.dial,
      bytes => this.#queue(bytes),
      () => this.#say(kinds.flag, uint32(3)),
    );
    this.#timers = [setInterval(() => this.#tick(), tickMs)];
  }

  /** The client's socket is there (again): the handshake begins, or what it has not acknowledged is sent again. */
  attach(): void {
    if (this.#phase !== 'new') {
      for (const entry of this.#unacknowledged.values()) entry.sentAt = 0;
      return void this.#pump();
    }
    this.#phase = 'handshake';
    this.#startedAt = Date.now();
    const { agentVersion, host, portNumber } = this.#options;
    const Properties = { host, portNumber, localPortNumber: '0', type: 'LocalPortForwarding' };
    const action = { ActionType: 'SessionType', ActionParameters: { SessionType: 'Port', Properties } };
    this.#say(kinds.handshakeRequest, json({ AgentVersion: agentVersion, RequestedClientActions: [action] }), 1);
  }

  receive(bytes: Buffer): void {
    const message = readMessage(bytes);
    if (!message || this.#phase === 'ended') return;
    if (message.type === 'acknowledge') {
      const { AcknowledgedMessageSequenceNumber: sequence } = parse(message.body);
      if (typeof sequence === 'number') this.#unacknowledged.delete(sequence);
      return void this.#pump();
    }
    if (message.type !== 'input_stream_data') return;
    if (message.sequence > this.#expected) {
      this.#early.set(message.sequence, message);
      return void this.#options.send(writeAcknowledgement(message));
    }
    this.#options.send(writeAcknowledgement(message));
    if (message.sequence < this.#expected) return;
    for (let next: AgentMessage | undefined = message; next; next = this.#early.get(this.#expected)) {
      this.#early.delete(this.#expected++);
      this.#take(next);
    }
  }

  end(reason: string): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    for (const timer of this.#timers) clearInterval(timer);
    this.#streams.close();
    this.#options.onEnd(reason);
  }

  #take({ kind, body }: AgentMessage): void {
    if (kind === kinds.handshakeResponse && this.#phase === 'handshake') {
      const { ProcessedClientActions: actions } = parse(body);
      const refused = Array.isArray(actions) && actions.some(action => !isRecord(action) || action.ActionStatus !== 1);
      if (refused || !Array.isArray(actions)) return this.end('Handshake failed: the client refused an action');
      this.#phase = 'open';
      this.#say(
        kinds.handshakeComplete,
        json({ HandshakeTimeToComplete: (Date.now() - this.#startedAt) * 1e6, CustomerMessage: '' }),
      );
    } else if (kind === kinds.flag && body.length >= 4 && body.readUInt32BE(0) === 2) {
      this.end('');
      // Before the handshake is complete data is acknowledged and dropped, as the real agent does.
    } else if (kind === kinds.output && this.#phase === 'open') this.#streams.receive(body);
  }

  #queue(bytes: Buffer): number {
    this.#out.push(bytes);
    this.#outBytes += bytes.length;
    this.#pump();
    return this.#outBytes;
  }

  /** Sends what is queued in small pieces with a pause between them, no more than 1,000 unacknowledged. */
  #pump(): void {
    if (this.#pumping || this.#phase !== 'open' || this.#outBytes === 0 || this.#unacknowledged.size > 1000) return;
    this.#pumping = true;
    this.#say(kinds.output, this.#nextPiece());
    if (this.#outBytes < chunkSize * 64) this.#streams.drained();
    const next = () => {
      this.#pumping = false;
      this.#pump();
    };
    if (this.#options.paceMs > 0) setTimeout(next, this.#options.paceMs);
    else setImmediate(next);
  }

  #nextPiece(): Buffer {
    const parts: Buffer[] = [];
    let room = chunkSize;
    for (let first = this.#out[0]; first && room > 0; first = this.#out[0]) {
      parts.push(first.subarray(0, room));
      if (first.length > room) this.#out[0] = first.subarray(room);
      else this.#out.shift();
      room -= Math.min(room, first.length);
    }
    this.#outBytes -= chunkSize - room;
    return Buffer.concat(parts);
  }

  #say(kind: number, body: Buffer, flags = 0): void {
    const sequence = this.#sequence++;
    const bytes = writeMessage({ type: 'output_stream_data', sequence, flags, kind, body });
    this.#unacknowledged.set(sequence, { bytes, sentAt: Date.now() });
    this.#options.send(bytes);
  }

  #tick(): void {
    const now = Date.now();
    if (this.#phase === 'handshake' && now - this.#startedAt > handshakeMs)
      return this.end(
        'Handshake timed out. Please ensure that you have the latest version of the session manager plugin.',
      );
    const oldest = this.#unacknowledged.values().next().value;
    if (oldest && now - oldest.sentAt > resendAfterMs && this.#options.send(oldest.bytes)) oldest.sentAt = now;
  }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
