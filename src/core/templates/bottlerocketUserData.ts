import type { ClusterUserData, NodeUserData } from './nodeUserData.ts';

/**
 * User data of a Bottlerocket node: TOML. With all of it given, the node does not ask the EKS API for the cluster. Bottlerocket adds the API
 * server and the cluster's own names to what goes round a proxy.
 */
export function bottlerocketUserData({ cluster, proxy }: NodeUserData<Omit<ClusterUserData, 'serviceCidr'>>): string {
  return [
    ...(cluster ? joining(cluster) : []),
    ...(cluster && proxy ? [''] : []),
    ...(proxy
      ? ['[settings.network]', `https-proxy = ${text(proxy.url)}`, `no-proxy = [${proxy.noProxy.map(text).join(', ')}]`]
      : []),
    '',
  ].join('\n');
}

function joining(node: Omit<ClusterUserData, 'serviceCidr'>): string[] {
  const effectsByKey = new Map<string, string[]>();
  for (const { key, value = '', effect } of node.taints)
    effectsByKey.set(key, [...(effectsByKey.get(key) ?? []), `${value}:${effect}`]);
  return [
    '[settings.kubernetes]',
    `cluster-name = ${text(node.clusterName)}`,
    `api-server = ${text(node.apiServer)}`,
    `cluster-certificate = ${text(node.certificateAuthority)}`,
    `cluster-dns-ip = ${text(node.clusterDns)}`,
    ...table(
      'node-labels',
      Object.entries(node.labels).map(([key, value]) => [key, text(value)]),
    ),
    ...table(
      'node-taints',
      [...effectsByKey].map(([key, effects]) => [key, `[${effects.map(text).join(', ')}]`]),
    ),
  ];
}

function table(name: string, rows: readonly (readonly [string, string])[]): string[] {
  if (rows.length === 0) return [];
  return ['', `[settings.kubernetes.${name}]`, ...rows.map(([key, value]) => `${text(key)} = ${value}`)];
}

/** A basic string of TOML is written as JSON writes one. */
const text = (value: string): string => JSON.stringify(value);
