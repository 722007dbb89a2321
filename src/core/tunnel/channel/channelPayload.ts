import { clientVersions } from './agentVersion.ts';
import { decodeJson, encodeJson, text } from './channelJson.ts';
import { ProtocolError } from './channelMessage.ts';

export const PayloadType = {
  output: 1,
  error: 2,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  flag: 10,
} as const;

export const Flag = { disconnectToPort: 1, terminateSession: 2, connectToPortError: 3 } as const;

export interface Acknowledgement {
  readonly messageType: string;
  readonly messageId: string;
  readonly sequenceNumber: number;
}

/** The first frame on each socket, as text. `clientId` stays the same for the whole session. */
export function encodeOpenDataChannel(requestId: string, clientId: string, token: string): string {
  return JSON.stringify({
    MessageSchemaVersion: '1.0',
    RequestId: requestId,
    TokenValue: token,
    ClientId: clientId,
    ClientVersion: clientVersions.multiplexed,
  });
}

export function encodeAcknowledgement(of: Acknowledgement): Buffer {
  return encodeJson({
    AcknowledgedMessageType: of.messageType,
    AcknowledgedMessageId: of.messageId,
    AcknowledgedMessageSequenceNumber: of.sequenceNumber,
    IsSequentialMessage: true,
  });
}

/** The number stands in the JSON alone: the header's is 0 whatever is acknowledged. */
export function decodeAcknowledgement(payload: Uint8Array): number {
  const sequence = decodeJson(payload, 'acknowledge').AcknowledgedMessageSequenceNumber;
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || sequence < 0)
    throw new ProtocolError('acknowledge names no sequence number');
  return sequence;
}

export function encodeFlag(flag: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(flag);
  return bytes;
}

export function decodeFlag(payload: Uint8Array): number {
  return payload.length >= 4 ? Buffer.from(payload).readUInt32BE(0) : 0;
}

/** Why the service ended the session, in its words; empty when it gave none. */
export function decodeChannelClosed(payload: Uint8Array): string {
  try {
    return text(decodeJson(payload, 'channel_closed').Output) ?? '';
  } catch {
    // The message's type says all that counts.
    return '';
  }
}
