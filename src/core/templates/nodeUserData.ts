import type { Taint } from '../spec/clusterSpec.ts';
import type { NodeProxy } from './nodeProxy.ts';

/** What a node has to be told when EKS does not tell it: of self-managed groups, and of managed ones with an image of the user's own. */
export interface ClusterUserData {
  readonly clusterName: string;
  /** `https://…` */
  readonly apiServer: string;
  /** Base64, as EKS gives it. */
  readonly certificateAuthority: string;
  /** Block of Kubernetes services, IPv4 or IPv6. */
  readonly serviceCidr: string;
  /** Address of the cluster's DNS in that block. */
  readonly clusterDns: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

/** `cluster` is left out where EKS adds it: of managed groups with EKS's own image. */
export interface NodeUserData<C = ClusterUserData> {
  readonly cluster?: C | undefined;
  readonly proxy?: NodeProxy | undefined;
}

/** `key=value:effect`, as the kubelet takes taints. */
export function taintText({ key, value = '', effect }: Taint): string {
  return `${key}=${value}:${effect}`;
}
