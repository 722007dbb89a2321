import type { Task } from '@aws-sdk/client-ecs';
import { callerIdentity } from '../../aws/identity.ts';
import { PrivateEksError } from '../../errors.ts';
import type { BastionArchitecture } from '../../templates/bastionStack.ts';
import type { ClusterReach } from '../route/clusterAccess.ts';
import { isJoinable, type Bastion, type BastionDeps } from './bastion.ts';
import { agentError, taskEndError } from './bastionFailure.ts';
import { imageProblem } from './bastionImage.ts';
import { missingFix, missingText, placeBastion, type Placement } from './bastionPlacement.ts';
import { openDoor } from './bastionRule.ts';
import { bastionContainer } from './bastionNames.ts';
import { describeTasks, listTasks, stopTask, toBastion } from './bastionTasks.ts';
import { ensureBastionStack } from './ensureBastionStack.ts';
import { networkFacts } from './networkFacts.ts';
import { resolveBastionImage } from './resolveBastionImage.ts';
import { runBastionTask } from './runBastionTask.ts';
import { closeDoorAfterLast } from './stopBastion.ts';

export interface BastionRequest {
  readonly cluster: ClusterReach;
  /** How long the task lives at most; default eight hours. */
  readonly ttlSeconds?: number | undefined;
  /** A bastion with less than this left is not joined: a new one is started beside it. Default ten minutes. */
  readonly joinIfLeftSeconds?: number | undefined;
  /** Absent: AWS's own, by region. */
  readonly image?: string | undefined;
  /** Default X86_64, which every region's Fargate runs. */
  readonly architecture?: BastionArchitecture | undefined;
  /** See `BastionStackOptions.cleanUp`. */
  readonly cleanUp?: string | undefined;
  readonly onProgress?: (progress: BastionProgress) => void;
}

/** `at` is the account's time, ms. */
export interface BastionProgress {
  readonly step: 'looking' | 'stack' | 'task' | 'agent' | 'ready';
  readonly text: string;
  readonly at: number;
}

export const defaultTtlSeconds = 8 * 3600;
export const ttlRange = { least: 60, most: 24 * 3600 } as const;
const defaultJoinIfLeftSeconds = 600;

/** How often, and for how long, a starting task is looked at; ms on the account's clock. Usually it takes 30 to 60 seconds. */
const wait = { every: 2_000, atMost: 5 * 60_000, agentAtMost: 90_000 } as const;

/**
 * Joins the VPC's running bastion, or starts one; either way it reaches the cluster and Session Manager reaches it. Doing it twice, or
 * two people at once, gives one task. What fails or is cancelled takes its own task and an unused rule away again; the stack stays, at
 * no cost. @throws PrivateEksError `bastion-…`
 */
export async function startBastion(deps: BastionDeps, request: BastionRequest, signal: AbortSignal): Promise<Bastion> {
  const { session, clock } = deps;
  const { cluster, ttlSeconds = defaultTtlSeconds, joinIfLeftSeconds = defaultJoinIfLeftSeconds } = request;
  const { vpcId } = cluster;
  requireSane(request, ttlSeconds);
  const tell = (step: BastionProgress['step'], text: string) => request.onProgress?.({ step, text, at: clock.now() });
  tell('looking', `Looking for a bastion in ${vpcId}`);
  const joinable = (task: Task) => isJoinable(toBastion(vpcId, task), clock.now(), joinIfLeftSeconds * 1000);
  const [caller, running] = await Promise.all([
    callerIdentity(session, signal),
    listTasks(session, vpcId, 'RUNNING', signal),
  ]);
  const found = oldest(running.filter(joinable));
  const image = request.image ?? (await resolveBastionImage(session, caller.partition, signal));
  const stackRequest = {
    vpcId,
    partition: caller.partition,
    image,
    architecture: request.architecture ?? 'X86_64',
    cleanUp: request.cleanUp,
  };
  // Others' tasks are not ended for the sake of another image.
  const insists = [request.image, request.architecture, request.cleanUp].some(wish => wish !== undefined);
  const ensure = (insist: boolean) =>
    ensureBastionStack(deps, { ...stackRequest, insist }, text => tell('stack', text), signal);
  if (found) {
    tell('task', `Joining the bastion of ${shortOwner(toBastion(vpcId, found).owner)}`);
    const stack = await ensure(false);
    return await becomeReady(found, stack.securityGroupId, undefined);
  }
  const placement = placeBastion(await networkFacts(session, vpcId, cluster.network.subnetIds, signal), image);
  requirePlace(placement, cluster);
  const stack = await ensure(insists);
  tell('task', `Starting a bastion for ${duration(ttlSeconds)}, usually 30 to 60 seconds`);
  const { subnetIds } = placement;
  const task = await runBastionTask(deps, { vpcId, stack, subnetIds, owner: caller.arn, ttlSeconds }, signal);
  try {
    const first = oldest([task, ...(await listTasks(session, vpcId, 'RUNNING', signal)).filter(joinable)]);
    if (first && first.taskArn !== task.taskArn) {
      tell('task', `Joining the bastion of ${shortOwner(toBastion(vpcId, first).owner)}, which was a moment earlier`);
      await stopTask(session, vpcId, task.taskArn ?? '', 'Private EKS: another bastion was a moment earlier');
      return await becomeReady(first, stack.securityGroupId, undefined);
    }
    return await becomeReady(task, stack.securityGroupId, placement);
  } catch (error) {
    // Also after a cancellation: what was begun here is ended here.
    await stopTask(
      session,
      vpcId,
      task.taskArn ?? '',
      'Private EKS: it did not become ready, or nobody waits for it',
    ).catch(() => undefined);
    await closeDoorAfterLast(session, vpcId).catch(() => undefined);
    throw error;
  }

  async function becomeReady(
    task: Task,
    bastionSecurityGroupId: string,
    placed: Placement | undefined,
  ): Promise<Bastion> {
    const { clusterSecurityGroupId } = cluster.network;
    const door = { vpcId, cluster: cluster.name, clusterSecurityGroupId, bastionSecurityGroupId };
    await openDoor(session, door, signal);
    const ready = await waitUntilReady(deps, task, placed, step => tell('agent', step), signal, vpcId);
    // Whoever stopped the last bastion meanwhile took the rule with it.
    await openDoor(session, door, signal);
    tell('ready', 'The bastion is ready');
    return ready;
  }
}

