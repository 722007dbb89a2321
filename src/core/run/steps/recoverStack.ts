import { cancelStackUpdate, continueRollback, rollBackStack } from '../../aws/recoverStack.ts';
import { lastEventAt, stackResources, type StackView } from '../../aws/stack.ts';
import { isSettled } from '../../aws/stackStatus.ts';
import { failureCause } from '../failureCause.ts';
import { thenRetry } from '../fixText.ts';
import { handWork, stackAction, type StackAction, type StackWish } from '../stackAction.ts';
import { StepFailure, throwIfCancelled, type StepContext } from '../step.ts';
import { actionToken } from './actionToken.ts';
import { followStack, stackFailure } from './followStack.ts';

/** What is to be done with the stack as it is; one that moves is asked when it last did. */
export async function actionFor(
  found: StackView | undefined,
  wish: StackWish,
  { session, clock, signal }: StepContext,
): Promise<StackAction> {
  if (!found || isSettled(found.status)) return stackAction(found, wish);
  const last = (await lastEventAt(session, found.id, signal)) ?? found.createdAt;
  return stackAction({ status: found.status, quietMs: clock.now() - last }, wish);
}

/** Carries out an action that only brings the stack into another state, and gives it as it is then. */
export async function recover(
  found: StackView,
  action: 'roll-back' | 'continue-rollback' | 'cancel-update',
  context: StepContext,
): Promise<StackView> {
  throwIfCancelled(context);
  if (action === 'continue-rollback') return continueToTheEnd(found, context);
  const { session, signal } = context;
  const [call, words] =
    action === 'roll-back'
      ? ([rollBackStack, 'taking back an update that failed'] as const)
      : ([cancelStackUpdate, 'cancelling an update that does not end'] as const);
  context.progress(`${words} (${found.status})`);
  await call(session, found.id, actionToken(context, `${action} ${found.status}`), signal);
  const settled = await followStack(found.id, context);
  if (settled.status === 'UPDATE_ROLLBACK_FAILED') return continueToTheEnd(settled, context);
  if (settled.status.endsWith('_FAILED')) throw await stackFailure(settled, context);
  return settled;
}

/** Once with everything, then without what cannot be brought back: that is told, because CloudFormation takes it for brought back. */
async function continueToTheEnd(found: StackView, context: StepContext): Promise<StackView> {
  const { session, signal, journal } = context;
  let stack = found;
  for (const skipping of [false, true]) {
    throwIfCancelled(context);
    const resources = skipping ? await stackResources(session, stack.id, signal) : [];
    const skip = resources.filter(({ status }) => status === 'UPDATE_FAILED').map(({ logicalId }) => logicalId);
    if (skipping && skip.length > 0)
      journal.append({
        type: 'note',
        level: 'warning',
        message: `${stack.name}: ${skip.join(', ')} could not be brought back and stay as they are; look at them with a drift check.`,
      });
    context.progress(`continuing a rollback that stopped (${stack.status})`);
    await continueRollback(session, stack.id, skip, actionToken(context, `continue ${skip.join(',')}`), signal);
    stack = await followStack(stack.id, context);
    if (stack.status !== 'UPDATE_ROLLBACK_FAILED') break;
  }
  if (stack.status.endsWith('_FAILED')) throw await stackFailure(stack, context);
  return stack;
}

/** For a stack with which a run may do nothing. */
export function leftToPeople({ name, status, statusReason }: StackView): StepFailure {
  return new StepFailure(
    failureCause({
      code: 'stack-needs-hands',
      what: `Stack ${name} is ${status}${status.endsWith('_IN_PROGRESS') ? ' and has not moved for hours' : ''}.`,
      why: 'From this state a run can do nothing without risking what is in the stack.',
      fix: thenRetry(handWork(status)),
      awsMessage: statusReason,
      stackName: name,
    }),
  );
}
