import { describeStack } from '../../aws/stack.ts';
import type { ChangePlan, OneWaySwitch, StackChangePlan } from '../../change/changePlan.ts';
import { removalOrder } from '../../change/removalOrder.ts';
import type { Plan, PlannedStep, StackId } from '../../plan/plan.ts';
import type { OpenCluster } from '../openCluster.ts';
import type { RunStep } from '../runEvent.ts';
import type { Step, StepContext, StepResult } from '../step.ts';
import { usualTime, type UsualSeconds } from '../usualTime.ts';
import { deleteOrder } from './deleteOrder.ts';
import { removeStack } from './deleteStackStep.ts';
import { liftDeletionProtection } from './deletionProtection.ts';
import { settled } from './createSteps.ts';
import { associateEncryption } from './encryptionStep.ts';
import { ensureNamespaces } from './namespacesStep.ts';
import { preflightUpdate } from './preflightUpdate.ts';
import { ensureStack } from './stackStep.ts';
import { stageTemplates } from './staging.ts';
import { updateStackStep } from './updateStackStep.ts';
import { verify } from './verify.ts';

type Listed = Omit<RunStep, 'stackName'> & { readonly stackName?: string };

/**
 * The steps of an update in the pipeline's order: what is replaced is deleted where its successor comes, what the spec has no more is
 * deleted when everything else is done. `plan` holds the templates that the change plan was made of.
 */
export function updateRunSteps(changes: ChangePlan, plan: Plan): Listed[] {
  const changed = new Map(changes.stacks.filter(({ action }) => action !== 'none').map(change => [change.id, change]));
  const of = (action: StackChangePlan['action']) => [...changed.values()].filter(change => change.action === action);
  const staged = plan.stacks.some(({ id, staged: isStaged }) => isStaged && changed.has(id));
  const isKept = (step: PlannedStep) =>
    step.id === 'preflight' ||
    step.id === 'verify' ||
    (step.id === 'staging' && staged) ||
    (step.id === 'namespaces' && changed.has('fargate')) ||
    changed.has(step.id as StackId);
  const needsOf = (step: PlannedStep): string[] =>
    step.needs.flatMap(id => {
      const need = plan.steps.find(candidate => candidate.id === id);
      return need ? (isKept(need) ? [need.id] : needsOf(need)) : [];
    });
  const steps = plan.steps
    .filter(isKept)
    .filter(({ id }) => id !== 'verify')
    .map((step): Listed => {
      const change = changed.get(step.id as StackId);
      const { id, title, usualSeconds } = step;
      return { id, title, usualSeconds, needs: unique(needsOf(step)), ...(change ? { stackName: change.name } : {}) };
    });
  const replaced = of('replace');
  const successors = steps.map(step =>
    replaced.some(({ id }) => id === step.id) ? { ...step, needs: unique([...step.needs, `delete-${step.id}`]) } : step,
  );
  const deletions = deletionSteps(replaced, id => steps.find(step => step.id === id)?.needs ?? ['preflight']);
  const api: Listed[] = changes.api.map(() => ({
    id: 'encryption',
    title: 'Encryption of secrets',
    needs: unique(['preflight', ...['key', 'cluster'].filter(id => changed.has(id as StackId))]),
    usualSeconds: { low: 60, typical: 600, high: 3600 },
  }));
  const before = [...deletions, ...successors, ...api];
  const last = before.filter(({ id }) => !before.some(({ needs }) => needs.includes(id))).map(({ id }) => id as string);
  const removals = deletionSteps(of('delete'), () => last);
  const ends = removals.length > 0 ? removals.map(({ id }) => id as string) : last;
  const end = plan.steps.find(({ id }) => id === 'verify');
  const verification: Listed[] = end
    ? [{ id: 'verify', title: end.title, needs: ends, usualSeconds: end.usualSeconds }]
    : [];
  return inOrder([...before, ...removals, ...verification]);
}

