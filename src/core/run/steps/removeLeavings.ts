import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { findLeavings, type Leavings, type SeenInterface, type Where } from '../../leftovers/clusterLeavings.ts';
import { leftoverText } from '../../leftovers/leftover.ts';
import { failureCause } from '../failureCause.ts';
import { StepFailure, throwIfCancelled, type StepContext, type StepResult } from '../step.ts';
import { deleteInterface, deleteSecurityGroup } from './deleteInVpc.ts';

/** Deletions that AWS refuses because something still uses the thing are tried again for so long; ms. */
const patience = { firstWaitMs: 5_000, slowestWaitMs: 30_000, atMostMs: 20 * 60_000 };

/** Load balancers and target groups that controllers made for the cluster: only those whose tags say so. */
export async function removeLoadBalancers(where: Where, context: StepContext): Promise<StepResult> {
  const removed: string[] = [];
  await untilDone(context, async () => {
    const { balancers, targetGroups } = await leavings(where, context);
    for (const { id, name = id } of balancers) {
      throwIfCancelled(context);
      context.progress(`deleting load balancer ${name}`);
      await deleteBalancer(id, name, context);
      removed.push(name);
    }
    const held: string[] = [];
    for (const { id, name = id } of targetGroups) {
      throwIfCancelled(context);
      if (await deleteTargetGroup(id, context)) removed.push(name);
      else held.push(`target group ${name}, which a listener still names`);
    }
    return held;
  });
  return result(removed, 'no load balancer was made in the cluster');
}

/** Volumes of the cluster's claims: deleted when that was asked for, else told with their price. */
export async function removeVolumes(
  where: Where,
  asked: boolean,
  remaining: Set<string>,
  context: StepContext,
): Promise<StepResult> {
  const removed: string[] = [];
  if (!asked) {
    const { volumes } = await leavings(where, context);
    for (const volume of volumes) remaining.add(leftoverText(volume));
    return { outcome: 'already', summary: volumes.length > 0 ? `${volumes.length} volumes stay` : 'no volume' };
  }
  await untilDone(context, async () => {
    const { volumes } = await leavings(where, context);
    const held: string[] = [];
    for (const { id } of volumes) {
      throwIfCancelled(context);
      context.progress(`deleting volume ${id}`);
      if (await deleteVolume(id, context)) removed.push(id);
      else held.push(`volume ${id}, which is still attached`);
    }
    return held;
  });
  return result(removed, 'no volume');
}

/**
 * Network interfaces and security groups that controllers, the network plug-in or EKS left in the VPC. Interfaces of load balancers go by
 * themselves some time after them; what is not the cluster's is never touched, and named where it keeps a VPC of ours from going.
 */
export async function removeInterfaces(where: Where, context: StepContext): Promise<StepResult> {
  const removed: string[] = [];
  let seen: Leavings | undefined;
  await untilDone(context, async look => {
    seen = await leavings(where, context);
    const held: string[] = [];
    for (const item of seen.interfaces) {
      const waitsFor = await treat(item, where, look, context, removed);
      if (waitsFor !== undefined) held.push(waitsFor);
    }
    if (held.length > 0) return held;
    for (const { id, name = id } of seen.securityGroups) {
      throwIfCancelled(context);
      const refusal = await deleteSecurityGroup(id, context);
      if (refusal === undefined) removed.push(name);
      else held.push(`security group ${name} (${id}): ${refusal}`);
    }
    return held;
  });
  // What may not be looked at may still hold the VPC: that is said, never taken for nothing.
  for (const look of seen?.unknown ?? [])
    context.journal.append({ type: 'note', level: 'warning', message: `Not looked at: ${look}` });
  if (seen) refuseForeign(seen, where, context);
  return result(removed, 'nothing was left over');
}

