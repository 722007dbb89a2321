import type { Leavings, SeenInterface, Where } from '../../leftovers/clusterLeavings.ts';
import { leftoverText, type Leftover } from '../../leftovers/leftover.ts';
import { failureCause } from '../failureCause.ts';
import { StepFailure, throwIfCancelled, type StepContext, type StepResult } from '../step.ts';
import { deleteInterface, deleteSecurityGroup } from './deleteInVpc.ts';
import { terminate } from './removeInstances.ts';
import { leavings, removedOr, untilDone } from './untilDone.ts';

/** What holds a VPC, and what tells whose it is. */
const inVpc = ['instances', 'interfaces', 'securityGroups', 'balancers', 'classicBalancers', 'foreign'] as const;

/**
 * Network interfaces and security groups that controllers, the network plug-in or EKS left in the VPC. Interfaces of load balancers go by
 * themselves some time after them; what is not the cluster's is never touched, and named where it keeps a VPC of ours from going.
 */
export async function removeInterfaces(where: Where, context: StepContext): Promise<StepResult> {
  const removed = new Set<string>();
  let seen: Leavings | undefined;
  await untilDone(context, async look => {
    seen = await leavings(where, context, ...inVpc);
    // With the cluster gone, what Auto Mode launched is gone, too, or nobody takes it away any more.
    const held = await terminate(seen.instances, removed, context);
    for (const item of seen.interfaces) {
      const waitsFor = await treat(item, seen, where, look, context, removed);
      if (waitsFor !== undefined) held.push(waitsFor);
    }
    if (held.length > 0) return held;
    for (const { id, name = id } of seen.securityGroups) {
      throwIfCancelled(context);
      const refusal = await deleteSecurityGroup(id, context);
      if (refusal === undefined) removed.add(name);
      else held.push(`security group ${name} (${id}): ${refusal}`);
    }
    return held;
  });
  // What may not be looked at may still hold the VPC: that is said, never taken for nothing.
  for (const look of seen?.unknown ?? [])
    context.journal.append({ type: 'note', level: 'warning', message: `Not looked at: ${look}` });
  if (seen) refuseForeign(seen, where, context);
  return removedOr(removed, 'nothing was left over');
}

/** Deletes an interface that may go; gives what has to be waited for otherwise. */
async function treat(
  item: SeenInterface,
  { foreign }: Leavings,
  where: Where,
  look: number,
  context: StepContext,
  removed: Set<string>,
): Promise<string | undefined> {
  const { owner, id, status } = item;
  const ofCluster = owner.cluster === where.cluster || (owner.cluster === undefined && where.ownVpc);
  if (owner.kind === 'balancer' || owner.kind === 'classic-balancer') {
    const stays = !where.ownVpc || balancerStays(item, foreign);
    return stays ? undefined : `${id} of ${owner.of}, ${status}`;
  }
  if (owner.kind !== 'cluster' || !ofCluster) return undefined;
  throwIfCancelled(context);
  context.progress(`deleting network interface ${id} of ${owner.of}`);
  // One that is in use may only be going; one that stays so is held by an instance that is gone.
  const detach = look > 3 && status === 'in-use' && !item.requesterManaged ? item.attachmentId : undefined;
  const gone = await deleteInterface(id, detach, context);
  if (gone) removed.add(id);
  return gone ? undefined : `${id} of ${owner.of}, ${status}`;
}

/** A load balancer of somebody else's: waiting for its interfaces would be in vain. */
function balancerStays({ owner }: SeenInterface, foreign: readonly Leftover[]): boolean {
  return foreign.some(({ kind, id, name }) =>
    kind === 'classic load balancer'
      ? owner.of === `classic load balancer ${id}`
      : kind === 'load balancer' && name !== undefined && owner.of.includes(`/${name}/`),
  );
}

function refuseForeign({ foreign, interfaces }: Leavings, { vpcId, ownVpc }: Where, context: StepContext): void {
  if (!ownVpc) return;
  const others = interfaces
    .filter(({ owner }) => owner.kind === 'instance' || owner.kind === 'endpoint')
    .filter(({ owner }) => !foreign.some(({ id }) => owner.of.endsWith(` ${id}`)))
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
