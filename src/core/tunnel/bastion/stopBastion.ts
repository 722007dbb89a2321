import type { AwsSession } from '../../aws/awsSession.ts';
import type { BastionDeps, BastionRule } from './bastion.ts';
import { listRules, removeRules } from './bastionRule.ts';
import { listTasks, stopTask } from './bastionTasks.ts';

export interface Stopped {
  /** ARNs of the tasks that were told to stop. */
  readonly tasks: readonly string[];
  /** Rules that went with the last task. */
  readonly rules: readonly BastionRule[];
}

/**
 * Stops one task, or all of a VPC's; with the last one go the rules. Doing it twice does nothing. The stack stays, at no cost.
 * `taskArn` of a task that is not ours, or that has ended, is passed over.
 */
export async function stopBastion(
  { session }: Pick<BastionDeps, 'session'>,
  which: { readonly vpcId: string; readonly taskArn?: string | undefined },
  signal?: AbortSignal,
): Promise<Stopped> {
  const running = await listTasks(session, which.vpcId, 'RUNNING', signal);
  const chosen = running.filter(({ taskArn }) => which.taskArn === undefined || taskArn === which.taskArn);
  for (const { taskArn = '' } of chosen)
    await stopTask(session, which.vpcId, taskArn, 'Private EKS: stopped by its users');
  return {
    tasks: chosen.map(({ taskArn = '' }) => taskArn),
    rules: await closeDoorAfterLast(session, which.vpcId, signal),
  };
}

/** Takes the VPC's rules away when no task is left to need them. */
export async function closeDoorAfterLast(
  session: AwsSession,
  vpcId: string,
  signal?: AbortSignal,
): Promise<BastionRule[]> {
  if ((await listTasks(session, vpcId, 'RUNNING', signal)).length > 0) return [];
  return removeRules(session, await listRules(session, vpcId, signal));
}
