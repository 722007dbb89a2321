import { isMap } from '../change/valueDifferences.ts';
import type { Needs } from './runNeeds.ts';

const tags = { 'network-tags': 'ec2:CreateTags' } as const;

/**
 * By resource type: what CloudFormation's handlers call with the caller's leave to create, read, change tags of and delete it, as the
 * resource types' own schemas say (`handlers.*.permissions`), without what a plan's properties never ask for.
 */
export const resourceNeeds: Readonly<Record<string, Needs>> = {
  'AWS::EC2::VPC': {
    look: 'ec2:DescribeVpcs ec2:DescribeVpcAttribute ec2:DescribeNetworkAcls ec2:DescribeSecurityGroups',
    'look-of-handlers': 'ec2:DescribeVpcEncryptionControls',
    'new-network': 'ec2:CreateVpc',
    'own-network': 'ec2:DeleteVpc ec2:ModifyVpcAttribute ec2:DeleteTags',
    ...tags,
  },
  'AWS::EC2::VPCCidrBlock': {
    look: 'ec2:DescribeVpcs',
    'own-network': 'ec2:AssociateVpcCidrBlock ec2:DisassociateVpcCidrBlock',
  },
  'AWS::EC2::Subnet': {
    look: 'ec2:DescribeSubnets ec2:DescribeNetworkAcls',
    'new-network': 'ec2:CreateSubnet',
    'own-network': 'ec2:DeleteSubnet ec2:ModifySubnetAttribute ec2:DeleteTags',
    ...tags,
  },
  'AWS::EC2::RouteTable': {
    look: 'ec2:DescribeRouteTables',
    'new-network': 'ec2:CreateRouteTable',
    'own-network': 'ec2:DeleteRouteTable ec2:DeleteTags',
    ...tags,
  },
  'AWS::EC2::Route': {
    look: 'ec2:DescribeRouteTables',
    'own-network': 'ec2:CreateRoute ec2:DeleteRoute',
  },
  'AWS::EC2::SubnetRouteTableAssociation': {
    look: 'ec2:DescribeRouteTables ec2:DescribeSubnets',
    'own-network': 'ec2:AssociateRouteTable ec2:DisassociateRouteTable',
  },
  'AWS::EC2::SecurityGroup': {
    look: 'ec2:DescribeSecurityGroups ec2:DescribeSecurityGroupRules',
    'new-network': 'ec2:CreateSecurityGroup',
    'own-network':
      'ec2:AuthorizeSecurityGroupEgress ec2:AuthorizeSecurityGroupIngress ec2:DeleteSecurityGroup ' +
      'ec2:RevokeSecurityGroupEgress ec2:RevokeSecurityGroupIngress ec2:DeleteTags',
    ...tags,
  },
  'AWS::EC2::SecurityGroupIngress': {
    look: 'ec2:DescribeSecurityGroupRules ec2:DescribeSecurityGroups',
    'own-network': 'ec2:AuthorizeSecurityGroupIngress ec2:RevokeSecurityGroupIngress',
  },
  'AWS::EC2::SecurityGroupEgress': {
    look: 'ec2:DescribeSecurityGroupRules ec2:DescribeSecurityGroups',
    'own-network': 'ec2:AuthorizeSecurityGroupEgress ec2:RevokeSecurityGroupEgress',
  },
  'AWS::EC2::VPCEndpoint': {
    look: 'ec2:DescribeVpcEndpoints',
    'new-network': 'ec2:CreateVpcEndpoint',
    'own-network': 'ec2:DeleteVpcEndpoints ec2:ModifyVpcEndpoint ec2:DeleteTags',
    ...tags,
  },
  // Named with CreateVpcEndpoint by the service authorization reference: the endpoint's names are a hosted zone of the VPC.
  'AWS::EC2::VPCEndpoint with private DNS': { 'private-names': 'route53:AssociateVPCWithHostedZone' },
  'AWS::EC2::LaunchTemplate': {
    look: 'ec2:DescribeLaunchTemplates ec2:DescribeLaunchTemplateVersions',
    'new-network': 'ec2:CreateLaunchTemplate',
    'own-network': 'ec2:CreateLaunchTemplateVersion ec2:DeleteLaunchTemplate ec2:ModifyLaunchTemplate ec2:DeleteTags',
    ...tags,
  },
  'AWS::IAM::Role': {
    roles:
      'iam:AttachRolePolicy iam:CreateRole iam:DeleteRole iam:DetachRolePolicy iam:GetRole iam:ListAttachedRolePolicies ' +
      'iam:ListRolePolicies iam:TagRole iam:UntagRole',
  },
  // Inline policies of a role.
  'AWS::IAM::Policy': { roles: 'iam:DeleteRolePolicy iam:GetRolePolicy iam:PutRolePolicy' },
  'AWS::IAM::RolePolicy': { roles: 'iam:DeleteRolePolicy iam:GetRolePolicy iam:PutRolePolicy' },
  'AWS::IAM::InstanceProfile': {
    profiles:
      'iam:AddRoleToInstanceProfile iam:CreateInstanceProfile iam:DeleteInstanceProfile iam:GetInstanceProfile ' +
      'iam:RemoveRoleFromInstanceProfile',
    'pass-roles': 'iam:PassRole',
  },
  'AWS::IAM::OIDCProvider': {
    oidc:
      'iam:CreateOpenIDConnectProvider iam:DeleteOpenIDConnectProvider iam:GetOpenIDConnectProvider ' +
      'iam:TagOpenIDConnectProvider iam:UntagOpenIDConnectProvider',
  },
  'AWS::KMS::Key': {
    'new-key': 'kms:CreateKey kms:TagResource',
    'own-key':
      'kms:CreateGrant kms:DescribeKey kms:EnableKeyRotation kms:GetKeyPolicy kms:GetKeyRotationStatus ' +
      'kms:ListResourceTags kms:PutKeyPolicy kms:ScheduleKeyDeletion kms:UntagResource kms:TagResource',
  },
  'AWS::Logs::LogGroup': {
    'log-group':
      'logs:CreateLogGroup logs:DeleteLogGroup logs:ListTagsForResource logs:PutRetentionPolicy logs:TagResource logs:UntagResource',
    look: 'logs:DescribeLogGroups',
    // The handler reads them, asked for or not; none of the first two can be narrowed.
    'look-of-handlers': 'logs:DescribeIndexPolicies logs:DescribeResourcePolicies logs:GetDataProtectionPolicy',
  },
  'AWS::EKS::Cluster': {
    look: 'ec2:DescribeSubnets ec2:DescribeVpcs',
    cluster: 'eks:CreateCluster eks:DeleteCluster eks:DescribeCluster eks:TagResource eks:UntagResource',
    roles: 'iam:GetRole iam:ListAttachedRolePolicies',
    'pass-roles': 'iam:PassRole',
    'service-roles': 'iam:CreateServiceLinkedRole',
  },
  'AWS::EKS::Cluster with Auto Mode': {
    cluster: 'eks:CreateAccessEntry',
    'auto-profiles':
      'iam:AddRoleToInstanceProfile iam:CreateInstanceProfile iam:DeleteInstanceProfile iam:GetInstanceProfile ' +
      'iam:RemoveRoleFromInstanceProfile iam:TagInstanceProfile',
  },
  'AWS::EKS::AccessEntry': {
    cluster:
      'eks:AssociateAccessPolicy eks:CreateAccessEntry eks:DeleteAccessEntry eks:DescribeAccessEntry ' +
      'eks:ListAssociatedAccessPolicies eks:TagResource eks:UntagResource',
  },
  'AWS::EKS::Addon': {
    cluster: 'eks:CreateAddon eks:DeleteAddon eks:DescribeAddon eks:TagResource eks:UntagResource',
  },
  'AWS::EKS::Addon with Pod Identity': {
    cluster: 'eks:CreatePodIdentityAssociation eks:DeletePodIdentityAssociation',
    roles: 'iam:GetRole',
    'pass-roles': 'iam:PassRole',
  },
  'AWS::EKS::Addon with a role': { roles: 'iam:GetRole', 'pass-roles': 'iam:PassRole' },
  'AWS::EKS::Nodegroup': {
    // The first line: why nodes do not come, or do not join.
    look:
      'autoscaling:DescribeAutoScalingGroups autoscaling:DescribeScalingActivities ec2:DescribePrefixLists ec2:GetConsoleOutput ' +
      'ec2:DescribeLaunchTemplateVersions ec2:DescribeLaunchTemplates ec2:DescribeRouteTables ' +
      'ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs',
    cluster: 'eks:CreateNodegroup eks:DeleteNodegroup eks:DescribeNodegroup eks:TagResource eks:UntagResource',
    // EKS makes sure that whoever gives it a launch template may use it.
    'new-network': 'ec2:RunInstances',
    roles: 'iam:GetRole iam:ListAttachedRolePolicies',
    'pass-roles': 'iam:PassRole',
    'service-roles': 'iam:CreateServiceLinkedRole',
    ...tags,
  },
  'AWS::EKS::FargateProfile': {
    cluster:
      'eks:CreateFargateProfile eks:DeleteFargateProfile eks:DescribeFargateProfile eks:TagResource eks:UntagResource',
    roles: 'iam:GetRole',
    'pass-roles': 'iam:PassRole',
    'service-roles': 'iam:CreateServiceLinkedRole',
  },
  'AWS::EKS::PodIdentityAssociation': {
    cluster:
      'eks:CreatePodIdentityAssociation eks:DeletePodIdentityAssociation eks:DescribePodIdentityAssociation ' +
      'eks:TagResource eks:UntagResource',
    roles: 'iam:GetRole',
    'pass-roles': 'iam:PassRole',
  },
  'AWS::AutoScaling::AutoScalingGroup': {
    look: 'autoscaling:DescribeAutoScalingGroups autoscaling:DescribeScalingActivities ec2:DescribeLaunchTemplateVersions ec2:DescribeSubnets',
    'look-of-handlers': 'autoscaling:DescribeLifecycleHooks autoscaling:DescribeNotificationConfigurations',
    scaling:
      'autoscaling:CreateAutoScalingGroup autoscaling:CreateOrUpdateTags autoscaling:DeleteAutoScalingGroup ' +
      'autoscaling:DeleteTags autoscaling:UpdateAutoScalingGroup',
    'new-network': 'ec2:RunInstances',
    'service-roles': 'iam:CreateServiceLinkedRole',
    'pass-roles': 'iam:PassRole',
    ...tags,
  },
};

