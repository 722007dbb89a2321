import type {
  AccessEntry,
  Addon,
  Cluster,
  DescribeUpdateResponse,
  FargateProfile,
  Nodegroup,
  PodIdentityAssociation,
  UpdateClusterConfigResponse,
} from '@aws-sdk/client-eks';
import type {
  Progress,
  Properties,
  ProviderContext,
  ResourceProvider,
  ResourceProviders,
} from '../cloudformation/resourceProvider.ts';
import { AwsError } from '../kernel/awsError.ts';
import {
  accessEntryChanges,
  addonChanges,
  clusterChanges,
  nodegroupChanges,
  podIdentityChanges,
  type Change,
} from './eksChanges.ts';
import { camel, listedTags, mappedTags } from './eksProperties.ts';
import { ignoring, tagMap, words, type CfnTag } from './property.ts';

const notFound = ['ResourceNotFoundException'];

interface Issue {
  readonly code?: string;
  readonly message?: string;
  readonly resourceIds?: readonly string[];
}

/** What is told of any of the six. */
type Described = Omit<
  Cluster & Nodegroup & Addon & AccessEntry & FargateProfile & PodIdentityAssociation,
  'status' | 'health'
> & {
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
  /** What an update calls, in order; the identifying members are added. */
  readonly changes?: (next: Properties, previous: Properties) => Change[];
  /** The ARN, by which tags are changed. */
  readonly arn: (described: Described) => string | undefined;
  /** The physical id of what has been made, where it is not made of names. */
  readonly idOf?: (made: Described) => string;
  readonly keyOf?: (id: string) => Record<string, string>;
  readonly deletes?: (properties: Properties) => object;
  readonly afterwards?: (key: object, properties: Properties, context: ProviderContext) => void;
  readonly attributes: (described: Described, id: string) => Readonly<Record<string, unknown>>;
}

/** The rest of an update under way. */
interface Pending {
  calls: Change[];
  /** The update that EKS is at. */
  updateId?: string | undefined;
}

function eksProvider({ noun, key, separator = '|', longestName, attributes, ...kind }: Kind): ResourceProvider {
  const member = noun === 'PodIdentityAssociation' ? 'association' : noun.charAt(0).toLowerCase() + noun.slice(1);
  const keyOf =
    kind.keyOf ??
    ((id: string): Record<string, string> =>
      Object.fromEntries(id.split(separator).map((part, index) => [key[index] ?? '', part])));
  const describe = (id: string, context: ProviderContext): Described =>
    context.call<Record<string, Described>>('eks', `Describe${noun}`, keyOf(id))[member] ?? {};
  const pendingOf = ({ account, region }: ProviderContext) => account.regional<Pending>(region, 'cfn.eksPending');
  const { properties, required, createOnly, unsupported = [], seconds, changes } = kind;

  /** Begins the next change, if there is one. */
  function goOn(id: string, pending: Pending, context: ProviderContext): void {
    const [next, ...rest] = pending.calls;
    pending.calls = rest;
    if (!next) return void pendingOf(context).delete(`${noun}/${id}`);
    const [operation, input] = next;
    const answer = context.call<UpdateClusterConfigResponse>('eks', operation, { ...keyOf(id), ...input });
    pending.updateId = answer.update?.id;
    if (pending.updateId === undefined) goOn(id, pending, context);
  }

  /** Whether the update that is under way goes on, or has failed; undefined: there is none. */
  function pendingProgress(id: string, context: ProviderContext): Progress | undefined {
    const pending = pendingOf(context).get(`${noun}/${id}`);
    if (!pending) return undefined;
    const { clusterName, name = clusterName, ...of } = keyOf(id);
    const asked = { name, updateId: pending.updateId, ...of };
    const { update } = context.call<DescribeUpdateResponse>('eks', 'DescribeUpdate', asked);
    if (update?.status === 'InProgress') return 'in-progress';
    if (update?.status !== 'Successful') {
      pendingOf(context).delete(`${noun}/${id}`);
      const errors = (update?.errors ?? []).map(({ errorCode, errorMessage, resourceIds }) => ({
        code: errorCode ?? '',
        message: errorMessage ?? '',
        resourceIds: resourceIds ?? [],
      }));
      return unstable(errors);
    }
    goOn(id, pending, context);
    return pendingOf(context).get(`${noun}/${id}`) ? 'in-progress' : undefined;
  }

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
      const answer = context.call<Record<string, Described>>('eks', `Create${noun}`, {
        ...input,
        tags,
        clientRequestToken: context.token,
      });
      const id = kind.idOf?.(answer[member] ?? {}) ?? key.map(part => String(input[part])).join(separator);
      kind.afterwards?.(keyOf(id), properties, context);
      return id;
    },
    progress(id, _properties, context) {
      const { status = 'ACTIVE', health } = describe(id, context);
      const pending = pendingProgress(id, context);
      if (pending !== undefined) return pending;
      if (status === 'ACTIVE' || status === 'UPDATING') return status === 'ACTIVE' ? 'done' : 'in-progress';
      return status.endsWith('FAILED') ? unstable(health?.issues) : 'in-progress';
    },
    update(id, next, previous, context) {
      const resourceArn = kind.arn(describe(id, context));
      const [tags, before] = [next, previous].map(side => (kind.tags ?? listedTags)(side, context));
      const tagKeys = Object.keys(before ?? {}).filter(name => !(name in (tags ?? {})));
      const service = context.account.serviceContext(context.region, 'cloudformation.amazonaws.com');
      if (tagKeys.length > 0) context.call('eks', 'UntagResource', { resourceArn, tagKeys });
      context.account.call(service, 'eks', 'TagResource', { resourceArn, tags });
      const pending: Pending = { calls: changes?.(next, previous) ?? [] };
      if (pending.calls.length === 0) return;
      pendingOf(context).set(`${noun}/${id}`, pending);
      try {
        goOn(id, pending, context);
      } catch (error) {
        pendingOf(context).delete(`${noun}/${id}`);
        throw error;
      }
    },
    delete: (id, properties, context) =>
      ignoring(notFound, () => context.call('eks', `Delete${noun}`, { ...keyOf(id), ...kind.deletes?.(properties) })),
    deleteProgress(id, _properties, context) {
      try {
        describe(id, context);
        return 'in-progress';
      } catch (error) {
        if (error instanceof AwsError && notFound.includes(error.code)) return 'done';
        throw error;
      }
    },
    read: (id, expected, context) => actual(expected, describe(id, context)),
    attributes: (id, _properties, context) => attributes(describe(id, context), id),
  };
}

