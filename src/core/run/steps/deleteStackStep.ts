import { deleteStack } from '../../aws/changeStack.ts';
import { describeStack, type StackView } from '../../aws/stack.ts';
import { isSettled } from '../../aws/stackStatus.ts';
import { failureCause } from '../failureCause.ts';
import { StepFailure, throwIfCancelled, type StepContext, type StepResult } from '../step.ts';
import { actionToken } from './actionToken.ts';
import { followStack, stackFailure } from './followStack.ts';
import { isOurs } from './stackTags.ts';

/** Deletes the stack if it is there and ours; `before` does what must come first. */
export async function removeStack(
  name: string,
  context: StepContext,
  before?: () => Promise<void>,
): Promise<StepResult> {
  const { session, signal } = context;
  let found = await describeStack(session, name, signal);
  if (!found) return { outcome: 'already', summary: `${name} is gone` };
  if (!isOurs(found, context.cluster)) throw untagged(found, context.cluster);
  if (!isSettled(found.status)) {
    // A control plane or node group that is being made cannot be deleted; CloudFormation would only fail.
    if (!found.status.startsWith('DELETE'))
      context.progress(`waiting: ${name} is ${found.status}, which cannot be stopped`);
    const wasDeleting = found.status.startsWith('DELETE');
    found = await followStack(found.id, context);
    if (found.status === 'DELETE_COMPLETE') return { outcome: 'done' };
    if (wasDeleting) throw await stackFailure(found, context);
  }
  throwIfCancelled(context);
  await before?.();
  throwIfCancelled(context);
  await deleteStack(session, found, actionToken(context, 'delete'), signal);
  const gone = await followStack(found.id, context);
  if (gone.status !== 'DELETE_COMPLETE') throw await stackFailure(gone, context);
  return { outcome: 'done' };
}

function untagged(found: StackView, cluster: string): StepFailure {
  return new StepFailure(
    failureCause({
      code: 'stack-not-ours',
      what: `Stack ${found.name} does not carry the tag private-eks:cluster=${cluster}, so it is not deleted.`,
      why: 'No stack without our tag is ever deleted.',
      fix: 'Delete it yourself if it should go.',
      stackName: found.name,
    }),
  );
}