/** Deletions in the order of a delete; the first of them wait for what `needs` says of their stack. */
function deletionSteps(changes: readonly StackChangePlan[], needs: (id: StackId) => readonly string[]): Listed[] {
  const ids = removalOrder(changes.map(({ id }) => id));
  const usual = new Map(deleteOrder(new Set(ids)).map(step => [step.id as string, step]));
  return ids.map((id): Listed => {
    const known = usual.get(`delete-${id}`);
    const among = (known?.needs ?? []).filter(need => ids.some(other => need === `delete-${other}`));
    // Its successor's own needs would wait for themselves where they are replaced, too.
    const first = needs(id).filter(need => !ids.includes(need as StackId));
    return {
      id: `delete-${id}`,
      title: `Remove ${(known?.title ?? id).toLowerCase()}`,
      needs: unique([...among, ...(first.length > 0 ? first : ['preflight'])]),
      stackName: changes.find(change => change.id === id)?.name ?? id,
      usualSeconds: known?.usualSeconds ?? { low: 20, typical: 60, high: 600 },
    };
  });
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];

/** Each after what it needs, as a list of steps is read. */
function inOrder(steps: readonly Listed[]): Listed[] {
  const sorted: Listed[] = [];
  let left = [...steps];
  while (left.length > 0) {
    const ready = left.filter(step => !step.needs.some(need => left.some(({ id }) => id === need)));
    if (ready.length === 0) throw new Error(`steps wait for each other: ${left.map(({ id }) => id).join(', ')}`);
    sorted.push(...ready);
    left = left.filter(step => !ready.includes(step));
  }
  return sorted;
}

/** How long the update usually takes. */
export function updateTime(changes: ChangePlan, plan: Plan): UsualSeconds {
  return usualTime(updateRunSteps(changes, plan));
}

export function updateSteps(changes: ChangePlan, plan: Plan, open?: OpenCluster): Step[] {
  return updateRunSteps(changes, plan).map(step => ({
    ...step,
    run: context => runStep(step.id, changes, plan, context, open),
  }));
}

async function runStep(
  step: RunStep['id'],
  changes: ChangePlan,
  plan: Plan,
  context: StepContext,
  open?: OpenCluster,
): Promise<StepResult> {
  if (step === 'preflight') return preflightUpdate(changes, plan, updateTime(changes, plan).typical, context);
  if (step === 'namespaces') return ensureNamespaces(plan, context, open);
  if (step === 'verify') return verify(plan, context, open);
  if (step === 'encryption') {
    tellOneWay(changes, ({ resource, stack }) => stack === 'cluster' && resource === changes.cluster, context);
    return associateEncryption(plan, context);
  }
  const { account } = plan;
  if (!account) throw new TypeError('a plan without an account cannot be run');
  const changed = new Set(changes.stacks.filter(({ action }) => action !== 'none').map(({ id }) => id));
  if (step === 'staging')
    return stageTemplates(
      plan.stacks.filter(({ staged, id }) => staged && changed.has(id)),
      account,
      context,
    );
  const deleted = step.startsWith('delete-') ? step.slice('delete-'.length) : undefined;
  const change = changes.stacks.find(({ id }) => id === (deleted ?? step));
  if (!change) throw new TypeError(`an update has no step ${step}`);
  tellOneWay(changes, ({ resource, stack }) => stack === change.id && resource !== changes.cluster, context);
  if (deleted !== undefined) return removeOld(change, context);
  const stack = plan.stacks.find(({ id }) => id === step);
  if (!stack) throw new TypeError(`${step} is not planned`);
  const made =
    change.action === 'update'
      ? await updateStackStep(change, stack, plan, context)
      : await ensureStack(stack, plan, context);
  return settled(stack, plan, made, context);
}

/** Once more when its turn comes: until then it could be cancelled. */
function tellOneWay({ oneWay }: ChangePlan, isNow: (one: OneWaySwitch) => boolean, context: StepContext): void {
  if (context.attempt > 1) return;
  for (const { stack, resource, words } of oneWay.filter(isNow))
    context.journal.append({
      type: 'note',
      level: 'warning',
      message: `Done now, and not to be taken back: ${stack}/${resource}: ${words}`,
    });
}

/** Only the stack that stood when the plan was made: its successor has the same name. */
async function removeOld({ id, name, stackId }: StackChangePlan, context: StepContext): Promise<StepResult> {
  const found = await describeStack(context.session, name, context.signal);
  if (found && stackId !== undefined && found.id !== stackId)
    return { outcome: 'already', summary: `${name} is its successor` };
  return removeStack(name, context, { before: id === 'cluster' ? () => liftDeletionProtection(context) : undefined });
}
