import type { ResourceProviders } from '../cloudformation/resourceProvider.ts';
import {
  accessEntryChanges,
  addonChanges,
  clusterChanges,
  nodegroupChanges,
  podIdentityChanges,
} from './eks/eksChanges.ts';
import { camel, mappedTags } from './eks/eksProperties.ts';
import { eksProvider } from './eks/eksProvider.ts';
import { tagMap, words, type CfnTag } from './property.ts';

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
