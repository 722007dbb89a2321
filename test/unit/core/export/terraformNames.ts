/**
 * Argument names of hashicorp/terraform-provider-aws, of the resources that an export uses: a nested table is a block of its own. Sources,
 * read in 2026-11: website/docs/r/*.html.markdown and internal/service/eks/cluster.go (`control_plane_scaling_config`), the provider's
 * published schema as generated bindings have it (aws_eks_cluster, aws_eks_node_group), v6.52.0's notes (`control_plane_egress_mode`).
 */
export interface Arguments {
  readonly [name: string]: true | Arguments;
}

const names = (...list: readonly string[]): Arguments => Object.fromEntries(list.map(name => [name, true]));
const tagged = (...list: readonly string[]): Arguments => names(...list, 'tags', 'region');

/** Of every resource. */
export const metaArguments = names('depends_on', 'count', 'for_each', 'provider', 'lifecycle');

export const terraformArguments: Readonly<Record<string, Arguments>> = {
  aws_vpc: tagged(
    'cidr_block',
    'instance_tenancy',
    'enable_dns_support',
    'enable_dns_hostnames',
    'assign_generated_ipv6_cidr_block',
  ),
  aws_vpc_ipv4_cidr_block_association: names('vpc_id', 'cidr_block', 'region'),
  aws_subnet: tagged(
    'vpc_id',
    'cidr_block',
    'availability_zone',
    'availability_zone_id',
    'map_public_ip_on_launch',
    'ipv6_cidr_block',
    'assign_ipv6_address_on_creation',
  ),
  aws_route_table: tagged('vpc_id', 'route', 'propagating_vgws'),
  aws_route_table_association: names('subnet_id', 'gateway_id', 'route_table_id', 'region'),
  aws_vpc_endpoint: tagged(
    'vpc_id',
    'service_name',
    'vpc_endpoint_type',
    'subnet_ids',
    'security_group_ids',
    'route_table_ids',
    'private_dns_enabled',
    'ip_address_type',
    'policy',
    'auto_accept',
  ),
  aws_security_group: tagged('name', 'name_prefix', 'description', 'vpc_id', 'revoke_rules_on_delete'),
  aws_vpc_security_group_ingress_rule: rule(),
  aws_vpc_security_group_egress_rule: rule(),
  aws_iam_role: names(
    'name',
    'name_prefix',
    'path',
    'description',
    'assume_role_policy',
    'force_detach_policies',
    'max_session_duration',
    'permissions_boundary',
    'tags',
  ),
  aws_iam_role_policy_attachment: names('role', 'policy_arn'),
  aws_iam_role_policy: names('name', 'name_prefix', 'role', 'policy'),
  aws_iam_instance_profile: names('name', 'name_prefix', 'path', 'role', 'tags'),
  aws_iam_openid_connect_provider: names('url', 'client_id_list', 'thumbprint_list', 'tags'),
  aws_kms_key: tagged(
    'description',
    'enable_key_rotation',
    'policy',
    'deletion_window_in_days',
    'key_usage',
    'is_enabled',
  ),
  aws_cloudwatch_log_group: tagged(
    'name',
    'name_prefix',
    'retention_in_days',
    'kms_key_id',
    'skip_destroy',
    'log_group_class',
  ),
  aws_eks_cluster: {
    ...tagged(
      'name',
      'version',
      'role_arn',
      'bootstrap_self_managed_addons',
      'deletion_protection',
      'enabled_cluster_log_types',
      'force_update_version',
    ),
    vpc_config: names(
      'subnet_ids',
      'security_group_ids',
      'endpoint_private_access',
      'endpoint_public_access',
      'public_access_cidrs',
      'control_plane_egress_mode',
    ),
    access_config: names('authentication_mode', 'bootstrap_cluster_creator_admin_permissions'),
    kubernetes_network_config: {
      ...names('service_ipv4_cidr', 'ip_family'),
      elastic_load_balancing: names('enabled'),
    },
    upgrade_policy: names('support_type'),
    zonal_shift_config: names('enabled'),
    control_plane_scaling_config: names('tier'),
    compute_config: names('enabled', 'node_pools', 'node_role_arn'),
    storage_config: { block_storage: names('enabled') },
    encryption_config: { ...names('resources'), provider: names('key_arn') },
  },
  aws_eks_access_entry: tagged('cluster_name', 'principal_arn', 'type', 'kubernetes_groups', 'user_name'),
  aws_eks_access_policy_association: {
    ...names('cluster_name', 'principal_arn', 'policy_arn', 'region'),
    access_scope: names('type', 'namespaces'),
  },
  aws_eks_addon: {
    ...tagged(
      'addon_name',
      'cluster_name',
      'addon_version',
      'configuration_values',
      'resolve_conflicts_on_create',
      'resolve_conflicts_on_update',
      'preserve',
      'service_account_role_arn',
    ),
    pod_identity_association: names('role_arn', 'service_account'),
  },
  aws_eks_pod_identity_association: tagged(
    'cluster_name',
    'namespace',
    'service_account',
    'role_arn',
    'disable_session_tags',
    'target_role_arn',
  ),
  aws_eks_fargate_profile: {
    ...tagged('cluster_name', 'fargate_profile_name', 'pod_execution_role_arn', 'subnet_ids'),
    selector: names('namespace', 'labels'),
  },
  aws_eks_node_group: {
    ...tagged(
      'ami_type',
      'capacity_type',
      'cluster_name',
      'disk_size',
      'force_update_version',
      'instance_types',
      'labels',
      'node_group_name',
      'node_group_name_prefix',
      'node_role_arn',
      'release_version',
      'subnet_ids',
      'version',
    ),
    launch_template: names('id', 'name', 'version'),
    node_repair_config: names('enabled'),
    scaling_config: names('desired_size', 'max_size', 'min_size'),
    taint: names('key', 'value', 'effect'),
    update_config: names('max_unavailable', 'max_unavailable_percentage'),
  },
  aws_launch_template: {
    ...tagged(
      'name',
      'name_prefix',
      'image_id',
      'instance_type',
      'user_data',
      'vpc_security_group_ids',
      'update_default_version',
    ),
    block_device_mappings: {
      ...names('device_name', 'no_device', 'virtual_name'),
      ebs: names(
        'delete_on_termination',
        'encrypted',
        'iops',
        'kms_key_id',
        'snapshot_id',
        'throughput',
        'volume_size',
        'volume_type',
      ),
    },
    iam_instance_profile: names('arn', 'name'),
    instance_market_options: names('market_type'),
    metadata_options: names(
      'http_endpoint',
      'http_tokens',
      'http_put_response_hop_limit',
      'http_protocol_ipv6',
      'instance_metadata_tags',
    ),
    tag_specifications: names('resource_type', 'tags'),
  },
  aws_autoscaling_group: {
    ...names(
      'name',
      'name_prefix',
      'min_size',
      'max_size',
      'desired_capacity',
      'vpc_zone_identifier',
      'health_check_type',
      'health_check_grace_period',
      'capacity_rebalance',
      'max_instance_lifetime',
      'termination_policies',
      'region',
    ),
    launch_template: names('id', 'name', 'version'),
    mixed_instances_policy: {
      instances_distribution: names(
        'on_demand_allocation_strategy',
        'on_demand_base_capacity',
        'on_demand_percentage_above_base_capacity',
        'spot_allocation_strategy',
        'spot_instance_pools',
        'spot_max_price',
      ),
      launch_template: {
        launch_template_specification: names('launch_template_id', 'launch_template_name', 'version'),
        override: names('instance_type', 'weighted_capacity'),
      },
    },
    instance_refresh: {
      ...names('strategy', 'triggers'),
      preferences: names('min_healthy_percentage', 'instance_warmup'),
    },
    tag: names('key', 'value', 'propagate_at_launch'),
  },
};

