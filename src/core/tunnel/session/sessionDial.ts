import type { AwsSession } from '../../aws/awsSession.ts';
import { isLoopback } from '../../aws/endpointOverride.ts';
import { proxyAgents } from '../../aws/proxyAgent.ts';
import { proxySettings } from '../../aws/proxySettings.ts';
import { trustedAuthorities } from '../../aws/requestHandler.ts';
import type { Clock } from '../../clock.ts';
import { webSocketDial, type Dial } from '../channel/channelSocket.ts';
import { signUpgrade } from './signUpgrade.ts';

export interface SessionDialOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Real time: what signatures are dated by. */
  readonly clock: Clock;
  /** Host to dial in place of the one that is answered (PrivateLink); absent: AWS_ENDPOINT_URL_SSMMESSAGES. */
  readonly endpoint?: string | undefined;
}

/**
 * Dials the stream of a session of this account: signed with its credentials, through the environment's proxy, trusting what
 * AWS_CA_BUNDLE holds.
 */
export async function sessionDial(session: AwsSession, { env, clock, endpoint }: SessionDialOptions): Promise<Dial> {
  const ca = await trustedAuthorities(env['AWS_CA_BUNDLE'] || undefined);
  const agentFor = proxyAgents(proxySettings(env), ca ? { ca } : {});
  return webSocketDial({
    region: session.region,
    loopback: session.endpoint !== undefined && isLoopback(session.endpoint),
    endpoint: endpoint || env['AWS_ENDPOINT_URL_SSMMESSAGES'] || undefined,
    agentFor: host => agentFor('wss:', host),
    sign: signUpgrade(session.credentials, session.region, () => clock.now()),
    ...(ca ? { ca } : {}),
  });
}
