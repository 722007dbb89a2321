import { attribute, block, expression, hclName, type HclBody } from './hcl.ts';
import { plainText } from './templateScope.ts';
import {
  argumentsOf,
  elsewhere,
  flat,
  items,
  nested,
  properties,
  repeated,
  tags,
  type Field,
  type ResourceRule,
  type SideResource,
} from './resourceRule.ts';

const logTypes: Field = (value, { hcl }) => {
  const types = items(properties(properties(value)['ClusterLogging'] ?? {})['EnabledTypes']);
  return [
    attribute(
      'enabled_cluster_log_types',
      types.flatMap(type => hcl(properties(type)['Type'] ?? '') ?? []),
    ),
  ];
};

/** One argument in CloudFormation, two in Terraform; `PRESERVE` is for updates alone. */
const resolveConflicts: Field = value => [
  attribute('resolve_conflicts_on_create', value === 'PRESERVE' ? 'NONE' : plainText(value)),
  attribute('resolve_conflicts_on_update', plainText(value)),
];

const accessPolicies: ResourceRule['beside'] = ({ Properties = {} }, context): SideResource[] =>
  items(Properties['AccessPolicies']).map((policy, index, all) => {
    const { PolicyArn: arn = '', AccessScope: scope = {} } = properties(policy);
    const words = (/\/(?:AmazonEKS)?(\w+)"?\}?$/.exec(JSON.stringify(arn))?.[1] ?? '').replace(/Policy$/, '');
    const entry: HclBody = ['cluster_name', 'principal_arn'].map(name =>
      attribute(name, expression(`${context.address}.${name}`)),
    );
    return {
      type: 'aws_eks_access_policy_association',
      suffix: all.length > 1 ? `_${words ? hclName(words) : index + 1}` : '',
      body: [
        ...entry,
        ...argumentsOf({ PolicyArn: arn }, { PolicyArn: 'policy_arn' }, context),
        block('access_scope', argumentsOf(properties(scope), { Type: 'type', Namespaces: 'namespaces' }, context)),
      ],
    };
  });

export const clusterRules: Readonly<Record<string, ResourceRule>> = {
  'AWS::EKS::Cluster': {
    type: 'aws_eks_cluster',
    ref: 'name',
    attributes: {
      Arn: 'arn',
      Id: 'cluster_id',
      Endpoint: 'endpoint',
      CertificateAuthorityData: 'certificate_authority[0].data',
      ClusterSecurityGroupId: 'vpc_config[0].cluster_security_group_id',
      OpenIdConnectIssuerUrl: 'identity[0].oidc[0].issuer',
      'KubernetesNetworkConfig.ServiceIpv4Cidr': 'kubernetes_network_config[0].service_ipv4_cidr',
      'KubernetesNetworkConfig.ServiceIpv6Cidr': 'kubernetes_network_config[0].service_ipv6_cidr',
    },
    fields: {
      Name: 'name',
      Version: 'version',
      RoleArn: 'role_arn',
      ResourcesVpcConfig: nested('vpc_config', {
        SubnetIds: 'subnet_ids',
        SecurityGroupIds: 'security_group_ids',
        EndpointPublicAccess: 'endpoint_public_access',
        EndpointPrivateAccess: 'endpoint_private_access',
        PublicAccessCidrs: 'public_access_cidrs',
        ControlPlaneEgressMode: 'control_plane_egress_mode',
      }),
      AccessConfig: nested('access_config', {
        AuthenticationMode: 'authentication_mode',
        BootstrapClusterCreatorAdminPermissions: 'bootstrap_cluster_creator_admin_permissions',
      }),
      KubernetesNetworkConfig: nested('kubernetes_network_config', {
        ServiceIpv4Cidr: 'service_ipv4_cidr',
        IpFamily: 'ip_family',
        ElasticLoadBalancing: nested('elastic_load_balancing', { Enabled: 'enabled' }),
      }),
      BootstrapSelfManagedAddons: 'bootstrap_self_managed_addons',
      UpgradePolicy: nested('upgrade_policy', { SupportType: 'support_type' }),
      ZonalShiftConfig: nested('zonal_shift_config', { Enabled: 'enabled' }),
      ControlPlaneScalingConfig: nested('control_plane_scaling_config', { Tier: 'tier' }),
      ComputeConfig: nested('compute_config', {
        Enabled: 'enabled',
        NodePools: 'node_pools',
        NodeRoleArn: 'node_role_arn',
      }),
      StorageConfig: nested('storage_config', { BlockStorage: nested('block_storage', { Enabled: 'enabled' }) }),
      EncryptionConfig: repeated('encryption_config', {
        Resources: 'resources',
        Provider: nested('provider', { KeyArn: 'key_arn' }),
      }),
      Logging: logTypes,
      DeletionProtection: 'deletion_protection',
      Tags: tags,
    },
  },
  'AWS::EKS::AccessEntry': {
    type: 'aws_eks_access_entry',
    ref: 'principal_arn',
    attributes: { AccessEntryArn: 'access_entry_arn' },
    fields: {
      ClusterName: 'cluster_name',
      PrincipalArn: 'principal_arn',
      Type: 'type',
      KubernetesGroups: 'kubernetes_groups',
      Username: 'user_name',
      AccessPolicies: elsewhere,
      Tags: tags,
    },
    beside: accessPolicies,
  },
  'AWS::EKS::Addon': {
    type: 'aws_eks_addon',
    ref: 'id',
    attributes: { Arn: 'arn' },
    fields: {
      ClusterName: 'cluster_name',
      AddonName: 'addon_name',
      AddonVersion: 'addon_version',
      ConfigurationValues: 'configuration_values',
      ServiceAccountRoleArn: 'service_account_role_arn',
      PodIdentityAssociations: repeated('pod_identity_association', {
        ServiceAccount: 'service_account',
        RoleArn: 'role_arn',
      }),
      PreserveOnDelete: 'preserve',
      ResolveConflicts: resolveConflicts,
      Tags: tags,
    },
  },
  'AWS::EKS::PodIdentityAssociation': {
    type: 'aws_eks_pod_identity_association',
    ref: 'id',
    attributes: { AssociationArn: 'association_arn', AssociationId: 'association_id' },
    fields: {
      ClusterName: 'cluster_name',
      Namespace: 'namespace',
      ServiceAccount: 'service_account',
      RoleArn: 'role_arn',
      Tags: tags,
    },
  },
  'AWS::EKS::FargateProfile': {
    type: 'aws_eks_fargate_profile',
    ref: 'id',
    attributes: { Arn: 'arn' },
    fields: {
      ClusterName: 'cluster_name',
      FargateProfileName: 'fargate_profile_name',
      PodExecutionRoleArn: 'pod_execution_role_arn',
      Subnets: 'subnet_ids',
      Selectors: repeated('selector', {
        Namespace: 'namespace',
        Labels: (value, { hcl }) => [
          attribute(
            'labels',
            Object.fromEntries(
              items(value).map(label => {
                const { Key: key = '', Value: text = '' } = properties(label);
                return [plainText(key), hcl(text) ?? ''];
              }),
            ),
          ),
        ],
      }),
      Tags: tags,
    },
  },
  'AWS::EKS::Nodegroup': {
    type: 'aws_eks_node_group',
    ref: 'id',
    attributes: { Arn: 'arn', NodegroupName: 'node_group_name' },
    fields: {
      ClusterName: 'cluster_name',
      NodegroupName: 'node_group_name',
      NodeRole: 'node_role_arn',
      Subnets: 'subnet_ids',
      AmiType: 'ami_type',
      CapacityType: 'capacity_type',
      InstanceTypes: 'instance_types',
      DiskSize: 'disk_size',
      Version: 'version',
      ReleaseVersion: 'release_version',
      ForceUpdateEnabled: 'force_update_version',
      Labels: 'labels',
      ScalingConfig: nested('scaling_config', {
        MinSize: 'min_size',
        DesiredSize: 'desired_size',
        MaxSize: 'max_size',
      }),
      UpdateConfig: nested('update_config', {
        MaxUnavailable: 'max_unavailable',
        MaxUnavailablePercentage: 'max_unavailable_percentage',
      }),
      NodeRepairConfig: nested('node_repair_config', { Enabled: 'enabled' }),
      LaunchTemplate: nested('launch_template', { Id: 'id', Name: 'name', Version: 'version' }),
      Taints: repeated('taint', { Key: 'key', Value: 'value', Effect: 'effect' }),
      Tags: tags,
    },
  },
  'AWS::EC2::LaunchTemplate': {
    type: 'aws_launch_template',
    ref: 'id',
    attributes: {
      LatestVersionNumber: 'latest_version',
      DefaultVersionNumber: 'default_version',
      LaunchTemplateId: 'id',
    },
    fields: {
      LaunchTemplateName: 'name',
      LaunchTemplateData: flat({
        ImageId: 'image_id',
        InstanceType: 'instance_type',
        UserData: 'user_data',
        SecurityGroupIds: 'vpc_security_group_ids',
        IamInstanceProfile: nested('iam_instance_profile', { Arn: 'arn', Name: 'name' }),
        MetadataOptions: nested('metadata_options', {
          HttpEndpoint: 'http_endpoint',
          HttpTokens: 'http_tokens',
          HttpPutResponseHopLimit: 'http_put_response_hop_limit',
          HttpProtocolIpv6: 'http_protocol_ipv6',
        }),
        BlockDeviceMappings: repeated('block_device_mappings', {
          DeviceName: 'device_name',
          Ebs: nested('ebs', {
            VolumeType: 'volume_type',
            VolumeSize: 'volume_size',
            Iops: 'iops',
            Throughput: 'throughput',
            Encrypted: 'encrypted',
            KmsKeyId: 'kms_key_id',
            DeleteOnTermination: 'delete_on_termination',
          }),
        }),
        InstanceMarketOptions: nested('instance_market_options', { MarketType: 'market_type' }),
        TagSpecifications: repeated('tag_specifications', { ResourceType: 'resource_type', Tags: tags }),
      }),
      TagSpecifications: (value, context) =>
        items(value)
          .slice(0, 1)
          .flatMap(item => argumentsOf({ Tags: properties(item)['Tags'] ?? [] }, { Tags: tags }, context)),
    },
  },
};
