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

/** Any version above 1.2.331.0 makes the agent leave smux keepalive off; below, it ends the session after 30 idle seconds. */
export const clientVersion = '1.2.707.0';

export interface Acknowledgement {
  readonly messageType: string;
  readonly messageId: string;
  readonly sequenceNumber: number;
}

export interface HandshakeRequest {
  readonly agentVersion: string;
  readonly actions: readonly string[];
  readonly sessionType: string | undefined;
  /** `LocalPortForwarding` for the port documents. */
  readonly portType: string | undefined;
}

export function encodeOpenDataChannel(requestId: string, clientId: string, token: string): string {
  return JSON.stringify({
    MessageSchemaVersion: '1.0',
    RequestId: requestId,
    TokenValue: token,
    ClientId: clientId,
    ClientVersion: clientVersion,
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

export function decodeAcknowledgement(payload: Uint8Array): number {
  const sequence = decodeJson(payload, 'acknowledge').AcknowledgedMessageSequenceNumber;
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || sequence < 0)
    throw new ProtocolError('acknowledge names no sequence number');
  return sequence;
}

export function decodeHandshakeRequest(payload: Uint8Array): HandshakeRequest {
  const body = decodeJson(payload, 'HandshakeRequest');
  const requested = Array.isArray(body.RequestedClientActions) ? body.RequestedClientActions : [];
  const actions = requested.filter(isRecord);
  const session = actions.find(action => action.ActionType === 'SessionType')?.ActionParameters;
  const parameters = isRecord(session) ? session : {};
  const properties = isRecord(parameters.Properties) ? parameters.Properties : {};
  return {
    agentVersion: text(body.AgentVersion) ?? '0.0.0.0',
    actions: actions.map(action => text(action.ActionType) ?? ''),
    sessionType: text(parameters.SessionType),
    portType: text(properties.type),
  };
}

/** One entry per requested action, in order; what we do not support (encryption: never asked of a port session) is answered 3. */
export function encodeHandshakeResponse(request: HandshakeRequest): Buffer {
  return encodeJson({
    ClientVersion: clientVersion,
    ProcessedClientActions: request.actions.map(action => ({
      ActionType: action,
      ActionStatus: action === 'SessionType' ? 1 : 3,
      ActionResult: null,
      Error: action === 'SessionType' ? '' : `${action} is not supported by this client`,
    })),
    Errors: null,
  });
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
  return text(decodeJson(payload, 'channel_closed').Output) ?? '';
}

/** Agents above 3.0.196.0 carry many connections in one session (smux). */
export function isMultiplexing(agentVersion: string): boolean {
  const gate = [3, 0, 196, 0];
  const parts = agentVersion.split('.').map(Number);
  for (let i = 0; i < gate.length; i++) {
    const difference = (parts[i] ?? 0) - (gate[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function encodeJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}

function decodeJson(payload: Uint8Array, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    if (isRecord(value)) return value;
  } catch {
    // Falls through: not JSON and not an object are the same fault of the peer.
  }
  throw new ProtocolError(`${what} is not a JSON object`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
