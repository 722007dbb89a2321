import type { ClusterObjects, KubeInput } from '../../kubernetes/clusterObjects.ts';
import { clusterObjects } from '../../kubernetes/objectStore.ts';
import type { AddonDefinition } from './addonCatalog.ts';
import type { ClusterRow, Scope } from './eksTables.ts';

const system = 'kube-system';
const registryAccount = '602401143452';

export const objectsOf = ({ account, region }: Scope, cluster: string): ClusterObjects =>
  clusterObjects({ account, region, cluster });

/** Puts an add-on's objects into the cluster, managed or self-managed alike. */
export function installWorkload(
  scope: Scope,
  row: ClusterRow,
  definition: AddonDefinition,
  version: string,
  replicas = 2,
): void {
  const objects = objectsOf(scope, row.name);
  const { workload, namespace } = definition;
  const { kind, name, image } = workload;
  if (!objects.get('namespaces', namespace))
    objects.put('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const labels = { 'k8s-app': name === 'coredns' ? 'kube-dns' : name, 'eks.amazonaws.com/component': name };
  const repository = `${registryAccount}.dkr.ecr.${scope.region}.amazonaws.com/eks/${image}`;
  const template = {
    metadata: { labels },
    spec: {
      containers: [{ name, image: `${repository}:${version}`, imagePullPolicy: 'IfNotPresent' }],
      serviceAccountName: name,
      ...(kind === 'DaemonSet'
        ? { hostNetwork: true, priorityClassName: 'system-node-critical', tolerations: [{ operator: 'Exists' }] }
        : { priorityClassName: 'system-cluster-critical' }),
    },
  };
  const spec = { selector: { matchLabels: { 'k8s-app': labels['k8s-app'] } }, template };
  const metadata = { name, namespace, labels };
  objects.put('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  if (kind === 'Deployment') {
    objects.put('deployments', { apiVersion: 'apps/v1', kind, metadata, spec: { replicas, ...spec } });
    if (name === 'coredns') objects.put('services', dnsService(row));
  } else {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%', maxSurge: 0 } };
    objects.put('daemonsets', { apiVersion: 'apps/v1', kind, metadata, spec: { ...spec, updateStrategy } });
  }
}

export function removeWorkload(scope: Scope, cluster: string, { workload, namespace }: AddonDefinition): void {
  const objects = objectsOf(scope, cluster);
  objects.remove(workload.kind === 'Deployment' ? 'deployments' : 'daemonsets', workload.name, namespace);
  objects.remove('serviceaccounts', workload.name, namespace);
  if (workload.name === 'coredns') objects.remove('services', 'kube-dns', namespace);
}

export function hasWorkload(scope: Scope, cluster: string, plural: string, name: string): boolean {
  return objectsOf(scope, cluster).get(plural, name, system) !== undefined;
}

/** DaemonSets are content without nodes; a Deployment wants its replicas. */
export function workloadIsReady(scope: Scope, cluster: string, { workload, namespace }: AddonDefinition): boolean {
  if (workload.kind === 'DaemonSet') return true;
  const deployment = objectsOf(scope, cluster).get('deployments', workload.name, namespace);
  const { replicas = 1 } = (deployment?.['spec'] ?? {}) as { replicas?: number };
  const { readyReplicas = 0 } = (deployment?.['status'] ?? {}) as { readyReplicas?: number };
  return deployment !== undefined && readyReplicas >= replicas;
}

function dnsService({ cluster }: ClusterRow): KubeInput {
  const { serviceIpv4Cidr, serviceIpv6Cidr } = cluster.kubernetesNetworkConfig ?? {};
  const clusterIP = serviceIpv6Cidr?.replace(/\/\d+$/, 'a') ?? (serviceIpv4Cidr ?? '').replace(/\d+\/\d+$/, '10');
  const ports = ['UDP', 'TCP'].map(protocol => ({
    name: protocol === 'UDP' ? 'dns' : 'dns-tcp',
    port: 53,
    protocol,
    targetPort: 53,
  }));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: system, labels: { 'k8s-app': 'kube-dns' } },
    spec: { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], selector: { 'k8s-app': 'kube-dns' }, ports },
  };
}
