import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Ecs from '@aws-sdk/client-ecs';
import { eksAccount, region, type NetworkWish } from '../eks/eksAccount.ts';

export const image = `906394416424.dkr.ecr.${region}.amazonaws.com/aws-for-fluent-bit:stable`;
const channel = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];
const pull = ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** What a test's task leaves out, or has otherwise. */
export interface BastionWish extends NetworkWish {
  readonly taskActions?: readonly string[];
  readonly executionActions?: readonly string[];
  readonly container?: Partial<Ecs.ContainerDefinition>;
  readonly egress?: string;
}

/** An account with a network, an ECS cluster and a task definition that sleeps; its operations are called directly. */
export function ecsAccount(wish: BastionWish = {}) {
  const made = eksAccount();
  const { call, ec2, pass } = made;
  const ecs = <Output extends object = object>(operation: string, input: object = {}) =>
    call<Output>('ecs', operation, input);
  const network = made.network(wish);
  // Endpoints take a minute or two.
  pass(200);
  const { GroupId = '' } = ec2<Ec2.CreateSecurityGroupResult>('CreateSecurityGroup', {
    GroupName: 'bastion',
    Description: 'bastion',
    VpcId: network.vpcId,
  });
  const everywhere = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
  const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
  if (wish.egress !== undefined) {
    ec2('RevokeSecurityGroupEgress', { GroupId, IpPermissions: everywhere });
    ec2('AuthorizeSecurityGroupEgress', {
      GroupId,
      IpPermissions: [{ ...https, IpRanges: [{ CidrIp: wish.egress }] }],
    });
  }
  const role = (RoleName: string, Action: readonly string[]) => {
    const arn = made.role(RoleName, 'ecs-tasks.amazonaws.com');
    const Statement = [{ Effect: 'Allow', Action, Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    if (Action.length > 0) call('iam', 'PutRolePolicy', { RoleName, PolicyName: 'own', PolicyDocument });
    return arn;
  };
  const definition = {
    family: 'bastion',
    taskRoleArn: role('task', wish.taskActions ?? channel.map(name => `ssmmessages:${name}`)),
    executionRoleArn: role('execution', wish.executionActions ?? pull),
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'bastion',
        image,
        entryPoint: ['sh', '-c'],
        command: ['sleep 3600'],
        linuxParameters: { initProcessEnabled: true },
        ...wish.container,
      },
    ],
  };
  ecs('CreateCluster', { clusterName: 'ways_in' });
  ecs('RegisterTaskDefinition', definition);
  const request = {
    cluster: 'ways_in',
    taskDefinition: 'bastion',
    launchType: 'FARGATE',
    enableExecuteCommand: true,
    networkConfiguration: { awsvpcConfiguration: { subnets: network.subnetIds, securityGroups: [GroupId] } },
  };
  const run = (more: object = {}): string =>
    ecs<Ecs.RunTaskResponse>('RunTask', { ...request, ...more }).tasks?.[0]?.taskArn ?? '';
  const task = (arn: string): Ecs.Task =>
    ecs<Ecs.DescribeTasksResponse>('DescribeTasks', { cluster: 'ways_in', tasks: [arn] }).tasks?.[0] ?? {};
  /** As StartSession takes it. */
  const target = (arn: string): string =>
    `ecs:ways_in_${arn.split('/').at(-1)}_${task(arn).containers?.[0]?.runtimeId ?? ''}`;
  return { ...made, ...network, ecs, definition, request, run, task, target, groupId: GroupId };
}
