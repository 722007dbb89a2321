import type * as Eks from '@aws-sdk/client-eks';
import type {
  Progress,
  Properties,
  ProviderContext,
  ResourceProvider,
  ResourceProviders,
} from '../cloudformation/resourceProvider.ts';
import { AwsError, notImplemented } from '../kernel/awsError.ts';
import { camel, listedTags, mappedTags } from './eksProperties.ts';
import { nextClusterUpdate } from './eksClusterUpdate.ts';
import { ignoring, tagsGone, type CfnTag } from './property.ts';

const words = (text: string): string[] => text.split(' ');
const notFound = ['ResourceNotFoundException', 'NotFoundException'];

/** Done once `describe` says that there is no such thing. */
function untilGone(describe: () => string | undefined): Progress {
  try {
    const failed = describe();
    return failed === undefined ? 'in-progress' : { failed };
  } catch (error) {
    if (error instanceof AwsError && notFound.includes(error.code)) return 'done';
    throw error;
  }
}

function retag(
  context: ProviderContext,
  resourceArn: string | undefined,
  next: Properties,
  previous: Properties,
): void {
  const tags = listedTags(next, context);
  const gone = tagsGone(previous['Tags'] as CfnTag[], next['Tags'] as CfnTag[]);
  if (gone.length > 0) context.call('eks', 'UntagResource', { resourceArn, tagKeys: gone });
  const own = Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('aws:')));
  if (Object.keys(own).length > 0) context.call('eks', 'TagResource', { resourceArn, tags: own });
}

interface Issue {
  code?: string | undefined;
  message?: string | undefined;
  resourceIds?: string[] | undefined;
}

/** A failed thing's health in the words of CloudFormation's handler. */
const unstable = (issues: readonly Issue[] = []): Progress => {
  const texts = issues.map(
    ({ code = '', message = '', resourceIds = [] }) =>
      `Issue(Code=${code}, Message=${message}, ResourceIds=[${resourceIds.join(', ')}])`,
  );
  return { failed: `[${texts.join(', ')}] (Service: null, Status Code: 0, Request ID: null)` };
};

const describedCluster = (name: string, context: ProviderContext): Eks.Cluster =>
  context.call<Eks.DescribeClusterResponse>('eks', 'DescribeCluster', { name }).cluster ?? {};

const cluster: ResourceProvider = {
  properties: words(
    'AccessConfig BootstrapSelfManagedAddons DeletionProtection EncryptionConfig KubernetesNetworkConfig Logging Name ResourcesVpcConfig RoleArn Tags UpgradePolicy Version',
  ),
  required: ['ResourcesVpcConfig', 'RoleArn'],
  createOnly: words(
    'Name RoleArn EncryptionConfig BootstrapSelfManagedAddons AccessConfig.BootstrapClusterCreatorAdminPermissions KubernetesNetworkConfig.IpFamily KubernetesNetworkConfig.ServiceIpv4Cidr',
  ),
  unsupported: words(
    'ComputeConfig ControlPlaneScalingConfig Force KubeApiServerConfig KubeControllerManagerConfig KubeSchedulerConfig OutpostConfig RemoteNetworkConfig StorageConfig ZonalShiftConfig',
  ),
  create(properties, context) {
    const { Logging, Tags: _, ...rest } = properties;
    const name = (properties['Name'] as string | undefined) ?? context.generatedName(100);
    context.call('eks', 'CreateCluster', {
      ...camel(rest),
      name,
      ...(Logging ? { logging: camel({ Logging })['logging'] } : {}),
      tags: listedTags(properties, context),
      clientRequestToken: context.token,
    });
    return name;
  },
  progress(name, properties, context) {
    const described = describedCluster(name, context);
    if (described.status === 'FAILED') return unstable(described.health?.issues);
    if (described.status !== 'ACTIVE') return 'in-progress';
    // One update of a cluster at a time: whatever else differs comes when this one is through.
    const change = nextClusterUpdate(properties, described);
    if (!change) return 'done';
    context.call('eks', change.operation, { name, ...change.input });
    return 'in-progress';
  },
  update(name, next, previous, context) {
    retag(context, describedCluster(name, context).arn, next, previous);
  },
  delete(name, _properties, context) {
    ignoring(notFound, () => context.call('eks', 'DeleteCluster', { name }));
  },
  deleteProgress: (name, _properties, context) => untilGone(() => void describedCluster(name, context)),
  attributes(name, _properties, context) {
    const described = describedCluster(name, context);
    return {
      Arn: described.arn,
      Endpoint: described.endpoint,
      CertificateAuthorityData: described.certificateAuthority?.data,
      ClusterSecurityGroupId: described.resourcesVpcConfig?.clusterSecurityGroupId,
      EncryptionConfigKeyArn: described.encryptionConfig?.[0]?.provider?.keyArn ?? '',
      OpenIdConnectIssuerUrl: described.identity?.oidc?.issuer,
      'KubernetesNetworkConfig.ServiceIpv6Cidr': '',
      Id: described.id ?? '',
    };
  },
};