/** Deletes an interface that may go; gives what has to be waited for otherwise. */
async function treat(
  item: SeenInterface,
  where: Where,
  look: number,
  context: StepContext,
  removed: string[],
): Promise<string | undefined> {
  const { owner, id, status } = item;
  const ofCluster = owner.cluster === where.cluster || (owner.cluster === undefined && where.ownVpc);
  if (owner.kind === 'balancer') {
    const stays = where.ownVpc ? await balancerStays(item, where, context) : true;
    return stays ? undefined : `${id} of ${owner.of}, ${status}`;
  }
  if (owner.kind !== 'cluster' || !ofCluster) return undefined;
  throwIfCancelled(context);
  context.progress(`deleting network interface ${id} of ${owner.of}`);
  // One that is in use may only be going; one that stays so is held by an instance that is gone.
  const detach = look > 3 && status === 'in-use' && !item.requesterManaged ? item.attachmentId : undefined;
  const gone = await deleteInterface(id, detach, context);
  if (gone) removed.push(id);
  return gone ? undefined : `${id} of ${owner.of}, ${status}`;
}

/** A load balancer of somebody else's: waiting for its interfaces would be in vain. */
async function balancerStays({ owner }: SeenInterface, where: Where, context: StepContext): Promise<boolean> {
  const { foreign } = await leavings(where, context);
  return foreign.some(
    ({ kind, name }) => kind === 'load balancer' && name !== undefined && owner.of.includes(`/${name}/`),
  );
}

function refuseForeign({ foreign, interfaces }: Leavings, { vpcId, ownVpc }: Where, context: StepContext): void {
  if (!ownVpc) return;
  const others = interfaces
    .filter(({ owner }) => owner.kind === 'instance' || owner.kind === 'endpoint')
    .map(({ id, owner }) => `network interface ${id}: of ${owner.of}, which no stack of ${context.cluster} made`);
  const lines = [...foreign.map(leftoverText), ...others];
  if (lines.length === 0) return;
  throw new StepFailure(
    failureCause({
      code: 'foreign-in-vpc',
      what: `${vpcId} cannot be deleted: ${lines.length === 1 ? 'something' : `${lines.length} things`} in it ${lines.length === 1 ? 'was' : 'were'} not made for ${context.cluster}.`,
      why: 'What does not carry the cluster’s tags is never deleted by a run, and AWS deletes no VPC with network interfaces in it.',
      fix: 'Move or delete what is named, or ask whose it is; then run the delete again: it goes on from here.',
      evidence: lines,
    }),
  );
}

async function leavings(where: Where, { session, signal }: StepContext): Promise<Leavings> {
  try {
    return await findLeavings(session, where, signal);
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

/** Repeats `round` until it waits for nothing any more, with growing pauses. */
async function untilDone(context: StepContext, round: (look: number) => Promise<string[]>): Promise<void> {
  const { clock, cancel } = context;
  const deadline = clock.now() + patience.atMostMs;
  let wait = patience.firstWaitMs;
  for (let look = 1; ; look++) {
    const held = await round(look);
    if (held.length === 0) return;
    if (clock.now() > deadline)
      throw new StepFailure(
        failureCause({
          code: 'left-in-vpc',
          what: `AWS does not let go of ${held[0]}.`,
          why: 'It was waited for and tried again for 20 minutes.',
          fix: 'Look at what is named; then run the delete again: it goes on from here.',
          evidence: held,
        }),
      );
    context.progress(`waiting for ${held[0]}${held.length > 1 ? ` and ${held.length - 1} more` : ''}`);
    await clock.sleep(wait, cancel);
    wait = Math.min(wait * 1.5, patience.slowestWaitMs);
  }
}

function result(removed: readonly string[], none: string): StepResult {
  return removed.length > 0
    ? { outcome: 'done', summary: `removed ${removed.join(', ')}` }
    : { outcome: 'already', summary: none };
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

async function deleteVolume(VolumeId: string, { session, signal }: StepContext): Promise<boolean> {
  const { DeleteVolumeCommand } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  try {
    await client.send(new DeleteVolumeCommand({ VolumeId }), signalOption(signal));
    return true;
  } catch (error) {
    if (isAwsError(error, 'InvalidVolume.NotFound')) return true;
    if (isAwsError(error, 'VolumeInUse')) return false;
    throw toPrivateEksError(error);
  }
}
