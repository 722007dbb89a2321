import { ProtocolError } from './channelMessage.ts';

export function encodeJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}

/** @throws ProtocolError for anything but a JSON object */
export function decodeJson(payload: Uint8Array, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('utf8'));
    if (isRecord(value)) return value;
  } catch {
    // Falls through: not JSON and not an object are the same fault of the peer.
  }
  throw new ProtocolError(`${what} is not a JSON object`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