function describedNodegroup(id: string, context: ProviderContext): Eks.Nodegroup {
  const [clusterName, nodegroupName] = id.split('/');
  const input = { clusterName, nodegroupName };
  return context.call<Eks.DescribeNodegroupResponse>('eks', 'DescribeNodegroup', input).nodegroup ?? {};
}

const nodegroup: ResourceProvider = {
  properties: words(
    'AmiType CapacityType ClusterName DiskSize ForceUpdateEnabled InstanceTypes Labels LaunchTemplate NodeRepairConfig NodeRole NodegroupName ReleaseVersion ScalingConfig Subnets Tags Taints UpdateConfig Version',
  ),
  required: ['ClusterName', 'NodeRole', 'Subnets'],
  createOnly: words('AmiType CapacityType ClusterName DiskSize InstanceTypes NodeRole NodegroupName Subnets'),
  unsupported: ['RemoteAccess', 'WarmPoolConfig'],
  create(properties, context) {
    const { Tags: _, ForceUpdateEnabled: __, ...rest } = properties;
    const clusterName = String(properties['ClusterName']);
    const nodegroupName = (properties['NodegroupName'] as string | undefined) ?? context.generatedName(63);
    context.call('eks', 'CreateNodegroup', {
      ...camel(rest),
      nodegroupName,
      tags: mappedTags(properties, context),
      clientRequestToken: context.token,
    });
    return `${clusterName}/${nodegroupName}`;
  },
  progress(id, _properties, context) {
    const { status, health } = describedNodegroup(id, context);
    if (status === 'ACTIVE') return 'done';
    return status === 'CREATING' || status === 'UPDATING' ? 'in-progress' : unstable(health?.issues);
  },
  update(id, next, previous, context) {
    for (const name of ['LaunchTemplate', 'Version', 'ReleaseVersion', 'NodeRepairConfig'])
      if (JSON.stringify(next[name]) !== JSON.stringify(previous[name]))
        throw notImplemented(`update of AWS::EKS::Nodegroup ${name}`);
    const [clusterName, nodegroupName] = id.split('/');
    const { scalingConfig, updateConfig, labels = {}, taints = [] } = camel(next) as Partial<Eks.Nodegroup>;
    const now = describedNodegroup(id, context);
    const removeLabels = Object.keys(now.labels ?? {}).filter(key => !(key in labels));
    const removeTaints = (now.taints ?? []).filter(
      old => !taints.some(taint => taint.key === old.key && taint.effect === old.effect),
    );
    context.call('eks', 'UpdateNodegroupConfig', {
      clusterName,
      nodegroupName,
      scalingConfig,
      updateConfig,
      labels: { addOrUpdateLabels: labels, removeLabels },
      taints: { addOrUpdateTaints: taints, removeTaints },
    });
    const tags = mappedTags(next, context);
    context.call('eks', 'TagResource', { resourceArn: now.nodegroupArn, tags: withoutReserved(tags) });
  },
  delete(id, _properties, context) {
    const [clusterName, nodegroupName] = id.split('/');
    ignoring(notFound, () => context.call('eks', 'DeleteNodegroup', { clusterName, nodegroupName }));
  },
  deleteProgress: (id, _properties, context) => untilGone(() => void describedNodegroup(id, context)),
  attributes(id, _properties, context) {
    const { nodegroupArn, clusterName, nodegroupName } = describedNodegroup(id, context);
    return { Arn: nodegroupArn, ClusterName: clusterName, NodegroupName: nodegroupName, Id: id };
  },
};

