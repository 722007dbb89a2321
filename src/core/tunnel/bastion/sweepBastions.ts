import { randomUUID } from 'node:crypto';
import { deleteStack } from '../../aws/changeStack.ts';
import { describeStack } from '../../aws/stack.ts';
import { isSettled } from '../../aws/stackStatus.ts';
import { StackWatcher } from '../../aws/stackWatcher.ts';
import { PrivateEksError } from '../../errors.ts';
import type { BastionDeps, BastionsOfVpc } from './bastion.ts';
import { removeRules } from './bastionRule.ts';
import { listBastions } from './listBastions.ts';
import { listTasks, stopTask } from './bastionTasks.ts';
import { requireOurs } from './ensureBastionStack.ts';

export interface SweepRequest {
  /** Absent: every VPC of the region that has our stack. */
  readonly vpcId?: string | undefined;
  /** Also what somebody may be using. */
  readonly stopRunning?: boolean;
  readonly onProgress?: (text: string) => void;
}

export interface Swept {
  readonly removed: readonly string[];
  /** What stays, each with why. */
  readonly kept: readonly string[];
}

/** A stopping task holds its network interface, and that the security group; ms on the account's clock. */
const wait = { every: 3_000, atMost: 5 * 60_000 } as const;

/** Removes what nobody uses: rules and the stack of every VPC without a running bastion. Only what carries our tag. */
export async function sweepBastions(deps: BastionDeps, request: SweepRequest, signal: AbortSignal): Promise<Swept> {
  const removed: string[] = [];
  const kept: string[] = [];
  for (const found of await listBastions(deps, request, signal)) {
    const used = inUse(found, request.stopRunning ?? false);
    if (used === undefined) removed.push(...(await sweepVpc(deps, found, request, signal)));
    else kept.push(used);
  }
  return { removed, kept };
}

function inUse({ vpcId, bastions, stack }: BastionsOfVpc, stopRunning: boolean): string | undefined {
  if (stopRunning) return undefined;
  if (bastions.length > 0)
    return `${bastions.length === 1 ? 'a bastion' : `${bastions.length} bastions`} in ${vpcId}: in use until ${new Date(Math.max(...bastions.map(({ expiresAt }) => expiresAt))).toISOString()}`;
  if (stack && !isSettled(stack.status)) return `stack ${stack.name}: somebody changes it (${stack.status})`;
  return undefined;
}

async function sweepVpc(
  deps: BastionDeps,
  { vpcId, stack, bastions, rules }: BastionsOfVpc,
  { onProgress = () => undefined }: SweepRequest,
  signal: AbortSignal,
): Promise<string[]> {
  const { session, clock } = deps;
  const removed: string[] = [];
  for (const { taskArn } of bastions) {
    onProgress(`Stopping ${taskArn}`);
    await stopTask(session, vpcId, taskArn, 'Private EKS: swept');
    removed.push(`task ${taskArn}`);
  }
  for (const { ruleId, groupId } of await removeRules(session, rules)) removed.push(`rule ${ruleId} of ${groupId}`);
  if (!stack) return removed;
  if (!isSettled(stack.status)) {
    onProgress(`Waiting for stack ${stack.name}, which is ${stack.status}`);
    const now = await describeStack(session, stack.name, signal);
    if (now) await new StackWatcher(session, clock).watch(now.id, { signal, onEvents: () => undefined });
  }
  const current = await describeStack(session, stack.name, signal);
  if (!current) return [...removed, `stack ${stack.name}`];
  requireOurs(current, vpcId);
  onProgress(`Waiting for the tasks in ${vpcId} to end`);
  await tasksEnded(deps, vpcId, signal);
  onProgress(`Deleting stack ${stack.name}`);
  await deleteStack(session, current, randomUUID(), signal);
  const last = await new StackWatcher(session, clock).watch(current.id, { signal, onEvents: () => undefined });
  if (last.status !== 'DELETE_COMPLETE')
    throw new PrivateEksError(
      'bastion-stack-failed',
      `Stack ${stack.name} could not be deleted: ${last.statusReason ?? last.status}.`,
      { retryable: true, fix: 'Remove what uses its security group or its ECS cluster, and sweep again.' },
    );
  return [...removed, `stack ${stack.name}`];
}

async function tasksEnded({ session, clock }: BastionDeps, vpcId: string, signal: AbortSignal): Promise<void> {
  const since = clock.now();
  for (;;) {
    const lists = await Promise.all([
      listTasks(session, vpcId, 'RUNNING', signal),
      listTasks(session, vpcId, 'STOPPED', signal),
    ]);
    const alive = lists.flat().filter(({ lastStatus }) => lastStatus !== 'STOPPED');
    if (alive.length === 0) return;
    if (clock.now() - since > wait.atMost)
      throw new PrivateEksError('bastion-slow', `Tasks in ${vpcId} do not end: ${alive[0]?.taskArn ?? ''}.`, {
        retryable: true,
        fix: 'Sweep again in some minutes.',
      });
    await clock.sleep(wait.every, signal);
  }
}
