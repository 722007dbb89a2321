import type { Clock } from '../../../../../../src/core/clock.ts';
import { MemoryWire } from './memoryWire.ts';
import { StrictMux } from './strictMux.ts';
import { idOf, readStrictly, rule, writeMessage, type WireMessage } from './wireCodec.ts';

export interface StrictPeerOptions {
  readonly clock: Clock;
  readonly agentVersion?: string;
  readonly payloadSize?: number;
  readonly windowBytes?: number;
  /** For each message of either direction: how many copies arrive (0: lost), and after how many ms. */
  readonly fate?: () => { readonly copies: number; readonly delayMs: number };
  readonly request?: (agentVersion: string) => unknown;
  readonly customerMessage?: string;
  /** The agent takes data but its mux is not ready: rejected, unacknowledged. */
  readonly isReady?: () => boolean;
}

/** Message gateway and agent in one, which holds the client to every rule of the protocol and keeps what breaks one in `violations`. */
export class StrictPeer {
  readonly violations: string[] = [];
  readonly mux: StrictMux;
  readonly flags: number[] = [];
  /** Basic mode: bytes since the last DisconnectToPort. */
  readonly rawConnections: Buffer[] = [Buffer.alloc(0)];
  readonly tokens: string[] = [];
  clientVersion = '';
  responses = 0;
  resent = 0;
  acksByNumber = new Map<bigint, number>();
  wire: MemoryWire | undefined;
  token = 'token-0';
  mostInFlight = 0;
  readonly #options: StrictPeerOptions;
  readonly #input = new Map<bigint, Buffer>();
  readonly #early = new Map<bigint, WireMessage>();
  readonly #output: { sequence: bigint; frame: Buffer; isAcknowledged: boolean }[] = [];
  readonly #ids = new Set<string>();
  #expected = 0n;
  /** Of the client, the lost ones included. */
  #sent = 0;
  #clientId = '';
  #isComplete = false;
  readonly #inFlight = new Map<bigint, number>();
  #isResending = false;

  constructor(options: StrictPeerOptions) {
    this.#options = options;
    this.mux = new StrictMux(bytes => this.output(1, bytes));
    this.mux.onRefused = () => this.output(10, Buffer.from([0, 0, 0, 3]));
  }

  get isDrained(): boolean {
    return this.#output.every(({ isAcknowledged }) => isAcknowledged);
  }

  /** Nothing of what the client has sent so far is missing. */
  get hasAll(): boolean {
    return this.#early.size === 0 && this.#sent === Number(this.#expected);
  }

