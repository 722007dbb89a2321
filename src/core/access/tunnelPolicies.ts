import { bastionNames, bastionTag } from '../tunnel/bastion/bastionNames.ts';
import { bastionImageParameter, defaultBastionImage, ecrRepositoryArn } from '../tunnel/bastion/bastionImage.ts';
import { remoteHostDocument } from '../tunnel/session/sessionApi.ts';
import { allow, policyDocument, type PolicyDocument, type PolicyStatement } from './policyDocument.ts';
import { bastionStackLooks, bastionStackStatements } from './bastionStackPolicy.ts';

/** What the user may do with bastions; each includes the one before. */
export const bastionPowers = ['none', 'use', 'start', 'create'] as const;
export type BastionPower = (typeof bastionPowers)[number];

export interface TunnelPolicyInput {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** Name of the EKS cluster. */
  readonly cluster: string;
  readonly vpcId: string;
  /** Absent: any security group that EKS owns for this cluster. */
  readonly clusterSecurityGroupId?: string | undefined;
  /** A session document of one's own account, by its name; absent: AWS's. */
  readonly document?: string | undefined;
  /** By the cluster's nodes; default true. */
  readonly viaInstances?: boolean;
  /** Default `create`: the stack, too. `start`: tasks of a stack that is there. `use`: a task that runs. */
  readonly bastion?: BastionPower;
  /** Image of the bastion; absent: the default one. */
  readonly image?: string | undefined;
}

export interface TunnelPolicies {
  /** For whoever connects. */
  readonly user: PolicyDocument;
  /** For the bastion's task: Session Manager's channels and nothing else. */
  readonly bastionTask: PolicyDocument;
  /** For ECS, when it starts the task: to pull its image. */
  readonly bastionExecution: PolicyDocument;
}

/** Exactly what a tunnel to one cluster needs: pure, and the same functions make the bastion's own roles. */
export function tunnelPolicies(input: TunnelPolicyInput): TunnelPolicies {
  const image = input.image ?? defaultBastionImage(input.region, input.partition);
  return {
    user: policyDocument(userStatements(input)),
    bastionTask: bastionTaskPolicy(),
    bastionExecution: bastionExecutionPolicy(
      image === undefined
        ? `arn:${input.partition}:ecr:${input.region}:*:repository/aws-for-fluent-bit`
        : ecrRepositoryArn(image, input.partition),
    ),
  };
}

/** None of these actions can be narrowed to a resource (ECS guide, task role of ECS Exec). */
export function bastionTaskPolicy(): PolicyDocument {
  const channels = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];
  return policyDocument([
    allow(
      'SessionManagerChannels',
      channels.map(channel => `ssmmessages:${channel}`),
      '*',
    ),
  ]);
}

/** No logs: the task writes none. `repositoryArn` undefined: an image that is not in ECR needs no leave. */
export function bastionExecutionPolicy(repositoryArn: string | undefined): PolicyDocument {
  return policyDocument([
    // ECR's sign-in knows no resources.
    allow('SignInToRegistry', ['ecr:GetAuthorizationToken'], '*'),
    ...(repositoryArn === undefined
      ? []
      : [
          allow(
            'PullImage',
            ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
            repositoryArn,
          ),
        ]),
  ]);
}

function userStatements(input: TunnelPolicyInput): PolicyStatement[] {
  const { partition, region, accountId, cluster, viaInstances = true, bastion = 'create' } = input;
  const power = bastionPowers.indexOf(bastion);
  const stackLooks = bastionStackLooks.filter(action => !viaInstances || !instanceLooks.includes(action));
  return [
    allow('FindCluster', ['eks:DescribeCluster'], `arn:${partition}:eks:${region}:${accountId}:cluster/${cluster}`),
    ...(viaInstances ? instanceStatements(input) : []),
    ...(power >= 1 ? useStatements(input, power >= 2) : []),
    ...(power >= 2 ? startStatements(input, power >= 3 ? stackLooks : []) : []),
    ...(power >= 3 ? bastionStackStatements(input) : []),
    ...(viaInstances || power >= 1 ? sessionStatements(input) : []),
  ];
}

