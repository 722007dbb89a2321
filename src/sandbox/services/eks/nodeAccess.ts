import { putEntry } from './accessEntries.ts';
import { objectsOf } from './addonWorkloads.ts';
import { accessEntries, nodegroups, ofCluster, type ClusterRow, type Scope } from './eksTables.ts';

/** EKS itself lets the nodes of a managed node group into the cluster, by whatever the cluster's mode is. */
export function allowNodes(scope: Scope, { name, cluster }: ClusterRow, nodeRole: string): void {
  const mode = cluster.accessConfig?.authenticationMode;
  if (mode !== 'CONFIG_MAP' && !accessEntries(scope).get(`${name}/${nodeRole}`))
    putEntry(scope, { clusterName: name, principalArn: nodeRole, type: 'EC2_LINUX' });
  if (mode !== 'API') mapRole(scope, name, nodeRole);
}

/** Takes the entry away with the last node group that used the role. */
export function disallowNodes(scope: Scope, cluster: string, nodeRole: string): void {
  const used = ofCluster(nodegroups(scope), cluster).some(({ nodegroup }) => nodegroup.nodeRole === nodeRole);
  const key = `${cluster}/${nodeRole}`;
  if (!used && accessEntries(scope).get(key)?.entry.type === 'EC2_LINUX') accessEntries(scope).delete(key);
}

function mapRole(scope: Scope, cluster: string, nodeRole: string): void {
  const objects = objectsOf(scope, cluster);
  const before = objects.get('configmaps', 'aws-auth', 'kube-system')?.['data'] as { mapRoles?: string } | undefined;
  const { mapRoles = '' } = before ?? {};
  if (mapRoles.includes(`rolearn: ${nodeRole}\n`)) return;
  const entry = `- groups:\n  - system:bootstrappers\n  - system:nodes\n  rolearn: ${nodeRole}\n  username: system:node:{{EC2PrivateDNSName}}\n`;
  objects.put('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'aws-auth', namespace: 'kube-system' },
    data: { ...before, mapRoles: mapRoles + entry },
  });
}
