import { randomUUID } from 'node:crypto';
import type { Task } from '@aws-sdk/client-ecs';
import type { AwsSession } from '../../aws/awsSession.ts';
import { callerIdentity } from '../../aws/identity.ts';
import { PrivateEksError } from '../../errors.ts';
import type { BastionArchitecture } from '../../templates/bastionStack.ts';
import type { ClusterReach } from '../route/clusterAccess.ts';
import { isJoinable, type Bastion, type BastionDeps } from './bastion.ts';
import { imageProblem } from './bastionImage.ts';
import { missingFix, missingText, placeBastion, type Placement } from './bastionPlacement.ts';
import { openDoor } from './bastionRule.ts';
import { requestTag } from './bastionNames.ts';
import { listTasks, stopTask, tagsOf, toBastion } from './bastionTasks.ts';
import { becomeReady } from './becomeReady.ts';
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
  /** This call's own task is ready; not called when another one was joined. */
  readonly onStarted?: (bastion: Bastion) => void;
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
    return await reachable(found, stack.securityGroupId, undefined);
  }
  const placement = placeBastion(await networkFacts(session, vpcId, cluster.network.subnetIds, signal), image);
  requirePlace(placement, cluster);
  const stack = await ensure(insists);
  tell('task', `Starting a bastion for ${duration(ttlSeconds)}, usually 30 to 60 seconds`);
  const { subnetIds } = placement;
  const token = randomUUID();
  try {
    const task = await runBastionTask(deps, { vpcId, stack, subnetIds, owner: caller.arn, ttlSeconds, token }, signal);
    const first = oldest([task, ...(await listTasks(session, vpcId, 'RUNNING', signal)).filter(joinable)]);
    if (first && first.taskArn !== task.taskArn) {
      tell('task', `Joining the bastion of ${shortOwner(toBastion(vpcId, first).owner)}, which was a moment earlier`);
      await stopTask(session, vpcId, task.taskArn ?? '', 'Private EKS: another bastion was a moment earlier');
      return await reachable(first, stack.securityGroupId, undefined);
    }
    const ready = await reachable(task, stack.securityGroupId, placement);
    request.onStarted?.(ready);
    return ready;
  } catch (error) {
    // Also after a cancellation, and where AWS's answer never came: what was begun here is ended here.
    await takeBack(session, vpcId, token).catch(() => undefined);
    throw error;
  }

  async function reachable(
    task: Task,
    bastionSecurityGroupId: string,
    placed: Placement | undefined,
  ): Promise<Bastion> {
    const { clusterSecurityGroupId } = cluster.network;
    const door = { vpcId, cluster: cluster.name, clusterSecurityGroupId, bastionSecurityGroupId };
    await openDoor(session, door, signal);
    const say = (text: string) => tell('agent', text);
    const ready = await becomeReady(deps, { vpcId, task, placement: placed }, say, signal);
    // Whoever stopped the last bastion meanwhile took the rule with it.
    await openDoor(session, door, signal);
    tell('ready', 'The bastion is ready');
    return ready;
  }
}

async function takeBack(session: AwsSession, vpcId: string, token: string): Promise<void> {
  for (const task of await listTasks(session, vpcId, 'RUNNING'))
    if (tagsOf(task)[requestTag] === token)
      await stopTask(session, vpcId, task.taskArn ?? '', 'Private EKS: not ready, or nobody waits for it');
  await closeDoorAfterLast(session, vpcId);
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