const small = (key: string): string => key.charAt(0).toLowerCase() + key.slice(1);

/** Of what is described, what was asked for, in the names of the resource type. */
function actual(expected: Properties, described: object): Properties {
  const now = described as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => {
      if (key === 'Tags')
        return [
          key,
          Array.isArray(value)
            ? Object.entries((now['tags'] ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }))
            : undefined,
        ];
      if (key === 'Logging') {
        const setups = (now['logging'] as { clusterLogging?: { enabled?: boolean; types?: string[] }[] })
          .clusterLogging;
        const EnabledTypes = (setups ?? [])
          .filter(({ enabled }) => enabled)
          .flatMap(({ types = [] }) => types.map(Type => ({ Type })));
        return [key, { ClusterLogging: { EnabledTypes } }];
      }
      return [key, like(value, now[small(key)], key)];
    }),
  );
}

function like(expected: unknown, found: unknown, key: string): unknown {
  if (
    key === 'Labels' ||
    typeof expected !== 'object' ||
    expected === null ||
    typeof found !== 'object' ||
    found === null
  )
    return found;
  if (Array.isArray(expected))
    return Array.isArray(found) ? found.map((item: unknown, index) => like(expected[index], item, key)) : found;
  const row = found as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(expected).flatMap(([name, value]) => {
      const now = like(value, row[small(name)], name);
      return now === undefined ? [] : [[name, now]];
    }),
  );
}

