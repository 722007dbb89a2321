import type { Task } from '@aws-sdk/client-ecs';
import type { AwsSession } from '../../aws/awsSession.ts';
import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { bastionHourlyUsd, type Bastion } from './bastion.ts';
import { bastionContainer, bastionNames, bastionTag, expiryTag, ownerTag } from './bastionNames.ts';

/** DescribeTasks takes no more at once. */
const describedAtOnce = 100;

/** Tasks of one VPC's ECS cluster that carry our tag; stopped ones only where asked for. None where there is no such ECS cluster. */
export async function listTasks(
  session: AwsSession,
  vpcId: string,
  desiredStatus: 'RUNNING' | 'STOPPED',
  signal?: AbortSignal,
): Promise<Task[]> {
  try {
    const ecs = await import('@aws-sdk/client-ecs');
    const client = await session.client('ecs');
    const { cluster } = bastionNames(vpcId);
    const arns: string[] = [];
    for await (const page of ecs.paginateListTasks({ client }, { cluster, desiredStatus }, signalOption(signal)))
      arns.push(...(page.taskArns ?? []));
    return await describeTasks(session, vpcId, arns, signal);
  } catch (error) {
    if (isAwsError(error, 'ClusterNotFoundException')) return [];
    throw toPrivateEksError(error);
  }
}

export async function describeTasks(
  session: AwsSession,
  vpcId: string,
  arns: readonly string[],
  signal?: AbortSignal,
): Promise<Task[]> {
  try {
    const { DescribeTasksCommand } = await import('@aws-sdk/client-ecs');
    const client = await session.client('ecs');
    const { cluster } = bastionNames(vpcId);
    const found: Task[] = [];
    for (let start = 0; start < arns.length; start += describedAtOnce) {
      const tasks = arns.slice(start, start + describedAtOnce);
      const command = new DescribeTasksCommand({ cluster, tasks, include: ['TAGS'] });
      found.push(...((await client.send(command, signalOption(signal))).tasks ?? []));
    }
    return found.filter(task => tagsOf(task)[bastionTag] === vpcId);
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

export async function stopTask(session: AwsSession, vpcId: string, taskArn: string, reason: string): Promise<void> {
  try {
    const { StopTaskCommand } = await import('@aws-sdk/client-ecs');
    const client = await session.client('ecs');
    await client.send(new StopTaskCommand({ cluster: bastionNames(vpcId).cluster, task: taskArn, reason }));
  } catch (error) {
    // Stopped tasks are forgotten after an hour, and their cluster may go before.
    if (isAwsError(error, 'ClusterNotFoundException')) return;
    if (isAwsError(error, 'InvalidParameterException') && /not found/i.test((error as Error).message)) return;
    throw toPrivateEksError(error);
  }
}

/** A task as people see it. */
export function toBastion(vpcId: string, task: Task): Bastion {
  const tags = tagsOf(task);
  const taskArn = task.taskArn ?? '';
  const container = task.containers?.find(({ name }) => name === bastionContainer);
  const agent = container?.managedAgents?.find(({ name }) => name === 'ExecuteCommandAgent');
  const runs = task.lastStatus === 'RUNNING' && container?.lastStatus === 'RUNNING';
  const stops =
    task.desiredStatus === 'STOPPED' || /^(DEACTIVATING|STOPPING|DEPROVISIONING|STOPPED)$/.test(task.lastStatus ?? '');
  const arm = task.attributes?.some(({ name, value }) => name === 'ecs.cpu-architecture' && value === 'arm64');
  const network = task.attachments?.find(({ type }) => type === 'ElasticNetworkInterface');
  return {
    vpcId,
    taskArn,
    state: stops ? 'stopping' : runs && agent?.lastStatus === 'RUNNING' ? 'ready' : 'starting',
    target: runs && container.runtimeId ? bastionTarget(taskArn, container.runtimeId) : undefined,
    owner: tags[ownerTag] ?? '',
    createdAt: task.createdAt?.getTime() ?? 0,
    expiresAt: Date.parse(tags[expiryTag] ?? '') || 0,
    hourlyUsd: bastionHourlyUsd(arm ? 'ARM64' : 'X86_64'),
    subnetId: network?.details?.find(({ name }) => name === 'subnetId')?.value,
  };
}

/** `ecs:<cluster>_<task id>_<runtime id>`, as the agent in the task names itself. */
export function bastionTarget(taskArn: string, runtimeId: string): string {
  const [cluster = '', taskId = ''] = taskArn.split('/').slice(-2);
  return `ecs:${cluster}_${taskId}_${runtimeId}`;
}

/** The VPC and task of a target, undefined when it is none of our bastions'. Cluster names may hold `_`, task ids do not. */
export function parseBastionTarget(target: string): { readonly vpcId: string; readonly taskId: string } | undefined {
  const match = /^ecs:private-eks-bastion-(vpc-[0-9a-f]+)_([0-9a-f]+)_/.exec(target);
  return match ? { vpcId: match[1] ?? '', taskId: match[2] ?? '' } : undefined;
}

export function tagsOf(task: Task): Readonly<Record<string, string>> {
  return Object.fromEntries((task.tags ?? []).map(({ key = '', value = '' }) => [key, value]));
}
