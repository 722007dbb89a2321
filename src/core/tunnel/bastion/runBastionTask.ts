import type { RunTaskCommandInput, Task } from '@aws-sdk/client-ecs';
import { signalOption } from '../../aws/identity.ts';
import { PrivateEksError } from '../../errors.ts';
import type { BastionDeps } from './bastion.ts';
import { placementError, runTaskError } from './bastionFailure.ts';
import { bastionContainer, bastionTag, expiryTag, ownerTag, requestTag, tagValue } from './bastionNames.ts';
import type { BastionStackOutputs } from './ensureBastionStack.ts';

export interface TaskRequest {
  readonly vpcId: string;
  readonly stack: BastionStackOutputs;
  readonly subnetIds: readonly string[];
  /** ARN of the caller. */
  readonly owner: string;
  readonly ttlSeconds: number;
  /** One for all attempts: a repeated call never starts a second task. It is on the task, too. */
  readonly token: string;
}

/** New roles are known everywhere after some seconds; ms on the account's clock. */
const roleRetryMs = 5_000;
const roleRetries = 8;

/** Starts one task. */
export async function runBastionTask(
  { session, clock }: BastionDeps,
  request: TaskRequest,
  signal: AbortSignal,
): Promise<Task> {
  const { RunTaskCommand } = await import('@aws-sdk/client-ecs');
  const client = await session.client('ecs');
  const input = runTaskInput(request, clock.now());
  for (let attempt = 0; ; attempt++)
    try {
      const { tasks = [], failures = [] } = await client.send(new RunTaskCommand(input), signalOption(signal));
      const [task] = tasks;
      if (task?.taskArn) return task;
      throw placementError(failures);
    } catch (error) {
      const failure = error instanceof PrivateEksError ? error : runTaskError(error);
      if (failure.code !== 'bastion-role' || !request.stack.isNew || attempt >= roleRetries) throw failure;
      await clock.sleep(roleRetryMs, signal);
    }
}

export function runTaskInput(
  { vpcId, stack, subnetIds, owner, ttlSeconds, token }: TaskRequest,
  now: number,
): RunTaskCommandInput {
  const expires = new Date(now + ttlSeconds * 1000).toISOString();
  const tags = { [bastionTag]: vpcId, [ownerTag]: tagValue(owner), [expiryTag]: expires, [requestTag]: token };
  return {
    cluster: stack.clusterName,
    taskDefinition: stack.taskDefinitionArn,
    launchType: 'FARGATE',
    count: 1,
    clientToken: token,
    startedBy: 'private-eks',
    enableExecuteCommand: true,
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...subnetIds].slice(0, 16),
        securityGroups: [stack.securityGroupId],
        assignPublicIp: 'DISABLED',
      },
    },
    // The time to live is the command itself: it ends on AWS's side, whoever is left.
    overrides: { containerOverrides: [{ name: bastionContainer, command: [`sleep ${ttlSeconds}`] }] },
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  };
}
