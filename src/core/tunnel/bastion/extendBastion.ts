import { isJoinable, type Bastion, type BastionDeps } from './bastion.ts';
import { listTasks, toBastion } from './bastionTasks.ts';
import { releaseBastion, type Released } from './releaseBastion.ts';
import { defaultTtlSeconds, startBastion, type BastionRequest } from './startBastion.ts';

/** So much less than asked for is no reason for another task; ms. */
const slackMs = 120_000;

/** Whether a bastion has as much time left as it would get. */
export function livesAsLong(bastion: Bastion, now: number, ttlSeconds = defaultTtlSeconds): boolean {
  return isJoinable(bastion, now, Math.max(0, ttlSeconds * 1000 - slackMs));
}

/**
 * A bastion that lives so long from now. A task's time is in its command and cannot be changed: a new task is started beside the old one,
 * unless one has as much time left. `retireOlder` ends the old one when it is not needed; else it ends when its own time is over.
 */
export function extendBastion(deps: BastionDeps, request: BastionRequest, signal: AbortSignal): Promise<Bastion> {
  const { ttlSeconds = defaultTtlSeconds } = request;
  return startBastion(deps, { ...request, joinIfLeftSeconds: Math.max(0, ttlSeconds - slackMs / 1000) }, signal);
}

export interface Retired extends Released {
  readonly bastion: Bastion;
}

/** Stops what `kept` has taken over from, where nobody has a session through it; tells why the others stay. */
export async function retireOlder(
  { session, clock }: BastionDeps,
  kept: Bastion,
  signal?: AbortSignal,
): Promise<Retired[]> {
  const tasks = await listTasks(session, kept.vpcId, 'RUNNING', signal);
  const older = tasks
    .map(task => toBastion(kept.vpcId, task))
    .filter(({ taskArn, expiresAt }) => taskArn !== kept.taskArn && expiresAt < kept.expiresAt)
    .filter(bastion => isJoinable(bastion, clock.now(), 0));
  const retired: Retired[] = [];
  for (const bastion of older) {
    const { target } = bastion;
    const released = target
      ? await releaseBastion(session, { target, ownSessionIds: [] }, signal)
      : { stopped: false, why: 'somebody is starting it' };
    retired.push({ bastion, ...released });
  }
  return retired;
}
