import { createHash, randomUUID } from 'node:crypto';

/** A message as the peer reads and writes it: by offsets, apart from the product's codec, so that a mistake there is not mirrored here. */
export interface WireMessage {
  readonly type: string;
  readonly created: bigint;
  readonly sequence: bigint;
  readonly flags: bigint;
  readonly id: string;
  readonly payloadType: number;
  readonly payload: Buffer;
}

export class Violation extends Error {}

export function rule(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Violation(what);
}

/** @throws Violation for anything that AWS's own client would not send */
export function readStrictly(frame: Uint8Array): WireMessage {
  const bytes = Buffer.from(frame);
  rule(bytes.length >= 120, `a frame of ${bytes.length} bytes has no room for a header`);
  rule(bytes.readUInt32BE(0) === 116, 'the header length is not 116');
  const padded = bytes.subarray(4, 36).toString('latin1');
  const type = padded.trimEnd();
  rule(/^[a-z_]+$/.test(type) && padded === type.padEnd(32, ' '), `the type is not padded with spaces: ${padded}`);
  rule(bytes.readUInt32BE(36) === 1, 'the schema version is not 1');
  const created = bytes.readBigUInt64BE(40);
  rule(created > 1_500_000_000_000n && created < 4_000_000_000_000n, `created at ${created}, which is not ms`);
  const length = bytes.readUInt32BE(116);
  rule(bytes.length === 120 + length, `a payload of ${length} bytes in a frame of ${bytes.length}`);
  const payload = bytes.subarray(120);
  rule(createHash('sha256').update(payload).digest().equals(bytes.subarray(80, 112)), 'the digest is wrong');
  const id = bytes.toString('hex', 72, 80) + bytes.toString('hex', 64, 72);
  rule(
    id[12] === '4' && '89ab'.includes(id[16] ?? ''),
    `the id ${id} is no version 4 UUID, or its halves are not swapped`,
  );
  return {
    type,
    created,
    sequence: bytes.readBigInt64BE(48),
    flags: bytes.readBigUInt64BE(56),
    id: [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-'),
    payloadType: bytes.readUInt32BE(112),
    payload,
  };
}

export interface WireFields {
  readonly type?: string;
  readonly sequence?: bigint;
  readonly flags?: bigint;
  readonly payloadType?: number;
  readonly payload?: Uint8Array;
  /** Of the service itself: no payload type, padded with NULs. */
  readonly short?: boolean;
  readonly digest?: Buffer;
  readonly created?: bigint;
  /** Said in place of the true length. */
  readonly length?: number;
}

export function writeMessage(fields: WireFields): Buffer {
  const { type = 'output_stream_data', sequence = 0n, flags = 0n, payloadType = 1, short = false } = fields;
  const payload = Buffer.from(fields.payload ?? []);
  const header = Buffer.alloc(short ? 112 : 116);
  header.writeUInt32BE(header.length, 0);
  header.fill(short ? 0 : 0x20, 4, 36);
  header.write(type, 4, 'latin1');
  header.writeUInt32BE(1, 36);
  header.writeBigUInt64BE(fields.created ?? 1_700_000_000_000n, 40);
  header.writeBigInt64BE(sequence, 48);
  header.writeBigUInt64BE(flags, 56);
  const id = randomUUID().replaceAll('-', '');
  header.write(id.slice(16), 64, 'hex');
  header.write(id.slice(0, 16), 72, 'hex');
  (fields.digest ?? createHash('sha256').update(payload).digest()).copy(header, 80);
  if (!short) header.writeUInt32BE(payloadType, 112);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(fields.length ?? payload.length);
  return Buffer.concat([header, length, payload]);
}

export function idOf(frame: Buffer): string {
  const hex = frame.toString('hex', 72, 80) + frame.toString('hex', 64, 72);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