/** Without this a session without a document, which is a shell, would need no leave for a document. */
const documentCheck = { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' } };

const instanceLooks: readonly string[] = [
  'ec2:DescribeInstances',
  'ec2:DescribeSecurityGroups',
  'ssm:DescribeInstanceInformation',
];

function instanceStatements({ partition, region, accountId, cluster }: TunnelPolicyInput): PolicyStatement[] {
  return [
    // Describing instances, security groups and agents cannot be narrowed.
    allow('FindInstances', instanceLooks, '*'),
    allow('ForwardThroughNodes', ['ssm:StartSession'], `arn:${partition}:ec2:${region}:${accountId}:instance/*`, {
      ...documentCheck,
      StringEquals: { 'aws:ResourceTag/eks:cluster-name': cluster },
    }),
  ];
}

function useStatements(input: TunnelPolicyInput, mayStart: boolean): PolicyStatement[] {
  const cluster = ecsClusterArn(input);
  return [
    allow('FindBastions', ['ecs:ListTasks'], '*', { ArnEquals: { 'ecs:cluster': cluster } }),
    // In one statement, or the whole would be longer than a managed policy may be.
    mayStart
      ? allow('SeeAndStopBastions', ['ecs:DescribeTasks', 'ecs:StopTask'], bastionTasksArn(input))
      : allow('SeeBastions', ['ecs:DescribeTasks'], bastionTasksArn(input)),
    allow('ForwardThroughBastions', ['ssm:StartSession'], bastionTasksArn(input), documentCheck),
  ];
}

function startStatements(input: TunnelPolicyInput, stackLooks: readonly string[]): PolicyStatement[] {
  const { partition, region, accountId, cluster, vpcId, clusterSecurityGroupId } = input;
  const names = bastionNames(vpcId);
  const ec2 = (resource: string) => `arn:${partition}:ec2:${region}:${accountId}:${resource}`;
  const role = (name: string) => `arn:${partition}:iam::${accountId}:role/${name}`;
  return [
    allow(
      'SeeNetwork',
      [
        'ec2:DescribeRouteTables',
        'ec2:DescribeSecurityGroupRules',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcEndpoints',
        ...stackLooks,
        'ssm:DescribeSessions',
      ],
      '*',
    ),
    allow(
      'StartBastions',
      ['ecs:RunTask'],
      `arn:${partition}:ecs:${region}:${accountId}:task-definition/${names.family}:*`,
      { ArnEquals: { 'ecs:cluster': ecsClusterArn(input) } },
    ),
    allow('TagBastions', ['ecs:TagResource'], bastionTasksArn(input), {
      StringEquals: { 'ecs:CreateAction': 'RunTask' },
    }),
    allow('GiveBastionsTheirRoles', ['iam:PassRole'], [role(names.taskRole), role(names.executionRole)], {
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    }),
    allow(
      'OpenAndCloseCluster',
      ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'],
      ec2(`security-group/${clusterSecurityGroupId ?? '*'}`),
      clusterSecurityGroupId === undefined
        ? { StringEquals: { [`aws:ResourceTag/kubernetes.io/cluster/${cluster}`]: 'owned' } }
        : undefined,
    ),
    allow('TagRule', ['ec2:CreateTags'], ec2('security-group-rule/*'), {
      StringEquals: { 'ec2:CreateAction': 'AuthorizeSecurityGroupIngress', [`aws:RequestTag/${bastionTag}`]: vpcId },
    }),
    ...(input.image === undefined && defaultBastionImage(region, partition) === undefined
      ? [
          allow(
            'AskForImage',
            ['ssm:GetParameter'],
            `arn:${partition}:ssm:${region}::parameter${bastionImageParameter}`,
          ),
        ]
      : []),
    allow('SeeStack', ['cloudformation:DescribeStacks'], bastionStackArn(input)),
  ];
}

function sessionStatements({ partition, region, accountId, document }: TunnelPolicyInput): PolicyStatement[] {
  const session = (name: string) => `arn:${partition}:ssm:${region}:${accountId}:session/${name}`;
  return [
    allow(
      'ForwardOnly',
      ['ssm:StartSession'],
      document === undefined
        ? `arn:${partition}:ssm:${region}::document/${remoteHostDocument}`
        : `arn:${partition}:ssm:${region}:${accountId}:document/${document}`,
    ),
    // No ARN, and no tag that AWS names for it, tells a role's own channels; AWS's managed policies allow them alike. Only StartSession
    // and ResumeSession give the token that opens one.
    allow('OpenChannels', ['ssmmessages:OpenDataChannel'], session('*')),
    // Ids of sessions begin with the user's name, or with the name of the role's session, which is no variable.
    allow('OwnSessions', ['ssm:ResumeSession', 'ssm:TerminateSession'], session('${aws:username}-*')),
    // For roles AWS's guide goes by the tag that Session Manager puts on each session.
    allow('OwnSessionsOfRoles', ['ssm:ResumeSession', 'ssm:TerminateSession'], session('*'), {
      StringLike: { 'ssm:resourceTag/aws:ssmmessages:session-id': '${aws:userid}*' },
    }),
  ];
}

type Place = Pick<TunnelPolicyInput, 'partition' | 'region' | 'accountId' | 'vpcId'>;

export function ecsClusterArn({ partition, region, accountId, vpcId }: Place): string {
  return `arn:${partition}:ecs:${region}:${accountId}:cluster/${bastionNames(vpcId).cluster}`;
}

function bastionTasksArn({ partition, region, accountId, vpcId }: Place): string {
  return `arn:${partition}:ecs:${region}:${accountId}:task/${bastionNames(vpcId).cluster}/*`;
}

export function bastionStackArn({ partition, region, accountId, vpcId }: Place): string {
  return `arn:${partition}:cloudformation:${region}:${accountId}:stack/${bastionNames(vpcId).stack}/*`;
}