const cluster = eksProvider({
  noun: 'Cluster',
  key: ['name'],
  longestName: 100,
  properties: words(
    'AccessConfig BootstrapSelfManagedAddons ComputeConfig ControlPlaneScalingConfig DeletionProtection EncryptionConfig KubernetesNetworkConfig Logging Name ResourcesVpcConfig RoleArn StorageConfig Tags UpgradePolicy Version ZonalShiftConfig',
  ),
  required: ['ResourcesVpcConfig', 'RoleArn'],
  createOnly: words(
    'Name RoleArn EncryptionConfig BootstrapSelfManagedAddons AccessConfig.BootstrapClusterCreatorAdminPermissions KubernetesNetworkConfig.IpFamily KubernetesNetworkConfig.ServiceIpv4Cidr',
  ),
  unsupported: words(
    'Force KubeApiServerConfig KubeControllerManagerConfig KubeSchedulerConfig OutpostConfig RemoteNetworkConfig',
  ),
  changes: clusterChanges,
  arn: ({ arn }) => arn,
  attributes: described => ({
    Arn: described.arn,
    Endpoint: described.endpoint,
    CertificateAuthorityData: described.certificateAuthority?.data,
    ClusterSecurityGroupId: described.resourcesVpcConfig?.clusterSecurityGroupId,
    EncryptionConfigKeyArn: described.encryptionConfig?.[0]?.provider?.keyArn ?? '',
    OpenIdConnectIssuerUrl: described.identity?.oidc?.issuer,
    'KubernetesNetworkConfig.ServiceIpv6Cidr': described.kubernetesNetworkConfig?.serviceIpv6Cidr ?? '',
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
    'AmiType CapacityType ClusterName DiskSize InstanceTypes Labels LaunchTemplate NodeRepairConfig NodeRole NodegroupName ReleaseVersion ScalingConfig Subnets Tags Taints UpdateConfig Version',
  ),
  required: ['ClusterName', 'NodeRole', 'Subnets'],
  createOnly: words(
    'AmiType CapacityType ClusterName DiskSize InstanceTypes NodeRole NodegroupName RemoteAccess Subnets',
  ),
  unsupported: words('ForceUpdateEnabled RemoteAccess WarmPoolConfig'),
  changes: nodegroupChanges,
  arn: ({ nodegroupArn }) => nodegroupArn,
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
  properties: words(
    'AddonName AddonVersion ClusterName ConfigurationValues PodIdentityAssociations PreserveOnDelete ResolveConflicts ServiceAccountRoleArn Tags',
  ),
  required: ['AddonName', 'ClusterName'],
  createOnly: ['AddonName', 'ClusterName'],
  unsupported: ['NamespaceConfig'],
  input: ({ PreserveOnDelete: _, ...rest }) => rest,
  deletes: ({ PreserveOnDelete }) => ({ preserve: String(PreserveOnDelete) === 'true' }),
  changes: addonChanges,
  arn: ({ addonArn }) => addonArn,
  attributes: ({ addonArn }) => ({ Arn: addonArn }),
});

interface PolicyProperty {
  readonly PolicyArn: string;
  readonly AccessScope: unknown;
}

const accessEntry = eksProvider({
  noun: 'AccessEntry',
  key: ['principalArn', 'clusterName'],
  properties: words('AccessPolicies ClusterName KubernetesGroups PrincipalArn Tags Type Username'),
  required: ['ClusterName', 'PrincipalArn'],
  createOnly: ['ClusterName', 'PrincipalArn', 'Type'],
  changes: accessEntryChanges,
  arn: ({ accessEntryArn }) => accessEntryArn,
  seconds: { create: 3, delete: 2 },
  input: ({ AccessPolicies: _, ...rest }) => rest,
  afterwards(key, { AccessPolicies = [] }, context) {
    for (const policy of AccessPolicies as PolicyProperty[])
      context.call('eks', 'AssociateAccessPolicy', { ...key, ...camel({ ...policy }) });
  },
  attributes: ({ accessEntryArn }) => ({ AccessEntryArn: accessEntryArn }),
});

interface SelectorProperty {
  readonly Namespace: string;
  readonly Labels?: readonly CfnTag[];
}

const fargateProfile = eksProvider({
  noun: 'FargateProfile',
  key: ['clusterName', 'fargateProfileName'],
  longestName: 100,
  properties: words('ClusterName FargateProfileName PodExecutionRoleArn Selectors Subnets Tags'),
  required: ['ClusterName', 'PodExecutionRoleArn', 'Selectors'],
  createOnly: words('ClusterName FargateProfileName PodExecutionRoleArn Selectors Subnets'),
  input: ({ Selectors = [], ...rest }) => ({
    ...rest,
    Selectors: (Selectors as SelectorProperty[]).map(({ Namespace, Labels = [] }) => ({
      Namespace,
      Labels: tagMap(Labels),
    })),
  }),
  arn: ({ fargateProfileArn }) => fargateProfileArn,
  attributes: ({ fargateProfileArn }) => ({ Arn: fargateProfileArn }),
});

const podIdentityAssociation = eksProvider({
  noun: 'PodIdentityAssociation',
  key: ['clusterName', 'associationId'],
  properties: words('ClusterName DisableSessionTags Namespace RoleArn ServiceAccount Tags TargetRoleArn'),
  required: words('ClusterName Namespace RoleArn ServiceAccount'),
  createOnly: words('ClusterName Namespace ServiceAccount'),
  unsupported: ['Policy'],
  seconds: { create: 2, delete: 2 },
  idOf: ({ associationArn = '' }) => associationArn,
  keyOf(id) {
    const [, clusterName = '', associationId = ''] = id.split('/');
    return { clusterName, associationId };
  },
  changes: podIdentityChanges,
  arn: ({ associationArn }) => associationArn,
  attributes: ({ associationArn, associationId, externalId }) => ({
    AssociationArn: associationArn,
    AssociationId: associationId,
    ExternalId: externalId ?? '',
  }),
});

export const eksProviders: ResourceProviders = {
  'AWS::EKS::Cluster': cluster,
  'AWS::EKS::Nodegroup': nodegroup,
  'AWS::EKS::Addon': addon,
  'AWS::EKS::AccessEntry': accessEntry,
  'AWS::EKS::FargateProfile': fargateProfile,
  'AWS::EKS::PodIdentityAssociation': podIdentityAssociation,
};
