import type { ClusterSpec, FargateProfileSpec, NodeGroupSpec } from './clusterSpec.ts';

/** A spec's node groups with their names, in the order of the file. */
export function nodeGroups({ nodes }: Pick<ClusterSpec, 'nodes'>): (NodeGroupSpec & { readonly name: string })[] {
  return Object.entries(nodes).map(([name, group]) => ({ name, ...group }));
}

/** A spec's Fargate profiles with their names, in the order of the file. */
export function fargateProfiles({
  fargate,
}: Pick<ClusterSpec, 'fargate'>): (FargateProfileSpec & { readonly name: string })[] {
  return Object.entries(fargate).map(([name, profile]) => ({ name, ...profile }));
}
