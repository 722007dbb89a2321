import type * as Sdk from '@aws-sdk/client-ecs';
import type { CallContext } from '../../../kernel/account.ts';
import { AwsError } from '../../../kernel/awsError.ts';
import { findDefinition, lastPart, tasks } from '../../ecs/ecsRows.ts';
import type { ContextKeys } from '../policy.ts';
import { arnOf, asks, passRole, requestTags, resourceTags, type AccessTable, type Asked } from './asked.ts';

const clusterArn = (given: string | undefined, context: CallContext): string =>
  given?.startsWith('arn:') ? given : arnOf('ecs', `cluster/${given ?? 'default'}`, context);
const ofCluster = (given: string | undefined, context: CallContext): ContextKeys => ({
  'ecs:cluster': [clusterArn(given, context)],
});
const inCluster = (kind: string, cluster: string | undefined, context: CallContext): string =>
  arnOf('ecs', `${kind}/${lastPart(clusterArn(cluster, context))}`, context);

export function onTask(
  action: string,
  cluster: string | undefined,
  task: string,
  context: CallContext,
): Required<Asked> {
  const resource = task.startsWith('arn:') ? task : `${inCluster('task', cluster, context)}/${task}`;
  const tags = resourceTags('ecs', tasks(context).get(resource)?.tags);
  return { action, resource, keys: { ...ofCluster(cluster, context), ...tags } };
}

/** Tags given to what a call makes. */
const tagging = (operation: string, resource: string, tags: Sdk.Tag[] | undefined, keys: ContextKeys = {}): Asked[] =>
  tags && tags.length > 0
    ? [
        {
          action: 'ecs:TagResource',
          resource,
          keys: { 'ecs:createaction': [operation], ...requestTags(tags), ...keys },
        },
      ]
    : [];

const rolesOf = ({ taskRoleArn, executionRoleArn }: Partial<Sdk.TaskDefinition>): Asked[] =>
  [taskRoleArn, executionRoleArn].flatMap(role => passRole(role, 'ecs-tasks'));

function runTask(input: Sdk.RunTaskRequest, context: CallContext): Asked[] {
  const { cluster, taskDefinition = '', overrides = {}, tags } = input;
  // Asked for as it is named: a family without its revision is another resource than the ARN with it.
  const resource = taskDefinition.startsWith('arn:')
    ? taskDefinition
    : arnOf('ecs', `task-definition/${taskDefinition}`, context);
  const keys = ofCluster(cluster, context);
  return [
    { action: 'ecs:RunTask', resource, keys: { ...keys, ...requestTags(tags) } },
    ...rolesOf({ ...definitionOf(taskDefinition, context), ...overrides }),
    ...tagging('RunTask', `${inCluster('task', cluster, context)}/*`, tags, keys),
  ];
}

/** Nothing where there is none: the call itself will say so. */
function definitionOf(given: string, context: CallContext): Partial<Sdk.TaskDefinition> {
  try {
    return findDefinition(context, given, '');
  } catch (error) {
    if (error instanceof AwsError) return {};
    throw error;
  }
}

export const ecsAccess: AccessTable = {
  RunTask: asks(runTask),
  StopTask: asks<Sdk.StopTaskRequest>(({ cluster, task = '' }, context) =>
    onTask('ecs:StopTask', cluster, task, context),
  ),
  DescribeTasks: asks<Sdk.DescribeTasksRequest>(({ cluster, tasks: ids = [] }, context) =>
    ids.map(task => onTask('ecs:DescribeTasks', cluster, task, context)),
  ),
  // Even on Fargate, which has none, the resource is a container instance.
  ListTasks: asks<Sdk.ListTasksRequest>(({ cluster }, context) => ({
    action: 'ecs:ListTasks',
    resource: `${inCluster('container-instance', cluster, context)}/*`,
    keys: ofCluster(cluster, context),
  })),
  TagResource: asks<Sdk.TagResourceRequest>(({ resourceArn = '*', tags }) => ({
    action: 'ecs:TagResource',
    resource: resourceArn,
    keys: requestTags(tags),
  })),
  CreateCluster: asks<Sdk.CreateClusterRequest>(({ clusterName, tags }, context) => {
    const resource = clusterArn(clusterName, context);
    const keys = requestTags(tags);
    return [{ action: 'ecs:CreateCluster', resource, keys }, ...tagging('CreateCluster', resource, tags)];
  }),
  DeleteCluster: asks<Sdk.DeleteClusterRequest>(({ cluster }, context) => ({
    action: 'ecs:DeleteCluster',
    resource: clusterArn(cluster, context),
  })),
  DescribeClusters: asks<Sdk.DescribeClustersRequest>(({ clusters = ['default'] }, context) =>
    clusters.map(cluster => ({ action: 'ecs:DescribeClusters', resource: clusterArn(cluster, context) })),
  ),
  RegisterTaskDefinition: asks<Sdk.RegisterTaskDefinitionRequest>((input, context) => [
    { action: 'ecs:RegisterTaskDefinition', resource: '*', keys: requestTags(input.tags) },
    ...rolesOf(input),
    ...tagging('RegisterTaskDefinition', arnOf('ecs', `task-definition/${input.family ?? ''}:*`, context), input.tags),
  ]),
};
