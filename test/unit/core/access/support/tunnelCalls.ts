/**
 * What is asked of AWS on each way, as IAM names it; not among it are what CloudFormation asks with the caller's leave, and
 * ssm:GetParameter for the bastion's image in regions that the table of images does not have.
 */
export const tunnelPaths = [
  'direct',
  'instance',
  'running-bastion',
  'start-bastion',
  'stop-bastion',
  'bastion-stack',
] as const;
export type TunnelPath = (typeof tunnelPaths)[number];

const cluster = ['eks:DescribeCluster'];
const session = [
  'ssm:StartSession',
  'ssm:ResumeSession',
  'ssm:TerminateSession',
  // Not a call of an API: the data channel's socket.
  'ssmmessages:OpenDataChannel',
];
const seeTasks = ['ecs:ListTasks', 'ecs:DescribeTasks'];

export const tunnelCalls: Readonly<Record<TunnelPath, readonly string[]>> = {
  direct: cluster,
  instance: [
    ...cluster,
    'ec2:DescribeInstances',
    'ec2:DescribeSecurityGroups',
    'ssm:DescribeInstanceInformation',
    ...session,
  ],
  'running-bastion': [...cluster, ...seeTasks, ...session],
  'start-bastion': [
    ...cluster,
    'cloudformation:DescribeStacks',
    'ec2:DescribeRouteTables',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcEndpoints',
    ...seeTasks,
    'ecs:RunTask',
    'ecs:TagResource',
    'iam:PassRole',
    'ec2:DescribeSecurityGroupRules',
    'ec2:AuthorizeSecurityGroupIngress',
    'ec2:CreateTags',
    ...session,
  ],
  'stop-bastion': [
    ...seeTasks,
    'ecs:StopTask',
    // Who else uses it.
    'ssm:DescribeSessions',
    'ec2:DescribeSecurityGroupRules',
    'ec2:RevokeSecurityGroupIngress',
  ],
  'bastion-stack': [
    'cloudformation:CreateStack',
    'cloudformation:UpdateStack',
    'cloudformation:DeleteStack',
    'cloudformation:DescribeStacks',
    'cloudformation:DescribeStackEvents',
  ],
};