type Properties = Readonly<Record<string, unknown>>;

/** What a property asks for beside its resource's type, as another row of the table. */
const byProperty: readonly (readonly [type: string, has: (properties: Properties) => boolean, row: string])[] = [
  ['AWS::IAM::Role', ({ Policies }) => Policies !== undefined, 'AWS::IAM::Policy'],
  [
    'AWS::EC2::VPCEndpoint',
    ({ PrivateDnsEnabled }) => PrivateDnsEnabled === true,
    'AWS::EC2::VPCEndpoint with private DNS',
  ],
  ['AWS::EKS::Cluster', ({ ComputeConfig: c }) => isMap(c) && c.Enabled === true, 'AWS::EKS::Cluster with Auto Mode'],
  ['AWS::EKS::Addon', ({ PodIdentityAssociations: p }) => p !== undefined, 'AWS::EKS::Addon with Pod Identity'],
  ['AWS::EKS::Addon', ({ ServiceAccountRoleArn: role }) => role !== undefined, 'AWS::EKS::Addon with a role'],
];

/** Rows of the table for one resource: its type's, and those of its properties. */
export function needRows(type: string, properties: unknown): string[] {
  const given = isMap(properties) ? properties : {};
  return [type, ...byProperty.filter(([of, has]) => of === type && has(given)).map(([, , row]) => row)];
}

