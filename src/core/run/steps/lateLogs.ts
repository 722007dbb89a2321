import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { logGroupName } from '../../templates/logsTemplate.ts';
import { throwIfCancelled, type StepContext, type StepResult } from '../step.ts';

const looks = { times: 4, everyMs: 15_000 };

/** EKS may write to the log group once more after cluster and group are gone, and that makes it again: so it is looked for. */
export async function removeLateLogs(context: StepContext): Promise<StepResult> {
  const { session, clock, signal, cancel, cluster } = context;
  const name = logGroupName(cluster);
  if (await clusterExists(context)) return { outcome: 'already', summary: 'the cluster is still there' };
  let removed = 0;
  for (let look = 1; look <= looks.times; look++) {
    throwIfCancelled(context);
    if (await logGroupExists(context)) {
      const { DeleteLogGroupCommand } = await import('@aws-sdk/client-cloudwatch-logs');
      const logs = await session.client('logs');
      await logs
        .send(new DeleteLogGroupCommand({ logGroupName: name }), signalOption(signal))
        .catch((error: unknown) => {
          if (!isAwsError(error, 'ResourceNotFoundException')) throw toPrivateEksError(error);
        });
      removed++;
    }
    context.progress(`looking for late logs, ${look} of ${looks.times}`);
    if (look < looks.times) await clock.sleep(looks.everyMs, cancel);
  }
  return removed > 0 ? { outcome: 'done', summary: `${name} was written again and removed` } : { outcome: 'already' };
}

export async function logGroupExists({ session, signal, cluster }: StepContext): Promise<boolean> {
  const { DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const logs = await session.client('logs');
  const name = logGroupName(cluster);
  try {
    const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
    const { logGroups = [] } = await logs.send(command, signalOption(signal));
    return logGroups.some(group => group.logGroupName === name);
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

export async function clusterExists({ session, signal, cluster: name }: StepContext): Promise<boolean> {
  const { DescribeClusterCommand } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  try {
    await eks.send(new DescribeClusterCommand({ name }), signalOption(signal));
    return true;
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return false;
    throw toPrivateEksError(error);
  }
}