/** Without these the provider refuses the resource. */
export const requiredArguments: Readonly<Record<string, readonly string[]>> = {
  aws_subnet: ['vpc_id'],
  aws_route_table: ['vpc_id'],
  aws_route_table_association: ['route_table_id'],
  aws_vpc_endpoint: ['vpc_id', 'service_name'],
  aws_vpc_security_group_ingress_rule: ['security_group_id', 'ip_protocol'],
  aws_vpc_security_group_egress_rule: ['security_group_id', 'ip_protocol'],
  aws_iam_role: ['assume_role_policy'],
  aws_iam_role_policy_attachment: ['role', 'policy_arn'],
  aws_iam_role_policy: ['role', 'policy'],
  aws_iam_openid_connect_provider: ['url', 'client_id_list'],
  aws_eks_cluster: ['name', 'role_arn', 'vpc_config'],
  aws_eks_access_entry: ['cluster_name', 'principal_arn'],
  aws_eks_access_policy_association: ['cluster_name', 'principal_arn', 'policy_arn', 'access_scope'],
  aws_eks_addon: ['addon_name', 'cluster_name'],
  aws_eks_pod_identity_association: ['cluster_name', 'namespace', 'service_account', 'role_arn'],
  aws_eks_fargate_profile: ['cluster_name', 'fargate_profile_name', 'pod_execution_role_arn', 'selector'],
  aws_eks_node_group: ['cluster_name', 'node_role_arn', 'subnet_ids', 'scaling_config'],
  aws_autoscaling_group: ['min_size', 'max_size'],
};

/** Attributes that references of an export read, by resource. */
export const terraformAttributes: Readonly<Record<string, readonly string[]>> = {
  aws_vpc: ['id', 'cidr_block', 'ipv6_cidr_block'],
  aws_vpc_endpoint: ['id', 'dns_entry'],
  aws_subnet: ['id'],
  aws_route_table: ['id'],
  aws_security_group: ['id'],
  aws_iam_role: ['name', 'arn'],
  aws_iam_instance_profile: ['arn', 'name'],
  aws_iam_openid_connect_provider: ['arn'],
  aws_kms_key: ['arn'],
  aws_launch_template: ['id', 'latest_version'],
  aws_eks_cluster: [
    'name',
    'arn',
    'endpoint',
    'certificate_authority',
    'vpc_config',
    'identity',
    'kubernetes_network_config',
  ],
  aws_eks_access_entry: ['cluster_name', 'principal_arn'],
};
export const dataAttributes: Readonly<Record<string, readonly string[]>> = {
  aws_region: ['region'],
  aws_partition: ['partition', 'dns_suffix'],
  aws_caller_identity: ['account_id'],
  aws_ssm_parameter: ['insecure_value'],
};

function rule(): Arguments {
  return tagged(
    'security_group_id',
    'ip_protocol',
    'from_port',
    'to_port',
    'cidr_ipv4',
    'cidr_ipv6',
    'prefix_list_id',
    'referenced_security_group_id',
    'description',
  );
}
