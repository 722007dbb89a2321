import type { ClusterSpec } from './clusterSpec.ts';

export function zoneCount({ network }: Pick<ClusterSpec, 'network'>): number {
  return typeof network.zones === 'number' ? network.zones : network.zones.length;
}
