/** How far a leave reaches: each is one statement of the policy (`runPolicy.ts`). */
export type Reach =
  | 'look'
  | 'self'
  | 'images'
  | 'stacks'
  | 'bucket'
  | 'new-network'
  | 'own-network'
  | 'network-tags'
  | 'roles'
  | 'profiles'
  | 'pass-roles'
  | 'service-roles'
  | 'oidc'
  | 'cluster'
  | 'scaling'
  | 'new-key'
  | 'own-key'
  | 'given-key'
  | 'log-group'
  | 'left-by-load-balancers'
  | 'left-by-auto-mode'
  | 'left-by-kubernetes'
  | 'left-by-cni';

/** Actions by reach, as words: `{ look: 'ec2:DescribeVpcs' }`. */
export type Needs = Readonly<Partial<Record<Reach, string>>>;

/** What runs need whatever is planned. */
export const commonNeeds: Needs = {
  look:
    'cloudformation:DescribeStacks eks:DescribeClusterVersions eks:ListClusters ec2:DescribeAvailabilityZones ec2:DescribeInstances ' +
    'ec2:DescribeInstanceTypeOfferings ec2:DescribeInstanceTypes ec2:DescribeNetworkInterfaces ec2:DescribeRouteTables ' +
    'ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcEndpointServices ec2:DescribeVpcEndpoints ec2:DescribeVpcs ' +
    'iam:ListRoles logs:DescribeLogGroups servicequotas:ListServiceQuotas ' +
    'ssm:DescribeInstanceInformation',
  self: 'iam:GetRole iam:SimulatePrincipalPolicy',
  stacks:
    'cloudformation:CreateStack cloudformation:DeleteStack cloudformation:DescribeStackEvents ' +
    'cloudformation:GetTemplate cloudformation:ListStackResources cloudformation:UpdateStack ' +
    'cloudformation:UpdateTerminationProtection',
  cluster:
    'eks:DescribeAddon eks:DescribeCluster eks:DescribeNodegroup eks:ListAccessEntries eks:ListAddons ' +
    'eks:ListAssociatedAccessPolicies eks:UpdateClusterConfig',
  // EKS's late writing makes it again after its stack is gone.
  'log-group': 'logs:DeleteLogGroup',
};

const removeLeavings =
  'ec2:DeleteSecurityGroup ec2:DeleteVolume ec2:RevokeSecurityGroupEgress ec2:RevokeSecurityGroupIngress ' +
  'elasticloadbalancing:DeleteLoadBalancer elasticloadbalancing:DeleteTargetGroup';

/** What controllers in the cluster leave behind, and holds the VPC: a delete takes it away, told by the tag that each controller sets. */
export const leavingNeeds: Needs = {
  look:
    'ec2:DescribeSecurityGroupRules ec2:DescribeVolumes elasticloadbalancing:DescribeLoadBalancers ' +
    'elasticloadbalancing:DescribeTags elasticloadbalancing:DescribeTargetGroups',
  'left-by-load-balancers': removeLeavings,
  'left-by-auto-mode': removeLeavings,
  'left-by-kubernetes': removeLeavings,
  'left-by-cni': 'ec2:DeleteNetworkInterface ec2:DetachNetworkInterface',
};

/** What serves looks alone, before a run, at a failure or for what is left: without it less is known, and a create works all the same. */
export const lookedOnly: ReadonlySet<string> = new Set([
  'ec2:DescribeInstanceTypeOfferings',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeVpcEndpointServices',
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeScalingActivities',
  'ec2:DescribePrefixLists',
  'ec2:DescribeVolumes',
  'ec2:GetConsoleOutput',
  'eks:ListClusters',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTags',
  'elasticloadbalancing:DescribeTargetGroups',
  'iam:ListRoles',
  'iam:SimulatePrincipalPolicy',
  's3:GetBucketPolicy',
  'servicequotas:ListServiceQuotas',
]);

/** Templates that go through the staging bucket. */
export const stagingNeeds: Needs = {
  bucket:
    's3:CreateBucket s3:GetBucketPolicy s3:GetObject s3:ListBucket s3:PutBucketPolicy s3:PutBucketPublicAccessBlock s3:PutObject',
};

/** An existing VPC is looked at before it is used. */
export const existingVpcNeeds: Needs = {
  look:
    'ec2:DescribeDhcpOptions ec2:DescribeNetworkAcls ec2:DescribePrefixLists ec2:DescribeVpcAttribute ' +
    'eks:ListClusters route53:ListHostedZonesByVPC',
};

/** Images of self-managed groups: CloudFormation reads their parameters in the caller's name. */
export const imageNeeds: Needs = { images: 'ssm:GetParameter ssm:GetParameters' };

/** A key that the spec names: EKS makes its grant with the leave of whoever creates the cluster. */
export const givenKeyNeeds: Needs = { 'given-key': 'kms:CreateGrant kms:DescribeKey' };

const tags = { 'network-tags': 'ec2:CreateTags' } as const;

/**
 * By resource type: what CloudFormation's handlers call with the caller's leave to create, read, change tags of and delete it, as the
 * resource types' own schemas say (`handlers.*.permissions`), without what a plan's properties never ask for.
 */
export const resourceNeeds: Readonly<Record<string, Needs>> = {
  'AWS::EC2::VPC': {
    look: 'ec2:DescribeVpcs ec2:DescribeVpcAttribute ec2:DescribeNetworkAcls ec2:DescribeSecurityGroups',
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
  'AWS::EC2::EgressOnlyInternetGateway': {
    look: 'ec2:DescribeEgressOnlyInternetGateways',
    'new-network': 'ec2:CreateEgressOnlyInternetGateway',
    'own-network': 'ec2:DeleteEgressOnlyInternetGateway ec2:DeleteTags',
    ...tags,
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
  },
  'AWS::EKS::Cluster': {
    look: 'ec2:DescribeSubnets ec2:DescribeVpcs',
    cluster: 'eks:CreateCluster eks:DeleteCluster eks:DescribeCluster eks:TagResource eks:UntagResource',
    roles: 'iam:GetRole iam:ListAttachedRolePolicies',
    'pass-roles': 'iam:PassRole',
    'service-roles': 'iam:CreateServiceLinkedRole',
  },
  'AWS::EKS::AccessEntry': {
    cluster:
      'eks:AssociateAccessPolicy eks:CreateAccessEntry eks:DeleteAccessEntry eks:DescribeAccessEntry ' +
      'eks:ListAssociatedAccessPolicies eks:TagResource eks:UntagResource',
  },
  'AWS::EKS::Addon': {
    cluster: 'eks:CreateAddon eks:DeleteAddon eks:DescribeAddon eks:TagResource eks:UntagResource',
  },
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
    scaling:
      'autoscaling:CreateAutoScalingGroup autoscaling:CreateOrUpdateTags autoscaling:DeleteAutoScalingGroup ' +
      'autoscaling:DeleteTags autoscaling:UpdateAutoScalingGroup',
    'new-network': 'ec2:RunInstances',
    'service-roles': 'iam:CreateServiceLinkedRole',
    'pass-roles': 'iam:PassRole',
    ...tags,
  },
};

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
  'ec2:CreateEgressOnlyInternetGateway': 'egress-only-internet-gateway vpc',
  'ec2:DeleteEgressOnlyInternetGateway': 'egress-only-internet-gateway',
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
  'ec2:DeleteVolume': 'volume',
  'ec2:DeleteNetworkInterface': 'network-interface',
  'ec2:DetachNetworkInterface': 'network-interface',
  'ec2:CreateTags': 'vpc',
  'ec2:DeleteTags': 'vpc',
};
