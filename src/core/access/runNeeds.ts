/** How far a leave reaches: each is one statement of the policy (`runPolicy.ts`). */
export type Reach =
  | 'look'
  | 'look-of-handlers'
  | 'self'
  | 'images'
  | 'stacks'
  | 'bucket'
  | 'new-network'
  | 'own-network'
  | 'network-tags'
  | 'private-names'
  | 'roles'
  | 'profiles'
  | 'auto-profiles'
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
    'cloudformation:DescribeEvents cloudformation:DescribeStacks eks:DescribeClusterVersions eks:ListClusters ec2:DescribeAvailabilityZones ec2:DescribeInstances ' +
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

/** Karpenter's, with the role of its nodes in them. */
const removeProfiles = 'iam:DeleteInstanceProfile iam:GetInstanceProfile iam:RemoveRoleFromInstanceProfile';

/** What controllers in the cluster leave behind, and holds the VPC: a delete takes it away, told by the tag that each controller sets. */
export const leavingNeeds: Needs = {
  look:
    'ec2:DescribeInternetGateways ec2:DescribeLaunchTemplates ec2:DescribeNetworkAcls ec2:DescribeSecurityGroupRules ' +
    'ec2:DescribeVolumes elasticloadbalancing:DescribeLoadBalancers ' +
    'elasticloadbalancing:DescribeTags elasticloadbalancing:DescribeTargetGroups',
  // Groups that were given to the cluster beside its stacks.
  cluster: 'eks:DeleteFargateProfile eks:DeleteNodegroup eks:DescribeFargateProfile eks:DescribeNodegroup',
  roles: 'iam:ListInstanceProfilesForRole',
  'left-by-load-balancers': removeLeavings,
  'left-by-auto-mode': `${removeLeavings} ec2:TerminateInstances`,
  // To detach takes leave for the instance, too; EKS's carry this tag.
  'left-by-kubernetes': `${removeLeavings} ec2:DeleteLaunchTemplate ec2:DetachNetworkInterface ec2:TerminateInstances ${removeProfiles}`,
  'left-by-cni': 'ec2:DeleteNetworkInterface ec2:DetachNetworkInterface',
};

/** What serves looks alone, before a run, at a failure or for what is left: without it less is known, and a create works all the same. */
export const lookedOnly: ReadonlySet<string> = new Set([
  'ec2:DescribeInstanceTypeOfferings',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeVpcEndpointServices',
  'autoscaling:DescribeAutoScalingGroups',
  'cloudformation:DescribeEvents',
  'ec2:DescribeInternetGateways',
  'ec2:DescribeLaunchTemplates',
  'ec2:DescribeNetworkAcls',
  'autoscaling:DescribeScalingActivities',
  'ec2:DescribePrefixLists',
  'ec2:DescribeVolumes',
  'ec2:GetConsoleOutput',
  'eks:ListClusters',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTags',
  'elasticloadbalancing:DescribeTargetGroups',
  'iam:GetUser',
  'iam:ListRoles',
  'iam:SimulatePrincipalPolicy',
  's3:GetBucketPolicy',
  'route53:ListResourceRecordSets',
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
    'eks:ListClusters route53:ListHostedZonesByVPC route53:ListResourceRecordSets',
};

/** Images of self-managed groups: CloudFormation reads their parameters in the caller's name, and sees whether the images exist. */
export const imageNeeds: Needs = { images: 'ssm:GetParameter ssm:GetParameters', look: 'ec2:DescribeImages' };

/** Users that the spec names are looked at before a run; roles by what all runs may. */
export const namedUserNeeds: Needs = { look: 'iam:GetUser' };

/** A key that the spec names: EKS makes its grant with the leave of whoever creates the cluster. */
export const givenKeyNeeds: Needs = { 'given-key': 'kms:CreateGrant kms:DescribeKey' };