  get isMultiplexed(): boolean {
    const [a = 0, b = 0, c = 0, d = 0] = (this.#options.agentVersion ?? '3.3.100.0').split('.').map(Number);
    return a * 1e9 + b * 1e6 + c * 1e3 + d > 3_000_196_000;
  }

  dial = async (): Promise<MemoryWire> => {
    const wire = new MemoryWire();
    this.wire = wire;
    let hasSpoken = false;
    wire.onFrame = frame => {
      try {
        if (typeof frame === 'string') {
          rule(!hasSpoken, 'a second text frame');
          hasSpoken = true;
          return this.#hello(frame);
        }
        rule(hasSpoken, 'a binary frame before OpenDataChannel');
        this.#weigh(frame);
        this.#passOn(() => this.#receive(frame));
      } catch (error) {
        this.violations.push(error instanceof Error ? error.message : String(error));
      }
    };
    return wire;
  };

  output(payloadType: number, payload: Uint8Array): void {
    for (let at = 0; at === 0 || at < payload.length; at += 1024) {
      const sequence = BigInt(this.#output.length);
      const part = payload.subarray(at, at + 1024);
      const frame = writeMessage({ sequence, flags: sequence === 0n ? 1n : 0n, payloadType, payload: part });
      this.#output.push({ sequence, frame, isAcknowledged: false });
      this.#passOn(() => this.wire?.deliver(frame));
    }
  }

  /** What the agent does every 100 ms: its oldest unacknowledged message, again. */
  resend(): void {
    const oldest = this.#output.find(({ isAcknowledged }) => !isAcknowledged);
    if (!oldest) return;
    this.resent++;
    this.#passOn(() => this.wire?.deliver(oldest.frame));
  }

  async keepResending(): Promise<void> {
    this.#isResending = true;
    while (this.#isResending) {
      await this.#options.clock.sleep(100);
      this.resend();
    }
  }

  stopResending(): void {
    this.#isResending = false;
  }

  /** An old message once more, as though its acknowledgement had been lost. */
  repeat(sequence: number): void {
    const message = this.#output[sequence];
    if (message) this.wire?.deliver(message.frame);
  }

  #passOn(act: () => void): void {
    const { copies, delayMs } = this.#options.fate?.() ?? { copies: 1, delayMs: 0 };
    const guarded = () => {
      try {
        act();
      } catch (error) {
        this.violations.push(error instanceof Error ? error.message : String(error));
      }
    };
    for (let copy = 0; copy < copies; copy++) {
      if (delayMs === 0 && copy === 0) guarded();
      else void this.#options.clock.sleep(delayMs + copy).then(guarded);
    }
  }

  #hello(frame: string): void {
    const hello = JSON.parse(frame) as Record<string, unknown>;
    const keys = 'ClientId,ClientVersion,MessageSchemaVersion,RequestId,TokenValue';
    rule(Object.keys(hello).sort().join() === keys, `OpenDataChannel has ${Object.keys(hello).join()}`);
    rule(hello.MessageSchemaVersion === '1.0', 'the schema version is not 1.0');
    rule(hello.TokenValue === this.token, 'the token is not the one that was just given');
    rule(/^\d+\.\d+\.\d+\.\d+$/.test(String(hello.ClientVersion)), 'the client’s version has not four parts');
    this.tokens.push(this.token);
    rule(!this.#clientId || this.#clientId === hello.ClientId, 'the client’s id has changed');
    this.#clientId = String(hello.ClientId);
    if (this.#output.length > 0) return;
    const agentVersion = this.#options.agentVersion ?? '3.3.100.0';
    const request = this.#options.request?.(agentVersion) ?? handshakeRequest(agentVersion);
    this.output(5, Buffer.from(JSON.stringify(request)));
  }

  /** What the client has sent and has no acknowledgement for, before anything is lost. */
  #weigh(frame: Uint8Array): void {
    const { type, sequence } = readStrictly(frame);
    if (type !== 'input_stream_data' || this.#inFlight.has(sequence)) return;
    this.#inFlight.set(sequence, frame.length);
    this.#sent = Math.max(this.#sent, Number(sequence) + 1);
    let bytes = 0;
    for (const [number, length] of this.#inFlight) {
      if (length > 0) bytes += length;
      else if (number < sequence - 2000n) this.#inFlight.delete(number);
    }
    this.mostInFlight = Math.max(this.mostInFlight, bytes);
    const { windowBytes = 512 * 1024, payloadSize = 1024 } = this.#options;
    rule(bytes < windowBytes + payloadSize + 300, `${bytes} bytes in flight`);
  }

  #receive(frame: Uint8Array): void {
    const message = readStrictly(frame);
    if (message.type === 'acknowledge') return this.#acknowledged(message);
    rule(message.type === 'input_stream_data', `a message of type ${message.type}`);
    rule(message.flags === 0n, `data with flags ${message.flags}`);
    const { sequence } = message;
    const before = this.#input.get(sequence);
    if (before) rule(before.equals(frame), `message ${sequence} is not what it was the first time`);
    else {
      rule(!this.#ids.has(message.id), `message id ${message.id} was used before`);
      this.#ids.add(message.id);
      this.#input.set(sequence, Buffer.from(frame));
      const { payloadSize = 1024 } = this.#options;
      rule(
        message.payload.length <= payloadSize || message.payloadType !== 1,
        `${message.payload.length} bytes of data`,
      );
    }
    if (this.#isComplete && !(this.#options.isReady?.() ?? true)) return;
    if (sequence >= this.#expected) this.#early.set(sequence, message);
    this.#passOn(() => {
      const { wire } = this;
      if (!wire?.isOpen) return;
      wire.deliver(acknowledgement(message));
      this.#inFlight.set(sequence, 0);
    });
    for (let next = this.#early.get(this.#expected); next; next = this.#early.get(this.#expected)) {
      this.#early.delete(this.#expected++);
      this.#process(next);
    }
  }

  #process({ sequence, payloadType, payload }: WireMessage): void {
    rule((sequence === 0n) === (payloadType === 6), `message ${sequence} has payload type ${payloadType}`);
    if (payloadType === 6) return this.#responded(JSON.parse(payload.toString('utf8')) as Record<string, unknown>);
    rule(this.#isComplete, 'data before HandshakeComplete');
    if (payloadType === 10) {
      rule(payload.length === 4, 'a flag is not four bytes');
      this.flags.push(payload.readUInt32BE(0));
      if (payload.readUInt32BE(0) === 1) this.rawConnections.push(Buffer.alloc(0));
      return;
    }
    rule(payloadType === 1 && payload.length > 0, `payload type ${payloadType} of ${payload.length} bytes`);
    if (this.isMultiplexed) return this.mux.receive(payload);
    this.rawConnections.push(Buffer.concat([this.rawConnections.pop() ?? Buffer.alloc(0), payload]));
    this.output(1, payload);
  }

  #responded(response: Record<string, unknown>): void {
    rule(Object.keys(response).join() === 'ClientVersion,ProcessedClientActions,Errors', 'the response’s keys');
    this.clientVersion = String(response.ClientVersion);
    this.responses++;
    const actions = response.ProcessedClientActions as Record<string, unknown>[];
    for (const action of actions)
      rule(Object.keys(action).join() === 'ActionType,ActionStatus,ActionResult,Error', 'an action’s keys');
    if (actions.some(({ ActionStatus }) => ActionStatus !== 1)) return;
    this.#isComplete = true;
    const complete = { HandshakeTimeToComplete: 1_000_000, CustomerMessage: this.#options.customerMessage ?? '' };
    this.output(7, Buffer.from(JSON.stringify(complete)));
  }

  #acknowledged(message: WireMessage): void {
    rule(message.sequence === 0n, 'an acknowledgement with a sequence number');
    rule(message.flags === 3n, `an acknowledgement with flags ${message.flags}`);
    rule(message.payloadType === 0, 'an acknowledgement with a payload type');
    const body = JSON.parse(message.payload.toString('utf8')) as Record<string, unknown>;
    rule(body.AcknowledgedMessageType === 'output_stream_data' && body.IsSequentialMessage === true, 'its fields');
    const number = body.AcknowledgedMessageSequenceNumber as number;
    const sent = this.#output[number];
    rule(sent !== undefined, `an acknowledgement of ${number}, which was never sent`);
    rule(idOf(sent.frame) === body.AcknowledgedMessageId, `an acknowledgement of ${number} with another id`);
    sent.isAcknowledged = true;
    this.acksByNumber.set(sent.sequence, (this.acksByNumber.get(sent.sequence) ?? 0) + 1);
  }
}

export function handshakeRequest(agentVersion: string): unknown {
  const Properties = { portNumber: '443', localPortNumber: '0', host: 'api', type: 'LocalPortForwarding' };
  const action = { ActionType: 'SessionType', ActionParameters: { SessionType: 'Port', Properties } };
  return { AgentVersion: agentVersion, RequestedClientActions: [action] };
}

export function acknowledgement({ id, sequence }: Pick<WireMessage, 'id' | 'sequence'>): Buffer {
  const body = {
    AcknowledgedMessageType: 'input_stream_data',
    AcknowledgedMessageId: id,
    AcknowledgedMessageSequenceNumber: Number(sequence),
    IsSequentialMessage: true,
  };
  return writeMessage({ type: 'acknowledge', flags: 3n, payloadType: 0, payload: Buffer.from(JSON.stringify(body)) });
}
