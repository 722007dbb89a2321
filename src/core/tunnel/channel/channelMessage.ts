import { hash, randomUUID } from 'node:crypto';

/**
 * One message of a Session Manager data channel. On the wire (integers big-endian): header length u32, type 32 bytes,
 * schema version u32, created u64 ms, sequence i64, flags u64, message id 16 bytes with its halves swapped, SHA-256 of the payload,
 * payload type u32, payload length u32, payload. Source: AWS's session-manager-plugin and agent.
 */
export interface ChannelMessage {
  readonly messageType: string;
  readonly createdAt: number;
  readonly sequenceNumber: number;
  readonly flags: number;
  readonly messageId: string;
  /** 0 where the header ends before this field, as in messages of the service itself. */
  readonly payloadType: number;
  readonly payload: Uint8Array;
}

/** Bytes that no peer of ours would send. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

const headerLength = 116;
/** Messages of the service itself may leave the payload type out. */
const shortHeaderLength = 112;
const largestMessage = 1 << 20;
const unsignedTypes = new Set(['start_publication', 'pause_publication']);

export function encodeChannelMessage(message: Omit<ChannelMessage, 'messageId'> & { messageId?: string }): Buffer {
  const { payload } = message;
  const bytes = Buffer.alloc(headerLength + 4 + payload.length);
  bytes.writeUInt32BE(headerLength, 0);
  bytes.fill(0x20, 4, 36);
  bytes.write(message.messageType, 4, 32, 'ascii');
  bytes.writeUInt32BE(1, 36);
  bytes.writeBigUInt64BE(BigInt(Math.trunc(message.createdAt)), 40);
  bytes.writeBigInt64BE(BigInt(message.sequenceNumber), 48);
  bytes.writeBigUInt64BE(BigInt(message.flags), 56);
  const id = (message.messageId ?? randomUUID()).replaceAll('-', '');
  bytes.write(id.slice(16), 64, 8, 'hex');
  bytes.write(id.slice(0, 16), 72, 8, 'hex');
  hash('sha256', payload, 'buffer').copy(bytes, 80);
  bytes.writeUInt32BE(message.payloadType, 112);
  bytes.writeUInt32BE(payload.length, headerLength);
  bytes.set(payload, headerLength + 4);
  return bytes;
}

/** @throws ProtocolError for anything truncated, oversized, undated or with a digest that does not fit its payload. */
export function decodeChannelMessage(data: Uint8Array): ChannelMessage {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < shortHeaderLength + 4) throw new ProtocolError(`message of ${bytes.length} bytes is truncated`);
  if (bytes.length > largestMessage) throw new ProtocolError(`message of ${bytes.length} bytes is too large`);
  const header = bytes.readUInt32BE(0);
  if (header < shortHeaderLength || header + 4 > bytes.length)
    throw new ProtocolError(`header length ${header} does not fit a message of ${bytes.length} bytes`);
  const messageType = bytes.toString('ascii', 4, 36).replace(/[\0 ]+$/, '');
  if (!messageType) throw new ProtocolError('message has no type');
  const createdAt = Number(bytes.readBigUInt64BE(40));
  if (createdAt === 0) throw new ProtocolError(`${messageType} has no creation date`);
  const length = bytes.readUInt32BE(header);
  if (header + 4 + length > bytes.length) throw new ProtocolError(`${messageType} is cut off in its payload`);
  const payload = bytes.subarray(header + 4, header + 4 + length);
  if (length > 0 && !unsignedTypes.has(messageType)) {
    const digest = hash('sha256', payload, 'buffer');
    if (!digest.equals(bytes.subarray(80, 112))) throw new ProtocolError(`${messageType} has a wrong digest`);
  }
  return {
    messageType,
    createdAt,
    sequenceNumber: Number(bytes.readBigInt64BE(48)),
    flags: Number(bytes.readBigUInt64BE(56)),
    messageId: formatUuid(bytes.toString('hex', 72, 80) + bytes.toString('hex', 64, 72)),
    payloadType: header >= headerLength ? bytes.readUInt32BE(112) : 0,
    payload,
  };
}

function formatUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
