import { createHash, randomBytes, randomUUID } from 'node:crypto';

// The agent's half of the wire, written apart from the product's codec on purpose: a mistake there must not be mirrored here.

/** Fields of a data-channel message, by their offsets: 0 header length, 4 type, 36 schema, 40 created, 48 sequence, 56 flags, 64 id, 80 digest, 112 payload type. */
export interface AgentMessage {
  readonly type: string;
  readonly sequence: number;
  readonly id: string;
  readonly kind: number;
  readonly body: Buffer;
}

export interface Outgoing {
  readonly type: string;
  readonly sequence: number;
  readonly flags: number;
  readonly kind: number;
  readonly body: Buffer;
}

export function writeMessage({ type, sequence, flags, kind, body }: Outgoing): Buffer {
  const head = Buffer.alloc(120);
  head.writeUInt32BE(116, 0);
  head.write(type.padEnd(32, ' '), 4, 'latin1');
  head.writeUInt32BE(1, 36);
  head.writeBigUInt64BE(BigInt(Date.now()), 40);
  head.writeBigUInt64BE(BigInt(sequence), 48);
  head.writeBigUInt64BE(BigInt(flags), 56);
  const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex');
  id.copy(head, 64, 8, 16);
  id.copy(head, 72, 0, 8);
  createHash('sha256').update(body).digest().copy(head, 80);
  head.writeUInt32BE(kind, 112);
  head.writeUInt32BE(body.length, 116);
  return Buffer.concat([head, body]);
}

/** The service's own messages have no payload type and pad with NULs. */
export function writeChannelClosed(sessionId: string, output: string): Buffer {
  const id = randomUUID();
  const body = Buffer.from(
    JSON.stringify({
      MessageType: 'channel_closed',
      MessageId: id,
      DestinationId: randomUUID(),
      SessionId: sessionId,
      SchemaVersion: 1,
      CreatedDate: new Date().toISOString(),
      Output: output,
    }),
  );
  return ofService('channel_closed', body);
}

/** Tells that the peer is (in)active. Its digest fits nothing, and nobody may mind. */
export function writePublication(isActive: boolean): Buffer {
  const message = ofService(isActive ? 'start_publication' : 'pause_publication', randomBytes(16));
  randomBytes(32).copy(message, 80);
  return message;
}

function ofService(type: string, body: Buffer): Buffer {
  const message = writeMessage({ type, sequence: 0, flags: 0, kind: 0, body });
  const short = Buffer.concat([message.subarray(0, 112), message.subarray(116)]);
  short.writeUInt32BE(112, 0);
  short.fill(0, 4 + type.length, 36);
  return short;
}

/** Strict, as the service may become: what does not fit its own digest or lengths is `undefined`. */
export function readMessage(bytes: Buffer): AgentMessage | undefined {
  if (bytes.length < 120 || bytes.readUInt32BE(0) !== 116) return undefined;
  const body = bytes.subarray(120);
  if (bytes.readUInt32BE(116) !== body.length) return undefined;
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(80, 112))) return undefined;
  const hex = Buffer.concat([bytes.subarray(72, 80), bytes.subarray(64, 72)]).toString('hex');
  return {
    type: bytes.toString('latin1', 4, 36).trimEnd().replace(/\0+$/, ''),
    sequence: Number(bytes.readBigUInt64BE(48)),
    id: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'),
    kind: bytes.readUInt32BE(112),
    body,
  };
}

export function writeAcknowledgement(of: AgentMessage): Buffer {
  const body = Buffer.from(
    JSON.stringify({
      AcknowledgedMessageType: of.type,
      AcknowledgedMessageId: of.id,
      AcknowledgedMessageSequenceNumber: of.sequence,
      IsSequentialMessage: true,
    }),
  );
  return writeMessage({ type: 'acknowledge', sequence: 0, flags: 3, kind: 0, body });
}
