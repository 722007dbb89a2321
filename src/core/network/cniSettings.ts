import type { ClusterSpec } from '../spec/clusterSpec.ts';

/** How the VPC CNI gives pods their addresses, as far as the spec's `addons.vpc-cni.configuration` says it. */
export interface CniSettings {
  /** Prefixes of 16 addresses instead of single ones (`ENABLE_PREFIX_DELEGATION`). */
  readonly prefixes: boolean;
  /** Pods' interfaces lie in subnets that ENIConfigs name, never in the node's own (`AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG`). */
  readonly customNetworking: boolean;
  /** Pods keep their own addresses beyond the VPC, instead of their node's (`AWS_VPC_K8S_CNI_EXTERNALSNAT`): then S3 is reached by their subnets' routes. */
  readonly externalSnat: boolean;
  /** Those subnets, where the add-on's own `eniConfig` names them. */
  readonly podSubnets: readonly string[];
}

export function cniSettings({ addons }: Pick<ClusterSpec, 'addons'>): CniSettings {
  const { env, eniConfig } = mapOf(addons['vpc-cni']?.configuration);
  const isOn = (name: string) => String(mapOf(env)[name]).toLowerCase() === 'true';
  const podSubnets = Object.values(mapOf(mapOf(eniConfig)['subnets'])).flatMap(place => {
    const { id } = mapOf(place);
    return typeof id === 'string' ? [id] : [];
  });
  return {
    prefixes: isOn('ENABLE_PREFIX_DELEGATION'),
    customNetworking: isOn('AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG'),
    externalSnat: isOn('AWS_VPC_K8S_CNI_EXTERNALSNAT'),
    podSubnets,
  };
}

const mapOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
