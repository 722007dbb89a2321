import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { PrivateEksError } from '../../errors.ts';
import type { StepContext } from '../step.ts';

/** An update of a control plane takes minutes at most; ms. */
const patienceMs = 20 * 60_000;

/**
 * Switches the cluster's own deletion protection off and waits until that, and any update before it, is done. EKS deletes a cluster that
 * failed whatever its protection says, and takes no update of it.
 */
export async function liftDeletionProtection(context: StepContext): Promise<void> {
  const { session, clock, signal, cancel, cluster: name } = context;
  const { DescribeClusterCommand, UpdateClusterConfigCommand } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  const deadline = clock.now() + patienceMs;
  try {
    for (;;) {
      const { cluster } = await eks.send(new DescribeClusterCommand({ name }), signalOption(signal));
      if (cluster?.status === 'DELETING' || cluster?.status === 'FAILED') return;
      if (cluster?.deletionProtection !== true && cluster?.status !== 'UPDATING') return;
      if (cluster.status === 'ACTIVE') {
        context.progress('switching deletion protection off');
        await eks
          .send(new UpdateClusterConfigCommand({ name, deletionProtection: false }), signalOption(signal))
          .catch((error: unknown) => {
            // One update at a time: the next round tries again.
            if (!isAwsError(error, 'ResourceInUseException')) throw error;
          });
      }
      if (clock.now() > deadline)
        throw new PrivateEksError('cluster-busy', `Cluster ${name} stays ${cluster?.status}.`, { retryable: true });
      await clock.sleep(5_000, cancel);
    }
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return;
    throw toPrivateEksError(error);
  }
}
