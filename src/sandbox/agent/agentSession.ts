import { readMessage, writeAcknowledgement, type AgentMessage } from './agentMessage.ts';
import { AgentOutbox } from './agentOutbox.ts';
import { AgentRawPort } from './agentRawPort.ts';
import { AgentStreams, type AgentPort, type DialFromNode } from './agentStreams.ts';
import type { ChannelFaults } from './channelFaults.ts';

export interface AgentOptions {
  readonly agentVersion: string;
  readonly portNumber: string;
  readonly host: string;
  readonly dial: DialFromNode;
  readonly faults: () => ChannelFaults;
  readonly paceMs: () => number;
  /** Bytes that the socket has not taken yet. */
  readonly backlog: () => number;
  /** A data message came or went. */
  readonly onActivity: () => void;
  /** Sends to the client; false when none is attached. */
  readonly send: (bytes: Buffer) => boolean;
  /** The session is over, with the reason that the client is told. */
  readonly onEnd: (reason: string) => void;
}

const chunkSize = 1024;
const tickMs = 100;
const handshakeMs = 15_000;
/** Messages under way when no pause between them keeps their number down: about what 1 ms makes of a round trip of 100 ms. */
const unpacedWindow = 128;
const fullSocket = 256 * 1024;
const [keepAliveEveryMs, keepAliveTimeoutMs] = [10_000, 30_000];
const kinds = { output: 1, handshakeRequest: 5, handshakeResponse: 6, handshakeComplete: 7, flag: 10 };

