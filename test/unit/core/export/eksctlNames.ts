import type { Arguments } from './terraformNames.ts';

/**
 * Field names of eksctl's `ClusterConfig` that an export uses, and those around them. Source: eksctl-io/eksctl
 * pkg/apis/eksctl.io/v1alpha5/assets/schema.json @009491b21c67635c70cc8bf3ecd266d39c63feda.
 */
const names = (...list: readonly string[]): Arguments => Object.fromEntries(list.map(name => [name, true]));

const wellKnownPolicies: Arguments = names(
  'imageBuilder',
  'autoScaler',
  'awsLoadBalancerController',
  'externalDNS',
  'certManager',
  'ebsCSIController',
  'efsCSIController',
);

const podIdentityAssociation: Arguments = {
  ...names(
    'namespace',
    'serviceAccountName',
    'roleARN',
    'createServiceAccount',
    'roleName',
    'permissionsBoundaryARN',
    'permissionPolicyARNs',
    'permissionPolicyName',
    'permissionPolicy',
    'tags',
    'targetRoleARN',
    'disableSessionTags',
    'policy',
  ),
  wellKnownPolicies,
};

const anyNodeGroup: Arguments = {
  ...names(
    'name',
    'amiFamily',
    'instanceType',
    'availabilityZones',
    'subnets',
    'desiredCapacity',
    'minSize',
    'maxSize',
    'volumeSize',
    'volumeType',
    'volumeEncrypted',
    'volumeKmsKeyID',
    'labels',
    'privateNetworking',
    'tags',
    'ami',
    'maxPodsPerNode',
    'disableIMDSv1',
    'disablePodIMDS',
    'overrideBootstrapCommand',
    'preBootstrapCommands',
    'propagateASGTags',
  ),
  iam: names('attachPolicyARNs', 'instanceRoleARN', 'instanceProfileARN', 'withAddonPolicies', 'attachPolicy'),
  taints: names('key', 'value', 'effect'),
  updateConfig: names('maxUnavailable', 'maxUnavailablePercentage'),
};

export const eksctlFields: Arguments = {
  ...names('apiVersion', 'kind', 'availabilityZones', 'localZones'),
  metadata: names('name', 'region', 'version', 'forceUpdateVersion', 'rollbackConfig', 'tags', 'annotations'),
  upgradePolicy: names('supportType'),
  kubernetesNetworkConfig: names('ipFamily', 'serviceIPv4CIDR', 'serviceIPv6CIDR'),
  autoModeConfig: names('enabled', 'nodePools', 'nodeRoleARN', 'permissionsBoundaryARN'),
  iam: {
    ...names(
      'serviceRoleARN',
      'withOIDC',
      'serviceAccounts',
      'fargatePodExecutionRoleARN',
      'vpcResourceControllerPolicy',
    ),
    podIdentityAssociations: podIdentityAssociation,
  },
  accessConfig: {
    ...names('authenticationMode', 'bootstrapClusterCreatorAdminPermissions'),
    accessEntries: {
      ...names('principalARN', 'type', 'kubernetesGroups', 'kubernetesUsername'),
      accessPolicies: { ...names('policyARN'), accessScope: names('type', 'namespaces') },
    },
  },
  vpc: {
    ...names(
      'id',
      'cidr',
      'securityGroup',
      'extraCIDRs',
      'nat',
      'clusterEndpoints',
      'publicAccessCIDRs',
      'controlPlaneSubnetIDs',
      'controlPlaneSecurityGroupIDs',
      'controlPlaneEgressMode',
      'controlPlaneOnPrivateSubnets',
    ),
    subnets: { private: { '*': names('id', 'az', 'cidr') }, public: { '*': names('id', 'az', 'cidr') } },
  },
  addonsConfig: names('disableDefaultAddons', 'autoApplyPodIdentityAssociations'),
  addons: {
    ...names(
      'name',
      'version',
      'configurationValues',
      'resolveConflicts',
      'serviceAccountRoleARN',
      'attachPolicyARNs',
      'tags',
    ),
    wellKnownPolicies,
    podIdentityAssociations: podIdentityAssociation,
  },
  privateCluster: names('enabled', 'skipEndpointCreation', 'additionalEndpointServices'),
  managedNodeGroups: {
    ...anyNodeGroup,
    ...names('instanceTypes', 'spot', 'releaseVersion', 'launchTemplate'),
    nodeRepairConfig: names('enabled'),
  },
  nodeGroups: {
    ...anyNodeGroup,
    instancesDistribution: names(
      'instanceTypes',
      'maxPrice',
      'onDemandBaseCapacity',
      'onDemandPercentageAboveBaseCapacity',
      'spotInstancePools',
      'spotAllocationStrategy',
      'capacityRebalance',
    ),
  },
  fargateProfiles: {
    ...names('name', 'podExecutionRoleARN', 'subnets', 'tags', 'status'),
    selectors: names('namespace', 'labels'),
  },
  cloudWatch: { clusterLogging: names('enableTypes', 'logRetentionInDays') },
  secretsEncryption: names('keyARN'),
  controlPlaneScalingConfig: names('tier'),
  zonalShiftConfig: names('enabled'),
};
