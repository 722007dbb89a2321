import { createStack, deleteStack, updateStack, type StackChange } from '../../aws/changeStack.ts';
import { describeStack, hasBeenWhole, stackTemplate, type StackView } from '../../aws/stack.ts';
import { isWhole } from '../../aws/stackStatus.ts';
import { PrivateEksError } from '../../errors.ts';
import type { Plan, PlannedStack } from '../../plan/plan.ts';
import { runTag } from '../../spec/ownTags.ts';
import { failureCause } from '../failureCause.ts';
import { stackAction } from '../stackAction.ts';
import { StepFailure, throwIfCancelled, type StepContext, type StepResult } from '../step.ts';
import { actionToken } from './actionToken.ts';
import { liftDeletionProtection } from './deletionProtection.ts';
import { followStack, followToWhole, stackFailure } from './followStack.ts';
import { canonicalJson } from './canonicalJson.ts';
import { actionFor, leftToPeople, recover } from './recoverStack.ts';
import { resolveParameters } from './resolveParameters.ts';
import { stagedTemplate, templateBody } from './staging.ts';
import { isOurs, stackTags } from './stackTags.ts';

/** Brings the stack to what the plan says, from whatever state it is found in. */
export async function ensureStack(stack: PlannedStack, plan: Plan, context: StepContext): Promise<StepResult> {
  let found = await describeStack(context.session, stack.name, context.signal);
  if (found && !isOurs(found, plan.spec.name)) throw notOurs(found, plan.spec.name);
  const wish = stack.repair === 'update' ? 'repair' : 'remake';
  let waited = false;
  for (;;) {
    const action = await actionFor(found, wish, context);
    if (action === 'wait' && found) {
      // Begun by an earlier process of this run, or of another machine.
      context.progress(`${found.status.toLowerCase().replaceAll('_', ' ')} since before`);
      const settled = await followStack(found.id, context);
      if (settled.status !== 'DELETE_COMPLETE' && !isWhole(settled.status)) throw await stackFailure(settled, context);
      found = settled.status === 'DELETE_COMPLETE' ? undefined : settled;
      waited = true;
      continue;
    }
    const change = await stackChange(stack, plan, context, found);
    if (!found) return create(change, context, stack, plan);
    switch (action) {
      case 'roll-back':
      case 'continue-rollback':
      case 'cancel-update':
        found = await recover(found, action, context);
        waited = true;
        continue;
      case 'compare':
        if (await isAsPlanned(found, stack, change, context))
          return waited ? { outcome: 'done' } : { outcome: 'already', summary: `${found.name} is as planned` };
        if (stack.repair === 'recreate') throw differs(found);
        return update(found, change, context);
      case 'update':
        return update(found, change, context);
      case 'replace':
        await removeFailed(found, context);
        return create({ ...change, token: actionToken(context, 'anew') }, context, stack, plan);
      case 'delete':
      case 'explain':
      case 'gone':
      case 'make':
      case 'wait':
        throw leftToPeople(found);
    }
  }
}

async function create(change: StackChange, context: StepContext, stack: PlannedStack, plan: Plan): Promise<StepResult> {
  throwIfCancelled(context);
  const id = await createStack(context.session, change, context.signal);
  // A stack of this name after all: an earlier call came through unheard. Look again, and follow it.
  if (id === undefined) return ensureStack(stack, plan, context);
  await followToWhole(id, context);
  return { outcome: 'done' };
}

/** Causes by which what is left of a failed attempt stands in the way of the next. */
const inItsOwnWay = ['already-exists', 'endpoint-dns-conflict'];

