import { isAwsError } from '../aws/errors.ts';
import { principalArn, signalOption, type CallerIdentity } from '../aws/identity.ts';
import { describeStack, type StackView } from '../aws/stack.ts';
import type { Plan } from '../plan/plan.ts';
import { logGroupName } from '../templates/logsTemplate.ts';
import type { Looker } from './look.ts';

/** Stacks that bear a planned name, whosever they are. */
export async function standingStacks({ stacks }: Plan, { session, signal }: Looker): Promise<readonly StackView[]> {
  const found = await Promise.all(stacks.map(({ name }) => describeStack(session, name, signal)));
  return found.filter(stack => stack !== undefined);
}

/** The status of a cluster of the planned name; undefined when there is none. */
export async function standingCluster({ spec }: Plan, { session, signal }: Looker): Promise<string | undefined> {
  const { DescribeClusterCommand } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  try {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name: spec.name }), signalOption(signal));
    return cluster?.status ?? 'of unknown status';
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

export async function standingLogGroup({ spec }: Plan, { session, signal }: Looker): Promise<boolean> {
  const { DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const logs = await session.client('logs');
  const name = logGroupName(spec.name);
  const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
  const { logGroups = [] } = await logs.send(command, signalOption(signal));
  return logGroups.some(group => group.logGroupName === name);
}

/** Services that have their own role in the account. */
export async function linkedServicesOf({ session, signal }: Looker): Promise<readonly string[]> {
  const { paginateListRoles } = await import('@aws-sdk/client-iam');
  const client = await session.client('iam');
  const services = new Set<string>();
  const input = { PathPrefix: '/aws-service-role/' };
  for await (const page of paginateListRoles({ client }, input, signalOption(signal)))
    for (const { Path = '' } of page.Roles ?? []) services.add(Path.split('/')[2] ?? '');
  return [...services];
}

/** The principal whose policies a simulation asks; undefined for the account's root, whom no policy holds. */
export async function policySource(caller: CallerIdentity, { session, signal }: Looker): Promise<string | undefined> {
  if (/:root$/.test(caller.arn)) return undefined;
  return principalArn(session, caller, signal);
}

/** When the session's credentials end, ms of real time; undefined for keys that do not end, or do not tell. */
export async function credentialsEnd({ session }: Looker): Promise<number | undefined> {
  const { expiration } = await session.credentials();
  return expiration?.getTime();
}
