import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import type { Leavings, Where } from '../../leftovers/clusterLeavings.ts';
import { leftoverText } from '../../leftovers/leftover.ts';
import { failureCause } from '../failureCause.ts';
import { StepFailure, throwIfCancelled, type StepContext, type StepResult } from '../step.ts';
import { leavings, removedOr, untilDone } from './untilDone.ts';

/**
 * Node groups and Fargate profiles that were given to the cluster beside its stacks, then the nodes that Karpenter launched, and its launch
 * templates: nobody else's once Karpenter itself is gone. Auto Mode's are EKS's to take away, with the cluster.
 */
export async function removeInstances(where: Where, context: StepContext): Promise<StepResult> {
  const removed = new Set<string>();
  await untilDone(context, async () => {
    const { nodeGroups, instances, launchTemplates } = await leavings(
      where,
      context,
      'nodeGroups',
      'instances',
      'launchTemplates',
    );
    refuseOthers(nodeGroups, context);
    const groups = await deleteNodeGroups(nodeGroups, removed, context);
    if (groups.length > 0) return groups;
    const ofKarpenter = instances.filter(({ autoMode }) => !autoMode);
    const held = await terminate(ofKarpenter, removed, context);
    if (held.length > 0) return held;
    for (const { id, name = id } of launchTemplates) {
      throwIfCancelled(context);
      await deleteLaunchTemplate(id, context);
      removed.add(name);
    }
    return [];
  });
  return removedOr(removed, 'there are none');
}

/** What has to be waited for: a terminated instance lets go of its disks and interface only after a while. */
export async function terminate(
  instances: Leavings['instances'],
  removed: Set<string>,
  context: StepContext,
): Promise<string[]> {
  const { session, signal } = context;
  const { TerminateInstancesCommand } = await import('@aws-sdk/client-ec2');
  for (const { id } of instances) {
    throwIfCancelled(context);
    context.progress(`terminating instance ${id}`);
    const client = await session.client('ec2');
    try {
      // One by one: a refusal for one of several would keep all.
      await client.send(new TerminateInstancesCommand({ InstanceIds: [id] }), signalOption(signal));
      removed.add(id);
    } catch (error) {
      if (isAwsError(error, 'InvalidInstanceID.NotFound')) continue;
      if (!isAwsError(error, 'OperationNotPermitted', 'UnsupportedOperation')) throw toPrivateEksError(error);
      throw new StepFailure(
        failureCause({
          code: 'instance-protected',
          what: `Instance ${id} of ${context.cluster} may not be terminated.`,
          why: 'Its termination protection is on, or AWS sees to it by itself.',
          fix: `Switch its protection off (\`aws ec2 modify-instance-attribute --no-disable-api-termination --instance-id ${id}\`); then run the delete again: it goes on from here.`,
          awsMessage: error instanceof Error ? error.message : undefined,
          evidence: [id],
        }),
      );
    }
  }
  return instances.map(({ id, how }) => `instance ${id} (${how})`);
}

async function deleteLaunchTemplate(LaunchTemplateId: string, { session, signal }: StepContext): Promise<void> {
  const { DeleteLaunchTemplateCommand } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  try {
    await client.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }), signalOption(signal));
  } catch (error) {
    if (!isAwsError(error, 'InvalidLaunchTemplateId.NotFound')) throw toPrivateEksError(error);
  }
}

function refuseOthers(nodeGroups: Leavings['nodeGroups'], { cluster }: StepContext): void {
  const others = nodeGroups.filter(({ fate }) => fate === 'stays');
  if (others.length === 0) return;
  throw new StepFailure(
    failureCause({
      code: 'foreign-node-group',
      what: `${cluster} cannot be deleted: another stack gave it a ${others[0]?.kind}.`,
      why: 'No stack without our tag is ever deleted, and nothing is pulled out from under one.',
      fix: 'Delete the stacks that are named; then run the delete again: it goes on from here.',
      evidence: others.map(leftoverText),
    }),
  );
}

/** What has to be waited for. EKS deletes one Fargate profile of a cluster at a time. */
async function deleteNodeGroups(
  nodeGroups: Leavings['nodeGroups'],
  removed: Set<string>,
  context: StepContext,
): Promise<string[]> {
  const { session, signal, cluster: clusterName } = context;
  const eks = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  for (const { kind, id } of nodeGroups) {
    throwIfCancelled(context);
    context.progress(`deleting ${kind} ${id}`);
    try {
      if (kind === 'node group')
        await client.send(new eks.DeleteNodegroupCommand({ clusterName, nodegroupName: id }), signalOption(signal));
      else
        await client.send(
          new eks.DeleteFargateProfileCommand({ clusterName, fargateProfileName: id }),
          signalOption(signal),
        );
      removed.add(`${kind} ${id}`);
    } catch (error) {
      // Being deleted, or changed, already.
      if (!isAwsError(error, 'ResourceInUseException', 'ResourceNotFoundException')) throw toPrivateEksError(error);
    }
  }
  return nodeGroups.map(({ kind, id, how }) => `${kind} ${id} (${how})`);
}
