// The one table of kinds that the simulated cluster serves.
import type { TypeRef } from './schema.ts';

export interface Kind {
  readonly plural: string;
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly string[];
  readonly verbs: readonly string[];
  /** `metadata.generation` counts changes of `spec`. */
  readonly counted: boolean;
  readonly type: TypeRef;
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

// plural, kind, group/version, then: n namespaced, g generation counted, r create only; short names; categories; subresources
const rows: readonly (readonly [string, string, string, string, string?, string?, string?])[] = [
  ['configmaps', 'ConfigMap', 'v1', 'n', 'cm'],
  ['events', 'Event', 'v1', 'n', 'ev'],
  ['namespaces', 'Namespace', 'v1', '', 'ns', '', 'status finalize'],
  ['nodes', 'Node', 'v1', '', 'no', '', 'status'],
  ['pods', 'Pod', 'v1', 'n', 'po', 'all', 'status log exec attach portforward'],
  ['secrets', 'Secret', 'v1', 'n'],
  ['serviceaccounts', 'ServiceAccount', 'v1', 'n', 'sa', '', 'token'],
  ['services', 'Service', 'v1', 'n', 'svc', 'all', 'status'],
  ['daemonsets', 'DaemonSet', 'apps/v1', 'ng', 'ds', 'all', 'status'],
  ['deployments', 'Deployment', 'apps/v1', 'ng', 'deploy', 'all', 'status scale'],
  ['replicasets', 'ReplicaSet', 'apps/v1', 'ng', 'rs', 'all', 'status scale'],
  ['leases', 'Lease', 'coordination.k8s.io/v1', 'n'],
  ['clusterrolebindings', 'ClusterRoleBinding', 'rbac.authorization.k8s.io/v1', ''],
  ['clusterroles', 'ClusterRole', 'rbac.authorization.k8s.io/v1', ''],
  ['rolebindings', 'RoleBinding', 'rbac.authorization.k8s.io/v1', 'n'],
  ['roles', 'Role', 'rbac.authorization.k8s.io/v1', 'n'],
  ['selfsubjectaccessreviews', 'SelfSubjectAccessReview', 'authorization.k8s.io/v1', 'r'],
  ['selfsubjectrulesreviews', 'SelfSubjectRulesReview', 'authorization.k8s.io/v1', 'r'],
  ['selfsubjectreviews', 'SelfSubjectReview', 'authentication.k8s.io/v1', 'r'],
];

export const kinds: readonly Kind[] = rows.map(
  ([plural, kind, groupVersion, flags, short, categories, subresources]) => {
    const [version = '', group = ''] = groupVersion.split('/').reverse();
    return {
      plural,
      kind,
      group,
      version,
      namespaced: flags.includes('n'),
      shortNames: words(short),
      categories: words(categories),
      subresources: words(subresources),
      verbs: flags.includes('r') ? ['create'] : allVerbs,
      counted: flags.includes('g'),
      type: { form: 'object', name: kind },
    };
  },
);

export const scaleType: TypeRef = { form: 'object', name: 'Scale' };
const byPlural = new Map(kinds.map(kind => [kind.plural, kind]));

export function kindOf(plural: string): Kind | undefined {
  return byPlural.get(plural);
}

export function groupVersionOf(kind: Pick<Kind, 'group' | 'version'>): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** `pods`, `deployments.apps`: how Kubernetes' messages name a resource. */
export function qualifiedName(kind: Pick<Kind, 'group' | 'plural'>): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

function words(text: string | undefined): string[] {
  return text ? text.split(' ') : [];
}
