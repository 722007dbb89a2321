import { bastionNames, bastionTag } from '../tunnel/bastion/bastionNames.ts';
import { allow, type PolicyStatement } from './policyDocument.ts';

export interface BastionPlace {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly vpcId: string;
}

/**
 * What whoever makes and removes the bastion's stack needs. CloudFormation acts with the caller's own leave: all but the first statement
 * is used by it and not by us.
 */
export function bastionStackStatements({ partition, region, accountId, vpcId }: BastionPlace): PolicyStatement[] {
  const names = bastionNames(vpcId);
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const role = (name: string) => `arn:${partition}:iam::${accountId}:role/${name}`;
  const ofThisVpc = { StringEquals: { [`aws:ResourceTag/${bastionTag}`]: vpcId } };
  return [
    allow(
      'ChangeStack',
      [
        'cloudformation:CreateStack',
        'cloudformation:DeleteStack',
        'cloudformation:DescribeStackEvents',
        'cloudformation:UpdateStack',
      ],
      arn('cloudformation', `stack/${names.stack}/*`),
    ),
    allow(
      'StackEcs',
      ['ecs:CreateCluster', 'ecs:DeleteCluster', 'ecs:DescribeClusters', 'ecs:TagResource'],
      [arn('ecs', `cluster/${names.cluster}`), arn('ecs', `task-definition/${names.family}:*`)],
    ),
    // Task definitions cannot be narrowed.
    allow(
      'StackTaskDefinition',
      ['ecs:DeregisterTaskDefinition', 'ecs:DescribeTaskDefinition', 'ecs:RegisterTaskDefinition'],
      '*',
    ),
    allow(
      'StackRoles',
      [
        'iam:CreateRole',
        'iam:DeleteRole',
        'iam:DeleteRolePolicy',
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:ListAttachedRolePolicies',
        'iam:ListRolePolicies',
        'iam:PutRolePolicy',
        'iam:TagRole',
      ],
      role(`${names.stack}-*`),
    ),
    allow('StackGroup', ['ec2:CreateSecurityGroup'], [arn('ec2', 'security-group/*'), arn('ec2', `vpc/${vpcId}`)]),
    allow('StackGroupTags', ['ec2:CreateTags'], arn('ec2', 'security-group/*'), {
      StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' },
    }),
    allow(
      'StackGroupRules',
      [
        'ec2:AuthorizeSecurityGroupEgress',
        // A changed stack has changed tags.
        'ec2:CreateTags',
        'ec2:DeleteSecurityGroup',
        'ec2:RevokeSecurityGroupEgress',
      ],
      arn('ec2', 'security-group/*'),
      ofThisVpc,
    ),
    // ECS makes its service-linked role when an account has its first ECS cluster.
    allow(
      'FirstUseOfEcs',
      ['iam:CreateServiceLinkedRole'],
      role('aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS'),
      { StringEquals: { 'iam:AWSServiceName': 'ecs.amazonaws.com' } },
    ),
  ];
}

/**
 * What CloudFormation looks at for it, none of which can be narrowed: whether the parameter's VPC exists, the group, and instances before it
 * deletes the group.
 */
export const bastionStackLooks = ['ec2:DescribeInstances', 'ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'] as const;
