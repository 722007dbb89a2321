import type { AwsSession } from '../../aws/awsSession.ts';
import { toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import type { Clock } from '../../clock.ts';
import { PrivateEksError } from '../../errors.ts';
import { listTasks, parseBastionTarget } from './bastionTasks.ts';
import { stopBastion } from './stopBastion.ts';

export interface Release {
  /** As StartSession took it. */
  readonly target: string;
  /** Sessions that are the caller's own and do not count. */
  readonly ownSessionIds: readonly string[];
}

export interface Released {
  readonly stopped: boolean;
  /** In words: why it goes, or why it stays. */
  readonly why: string;
}

/** Stops the bastion behind a target when nobody else has a session through it; what cannot be seen counts as somebody. */
export async function releaseBastion(session: AwsSession, release: Release, signal?: AbortSignal): Promise<Released> {
  const ours = parseBastionTarget(release.target);
  if (!ours) return { stopped: false, why: `${release.target} is not a bastion of ours` };
  const others = await othersOn(session, release, signal);
  if (others === undefined)
    return {
      stopped: false,
      why: 'who else uses it cannot be seen: ssm:DescribeSessions; it ends when its time is over',
    };
  if (others > 0)
    return { stopped: false, why: `${others} other ${others === 1 ? 'session goes' : 'sessions go'} through it` };
  const tasks = await listTasks(session, ours.vpcId, 'RUNNING', signal);
  const task = tasks.find(({ taskArn }) => taskArn?.endsWith(`/${ours.taskId}`));
  if (!task?.taskArn) return { stopped: false, why: 'it has ended already' };
  await stopBastion({ session }, { vpcId: ours.vpcId, taskArn: task.taskArn }, signal);
  return { stopped: true, why: 'nobody else used it' };
}

/** Undefined where the sessions of others may not be seen. */
async function othersOn(
  session: AwsSession,
  { target, ownSessionIds }: Release,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  try {
    const ssm = await import('@aws-sdk/client-ssm');
    const client = await session.client('ssm');
    const Filters = [{ key: 'Target' as const, value: target }];
    let others = 0;
    for await (const page of ssm.paginateDescribeSessions(
      { client },
      { State: 'Active', Filters },
      signalOption(signal),
    ))
      others += (page.Sessions ?? []).filter(({ SessionId = '' }) => !ownSessionIds.includes(SessionId)).length;
    return others;
  } catch (error) {
    const known = toPrivateEksError(error);
    if (known.code === 'access-denied' || known.code === 'sandbox-not-implemented') return undefined;
    throw known;
  }
}

export interface IdleWatch {
  /** Target and own sessions as they are now; undefined while the tunnel goes another way. */
  readonly current: () => Release | undefined;
  /** When the last connection through it ended, ms on `clock`; undefined while one is open. */
  readonly idleSince: () => number | undefined;
  readonly idleMs: number;
  readonly clock: Clock;
}

/**
 * Waits until nothing has gone through the bastion for so long, and stops it then, unless others use it: then it waits as long again.
 * Resolves when it was stopped, or has ended by itself; the tunnel is for the caller to close.
 */
export async function stopWhenIdle(session: AwsSession, watch: IdleWatch, signal: AbortSignal): Promise<Released> {
  const { clock, idleMs } = watch;
  let notBefore = 0;
  for (;;) {
    const since = watch.idleSince();
    const due = Math.max(since === undefined ? clock.now() + idleMs : since + idleMs, notBefore);
    const release = watch.current();
    if (release && clock.now() >= due) {
      const released = await releaseBastion(session, release, signal).catch((error: unknown) => {
        if (error instanceof PrivateEksError && error.retryable) return { stopped: false, why: error.message };
        throw error;
      });
      if (released.stopped || released.why === 'it has ended already') return released;
      notBefore = clock.now() + idleMs;
    } else await clock.sleep(Math.max(1_000, due - clock.now()), signal);
  }
}
