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
  /** Host to dial in place of the one that is answered (PrivateLink); absent: what environment and profile set for `ssmmessages`. */
  readonly endpoint?: string | undefined;
}

/**
 * Dials the stream of a session of this account: signed with its credentials, through the environment's proxy, trusting the same
 * authorities as its clients.
 */
export async function sessionDial(session: AwsSession, { env, clock, endpoint }: SessionDialOptions): Promise<Dial> {
  const ca = await trustedAuthorities(session.caBundle);
  const endpointFor = (serviceId: string) => (session.endpointFor ? session.endpointFor(serviceId) : session.endpoint);
  // The URL to dial comes from there.
  const answersFrom = endpointFor('SSM');
  const agentFor = proxyAgents(proxySettings(env), ca ? { ca } : {});
  return webSocketDial({
    region: session.region,
    loopback: answersFrom !== undefined && isLoopback(answersFrom),
    endpoint: endpoint || endpointFor('ssmmessages'),
    agentFor: host => agentFor('wss:', host),
    sign: signUpgrade(session.credentials, session.region, () => clock.now()),
    ...(ca ? { ca } : {}),
  });
}
