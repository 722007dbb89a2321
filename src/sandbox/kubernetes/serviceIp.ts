import type { DescribeClusterResponse } from '@aws-sdk/client-eks';
import type { ClusterKey, KubeInput } from './clusterObjects.ts';
import { isObject, textAt } from './fields.ts';
import type { ObjectStore } from './objectStore.ts';

/** What EKS says of the cluster. */
export function describeCluster({ account, region, cluster }: ClusterKey) {
  const context = account.serviceContext(region, 'eks.amazonaws.com');
  return account.call<DescribeClusterResponse>(context, 'eks', 'DescribeCluster', { name: cluster }).cluster ?? {};
}

/** The service range's addresses by index; the first is the API server's own, the tenth DNS's. */
export function serviceAddresses(key: ClusterKey): (index: number) => string {
  const [base = ''] = (describeCluster(key).kubernetesNetworkConfig?.serviceIpv4Cidr ?? '').split('/');
  const start = base.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return index => [24, 16, 8, 0].map(shift => Math.floor((start + index) / 2 ** shift) % 256).join('.');
}

export function assignClusterIp(store: ObjectStore, service: KubeInput): void {
  const spec = service['spec'];
  if (!isObject(spec) || spec['type'] === 'ExternalName') return;
  if (textAt(spec, 'clusterIP') === '') {
    const kept = textAt(store.get('services', service.metadata.name, service.metadata.namespace), 'spec.clusterIP');
    const taken = new Set(store.list('services').map(other => textAt(other, 'spec.clusterIP')));
    const address = serviceAddresses(store.key);
    let index = 256;
    while (kept === '' && taken.has(address(index))) index++;
    spec['clusterIP'] = kept || address(index);
  }
  spec['clusterIPs'] ??= [spec['clusterIP']];
}
