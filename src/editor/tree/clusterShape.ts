import type { ClusterSummary, StackSummary } from '../../core/cluster/clusterDetails.ts';
import { stackIdOf, stackKindOf } from '../../core/plan/stackName.ts';
import type { StackKind } from '../../core/plan/plan.ts';
import { clusterTag } from '../../core/spec/ownTags.ts';
import type { ClusterParts } from '../clusters/clusterStore.ts';

/** Private EKS tags what it makes. */
export function isMadeHere({ name, tags }: Pick<ClusterSummary, 'name' | 'tags'>): boolean {
  return tags[clusterTag] === name;
}

/** Groups that EKS knows nothing of: those with a stack of ours and no managed group. */
export function selfManagedGroups(
  { stacks = [], nodeGroups = [] }: Pick<ClusterParts, 'stacks' | 'nodeGroups'>,
  cluster: Pick<ClusterSummary, 'name'>,
): { readonly name: string; readonly stack: StackSummary }[] {
  return stacks.flatMap(stack => {
    const id = stackIdOf(cluster.name, stack.name);
    const name = id?.startsWith('nodes-') ? id.slice('nodes-'.length) : undefined;
    // A managed group carries the cluster's name, or its own alone.
    const managed = nodeGroups.some(group => group.name === name || group.name === `${cluster.name}-${name}`);
    return name === undefined || managed || !/_COMPLETE$/.test(stack.status) ? [] : [{ name, stack }];
  });
}

const kindWords: Readonly<Record<StackKind, string>> = {
  permissions: 'permissions',
  network: 'network',
  'api-access': 'API access',
  endpoints: 'endpoints',
  proxy: 'way to the proxy',
  key: 'key',
  logs: 'log group',
  cluster: 'control plane',
  identity: 'access',
  'node-addons': 'add-ons for nodes',
  nodes: 'nodes',
  fargate: 'Fargate',
  'workload-addons': 'add-ons on nodes',
};

/** What a stack is for: `nodes gpu`. */
export function stackWords(cluster: string, name: string): string | undefined {
  const id = stackIdOf(cluster, name);
  if (id === undefined) return undefined;
  const kind = stackKindOf(id);
  return kind === 'nodes' ? `nodes ${id.slice('nodes-'.length)}` : kindWords[kind];
}
