import { deleteStack } from '../../aws/changeStack.ts';
import { describeStack, stackResources, type StackResourceView, type StackView } from '../../aws/stack.ts';
import { failureCause } from '../failureCause.ts';
import { orRetain } from '../fixText.ts';
import { StepFailure, throwIfCancelled, type StepContext, type StepResult } from '../step.ts';
import { actionToken } from './actionToken.ts';
import { followStack, stackFailure } from './followStack.ts';
import { actionFor, leftToPeople, recover } from './recoverStack.ts';
import { isOurs } from './stackTags.ts';

export interface Removal {
  /** Does what must come first. */
  readonly before?: (() => Promise<void>) | undefined;
  /** Logical ids that the user lets stay, of resources whose deletion has failed. */
  readonly retain?: readonly string[];
  /** Gets what stayed so. */
  readonly remaining?: Set<string>;
}

/** Deletes the stack if it is there and ours, from whatever state it is found in. */
export async function removeStack(name: string, context: StepContext, removal: Removal = {}): Promise<StepResult> {
  const { session, signal } = context;
  let found = await describeStack(session, name, signal);
  if (!found) return { outcome: 'already', summary: `${name} is gone` };
  if (!isOurs(found, context.cluster)) throw untagged(found, context.cluster);
  for (;;) {
    const action = await actionFor(found, 'remove', context);
    if (action === 'gone') return { outcome: 'done' };
    if (action === 'delete') break;
    if (action === 'cancel-update') {
      found = await recover(found, action, context);
      continue;
    }
    if (action !== 'wait') throw leftToPeople(found);
    const deleting = found.status.startsWith('DELETE');
    // A control plane or node group that is being made cannot be deleted; CloudFormation would only fail.
    if (!deleting) context.progress(`waiting: ${name} is ${found.status}, which cannot be stopped`);
    found = await followStack(found.id, context);
    if (deleting && found.status !== 'DELETE_COMPLETE') throw await deletionFailure(found, context);
  }
  throwIfCancelled(context);
  await removal.before?.();
  throwIfCancelled(context);
  const kept = await toKeep(found, removal, context);
  const ids = kept.map(({ logicalId }) => logicalId);
  await deleteStack(session, found, actionToken(context, `delete ${ids.join(',')}`.trim()), signal, ids);
  const gone = await followStack(found.id, context);
  if (gone.status !== 'DELETE_COMPLETE') throw await deletionFailure(gone, context);
  for (const resource of kept) removal.remaining?.add(`${shown(resource)}: kept, as was asked; it is yours now`);
  return { outcome: 'done', ...(kept.length > 0 ? { summary: `kept ${ids.join(', ')}` } : {}) };
}

/** AWS lets only that stay whose deletion has failed, in a stack that is DELETE_FAILED. */
async function toKeep(
  { id, status }: StackView,
  { retain = [] }: Removal,
  { session, signal }: StepContext,
): Promise<StackResourceView[]> {
  if (retain.length === 0 || status !== 'DELETE_FAILED') return [];
  const failed = await failedDeletions(id, { session, signal });
  return failed.filter(({ logicalId }) => retain.includes(logicalId));
}

async function failedDeletions(stackId: string, { session, signal }: Pick<StepContext, 'session' | 'signal'>) {
  return (await stackResources(session, stackId, signal)).filter(({ status }) => status === 'DELETE_FAILED');
}

/** With what could be kept instead: that is for the user to say, by name. */
async function deletionFailure(stack: StackView, context: StepContext): Promise<StepFailure> {
  const failure = await stackFailure(stack, context);
  const failed = await failedDeletions(stack.id, context).catch(() => []);
  if (failed.length === 0) return failure;
  const names = failed.map(({ logicalId }) => logicalId);
  const { fix, evidence } = failure.failure;
  return new StepFailure({
    ...failure.failure,
    fix: orRetain(fix, context.cluster, names),
    evidence: [...evidence, ...failed.map(resource => `would stay with --retain: ${shown(resource)}`)],
  });
}

const shown = ({ logicalId, type, physicalId }: StackResourceView): string => `${logicalId} (${type} ${physicalId})`;

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
