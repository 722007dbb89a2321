import { builtInRoles } from './builtInRoles.ts';
import type { ClusterKey, KubeInput } from './clusterObjects.ts';
import { serviceAddresses } from './serviceIp.ts';

const rbac = 'rbac.authorization.k8s.io';

/** What a new cluster holds before anybody has written to it. */
export function bootstrapObjects(key: ClusterKey): (readonly [string, KubeInput])[] {
  const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'].map(
    name => ['namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }] as const,
  );
  const roles = builtInRoles.map(role => {
    const metadata = { name: role.name, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } };
    return ['clusterroles', { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata, rules: role.rules }] as const;
  });
  const bindings = builtInRoles.flatMap(role => {
    if (role.groups.length === 0) return [];
    const metadata = { name: role.name, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } };
    const subjects = role.groups.map(name => ({ apiGroup: rbac, kind: 'Group', name }));
    const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: role.name };
    const binding = { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata, roleRef, subjects };
    return [['clusterrolebindings', binding] as const];
  });
  const api: KubeInput = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      clusterIP: serviceAddresses(key)(1),
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 443 }],
    },
  };
  return [...namespaces, ...roles, ...bindings, ['services', api]];
}
