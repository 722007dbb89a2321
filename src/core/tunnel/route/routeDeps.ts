import { isLoopback } from '../../aws/endpointOverride.ts';
import type { AwsSession } from '../../aws/awsSession.ts';
import type { Clock } from '../../clock.ts';
import { startBastion, type BastionRequest } from '../bastion/startBastion.ts';
import type { ClusterReach } from './clusterAccess.ts';
import { systemDirectProbe } from './directFacts.ts';
import type { RouteDeps } from './findRoute.ts';

/** As every composition root looks for routes; `bastion`: what a new one would be. */
export function routeDeps(
  session: AwsSession,
  cluster: ClusterReach,
  clock: Clock,
  bastion: Omit<BastionRequest, 'cluster'> = {},
): RouteDeps {
  const simulated = session.endpoint !== undefined && isLoopback(session.endpoint);
  return {
    session,
    cluster,
    clock,
    direct: simulated ? undefined : systemDirectProbe,
    startBastion: signal => startBastion({ session, clock }, { ...bastion, cluster }, signal),
    bastionImage: bastion.image,
  };
}