/** EC2 actions → the kinds of resource they act on, by the service authorization reference; only what a simulation asks of. */
export const ec2Resources: Readonly<Record<string, string>> = {
  'ec2:CreateVpc': 'vpc',
  'ec2:DeleteVpc': 'vpc',
  'ec2:ModifyVpcAttribute': 'vpc',
  'ec2:AssociateVpcCidrBlock': 'vpc',
  'ec2:DisassociateVpcCidrBlock': 'vpc',
  'ec2:CreateSubnet': 'subnet vpc',
  'ec2:DeleteSubnet': 'subnet',
  'ec2:ModifySubnetAttribute': 'subnet',
  'ec2:CreateRouteTable': 'route-table vpc',
  'ec2:DeleteRouteTable': 'route-table',
  'ec2:CreateRoute': 'route-table',
  'ec2:DeleteRoute': 'route-table',
  'ec2:AssociateRouteTable': 'route-table subnet',
  'ec2:DisassociateRouteTable': 'route-table subnet',
  'ec2:CreateSecurityGroup': 'security-group vpc',
  'ec2:DeleteSecurityGroup': 'security-group',
  'ec2:AuthorizeSecurityGroupIngress': 'security-group',
  'ec2:AuthorizeSecurityGroupEgress': 'security-group',
  'ec2:RevokeSecurityGroupIngress': 'security-group',
  'ec2:RevokeSecurityGroupEgress': 'security-group',
  'ec2:CreateVpcEndpoint': 'vpc-endpoint vpc',
  'ec2:DeleteVpcEndpoints': 'vpc-endpoint',
  'ec2:ModifyVpcEndpoint': 'vpc-endpoint',
  'ec2:CreateLaunchTemplate': 'launch-template',
  'ec2:CreateLaunchTemplateVersion': 'launch-template',
  'ec2:DeleteLaunchTemplate': 'launch-template',
  'ec2:ModifyLaunchTemplate': 'launch-template',
  'ec2:RunInstances': 'instance',
  'ec2:TerminateInstances': 'instance',
  'ec2:DeleteVolume': 'volume',
  'ec2:DeleteNetworkInterface': 'network-interface',
  'ec2:DetachNetworkInterface': 'network-interface',
  'ec2:CreateTags': 'vpc',
  'ec2:DeleteTags': 'vpc',
};