/** One port session as amazon-ssm-agent runs it: handshake, ordered and acknowledged messages, smux or raw bytes behind it. */
export class AgentSession {
  readonly #options: AgentOptions;
  readonly #outbox: AgentOutbox;
  readonly #early = new Map<number, AgentMessage>();
  readonly #timers: NodeJS.Timeout[];
  #port: AgentPort | undefined;
  /** What came while the targets were full: the real agent's handler stands still then, acknowledgements and all. */
  #blocked: Buffer[] = [];
  #phase: 'new' | 'handshake' | 'open' | 'ended' = 'new';
  #paused = false;
  #expected = 0;
  #out: Buffer[] = [];
  #outBytes = 0;
  #pumping = false;
  #startedAt = 0;
  #readyAt = 0;
  #heardAt = 0;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#outbox = new AgentOutbox(options.send);
    this.#timers = [setInterval(() => this.#tick(), tickMs)];
  }

  /** The client's socket is there (again): the handshake begins, or what it has not acknowledged is sent again, one in a tick. */
  attach(): void {
    this.#paused = false;
    if (this.#phase !== 'new') {
      this.#outbox.expire();
      return void this.#pump();
    }
    this.#phase = 'handshake';
    this.#startedAt = Date.now();
    const { agentVersion, host, portNumber, faults } = this.#options;
    const Properties = { host, portNumber, localPortNumber: '0', type: 'LocalPortForwarding' };
    const action = { ActionType: 'SessionType', ActionParameters: { SessionType: 'Port', Properties } };
    const request = json({ AgentVersion: agentVersion, RequestedClientActions: [action] });
    this.#say(kinds.handshakeRequest, request, { flags: 1, twice: faults().handshakeTwice });
  }

  /** The gateway says that the client is away: nothing is sent until it is back or heard of. */
  pause(): void {
    this.#paused = true;
  }

  receive(bytes: Buffer): void {
    if (this.#phase === 'ended') return;
    if (this.#port?.isFull) return void this.#blocked.push(bytes);
    const message = readMessage(bytes);
    if (!message) return;
    this.#paused = false;
    if (message.type === 'acknowledge') {
      const { AcknowledgedMessageSequenceNumber: sequence } = parse(message.body);
      if (typeof sequence === 'number') this.#outbox.acknowledge(sequence);
      return void this.#pump();
    }
    if (message.type !== 'input_stream_data') return;
    // Data that comes before the port is ready is refused, and comes again.
    if (message.kind === kinds.output && this.#phase === 'open' && Date.now() < this.#readyAt) return;
    this.#options.onActivity();
    this.#heardAt = Date.now();
    this.#options.send(writeAcknowledgement(message));
    if (message.sequence > this.#expected) return void this.#early.set(message.sequence, message);
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
    this.#port?.close();
    this.#options.onEnd(reason);
  }

  #take({ kind, body }: AgentMessage): void {
    if (kind === kinds.handshakeResponse && this.#phase === 'handshake') this.#handshaken(parse(body));
    else if (kind === kinds.flag && body.length >= 4 && body.readUInt32BE(0) === 1) this.#port?.disconnect();
    else if (kind === kinds.flag && body.length >= 4 && body.readUInt32BE(0) === 2) this.end('');
    // Before the handshake is complete data is acknowledged and dropped, as the real agent does.
    else if (kind === kinds.output && this.#phase === 'open') this.#port?.receive(body);
  }

  #handshaken({ ProcessedClientActions: actions, ClientVersion }: Record<string, unknown>): void {
    const accepted = Array.isArray(actions) && actions.every(action => isRecord(action) && action.ActionStatus === 1);
    if (!accepted) return this.end('Handshake failed: the client refused an action');
    const { dial, agentVersion, faults } = this.#options;
    const client = typeof ClientVersion === 'string' ? ClientVersion : '';
    const isMultiplexed = isAbove(agentVersion, '3.0.196.0') && isAbove(client, '1.1.69.999999');
    const Port = isMultiplexed ? AgentStreams : AgentRawPort;
    this.#port = new Port({
      dial,
      send: bytes => this.#queue(bytes),
      onDialError: () => this.#say(kinds.flag, uint32(3)),
      onRoom: () => {
        for (const bytes of this.#blocked.splice(0)) this.receive(bytes);
      },
    });
    this.#phase = 'open';
    this.#readyAt = Date.now() + faults().notReadyMs;
    const took = (Date.now() - this.#startedAt) * 1e6;
    this.#say(kinds.handshakeComplete, json({ HandshakeTimeToComplete: took, CustomerMessage: '' }));
    if (faults().emptyOutput) this.#say(kinds.output, Buffer.alloc(0));
    // An old client is expected to keep the multiplexer alive, or the agent gives it up.
    if (isMultiplexed && !isAbove(client, '1.2.331.0'))
      this.#timers.push(setInterval(() => this.#keepAlive(), keepAliveEveryMs));
  }

  #keepAlive(): void {
    if (Date.now() - this.#heardAt > keepAliveTimeoutMs) this.end('');
    else this.#queue(Buffer.from([1, 3, 0, 0, 0, 0, 0, 0]));
  }

  #queue(bytes: Buffer): number {
    this.#out.push(bytes);
    this.#outBytes += bytes.length;
    this.#pump();
    return this.#outBytes;
  }

  /** Sends what is queued in small pieces with a pause between them; without a pause, as many at a time as are let under way. */
  #pump(): void {
    if (this.#pumping) return;
    const pause = this.#options.paceMs();
    let sent = 0;
    while (this.#maySend(pause) && (pause === 0 || sent === 0)) {
      this.#say(kinds.output, this.#nextPiece());
      sent++;
    }
    if (this.#outBytes < chunkSize * 64) this.#port?.drained();
    const isHeldBack = this.#outBytes > 0 && this.#options.backlog() >= fullSocket;
    if (!isHeldBack && (sent === 0 || pause === 0)) return;
    this.#pumping = true;
    setTimeout(() => {
      this.#pumping = false;
      this.#pump();
    }, pause);
  }

  #maySend(pause: number): boolean {
    if (this.#paused || this.#phase !== 'open' || this.#outBytes === 0) return false;
    if (pause === 0 && this.#outbox.underWay > unpacedWindow) return false;
    return this.#options.backlog() < fullSocket;
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

  #say(kind: number, body: Buffer, how: { flags?: number; twice?: boolean } = {}): void {
    this.#options.onActivity();
    this.#outbox.say(kind, body, { ...how, again: this.#options.faults().resendEverything });
  }

  #tick(): void {
    const now = Date.now();
    if (this.#phase === 'handshake' && now - this.#startedAt > handshakeMs)
      return this.end(
        'Handshake timed out. Please ensure that you have the latest version of the session manager plugin.',
      );
    if (!this.#paused) this.#outbox.tick(now);
  }
}

/** Of two versions, part by part. */
function isAbove(version: string, gate: string): boolean {
  const [parts, gates] = [version, gate].map(text => text.split('.').map(Number));
  const at = gates?.findIndex((part, index) => (parts?.[index] ?? 0) !== part) ?? -1;
  return at >= 0 && (parts?.[at] ?? 0) > (gates?.[at] ?? 0);
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
