import type {
  AddonInfo,
  DescribeAddonConfigurationRequest,
  DescribeAddonConfigurationResponse,
  DescribeAddonVersionsRequest,
  DescribeAddonVersionsResponse,
} from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { eksError, page } from './eksTables.ts';
import { offeredVersions, type KubernetesVersion } from './versions.ts';

export interface AddonDefinition {
  readonly name: string;
  readonly type: string;
  /** Newest first. */
  readonly versions: (kubernetes: KubernetesVersion) => readonly string[];
  readonly serviceAccount?: string;
  readonly workload: { readonly kind: 'DaemonSet' | 'Deployment'; readonly name: string; readonly image: string };
  readonly needsPermissions: boolean;
}

const corednsOf: Readonly<Record<string, string>> = {
  '1.36': 'v1.14.1-eksbuild.2',
  '1.35': 'v1.13.2-eksbuild.1',
  '1.34': 'v1.12.4-eksbuild.1',
};

const catalog: readonly AddonDefinition[] = [
  {
    name: 'vpc-cni',
    type: 'networking',
    versions: () => ['v1.21.1-eksbuild.1', 'v1.20.4-eksbuild.2'],
    serviceAccount: 'aws-node',
    workload: { kind: 'DaemonSet', name: 'aws-node', image: 'amazon-k8s-cni' },
    needsPermissions: true,
  },
  {
    name: 'kube-proxy',
    type: 'networking',
    versions: ({ patch }) => [`v${patch}-eksbuild.2`],
    workload: { kind: 'DaemonSet', name: 'kube-proxy', image: 'kube-proxy' },
    needsPermissions: false,
  },
  {
    name: 'coredns',
    type: 'networking',
    versions: ({ version }) => [corednsOf[version] ?? 'v1.11.4-eksbuild.28'],
    workload: { kind: 'Deployment', name: 'coredns', image: 'coredns' },
    needsPermissions: false,
  },
  {
    name: 'eks-pod-identity-agent',
    type: 'security',
    versions: () => ['v1.3.10-eksbuild.2'],
    workload: { kind: 'DaemonSet', name: 'eks-pod-identity-agent', image: 'eks-pod-identity-agent' },
    needsPermissions: false,
  },
];

/** Known to AWS and not simulated. */
const others =
  /^(aws-(ebs|efs|fsx|mountpoint-s3)-csi-driver|snapshot-controller|metrics-server|amazon-cloudwatch-observability|adot|aws-guardduty-agent|cert-manager|external-dns|kube-state-metrics|prometheus-node-exporter|eks-node-monitoring-agent|aws-network-flow-monitoring-agent|aws-privateca-connector-for-kubernetes|amazon-sagemaker-hyperpod-.+|aws-secrets-store-csi-driver-provider|fluent-bit)$/;

export const bootstrapAddons = ['vpc-cni', 'kube-proxy', 'coredns'] as const;

export function addonDefinition(name: string, operation = 'CreateAddon'): AddonDefinition {
  const found = catalog.find(definition => definition.name === name);
  if (found) return found;
  if (others.test(name)) throw notImplemented(`eks:${operation} add-on ${name}`);
  throw eksError('InvalidParameter', `Addon ${name} specified is not supported`, { addonName: name });
}

export function describeAddonVersions(
  input: DescribeAddonVersionsRequest,
  { account }: CallContext,
): DescribeAddonVersionsResponse {
  const kubernetes = offeredVersions(account.now()).filter(
    ({ version }) => !input.kubernetesVersion || version === input.kubernetesVersion,
  );
  const definitions = input.addonName ? [addonDefinition(input.addonName, 'DescribeAddonVersions')] : catalog;
  const wanted = definitions.filter(
    ({ type }) =>
      (!input.types?.length || input.types.includes(type)) &&
      (!input.owners?.length || input.owners.includes('aws')) &&
      (!input.publishers?.length || input.publishers.includes('eks')),
  );
  const { items, nextToken } = page(
    wanted.map(definition => information(definition, kubernetes)),
    input,
  );
  return { addons: items, nextToken };
}

function information(definition: AddonDefinition, kubernetes: readonly KubernetesVersion[]): AddonInfo {
  const versions = [...new Set(kubernetes.flatMap(row => definition.versions(row)))];
  return {
    addonName: definition.name,
    type: definition.type,
    publisher: 'eks',
    owner: 'aws',
    defaultNamespace: 'kube-system',
    addonVersions: versions.map(addonVersion => ({
      addonVersion,
      architecture: ['amd64', 'arm64'],
      computeTypes: ['ec2', 'hybrid'],
      compatibilities: kubernetes
        .filter(row => definition.versions(row).includes(addonVersion))
        .map(row => ({
          clusterVersion: row.version,
          platformVersions: ['*'],
          defaultVersion: definition.versions(row)[0] === addonVersion,
        })),
      requiresConfiguration: false,
      requiresIamPermissions: definition.needsPermissions,
    })),
  };
}

export function describeAddonConfiguration(
  input: DescribeAddonConfigurationRequest,
  { account }: CallContext,
): DescribeAddonConfigurationResponse {
  const definition = addonDefinition(input.addonName ?? '', 'DescribeAddonConfiguration');
  const known = offeredVersions(account.now()).some(row => definition.versions(row).includes(input.addonVersion ?? ''));
  if (!known)
    throw eksError('InvalidParameter', 'Addon version specified is not supported', { addonName: definition.name });
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', additionalProperties: true };
  return {
    addonName: definition.name,
    addonVersion: input.addonVersion,
    configurationSchema: JSON.stringify(schema),
    podIdentityConfiguration: definition.serviceAccount
      ? [
          {
            serviceAccount: definition.serviceAccount,
            recommendedManagedPolicies: ['arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy'],
          },
        ]
      : [],
  };
}