const withoutReserved = (tags: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('aws:')));

function describedAddon(id: string, context: ProviderContext): Eks.Addon {
  const [clusterName, addonName] = id.split('|');
  return context.call<Eks.DescribeAddonResponse>('eks', 'DescribeAddon', { clusterName, addonName }).addon ?? {};
}

const addon: ResourceProvider = {
  properties: words(
    'AddonName AddonVersion ClusterName ConfigurationValues PodIdentityAssociations PreserveOnDelete ResolveConflicts ServiceAccountRoleArn Tags',
  ),
  required: ['AddonName', 'ClusterName'],
  createOnly: ['AddonName', 'ClusterName'],
  unsupported: ['NamespaceConfig'],
  create(properties, context) {
    const { Tags: _, PreserveOnDelete: __, ...rest } = properties;
    const tags = listedTags(properties, context);
    context.call('eks', 'CreateAddon', { ...camel(rest), tags, clientRequestToken: context.token });
    return `${String(properties['ClusterName'])}|${String(properties['AddonName'])}`;
  },
  progress(id, _properties, context) {
    const { status, health } = describedAddon(id, context);
    if (status === 'ACTIVE') return 'done';
    return status === 'CREATE_FAILED' || status === 'UPDATE_FAILED' ? unstable(health?.issues) : 'in-progress';
  },
  update(id, next, previous, context) {
    const { Tags: _, PreserveOnDelete: __, ...rest } = next;
    const [clusterName, addonName] = id.split('|');
    context.call('eks', 'UpdateAddon', { ...camel(rest), clusterName, addonName });
    retag(context, describedAddon(id, context).addonArn, next, previous);
  },
  delete(id, properties, context) {
    const [clusterName, addonName] = id.split('|');
    const preserve = String(properties['PreserveOnDelete']) === 'true';
    ignoring(notFound, () => context.call('eks', 'DeleteAddon', { clusterName, addonName, preserve }));
  },
  deleteProgress: (id, _properties, context) => untilGone(() => void describedAddon(id, context)),
  attributes: (id, _properties, context) => ({ Arn: describedAddon(id, context).addonArn }),
};

interface PolicyProperty {
  readonly PolicyArn: string;
  readonly AccessScope: unknown;
}

function entryKey(id: string): { principalArn: string; clusterName: string } {
  const [principalArn = '', clusterName = ''] = id.split('|');
  return { principalArn, clusterName };
}

const describedEntry = (id: string, context: ProviderContext): Eks.AccessEntry =>
  context.call<Eks.DescribeAccessEntryResponse>('eks', 'DescribeAccessEntry', entryKey(id)).accessEntry ?? {};

function associatePolicies(id: string, properties: Properties, context: ProviderContext): void {
  for (const { PolicyArn, AccessScope } of (properties['AccessPolicies'] ?? []) as PolicyProperty[])
    context.call('eks', 'AssociateAccessPolicy', {
      ...entryKey(id),
      policyArn: PolicyArn,
      ...camel({ AccessScope }),
    });
}

