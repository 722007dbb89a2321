import type { AccessEntry, Addon, Cluster, Nodegroup } from '@aws-sdk/client-eks';
import type {
  Progress,
  Properties,
  ProviderContext,
  ResourceProvider,
  ResourceProviders,
} from '../cloudformation/resourceProvider.ts';
import { AwsError, notImplemented } from '../kernel/awsError.ts';
import { camel, listedTags, mappedTags } from './eksProperties.ts';
import { ignoring, words } from './property.ts';

const notFound = ['ResourceNotFoundException'];

interface Issue {
  readonly code?: string;
  readonly message?: string;
  readonly resourceIds?: readonly string[];
}

/** What is told of any of the four. */
type Described = Omit<Cluster & Nodegroup & Addon & AccessEntry, 'status' | 'health'> & {
  readonly status?: string;
  readonly health?: { readonly issues?: readonly Issue[] };
};

/** A failed thing's health in the words of CloudFormation's handler. */
const unstable = (issues: readonly Issue[] = []): Progress => {
  const texts = issues.map(
    ({ code = '', message = '', resourceIds = [] }) =>
      `Issue(Code=${code}, Message=${message}, ResourceIds=[${resourceIds.join(', ')}])`,
  );
  return { failed: `[${texts.join(', ')}] (Service: null, Status Code: 0, Request ID: null)` };
};

/** What tells one type from the others: they are made, described and deleted alike. */
interface Kind extends Pick<ResourceProvider, 'properties' | 'required' | 'createOnly' | 'unsupported' | 'seconds'> {
  /** As the operations name it: `Create<noun>`; the answers hold it with a small initial. */
  readonly noun: string;
  /** Members that identify it, in the order in which the physical id joins them. */
  readonly key: readonly string[];
  readonly separator?: string;
  readonly longestName?: number;
  readonly tags?: typeof listedTags;
  /** What the operation takes under other names, or not at all. */
  readonly input?: (properties: Properties) => Properties;
  readonly afterwards?: (key: object, properties: Properties, context: ProviderContext) => void;
  readonly attributes: (described: Described, id: string) => Readonly<Record<string, unknown>>;
}

function eksProvider({ noun, key, separator = '|', longestName, attributes, ...kind }: Kind): ResourceProvider {
  const member = noun.charAt(0).toLowerCase() + noun.slice(1);
  const keyOf = (id: string): Record<string, string> =>
    Object.fromEntries(id.split(separator).map((part, index) => [key[index] ?? '', part]));
  const describe = (id: string, context: ProviderContext): Described =>
    context.call<Record<string, Described>>('eks', `Describe${noun}`, keyOf(id))[member] ?? {};
  const { properties, required, createOnly, unsupported = [], seconds } = kind;
  return {
    properties,
    required,
    createOnly,
    unsupported,
    ...(seconds && { seconds }),
    create(properties, context) {
      const { Tags: _, ...rest } = properties;
      const input = camel(kind.input?.(rest) ?? rest);
      const named = key.at(-1) ?? '';
      if (longestName) input[named] ??= context.generatedName(longestName);
      const tags = (kind.tags ?? listedTags)(properties, context);
      context.call('eks', `Create${noun}`, { ...input, tags, clientRequestToken: context.token });
      const id = key.map(part => String(input[part])).join(separator);
      kind.afterwards?.(keyOf(id), properties, context);
      return id;
    },
    progress(id, _properties, context) {
      const { status = 'ACTIVE', health } = describe(id, context);
      if (status === 'ACTIVE') return 'done';
      return status.endsWith('FAILED') ? unstable(health?.issues) : 'in-progress';
    },
    update() {
      throw notImplemented(`update of AWS::EKS::${noun}`);
    },
    delete: (id, _properties, context) => ignoring(notFound, () => context.call('eks', `Delete${noun}`, keyOf(id))),
    deleteProgress(id, _properties, context) {
      try {
        describe(id, context);
        return 'in-progress';
      } catch (error) {
        if (error instanceof AwsError && notFound.includes(error.code)) return 'done';
        throw error;
      }
    },
    attributes: (id, _properties, context) => attributes(describe(id, context), id),
  };
}