async function waitUntilReady(
  { session, clock }: BastionDeps,
  started: Task,
  placement: Placement | undefined,
  say: (text: string) => void,
  signal: AbortSignal,
  vpcId: string,
): Promise<Bastion> {
  const since = clock.now();
  let ranSince: number | undefined;
  for (;;) {
    // A task that was just started may be unknown to its readers for a moment.
    const [task = started] = await describeTasks(session, vpcId, [started.taskArn ?? ''], signal);
    const bastion = toBastion(vpcId, task);
    if (bastion.state === 'ready' && bastion.target !== undefined) return bastion;
    if (task.lastStatus === 'STOPPED') throw taskEndError(task, placement);
    const container = task.containers?.find(({ name }) => name === bastionContainer);
    const agent = container?.managedAgents?.find(({ name }) => name === 'ExecuteCommandAgent');
    if (bastion.state !== 'stopping' && agent?.lastStatus === 'STOPPED') throw agentError(agent.reason, placement);
    if (bastion.target !== undefined && ranSince === undefined) {
      ranSince = clock.now();
      say('The task runs; waiting for Session Manager’s agent in it');
    }
    if (ranSince !== undefined && clock.now() - ranSince > wait.agentAtMost)
      throw agentError(`still ${agent?.lastStatus ?? 'absent'} after ${wait.agentAtMost / 1000} s`, placement);
    if (clock.now() - since > wait.atMost)
      throw new PrivateEksError(
        'bastion-slow',
        `The bastion is still ${task.lastStatus ?? 'unknown'} after ${wait.atMost / 60_000} minutes.`,
        { retryable: true, fix: 'Try again; the task is stopped meanwhile.' },
      );
    await clock.sleep(wait.every, signal);
  }
}

function oldest(tasks: readonly Task[]): Task | undefined {
  return [...tasks].sort(
    (a, b) =>
      (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0) || (a.taskArn ?? '').localeCompare(b.taskArn ?? ''),
  )[0];
}

function requireSane({ image }: BastionRequest, ttlSeconds: number): void {
  const problem = image === undefined ? undefined : imageProblem(image);
  if (problem) throw new PrivateEksError('bastion-image-name', `The bastion’s image is not usable: ${problem}.`);
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < ttlRange.least || ttlSeconds > ttlRange.most)
    throw new PrivateEksError('bastion-ttl', `A bastion lives from one minute to 24 hours, not ${ttlSeconds} seconds.`);
}

function requirePlace(placement: Placement, { vpcId }: ClusterReach): void {
  if (placement.subnetIds.length === 0)
    throw new PrivateEksError(
      'bastion-no-subnet',
      `No subnet of the cluster in ${vpcId} has a free address for a bastion.`,
      {
        fix: 'Free addresses, or add a subnet to the cluster.',
      },
    );
  const missing = missingText(placement);
  if (missing && placement.certain)
    throw new PrivateEksError('bastion-cut-off', `A bastion cannot start in ${vpcId}: ${missing} is missing.`, {
      fix: missingFix(placement),
    });
}

function shortOwner(arn: string): string {
  return arn.split('/').at(-1) || 'somebody';
}

function duration(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${Math.round(seconds / 60)} min`;
}