const accessEntry: ResourceProvider = {
  properties: words('AccessPolicies ClusterName KubernetesGroups PrincipalArn Tags Type Username'),
  required: ['ClusterName', 'PrincipalArn'],
  createOnly: ['ClusterName', 'PrincipalArn', 'Type'],
  seconds: { create: 3, delete: 2 },
  create(properties, context) {
    const { Tags: _, AccessPolicies: __, ...rest } = properties;
    const id = `${String(properties['PrincipalArn'])}|${String(properties['ClusterName'])}`;
    const tags = listedTags(properties, context);
    context.call('eks', 'CreateAccessEntry', { ...camel(rest), tags, clientRequestToken: context.token });
    associatePolicies(id, properties, context);
    return id;
  },
  update(id, next, previous, context) {
    const { KubernetesGroups: kubernetesGroups = [], Username: username } = next;
    context.call('eks', 'UpdateAccessEntry', { ...entryKey(id), kubernetesGroups, username });
    const wanted = ((next['AccessPolicies'] ?? []) as PolicyProperty[]).map(policy => policy.PolicyArn);
    const listed = context.call<Eks.ListAssociatedAccessPoliciesResponse>(
      'eks',
      'ListAssociatedAccessPolicies',
      entryKey(id),
    );
    for (const { policyArn = '' } of listed.associatedAccessPolicies ?? [])
      if (!wanted.includes(policyArn)) context.call('eks', 'DisassociateAccessPolicy', { ...entryKey(id), policyArn });
    associatePolicies(id, next, context);
    retag(context, describedEntry(id, context).accessEntryArn, next, previous);
  },
  delete(id, _properties, context) {
    ignoring(notFound, () => context.call('eks', 'DeleteAccessEntry', entryKey(id)));
  },
  attributes: (id, _properties, context) => ({ AccessEntryArn: describedEntry(id, context).accessEntryArn }),
};

interface AssociationResponse {
  association?: Eks.PodIdentityAssociation;
}

/** Of an association's ARN: `podidentityassociation/<cluster>/<id>`. */
function associationKey(arn: string): { clusterName: string; associationId: string } {
  const [, clusterName = '', associationId = ''] = arn.split('/');
  return { clusterName, associationId };
}

const podIdentityAssociation: ResourceProvider = {
  properties: words('ClusterName DisableSessionTags Namespace RoleArn ServiceAccount Tags'),
  required: ['ClusterName', 'Namespace', 'RoleArn', 'ServiceAccount'],
  createOnly: ['ClusterName', 'Namespace', 'ServiceAccount'],
  unsupported: ['Policy', 'TargetRoleArn'],
  create(properties, context) {
    const { Tags: _, ...rest } = properties;
    const input = { ...camel(rest), tags: listedTags(properties, context), clientRequestToken: context.token };
    const made = context.call<AssociationResponse>('eks', 'CreatePodIdentityAssociation', input);
    return made.association?.associationArn ?? '';
  },
  update(arn, next, previous, context) {
    context.call('eks', 'UpdatePodIdentityAssociation', { ...associationKey(arn), roleArn: next['RoleArn'] });
    retag(context, arn, next, previous);
  },
  delete(arn, _properties, context) {
    ignoring(notFound, () => context.call('eks', 'DeletePodIdentityAssociation', associationKey(arn)));
  },
  attributes(arn, _properties, context) {
    const described = context.call<AssociationResponse>('eks', 'DescribePodIdentityAssociation', associationKey(arn));
    return { AssociationArn: arn, AssociationId: described.association?.associationId };
  },
};

export const eksProviders: ResourceProviders = {
  'AWS::EKS::Cluster': cluster,
  'AWS::EKS::Nodegroup': nodegroup,
  'AWS::EKS::Addon': addon,
  'AWS::EKS::AccessEntry': accessEntry,
  'AWS::EKS::PodIdentityAssociation': podIdentityAssociation,
};
