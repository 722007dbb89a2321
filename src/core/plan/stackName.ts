import type { StackId, StackKind } from './plan.ts';

/** `private-eks-<cluster>-<id>`; whose a stack is tells its tag, never its name alone. */
export function stackName(cluster: string, id: StackId): string {
  return `private-eks-${cluster}-${id}`;
}

/** A group's name as part of a stack's, which takes no underscore. */
export function nodesStackId(group: string): StackId {
  return `nodes-${group.replaceAll('_', '-')}`;
}

const kinds: readonly Exclude<StackKind, 'nodes'>[] = [
  'permissions',
  'network',
  'api-access',
  'endpoints',
  'proxy',
  'key',
  'logs',
  'cluster',
  'identity',
  'node-addons',
  'fargate',
  'workload-addons',
];

/** Which stack of a cluster this is; undefined for a name that is none of them. */
export function stackIdOf(cluster: string, name: string): StackId | undefined {
  const prefix = `private-eks-${cluster}-`;
  if (!name.startsWith(prefix)) return undefined;
  const id = name.slice(prefix.length);
  return id.startsWith('nodes-') && id.length > 'nodes-'.length ? (id as StackId) : kinds.find(kind => kind === id);
}

/** What a stack is for, by its id. */
export function stackKindOf(id: StackId): StackKind {
  return id.startsWith('nodes-') ? 'nodes' : (id as StackKind);
}
