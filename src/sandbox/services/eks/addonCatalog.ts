import type * as Eks from '@aws-sdk/client-eks';
import { parse as parseYaml } from 'yaml';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { eksError, page } from './eksTables.ts';
import { offeredVersions, type KubernetesVersion } from './versions.ts';

type Schema = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'object' | 'array'>>;

export interface AddonDefinition {
  readonly name: string;
  readonly type: string;
  /** The default first, then older ones. */
  readonly versions: (kubernetes: KubernetesVersion) => readonly string[];
  readonly workload: { readonly kind: 'DaemonSet' | 'Deployment'; readonly name: string; readonly image: string };
  readonly namespace: string;
  /** Members of its configuration, with their JSON types. */
  readonly configuration: Schema;
  /** Service accounts that want a role, and AWS's policies for it. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
}

const corednsOf: Readonly<Record<string, readonly string[]>> = {
  '1.36': ['v1.14.1-eksbuild.2', 'v1.14.1-eksbuild.1'],
  '1.35': ['v1.13.2-eksbuild.1', 'v1.13.1-eksbuild.1'],
  '1.34': ['v1.12.4-eksbuild.1', 'v1.12.3-eksbuild.1'],
};

const pods: Schema = { resources: 'object', tolerations: 'array', nodeSelector: 'object', podAnnotations: 'object' };
const controller: Schema = { ...pods, affinity: 'object', replicaCount: 'number', podDisruptionBudget: 'object' };

function addon(
  name: string,
  type: string,
  versions: string | AddonDefinition['versions'],
  workload: string,
  configuration: Schema,
  rest: Partial<AddonDefinition> = {},
): AddonDefinition {
  const [kind = '', object = '', image = object] = workload.split(' ');
  return {
    name,
    type,
    versions: typeof versions === 'string' ? () => versions.split(' ') : versions,
    workload: { kind: kind as 'DaemonSet', name: object, image },
    namespace: 'kube-system',
    configuration,
    roles: {},
    ...rest,
  };
}

const catalog: readonly AddonDefinition[] = [
  addon(
    'vpc-cni',
    'networking',
    'v1.21.1-eksbuild.1 v1.20.5-eksbuild.1 v1.20.4-eksbuild.2',
    'DaemonSet aws-node amazon-k8s-cni',
    {
      ...pods,
      env: 'object',
      enableNetworkPolicy: 'string',
      init: 'object',
      nodeAgent: 'object',
      eniConfig: 'object',
      affinity: 'object',
    },
    { roles: { 'aws-node': ['AmazonEKS_CNI_Policy'] } },
  ),
  addon(
    'kube-proxy',
    'networking',
    ({ patch }) => [`v${patch}-eksbuild.2`, `v${patch}-eksbuild.1`],
    'DaemonSet kube-proxy',
    { ...pods, mode: 'string', ipvs: 'object' },
  ),
  addon(
    'coredns',
    'networking',
    ({ version }) => corednsOf[version] ?? ['v1.11.4-eksbuild.28', 'v1.11.4-eksbuild.24'],
    'Deployment coredns',
    {
      ...controller,
      computeType: 'string',
      corefile: 'string',
      autoScaling: 'object',
      topologySpreadConstraints: 'array',
    },
  ),
  addon(
    'eks-pod-identity-agent',
    'security',
    'v1.3.10-eksbuild.2 v1.3.9-eksbuild.5',
    'DaemonSet eks-pod-identity-agent',
    { ...pods, agent: 'object', affinity: 'object' },
  ),
  addon(
    'aws-ebs-csi-driver',
    'storage',
    'v1.53.0-eksbuild.1 v1.52.1-eksbuild.1',
    'Deployment ebs-csi-controller aws-ebs-csi-driver',
    { controller: 'object', node: 'object', sidecars: 'object', defaultStorageClass: 'object' },
    { roles: { 'ebs-csi-controller-sa': ['service-role/AmazonEBSCSIDriverPolicy'] } },
  ),
  addon(
    'aws-efs-csi-driver',
    'storage',
    'v2.1.15-eksbuild.1 v2.1.14-eksbuild.1',
    'Deployment efs-csi-controller aws-efs-csi-driver',
    { controller: 'object', node: 'object', sidecars: 'object' },
    { roles: { 'efs-csi-controller-sa': ['service-role/AmazonEFSCSIDriverPolicy'] } },
  ),
  addon('aws-fsx-csi-driver', 'storage', 'v1.8.0-eksbuild.1', 'Deployment fsx-csi-controller aws-fsx-csi-driver', {
    controller: 'object',
    node: 'object',
    sidecars: 'object',
  }),
  addon('snapshot-controller', 'storage', 'v8.3.0-eksbuild.1', 'Deployment snapshot-controller', controller),
  addon('metrics-server', 'observability', 'v0.8.0-eksbuild.3 v0.7.2-eksbuild.4', 'Deployment metrics-server', {
    ...controller,
    replicas: 'number',
    args: 'array',
  }),
  addon(
    'amazon-cloudwatch-observability',
    'observability',
    'v4.6.0-eksbuild.1 v4.5.0-eksbuild.1',
    'DaemonSet cloudwatch-agent',
    { agent: 'object', containerLogs: 'object', tolerations: 'array', manager: 'object' },
    { namespace: 'amazon-cloudwatch', roles: { 'cloudwatch-agent': ['CloudWatchAgentServerPolicy'] } },
  ),
  addon('eks-node-monitoring-agent', 'observability', 'v1.4.2-eksbuild.1', 'DaemonSet eks-node-monitoring-agent', {
    monitoringAgent: 'object',
    dcgmAgent: 'object',
    nodeAgent: 'object',
  }),
  addon(
    'external-dns',
    'networking',
    'v0.19.0-eksbuild.2',
    'Deployment external-dns',
    {
      ...controller,
      policy: 'string',
      registry: 'string',
      domainFilters: 'array',
      txtOwnerId: 'string',
      sources: 'array',
      env: 'array',
    },
    { namespace: 'external-dns', roles: { 'external-dns': ['AmazonRoute53FullAccess'] } },
  ),
];

/** Known to AWS and not simulated. */
const others =
  /^(aws-mountpoint-s3-csi-driver|adot|aws-guardduty-agent|cert-manager|kube-state-metrics|prometheus-node-exporter|aws-network-flow-monitoring-agent|aws-privateca-connector-for-kubernetes|amazon-sagemaker-hyperpod-.+|aws-secrets-store-csi-driver-provider|fluent-bit)$/;

export function addonDefinition(name: string): AddonDefinition {
  const found = catalog.find(definition => definition.name === name);
  if (found) return found;
  if (others.test(name)) throw notImplemented(`eks:CreateAddon ${name}`);
  throw eksError('InvalidParameter', `Addon ${name} specified is not supported`, { addonName: name });
}

const notSupported = (why: string) =>
  eksError(
    'InvalidParameter',
    `ConfigurationValue provided in request is not supported: Json schema validation failed with error: [${why}]`,
  );

/** Configuration values, JSON or YAML, held to the add-on's schema: its members and their types. */
export function checkConfiguration(
  { configuration }: AddonDefinition,
  text: string | undefined,
): Record<string, unknown> {
  if (text === undefined || text.trim() === '') return {};
  let values: unknown;
  try {
    values = parseYaml(text);
  } catch {
    values = undefined;
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw eksError('InvalidParameter', 'ConfigurationValue is not in valid JSON or YAML format');
  for (const [key, value] of Object.entries(values)) {
    const wanted = configuration[key];
    if (wanted === undefined)
      throw notSupported(`$.${key}: is not defined in the schema and the schema does not allow additional properties`);
    const is = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
    const found = is === 'number' && Number.isInteger(value) ? 'integer' : is;
    if (is !== wanted) throw notSupported(`$.${key}: ${found} found, ${wanted} expected`);
  }
  return values as Record<string, unknown>;
}

export function describeAddonVersions(input: Eks.DescribeAddonVersionsRequest, { account }: CallContext) {
  const { kubernetesVersion, addonName } = input;
  const wanted = catalog.filter(
    ({ name, type }) => (addonName ?? name) === name && (input.types ?? [type]).includes(type),
  );
  if (addonName !== undefined && wanted.length === 0) addonDefinition(addonName);
  const offered = offeredVersions(account.now()).filter(({ version }) => (kubernetesVersion ?? version) === version);
  if (offered.length === 0) throw eksError('InvalidParameter', 'unsupported Kubernetes version');
  const rows = wanted.map(({ name, type, versions, namespace, configuration, roles }): Eks.AddonInfo => {
    const all = [...new Set(offered.flatMap(versions))];
    return {
      addonName: name,
      type,
      publisher: 'eks',
      owner: 'aws',
      defaultNamespace: namespace,
      addonVersions: all.map(addonVersion => ({
        addonVersion,
        architecture: ['amd64', 'arm64'],
        computeTypes: name === 'coredns' ? ['ec2', 'fargate', 'hybrid', 'auto'] : ['ec2'],
        compatibilities: offered.flatMap(kubernetes => {
          const index = versions(kubernetes).indexOf(addonVersion);
          const found = { clusterVersion: kubernetes.version, platformVersions: ['*'], defaultVersion: index === 0 };
          return index < 0 ? [] : [found];
        }),
        requiresConfiguration: Object.keys(configuration).length === 0,
        requiresIamPermissions: Object.keys(roles).length > 0,
      })),
    };
  });
  const { items, nextToken } = page(rows, input);
  return { addons: items, nextToken };
}

export function describeAddonConfiguration(input: Eks.DescribeAddonConfigurationRequest, { account }: CallContext) {
  const { addonName = '', addonVersion = '' } = input;
  const { configuration, versions, roles } = addonDefinition(addonName);
  if (!offeredVersions(account.now()).some(kubernetes => versions(kubernetes).includes(addonVersion)))
    throw eksError('ResourceNotFound', `Configuration for addon ${addonName} version ${addonVersion} not found`, {
      addonName,
    });
  const properties = Object.fromEntries(Object.entries(configuration).map(([key, type]) => [key, { type }]));
  return {
    addonName,
    addonVersion,
    configurationSchema: JSON.stringify({
      $schema: 'http://json-schema.org/draft-06/schema#',
      type: 'object',
      additionalProperties: false,
      properties,
    }),
    podIdentityConfiguration: Object.entries(roles).map(([serviceAccount, policies]) => ({
      serviceAccount,
      recommendedManagedPolicies: policies.map(name => `arn:aws:iam::aws:policy/${name}`),
    })),
  };
}
