import { updateStack } from '../../aws/changeStack.ts';
import { describeStack, type StackView } from '../../aws/stack.ts';
import { isWhole } from '../../aws/stackStatus.ts';
import { beyondPlan } from '../../change/beyondPlan.ts';
import type { StackChangePlan } from '../../change/changePlan.ts';
import { createChangeSet, deleteChangeSet, executeChangeSet, replacesForSure } from '../../change/changeSet.ts';
import { updateRequest } from '../../change/updateRequest.ts';
import type { Plan, PlannedStack } from '../../plan/plan.ts';
import { failureCause } from '../failureCause.ts';
import { orTakeBack } from '../fixText.ts';
import { StepFailure, throwIfCancelled, type StepContext, type StepResult } from '../step.ts';
import { actionToken } from './actionToken.ts';
import { changeSetOptions } from './changeSetOptions.ts';
import { followStack, runKind, stackFailure } from './followStack.ts';
import { resolveParameters } from './resolveParameters.ts';
import { actionFor, leftToPeople, recover } from './recoverStack.ts';
import { isOurs } from './stackTags.ts';

/** Brings a stack that stands to the plan by a change set that does no more than was shown. */
export async function updateStackStep(
  shown: StackChangePlan,
  stack: PlannedStack,
  plan: Plan,
  context: StepContext,
): Promise<StepResult> {
  const { session, clock, signal } = context;
  let found = await describeStack(session, stack.name, signal);
  if (!found || !isOurs(found, plan.spec.name)) throw gone(stack.name);
  let waited = false;
  for (;;) {
    const action = await actionFor(found, 'change', context);
    if (action === 'compare' || action === 'update') break;
    if (action === 'wait') {
      // Begun by an earlier process of this run.
      context.progress(`${found.status.toLowerCase().replaceAll('_', ' ')} since before`);
      found = await followStack(found.id, context);
      if (found.status === 'UPDATE_FAILED') throw await updateFailure(found, context);
      waited = true;
    } else if (action === 'roll-back' || action === 'continue-rollback' || action === 'cancel-update')
      found = await recover(found, action, context);
    else throw action === 'explain' ? leftToPeople(found) : gone(stack.name, found.status);
  }
  const parameters = await resolveParameters(stack, plan, context, found);
  const request = updateRequest(stack, plan, found, parameters, actionToken(context, `change-set ${found.status}`));
  context.progress('asking CloudFormation what would change');
  const changeSet = await createChangeSet(session, request, clock, changeSetOptions(context));
  if (!changeSet) {
    if (isWhole(found.status) || found.status === 'UPDATE_ROLLBACK_COMPLETE')
      return waited ? { outcome: 'done' } : { outcome: 'already', summary: `${stack.name} is as planned` };
    return retryFailed(found, request, context);
  }
  const more = beyondPlan(shown, changeSet.changes);
  try {
    throwIfCancelled(context);
    if (more.length > 0) throw moreThanShown(stack.name, more);
  } catch (error) {
    await deleteChangeSet(session, changeSet.id, stack.name, changeSetOptions(context).onStays);
    throw error;
  }
  if (found.status === 'UPDATE_FAILED' && replacesForSure(changeSet)) {
    // In a failed update CloudFormation replaces nothing: back to what it was, and from there with rollback on.
    await deleteChangeSet(session, changeSet.id, stack.name, changeSetOptions(context).onStays);
    await recover(found, 'roll-back', context);
    return updateStackStep(shown, stack, plan, context);
  }
  const count = changeSet.changes.length;
  // A change set of outputs alone has no resource in it.
  const changed = count === 0 ? 'its outputs' : count === 1 ? '1 resource' : `${count} resources`;
  context.progress(`changing ${changed}`);
  await executeChangeSet(session, changeSet, found, actionToken(context, 'execute'), signal);
  const settled = await followStack(found.id, context);
  if (!isWhole(settled.status)) throw await updateFailure(settled, context);
  return { outcome: 'done', summary: `${changed} changed` };
}

/** Failed earlier, and its template is what it should be: the same update once more goes on with what is left. */
async function retryFailed(
  found: StackView,
  request: Parameters<typeof createChangeSet>[1],
  context: StepContext,
): Promise<StepResult> {
  throwIfCancelled(context);
  const change = { ...request, terminationProtection: found.terminationProtection };
  if (!(await updateStack(context.session, change, context.signal))) throw await updateFailure(found, context);
  const settled = await followStack(found.id, context);
  if (!isWhole(settled.status)) throw await updateFailure(settled, context);
  return { outcome: 'done', summary: 'repaired' };
}

/** The first cause, and of an update the two ways on. */
export async function updateFailure(stack: StackView, context: StepContext): Promise<StepFailure> {
  const { failure } = await stackFailure(stack, context);
  if (stack.status === 'UPDATE_ROLLBACK_COMPLETE')
    return new StepFailure({ ...failure, fix: `${failure.fix} ${stack.name} stands as it stood before the update.` });
  const canGoBack = stack.status === 'UPDATE_FAILED' && runKind(context) === 'update';
  return new StepFailure(canGoBack ? { ...failure, fix: orTakeBack(failure.fix, stack.name) } : failure);
}

function moreThanShown(name: string, more: readonly string[]): StepFailure {
  return new StepFailure(
    failureCause({
      code: 'more-than-shown',
      what: `${name} would change in more than the plan showed: ${more[0]}`,
      why: 'What an earlier step changed, or somebody else meanwhile, is known only now. Nothing of this stack was changed.',
      fix: 'Update again: the plan then shows it, and asks.',
      stackName: name,
      evidence: more,
    }),
  );
}

function gone(name: string, status?: string): StepFailure {
  return new StepFailure(
    failureCause({
      code: 'stack-missing',
      what:
        status === undefined ? `Stack ${name} is gone, or is not ours any more.` : `Stack ${name} is ${status} now.`,
      why: 'It was there, and whole, when the plan was made.',
      fix: 'Update again: the plan is then made from what is there.',
      stackName: name,
    }),
  );
}