async function update(found: StackView, change: StackChange, context: StepContext): Promise<StepResult> {
  throwIfCancelled(context);
  const changed = await updateStack(context.session, change, context.signal);
  if (!changed && stackAction(found, 'repair') === 'compare') return { outcome: 'already' };
  // Failed, and nothing to change: back to what it was; where it never was anything, only anew.
  if (!changed && found.status === 'UPDATE_FAILED') {
    await recover(found, 'roll-back', context);
    return { outcome: 'done', summary: 'a failed update was taken back' };
  }
  if (!changed) return recreate(found, change, context);
  const settled = await followStack(found.id, context);
  if (isWhole(settled.status))
    return { outcome: 'done', summary: isWhole(found.status) ? 'brought up to the plan' : 'repaired' };
  const failure = await stackFailure(settled, context);
  // What stood whole needs no look at its events, which CloudFormation does not keep for ever.
  const stood = stackAction(found, 'repair') === 'compare';
  const anew =
    inItsOwnWay.includes(failure.failure.code) &&
    !stood &&
    !(await hasBeenWhole(context.session, found.id, context.signal));
  if (!anew) throw failure;
  return recreate(settled, change, context);
}

/** Only for a stack on which nothing can depend yet. */
async function recreate(found: StackView, change: StackChange, context: StepContext): Promise<StepResult> {
  await removeFailed(found, context);
  throwIfCancelled(context);
  const id = await createStack(context.session, { ...change, token: actionToken(context, 'anew') }, context.signal);
  if (id === undefined) throw new PrivateEksError('stack-exists', `${found.name} exists again.`, { retryable: true });
  await followToWhole(id, context);
  return { outcome: 'done', summary: 'made anew' };
}

/** The failed resource still owns its name, so the stack goes before it comes again. */
async function removeFailed(found: StackView, context: StepContext): Promise<void> {
  throwIfCancelled(context);
  context.progress(`removing what failed (${found.status})`);
  if (context.step === 'cluster') await liftDeletionProtection(context);
  await deleteStack(context.session, found, actionToken(context, 'remove'), context.signal);
  const gone = await followStack(found.id, context);
  if (gone.status !== 'DELETE_COMPLETE') throw await stackFailure(gone, context);
}

async function stackChange(
  stack: PlannedStack,
  plan: Plan,
  context: StepContext,
  found: StackView | undefined,
): Promise<StackChange> {
  const { account } = plan;
  if (!account) throw new TypeError('a plan without an account cannot be run');
  return {
    name: stack.name,
    template: stack.staged ? { url: stagedTemplate(stack, account).url } : { body: templateBody(stack) },
    parameters: await resolveParameters(stack, plan, context, found),
    // Whoever began it stays named: another run tag would touch every resource.
    tags: stackTags(plan, found?.tags[runTag] ?? context.runId),
    capabilities: stack.capabilities,
    terminationProtection: stack.terminationProtection,
    token: actionToken(context, found ? 'update' : 'create'),
  };
}

async function isAsPlanned(
  found: StackView,
  stack: PlannedStack,
  change: StackChange,
  context: StepContext,
): Promise<boolean> {
  const parameters = Object.entries(change.parameters).every(([name, value]) => found.parameters[name] === value);
  if (!parameters) return false;
  const template = await stackTemplate(context.session, found.id, context.signal);
  return canonicalJson(template) === canonicalJson(stack.template);
}

function notOurs(found: StackView, cluster: string): StepFailure {
  return new StepFailure(
    failureCause({
      code: 'stack-name-taken',
      what: `A stack named ${found.name} exists and was not made for ${cluster} by Private EKS.`,
      why: 'A stack without the tag private-eks:cluster is never changed or deleted.',
      fix: 'Choose another name for the cluster, or remove that stack yourself.',
      stackName: found.name,
      specPath: 'name',
    }),
  );
}

function differs(found: StackView): StepFailure {
  return new StepFailure(
    failureCause({
      code: 'stack-differs',
      what: `Stack ${found.name} is whole, but made from another spec.`,
      why: 'Changing it could replace what runs, the control plane included, so a create never does.',
      fix: 'Undo the change in the spec, or see what it would do: private-eks update -f FILE --dry-run',
      stackName: found.name,
    }),
  );
}
