import type { ClusterSpec } from './clusterSpec.ts';

/** Zones that a spec asks for; of an existing VPC as many as it names subnets, four at most, until the account says which zones they lie in. */
export function zoneCount({ network }: Pick<ClusterSpec, 'network'>): number {
  if (network.vpc) return Math.min(4, network.vpc.subnets.length);
  return typeof network.zones === 'number' ? network.zones : network.zones.length;
}
