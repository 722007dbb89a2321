import { clientVersions, isMultiplexing } from './agentVersion.ts';
import { decodeJson, encodeJson, isRecord, text } from './channelJson.ts';
import { tidy, type ClosedReason } from './closedReason.ts';

export interface HandshakeRequest {
  readonly agentVersion: string;
  readonly actions: readonly string[];
  readonly sessionType: string | undefined;
  /** `LocalPortForwarding` for the port documents. */
  readonly portType: string | undefined;
}

/** How a session carries connections: many in smux, one after the other, or not at all because something asked for is missing. */
export type ChannelMode = 'multiplexed' | 'basic';

export function decodeHandshakeRequest(payload: Uint8Array): HandshakeRequest {
  const body = decodeJson(payload, 'HandshakeRequest');
  const requested = Array.isArray(body.RequestedClientActions) ? body.RequestedClientActions.slice(0, 32) : [];
  const actions = requested.filter(isRecord);
  const session = actions.find(action => action.ActionType === 'SessionType')?.ActionParameters;
  const parameters = isRecord(session) ? session : {};
  const properties = isRecord(parameters.Properties) ? parameters.Properties : {};
  return {
    agentVersion: tidy(text(body.AgentVersion) ?? '').slice(0, 40),
    actions: actions.map(action => tidy(text(action.ActionType) ?? '').slice(0, 80)),
    sessionType: text(parameters.SessionType),
    portType: text(properties.type),
  };
}

export function channelMode(request: HandshakeRequest): ChannelMode {
  return isMultiplexing(request.agentVersion) ? 'multiplexed' : 'basic';
}

/** One entry per requested action, in order; what we do not support is answered 3, at which the agent ends the session. */
export function encodeHandshakeResponse(request: HandshakeRequest): Buffer {
  return encodeJson({
    ClientVersion: clientVersions[channelMode(request)],
    ProcessedClientActions: request.actions.map(action => ({
      ActionType: action,
      ActionStatus: action === 'SessionType' ? 1 : 3,
      ActionResult: null,
      Error: action === 'SessionType' ? '' : `${action} is not supported by this client`,
    })),
    Errors: null,
  });
}

/** A greeting that the organisation has put into its session preferences; usually empty. */
export function decodeHandshakeComplete(payload: Uint8Array): string {
  try {
    return tidy(text(decodeJson(payload, 'HandshakeComplete').CustomerMessage) ?? '');
  } catch {
    // The message's type says all that counts.
    return '';
  }
}

/** Why a session that asks for this cannot be used, if so. */
export function refusalOf({ actions, sessionType, portType }: HandshakeRequest): ClosedReason | undefined {
  const unknown = actions.find(action => action !== 'SessionType');
  if (unknown === 'KMSEncryption')
    return { kind: 'encryption-asked', text: 'its agent asks for KMS encryption, which port forwarding does not have' };
  if (unknown !== undefined)
    return { kind: 'handshake-failed', text: `its agent asks for ${unknown || 'something'}, which is unknown here` };
  if (sessionType === 'Port' && portType === 'LocalPortForwarding') return undefined;
  const what = [sessionType, portType].filter(Boolean).join(' of type ') || 'nothing';
  return { kind: 'wrong-document', text: `its document forwards no local port: it opens ${what.slice(0, 100)}` };
}
