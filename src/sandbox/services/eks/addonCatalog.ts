import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { eksError, page } from './eksTables.ts';
import { offeredVersions, type KubernetesVersion } from './versions.ts';

export interface AddonDefinition {
  readonly name: string;
  readonly type: string;
  /** Newest first. */
  readonly versions: (kubernetes: KubernetesVersion) => readonly string[];
  /** The service account that needs a role. */
  readonly serviceAccount?: string;
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
    type: 'networking',
    versions: () => ['v1.21.1-eksbuild.1', 'v1.20.4-eksbuild.2'],
    serviceAccount: 'aws-node',
    workload: { kind: 'DaemonSet', name: 'aws-node', image: 'amazon-k8s-cni' },
  },
  {
    name: 'kube-proxy',
    type: 'networking',
    versions: ({ patch }) => [`v${patch}-eksbuild.2`],
    workload: { kind: 'DaemonSet', name: 'kube-proxy', image: 'kube-proxy' },
  },
  {
    name: 'coredns',
    type: 'networking',
    versions: ({ version }) => [corednsOf[version] ?? 'v1.11.4-eksbuild.28'],
    workload: { kind: 'Deployment', name: 'coredns', image: 'coredns' },
  },
  {
    name: 'eks-pod-identity-agent',
    type: 'security',
    versions: () => ['v1.3.10-eksbuild.2'],
    workload: { kind: 'DaemonSet', name: 'eks-pod-identity-agent', image: 'eks-pod-identity-agent' },
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

function information(
  { name, type, versions, serviceAccount }: AddonDefinition,
  kubernetes: readonly KubernetesVersion[],
): Eks.AddonInfo {
  const all = [...new Set(kubernetes.flatMap(row => versions(row)))];
  const addonVersions = all.map(addonVersion => ({
    addonVersion,
    architecture: ['amd64', 'arm64'],
    computeTypes: ['ec2', 'hybrid'],
    compatibilities: kubernetes
      .filter(row => versions(row).includes(addonVersion))
      .map(row => ({
        clusterVersion: row.version,
        platformVersions: ['*'],
        defaultVersion: versions(row)[0] === addonVersion,
      })),
    requiresConfiguration: false,
    requiresIamPermissions: serviceAccount !== undefined,
  }));
  return { addonName: name, type, publisher: 'eks', owner: 'aws', defaultNamespace: 'kube-system', addonVersions };
}

export const addonCatalogOperations = {
  DescribeAddonVersions(input: Eks.DescribeAddonVersionsRequest, { account }: CallContext) {
    const { addonName, kubernetesVersion, types = [], owners = ['aws'], publishers = ['eks'] } = input;
    const kubernetes = offeredVersions(account.now()).filter(row =>
      [row.version, undefined].includes(kubernetesVersion),
    );
    const named = addonName ? [addonDefinition(addonName, 'DescribeAddonVersions')] : catalog;
    const ours = owners.includes('aws') && publishers.includes('eks');
    const wanted = named.filter(({ type }) => ours && (types.length === 0 || types.includes(type)));
    const { items, nextToken } = page(
      wanted.map(definition => information(definition, kubernetes)),
      input,
    );
    return { addons: items, nextToken };
  },
  DescribeAddonConfiguration(input: Eks.DescribeAddonConfigurationRequest, { account }: CallContext) {
    const { addonName = '', addonVersion = '' } = input;
    const { versions, serviceAccount } = addonDefinition(addonName, 'DescribeAddonConfiguration');
    if (!offeredVersions(account.now()).some(row => versions(row).includes(addonVersion)))
      throw eksError('InvalidParameter', 'Addon version specified is not supported', { addonName });
    const schema = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', additionalProperties: true };
    const recommendedManagedPolicies = ['arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy'];
    const podIdentityConfiguration = serviceAccount ? [{ serviceAccount, recommendedManagedPolicies }] : [];
    return { addonName, addonVersion, configurationSchema: JSON.stringify(schema), podIdentityConfiguration };
  },
};
