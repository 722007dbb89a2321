import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import type { Where } from '../../leftovers/clusterLeavings.ts';
import { leftoverText } from '../../leftovers/leftover.ts';
import { throwIfCancelled, type StepContext, type StepResult } from '../step.ts';
import { leavings, removedOr, untilDone } from './untilDone.ts';

/** Volumes of the cluster's claims: deleted when that was asked for, else told with their price. */
export async function removeVolumes(
  where: Where,
  asked: boolean,
  remaining: Set<string>,
  context: StepContext,
): Promise<StepResult> {
  const removed = new Set<string>();
  if (!asked) {
    const { volumes } = await leavings(where, context, 'volumes');
    for (const volume of volumes) remaining.add(leftoverText(volume));
    return { outcome: 'already', summary: volumes.length > 0 ? `${volumes.length} volumes stay` : 'no volume' };
  }
  await untilDone(context, async () => {
    const { volumes } = await leavings(where, context, 'volumes');
    const held: string[] = [];
    for (const { id } of volumes) {
      throwIfCancelled(context);
      context.progress(`deleting volume ${id}`);
      if (await deleteVolume(id, context)) removed.add(id);
      else held.push(`volume ${id}, which is still attached`);
    }
    return held;
  });
  return removedOr(removed, 'no volume');
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
