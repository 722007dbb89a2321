import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { describeStack, stackResources } from '../../aws/stack.ts';
import { throwIfCancelled, type StepContext, type StepResult } from '../step.ts';
import { isOurs } from './stackTags.ts';

export type KeyChoice = 'schedule-deletion' | 'keep';

/** AWS's longest: the key is what reads every secret of the cluster's backups. */
const pendingWindowDays = 30;

/**
 * Schedules the deletion of the cluster's own key, or keeps it. Comes before its stack goes, which retains the key: while the stack is
 * there the key can be found again. `remaining` gets the line for the run's end.
 */
export async function retireKey(
  keyStack: string,
  choice: KeyChoice,
  remaining: Set<string>,
  context: StepContext,
): Promise<StepResult> {
  const { session, signal, cluster } = context;
  const stack = await describeStack(session, keyStack, signal);
  if (!stack || !isOurs(stack, cluster)) return { outcome: 'already' };
  const resources = await stackResources(session, stack.id, signal);
  const KeyId = resources.find(({ type, physicalId }) => type === 'AWS::KMS::Key' && physicalId)?.physicalId;
  if (KeyId === undefined) return { outcome: 'already', summary: 'no key was made' };
  throwIfCancelled(context);
  try {
    const { DescribeKeyCommand, ScheduleKeyDeletionCommand } = await import('@aws-sdk/client-kms');
    const kms = await session.client('kms');
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }), signalOption(signal));
    if (KeyMetadata?.KeyState === 'PendingDeletion')
      return told('already', `key ${KeyId}: pending deletion until ${day(KeyMetadata.DeletionDate)}`);
    if (choice === 'keep') return told('done', `key ${KeyId}: kept, at 1 USD a month`);
    const input = { KeyId, PendingWindowInDays: pendingWindowDays };
    const { DeletionDate } = await kms.send(new ScheduleKeyDeletionCommand(input), signalOption(signal));
    return told('done', `key ${KeyId}: pending deletion until ${day(DeletionDate)}; until then it can be had back`);
  } catch (error) {
    // Somebody has deleted it, and its time is over.
    if (isAwsError(error, 'NotFoundException')) return { outcome: 'already', summary: `key ${KeyId} is gone` };
    throw toPrivateEksError(error);
  }

  function told(outcome: StepResult['outcome'], summary: string): StepResult {
    remaining.add(summary);
    return { outcome, summary };
  }
}

function day(date: Date | undefined): string {
  return date?.toISOString().slice(0, 10) ?? 'a day that AWS did not tell';
}
