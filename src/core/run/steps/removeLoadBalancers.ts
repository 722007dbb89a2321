import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import type { Where } from '../../leftovers/clusterLeavings.ts';
import { failureCause } from '../failureCause.ts';
import { StepFailure, throwIfCancelled, type StepContext, type StepResult } from '../step.ts';
import { deleteClassicBalancer } from '../../leftovers/deleteClassicBalancer.ts';
import { leavings, removedOr, untilDone } from './untilDone.ts';

/** Load balancers and target groups that controllers made for the cluster: only those whose tags, or a classic one's security group, say so. */
export async function removeLoadBalancers(where: Where, context: StepContext): Promise<StepResult> {
  const removed = new Set<string>();
  await untilDone(context, async () => {
    const { balancers, classicBalancers, targetGroups } = await leavings(
      where,
      context,
      'balancers',
      'classicBalancers',
      'targetGroups',
    );
    for (const { id } of classicBalancers) {
      throwIfCancelled(context);
      context.progress(`deleting classic load balancer ${id}`);
      await deleteClassicBalancer(context.session, id, context.signal);
      removed.add(id);
    }
    for (const { id, name = id } of balancers) {
      throwIfCancelled(context);
      context.progress(`deleting load balancer ${name}`);
      await deleteBalancer(id, name, context);
      removed.add(name);
    }
    const held: string[] = [];
    for (const { id, name = id } of targetGroups) {
      throwIfCancelled(context);
      if (await deleteTargetGroup(id, context)) removed.add(name);
      else held.push(`target group ${name}, which a listener still names`);
    }
    return held;
  });
  return removedOr(removed, 'no load balancer was made in the cluster');
}

async function deleteBalancer(LoadBalancerArn: string, name: string, { session, signal }: StepContext): Promise<void> {
  const { DeleteLoadBalancerCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const client = await session.client('elasticLoadBalancing');
  try {
    await client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }), signalOption(signal));
  } catch (error) {
    if (isAwsError(error, 'LoadBalancerNotFound', 'LoadBalancerNotFoundException')) return;
    if (
      !isAwsError(
        error,
        'OperationNotPermitted',
        'OperationNotPermittedException',
        'ResourceInUse',
        'ResourceInUseException',
      )
    )
      throw toPrivateEksError(error);
    throw new StepFailure(
      failureCause({
        code: 'load-balancer-protected',
        what: `Load balancer ${name} may not be deleted.`,
        why: 'Deletion protection is on, or an endpoint service of PrivateLink uses it.',
        fix: 'Switch its protection off, or remove the endpoint service; then run the delete again.',
        awsMessage: error instanceof Error ? error.message : undefined,
        evidence: [LoadBalancerArn],
      }),
    );
  }
}

async function deleteTargetGroup(TargetGroupArn: string, { session, signal }: StepContext): Promise<boolean> {
  const { DeleteTargetGroupCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const client = await session.client('elasticLoadBalancing');
  try {
    await client.send(new DeleteTargetGroupCommand({ TargetGroupArn }), signalOption(signal));
    return true;
  } catch (error) {
    if (isAwsError(error, 'ResourceInUse', 'ResourceInUseException')) return false;
    throw toPrivateEksError(error);
  }
}
