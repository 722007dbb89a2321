import { notImplemented } from '../../kernel/awsError.ts';
import { eksError } from './eksTables.ts';
import type { KubernetesVersion } from './versions.ts';

export interface AddonDefinition {
  readonly name: string;
  /** Newest first. */
  readonly versions: (kubernetes: KubernetesVersion) => readonly string[];
  readonly workload: { readonly kind: 'DaemonSet' | 'Deployment'; readonly name: string; readonly image: string };
}

const corednsOf: Readonly<Record<string, string>> = {
  '1.36': 'v1.14.1-eksbuild.2',
  '1.35': 'v1.13.2-eksbuild.1',
  '1.34': 'v1.12.4-eksbuild.1',
};

const catalog: readonly AddonDefinition[] = [
  {
    name: 'vpc-cni',
    versions: () => ['v1.21.1-eksbuild.1'],
    workload: { kind: 'DaemonSet', name: 'aws-node', image: 'amazon-k8s-cni' },
  },
  {
    name: 'kube-proxy',
    versions: ({ patch }) => [`v${patch}-eksbuild.2`],
    workload: { kind: 'DaemonSet', name: 'kube-proxy', image: 'kube-proxy' },
  },
  {
    name: 'coredns',
    versions: ({ version }) => [corednsOf[version] ?? 'v1.11.4-eksbuild.28'],
    workload: { kind: 'Deployment', name: 'coredns', image: 'coredns' },
  },
  {
    name: 'eks-pod-identity-agent',
    versions: () => ['v1.3.10-eksbuild.2'],
    workload: { kind: 'DaemonSet', name: 'eks-pod-identity-agent', image: 'eks-pod-identity-agent' },
  },
];

/** Known to AWS and not simulated. */
const others =
  /^(aws-(ebs|efs|fsx|mountpoint-s3)-csi-driver|snapshot-controller|metrics-server|amazon-cloudwatch-observability|adot|aws-guardduty-agent|cert-manager|external-dns|kube-state-metrics|prometheus-node-exporter|eks-node-monitoring-agent|aws-network-flow-monitoring-agent|aws-privateca-connector-for-kubernetes|amazon-sagemaker-hyperpod-.+|aws-secrets-store-csi-driver-provider|fluent-bit)$/;

export function addonDefinition(name: string): AddonDefinition {
  const found = catalog.find(definition => definition.name === name);
  if (found) return found;
  if (others.test(name)) throw notImplemented(`eks:CreateAddon ${name}`);
  throw eksError('InvalidParameter', `Addon ${name} specified is not supported`, { addonName: name });
}
