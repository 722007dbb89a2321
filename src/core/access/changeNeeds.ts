import { resourceNeeds } from './resourceNeeds.ts';
import {
  commonNeeds,
  existingVpcNeeds,
  givenKeyNeeds,
  imageNeeds,
  leavingNeeds,
  stagingNeeds,
  type Needs,
} from './runNeeds.ts';

/** What an update, an upgrade, a look for drift or for what is left, and an explanation call beside what a create and a delete do. */
export const changeNeeds: Needs = {
  look:
    // CloudFormation asks for the first with a stack's detection.
    'cloudformation:BatchDescribeTypeConfigurations cloudformation:DescribeStackDriftDetectionStatus ' +
    'autoscaling:DescribeAutoScalingGroups ec2:DescribeAddresses ec2:DescribeLaunchTemplates ec2:DescribeRegions ec2:DescribeSnapshots ' +
    // What is left of any cluster: their tags tell whose it is.
    'ecs:DescribeClusters ecs:ListClusters ecs:ListTaskDefinitionFamilies ecs:ListTaskDefinitions ' +
    'eks:DescribeAddonVersions eks:DescribeCluster iam:GetOpenIDConnectProvider iam:GetRole iam:ListInstanceProfiles ' +
    'iam:ListOpenIDConnectProviders kms:DescribeKey kms:ListKeys kms:ListResourceTags ' +
    'logs:ListTagsForResource route53:ListHostedZonesByVPC',
  stacks:
    'cloudformation:CancelUpdateStack cloudformation:ContinueUpdateRollback cloudformation:CreateChangeSet ' +
    'cloudformation:DeleteChangeSet cloudformation:DescribeChangeSet cloudformation:DescribeStackResourceDrifts ' +
    'cloudformation:DetectStackDrift cloudformation:DetectStackResourceDrift cloudformation:ExecuteChangeSet ' +
    'cloudformation:RollbackStack',
  bucket: 's3:ListBucket',
  cluster:
    'eks:DescribeInsight eks:DescribeUpdate eks:ListFargateProfiles eks:ListInsights eks:ListNodegroups eks:ListUpdates ' +
    'eks:UpdateClusterVersion',
};

/** By resource type: what CloudFormation's handlers, or this program beside them, call to change one (`handlers.update.permissions`). */
export const resourceChanges: Readonly<Record<string, Needs>> = {
  'AWS::IAM::Role': { roles: 'iam:UpdateAssumeRolePolicy iam:UpdateRole iam:UpdateRoleDescription' },
  'AWS::IAM::OIDCProvider': {
    oidc:
      'iam:AddClientIDToOpenIDConnectProvider iam:RemoveClientIDFromOpenIDConnectProvider ' +
      'iam:ListOpenIDConnectProviderTags iam:UpdateOpenIDConnectProviderThumbprint',
  },
  'AWS::KMS::Key': { 'own-key': 'kms:DisableKeyRotation kms:UpdateKeyDescription' },
  'AWS::Logs::LogGroup': { 'log-group': 'logs:DeleteRetentionPolicy' },
  'AWS::EKS::Cluster': { cluster: 'eks:AssociateEncryptionConfig' },
  'AWS::EKS::AccessEntry': { cluster: 'eks:DisassociateAccessPolicy eks:UpdateAccessEntry' },
  'AWS::EKS::Addon': { cluster: 'eks:UpdateAddon' },
  'AWS::EKS::Addon with Pod Identity': { cluster: 'eks:UpdatePodIdentityAssociation' },
  'AWS::EKS::FargateProfile': { cluster: 'eks:ListTagsForResource' },
  'AWS::EKS::Nodegroup': { cluster: 'eks:UpdateNodegroupConfig eks:UpdateNodegroupVersion' },
  'AWS::EKS::PodIdentityAssociation': { cluster: 'eks:UpdatePodIdentityAssociation' },
  'AWS::AutoScaling::AutoScalingGroup': {
    scaling: 'autoscaling:ResumeProcesses autoscaling:SuspendProcesses autoscaling:TerminateInstanceInAutoScalingGroup',
  },
};

const actionsOf = (...needs: readonly Needs[]): string[] =>
  needs.flatMap(need => Object.values(need).flatMap(words => words.split(' ')));

const first = new Set(
  actionsOf(
    commonNeeds,
    leavingNeeds,
    stagingNeeds,
    existingVpcNeeds,
    imageNeeds,
    givenKeyNeeds,
    ...Object.values(resourceNeeds),
  ),
);

/** Actions that a create does without: they are missed when the cluster is changed or looked over. */
export const changedOnly: ReadonlySet<string> = new Set(
  actionsOf(changeNeeds, ...Object.values(resourceChanges)).filter(action => !first.has(action)),
);