const cluster = eksProvider({
  noun: 'Cluster',
  key: ['name'],
  longestName: 100,
  properties: words(
    'AccessConfig BootstrapSelfManagedAddons DeletionProtection EncryptionConfig Logging Name ResourcesVpcConfig RoleArn Tags UpgradePolicy Version',
  ),
  required: ['ResourcesVpcConfig', 'RoleArn'],
  createOnly: words(
    'Name RoleArn EncryptionConfig BootstrapSelfManagedAddons AccessConfig.BootstrapClusterCreatorAdminPermissions',
  ),
  unsupported: words(
    'ComputeConfig ControlPlaneScalingConfig Force KubeApiServerConfig KubeControllerManagerConfig KubeSchedulerConfig KubernetesNetworkConfig OutpostConfig RemoteNetworkConfig ResourcesVpcConfig.PublicAccessCidrs ResourcesVpcConfig.SecurityGroupIds StorageConfig ZonalShiftConfig',
  ),
  attributes: described => ({
    Arn: described.arn,
    Endpoint: described.endpoint,
    CertificateAuthorityData: described.certificateAuthority?.data,
    ClusterSecurityGroupId: described.resourcesVpcConfig?.clusterSecurityGroupId,
    EncryptionConfigKeyArn: described.encryptionConfig?.[0]?.provider?.keyArn ?? '',
    OpenIdConnectIssuerUrl: described.identity?.oidc?.issuer,
    'KubernetesNetworkConfig.ServiceIpv6Cidr': '',
    Id: '',
  }),
});

const nodegroup = eksProvider({
  noun: 'Nodegroup',
  key: ['clusterName', 'nodegroupName'],
  separator: '/',
  longestName: 63,
  tags: mappedTags,
  properties: words(
    'AmiType CapacityType ClusterName InstanceTypes Labels LaunchTemplate NodeRole NodegroupName ScalingConfig Subnets Tags UpdateConfig',
  ),
  required: ['ClusterName', 'NodeRole', 'Subnets'],
  createOnly: words('AmiType CapacityType ClusterName InstanceTypes NodeRole NodegroupName Subnets'),
  unsupported: words(
    'DiskSize ForceUpdateEnabled NodeRepairConfig ReleaseVersion RemoteAccess Taints Version WarmPoolConfig',
  ),
  attributes: ({ nodegroupArn, clusterName, nodegroupName }, id) => ({
    Arn: nodegroupArn,
    ClusterName: clusterName,
    NodegroupName: nodegroupName,
    Id: id,
  }),
});

const addon = eksProvider({
  noun: 'Addon',
  key: ['clusterName', 'addonName'],
  properties: words('AddonName AddonVersion ClusterName ResolveConflicts Tags'),
  required: ['AddonName', 'ClusterName'],
  createOnly: ['AddonName', 'ClusterName'],
  unsupported: words(
    'ConfigurationValues NamespaceConfig PodIdentityAssociations PreserveOnDelete ServiceAccountRoleArn',
  ),
  attributes: ({ addonArn }) => ({ Arn: addonArn }),
});

interface PolicyProperty {
  readonly PolicyArn: string;
  readonly AccessScope: unknown;
}

const accessEntry = eksProvider({
  noun: 'AccessEntry',
  key: ['principalArn', 'clusterName'],
  properties: words('AccessPolicies ClusterName KubernetesGroups PrincipalArn Tags Type'),
  required: ['ClusterName', 'PrincipalArn'],
  createOnly: ['ClusterName', 'PrincipalArn', 'Type'],
  unsupported: ['Username'],
  seconds: { create: 3, delete: 2 },
  input: ({ AccessPolicies: _, ...rest }) => rest,
  afterwards(key, { AccessPolicies = [] }, context) {
    for (const policy of AccessPolicies as PolicyProperty[])
      context.call('eks', 'AssociateAccessPolicy', { ...key, ...camel({ ...policy }) });
  },
  attributes: ({ accessEntryArn }) => ({ AccessEntryArn: accessEntryArn }),
});

export const eksProviders: ResourceProviders = {
  'AWS::EKS::Cluster': cluster,
  'AWS::EKS::Nodegroup': nodegroup,
  'AWS::EKS::Addon': addon,
  'AWS::EKS::AccessEntry': accessEntry,
};
