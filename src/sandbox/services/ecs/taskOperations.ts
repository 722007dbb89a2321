import type * as Sdk from '@aws-sdk/client-ecs';
import type { CallContext } from '../../kernel/account.ts';
import { activeCluster, findCluster, invalid, lastPart, listed, tasks, type Place, type TaskRow } from './ecsRows.ts';
import { beginStop } from './taskJobs.ts';

export function shownTask(row: TaskRow, include: readonly string[] = []): Sdk.Task {
  const {
    network: _n,
    taskRole: _t,
    executionRole: _e,
    lifetime: _l,
    struck: _s,
    tags,
    ...task
  } = structuredClone(row);
  return { ...task, tags: include.includes('TAGS') ? tags : [] };
}

/** By id or ARN. */
function findTask(place: Place, clusterArn: string, given: string): TaskRow | undefined {
  const id = lastPart(given);
  if (id.length !== 32 && id.length !== 36) throw invalid('taskId length should be one of [32,36]');
  return tasks(place).find(row => row.clusterArn === clusterArn && lastPart(row.taskArn) === id);
}

const arnOf = ({ account, region }: Place, cluster: string, given: string): string =>
  given.startsWith('arn:') ? given : account.arn('ecs', region, `task/${cluster}/${given}`);

export const taskOperations = {
  DescribeTasks(input: Sdk.DescribeTasksRequest, context: CallContext): Sdk.DescribeTasksResponse {
    const { clusterArn, clusterName } = findCluster(context, input.cluster);
    const given = input.tasks ?? [];
    if (given.length === 0) throw invalid('Tasks cannot be empty.');
    if (given.length > 100) throw invalid('Tasks can have at most 100 items.');
    const found = given.map(id => [id, findTask(context, clusterArn, id)] as const);
    const missing = found.filter(([, row]) => !row).map(([id]) => id);
    return {
      tasks: found.flatMap(([, row]) => (row ? shownTask(row, input.include) : [])),
      failures: missing.map(id => ({ arn: arnOf(context, clusterName, id), reason: 'MISSING' })),
    };
  },

  ListTasks(input: Sdk.ListTasksRequest, context: CallContext): object {
    const { clusterArn } = activeCluster(context, input.cluster);
    const { family, startedBy, desiredStatus = 'RUNNING', launchType } = input;
    if (startedBy !== undefined && family !== undefined) throw invalid('startedBy must be the only filter.');
    const matches = (row: TaskRow): boolean =>
      row.clusterArn === clusterArn &&
      row.desiredStatus === desiredStatus &&
      (family === undefined || lastPart(row.taskDefinitionArn).split(':')[0] === family) &&
      (startedBy === undefined || row.startedBy === startedBy) &&
      (launchType === undefined || row.launchType === launchType);
    const arns = tasks(context)
      .filter(matches)
      .map(row => row.taskArn);
    return listed('taskArns', arns, input);
  },

  StopTask(input: Sdk.StopTaskRequest, context: CallContext): Sdk.StopTaskResponse {
    const { clusterArn } = activeCluster(context, input.cluster);
    const row = findTask(context, clusterArn, input.task ?? '');
    if (!row) throw invalid('The referenced task was not found.');
    if ((input.reason?.length ?? 0) > 1024) throw invalid('reason must have length less than or equal to 1024.');
    beginStop(context, row, 'UserInitiated', input.reason ?? 'Task stopped by user');
    return { task: shownTask(row, ['TAGS']) };
  },
};
