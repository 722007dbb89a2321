import type { Task } from '@aws-sdk/client-ecs';
import { PrivateEksError } from '../../errors.ts';
import type { Bastion, BastionDeps } from './bastion.ts';
import { agentError, taskEndError } from './bastionFailure.ts';
import { bastionContainer } from './bastionNames.ts';
import type { Placement } from './bastionPlacement.ts';
import { describeTasks, toBastion } from './bastionTasks.ts';

/** How often, and for how long, a starting task is looked at; ms on the account's clock. Usually it takes 30 to 60 seconds. */
const wait = { every: 2_000, atMost: 5 * 60_000, agentAtMost: 90_000 } as const;

export interface Awaited {
  readonly vpcId: string;
  readonly task: Task;
  /** What its subnets lack, where that was looked at. */
  readonly placement: Placement | undefined;
}

/** Waits until a task and the agent in it run. @throws PrivateEksError `bastion-…` with why they never will */
export async function becomeReady(
  { session, clock }: BastionDeps,
  { vpcId, task: started, placement }: Awaited,
  say: (text: string) => void,
  signal: AbortSignal,
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
