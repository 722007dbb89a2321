import { randomBytes } from 'node:crypto';
import type { AwsSession } from '../aws/awsSession.ts';
import { listStacks, stackTemplate, type StackView } from '../aws/stack.ts';
import { isSettled, isWhole } from '../aws/stackStatus.ts';
import type { Clock } from '../clock.ts';
import { PrivateEksError } from '../errors.ts';
import type { Plan, PlannedStack, StackId } from '../plan/plan.ts';
import { stackIdOf, stackName } from '../plan/stackName.ts';
import { handWork, stackAction } from '../run/stackAction.ts';
import { isOurs } from '../run/steps/stackTags.ts';
import { changeRefusals } from './changeRefusals.ts';
import type { ChangePlan, ResourceChange, StackAction, StackChangePlan } from './changePlan.ts';
import { createChangeSet, deleteChangeSet, stayingWords, type StayingChangeSet } from './changeSet.ts';
import { changedOutputs } from './changedOutputs.ts';
import { foreseenChanges } from './foreseenChanges.ts';
import { oneWaySwitches } from './oneWay.ts';
import { parametersNow, type EarlierStack, type ParametersNow } from './parametersNow.ts';
import { blocksItself, isReplaced } from './recreation.ts';
import { readLiveCluster } from './readLiveCluster.ts';
import { removalOrder } from './removalOrder.ts';
import { settleCluster } from './settleCluster.ts';
import { stackDifference, isSame, type TemplateLike } from './stackDifference.ts';
import { updateRequest } from './updateRequest.ts';

export interface ChangePlanOptions {
  /** Stacks are put where CloudFormation takes templates of this size from; called once, before the first change set that needs it. */
  readonly stage?: (stacks: readonly PlannedStack[]) => Promise<void>;
  readonly monthlyUsdBefore?: number | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (message: string) => void;
}

/**
 * What an update to the plan would do, asked of CloudFormation stack by stack; every change set is deleted again. Nothing is changed.
 * @throws PrivateEksError `nothing-to-update`, `stack-busy`, `stack-needs-hands`, `change-set-failed`
 */
export async function readChangePlan(
  plan: Plan,
  session: AwsSession,
  clock: Clock,
  options: ChangePlanOptions = {},
): Promise<ChangePlan> {
  const { spec, account } = plan;
  if (!account) throw new TypeError('a plan without an account cannot be compared');
  const { signal } = options;
  const found = await standingStacks(session, spec.name, signal);
  const live = await readLiveCluster(session, spec.name, signal);
  const templates = await readTemplates(session, [...found.values()], signal);
  const cluster = plan.stacks.find(({ id }) => id === 'cluster');
  const keyArn = spec.encryption.key === 'new' ? found.get('key')?.outputs.KeyArn : spec.encryption.key;
  const settled = cluster && settleCluster(cluster, templates.get('cluster'), live, keyArn);
  const stacks = plan.stacks.map(stack => (stack.id === 'cluster' && settled ? settled.stack : stack));
  await options.stage?.(stacks.filter(({ staged, id }) => staged && found.has(id)));
  const earlier = new Map<StackId, EarlierStack>();
  const changes: StackChangePlan[] = [];
  const staying: StayingChangeSet[] = [];
  const onStays = (stays: StayingChangeSet) => void staying.push(stays);
  for (const stack of inOrder(stacks, plan)) {
    options.onProgress?.(`looking at what would change in ${stack.name}`);
    const before = templates.get(stack.id);
    const now = parametersNow(stack, plan, found, earlier);
    const change = await stackChange(stack, plan, {
      found: found.get(stack.id),
      before,
      now,
      session,
      clock,
      signal,
      onStays,
    });
    changes.push(change);
    earlier.set(stack.id, {
      action: change.action,
      changedOutputs: changedOutputs(before, stack.template, change.resources),
    });
  }
  const planned = new Set(stacks.map(({ id }) => id));
  const gone = removalOrder([...found.keys()].filter(id => !planned.has(id)));
  for (const id of gone) changes.push(removal(id, stackName(spec.name, id), found.get(id), templates.get(id)));
  const whole = withDependents(changes, stacks);
  return {
    cluster: spec.name,
    region: account.region,
    accountId: account.accountId,
    specHash: plan.specHash,
    stacks: whole,
    api: settled?.api ?? [],
    oneWay: [
      ...whole.flatMap(({ id, action, resources }) => (action === 'none' ? [] : oneWaySwitches(id, resources))),
      ...(settled?.api ?? []).map(() => ({
        stack: 'cluster' as const,
        resource: spec.name,
        words: 'Encryption with a key cannot be switched off, nor given another key.',
      })),
    ],
    replaced: whole.flatMap(replacedIn),
    refusals: changeRefusals(spec, whole, live),
    notes: [...whole.flatMap(notesOf), ...stayingWords(staying)],
    monthlyUsd: { before: options.monthlyUsdBefore, after: plan.cost.monthlyUsd },
  };
}

async function standingStacks(session: AwsSession, cluster: string, signal?: AbortSignal) {
  const found = new Map<StackId, StackView>();
  for (const stack of await listStacks(session, candidate => isOurs(candidate, cluster), signal)) {
    const id = stackIdOf(cluster, stack.name);
    if (id !== undefined) found.set(id, stack);
  }
  if (found.size === 0)
    throw new PrivateEksError('nothing-to-update', `There is no stack of ${cluster} in ${session.region}.`, {
      fix: 'Create it first, or check the profile and the region.',
    });
  const busy = [...found.values()].find(({ status }) => !isSettled(status));
  if (busy)
    throw new PrivateEksError('stack-busy', `Stack ${busy.name} is ${busy.status}.`, {
      retryable: true,
      fix: 'Wait until it has settled, then ask again.',
    });
  return found;
}

async function readTemplates(session: AwsSession, stacks: readonly StackView[], signal?: AbortSignal) {
  const templates = new Map<StackId, TemplateLike>();
  for (const { id, name, tags } of stacks) {
    const stackId = stackIdOf(tags['private-eks:cluster'] ?? '', name);
    const template = await stackTemplate(session, id, signal);
    if (stackId !== undefined && typeof template === 'object' && template !== null) templates.set(stackId, template);
  }
  return templates;
}

/** Stacks after those that they take values from. */
function inOrder(stacks: readonly PlannedStack[], plan: Plan): PlannedStack[] {
  const order = plan.steps.map(({ stack }) => stack);
  return stacks.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}

interface StackLook {
  readonly found: StackView | undefined;
  readonly before: TemplateLike | undefined;
  readonly now: ParametersNow;
  readonly session: AwsSession;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly onStays: (stays: StayingChangeSet) => void;
}

async function stackChange(stack: PlannedStack, plan: Plan, look: StackLook): Promise<StackChangePlan> {
  const { found, before, now } = look;
  const { id, name, template } = stack;
  const common = { id, name, stackId: found?.id, before, after: template, openParameters: [...now.open] };
  const anew = (action: 'create' | 'replace', reason?: string): StackChangePlan => ({
    ...common,
    action,
    ...(reason === undefined ? {} : { reason }),
    resources: foreseenChanges(undefined, template),
    from: 'templates',
  });
  if (!found) return anew('create');
  // `create --resume` would do the same: what never was whole has nothing in it that anybody uses.
  const wanted = stackAction(found, 'change');
  if (wanted === 'replace') return anew('create', `it never was whole, or is not any more (${found.status})`);
  if (wanted === 'explain')
    throw new PrivateEksError(
      'stack-needs-hands',
      `Stack ${name} is ${found.status}: no update can go on from there.`,
      {
        fix: handWork(found.status),
      },
    );
  const same = isSame(stackDifference(before ?? {}, template));
  if (same && now.open.size === 0 && stands(found) && sameParameters(found, now))
    return { ...common, action: 'none', resources: [], from: 'templates' };
  const isOpen = now.open.size > 0;
  const asked = isOpen ? undefined : await askCloudFormation(stack, plan, found, look);
  const resources = isOpen ? foreseenChanges(before, template, now.open) : (asked ?? []);
  const blocked = resources.filter(change => change.action === 'modify' && blocksItself(change));
  // CloudFormation's word counts where templates differ in words alone.
  const isSo = isOpen ? same && resources.length === 0 : asked === undefined;
  const action: StackAction = blocked.length > 0 ? 'replace' : isSo && stands(found) ? 'none' : 'update';
  return {
    ...common,
    action,
    ...(action === 'replace'
      ? {
          reason: `${blocked.map(({ logicalId }) => logicalId).join(', ')} cannot be replaced beside itself: its name is taken`,
        }
      : {}),
    resources,
    from: isOpen ? 'templates' : 'change-set',
  };
}

/** As its template says; after an update that was taken back, too. */
function stands({ status }: StackView): boolean {
  return isWhole(status) || status === 'UPDATE_ROLLBACK_COMPLETE';
}

function sameParameters(found: StackView, { values }: ParametersNow): boolean {
  return Object.entries(values).every(([name, value]) => found.parameters[name] === value);
}

/** Undefined where it finds nothing to do, not even to outputs. */
async function askCloudFormation(
  stack: PlannedStack,
  plan: Plan,
  found: StackView,
  { now, session, clock, signal, onStays }: StackLook,
): Promise<readonly ResourceChange[] | undefined> {
  const token = `private-eks-look-${randomBytes(8).toString('hex')}`;
  const change = updateRequest(stack, plan, found, now.values, token);
  const made = await createChangeSet(session, change, clock, { signal, onStays });
  if (!made) return undefined;
  await deleteChangeSet(session, made.id, stack.name, onStays);
  return made.changes;
}

function removal(
  id: StackId,
  name: string,
  found: StackView | undefined,
  before: TemplateLike | undefined,
): StackChangePlan {
  const resources = foreseenChanges(before, {});
  return {
    id,
    name,
    stackId: found?.id,
    action: 'delete',
    resources,
    from: 'templates',
    openParameters: [],
    before,
    after: undefined,
  };
}

/** What takes a value from a stack that is made anew is made anew with it: its own resources name what is gone. */
function withDependents(changes: readonly StackChangePlan[], stacks: readonly PlannedStack[]): StackChangePlan[] {
  const replaced = new Set(changes.filter(({ action }) => action === 'replace').map(({ id }) => id));
  if (!replaced.has('cluster')) return [...changes];
  return changes.map(change => {
    const stack = stacks.find(({ id }) => id === change.id);
    const needs = Object.values(stack?.parameters ?? {}).some(
      source => source.from === 'output' && source.stack === 'cluster',
    );
    if (!needs || !change.after || change.action === 'create') return change;
    const resources = foreseenChanges(undefined, change.after);
    return { ...change, action: 'replace', reason: 'it belongs to the control plane that is replaced', resources };
  });
}

function replacedIn({ id, action, reason, resources }: StackChangePlan): string[] {
  if (action === 'none' || action === 'create' || action === 'delete') return [];
  if (action === 'replace') return [`${id}: ${reason ?? 'made anew'}`];
  return resources
    .filter(change => change.action === 'modify' && isReplaced(change))
    .map(
      ({ logicalId, type, replacement }) => `${id}: ${logicalId} (${type})${replacement === 'True' ? '' : ', perhaps'}`,
    );
}

function notesOf({ id, action, openParameters, resources }: StackChangePlan): string[] {
  const open =
    action === 'update' && openParameters.length > 0
      ? [
          `${id} takes ${openParameters.join(', ')} from a stack that changes first: what is shown of it is the most that may change, and the run stops should CloudFormation show more.`,
        ]
      : [];
  if (action === 'replace' && resources.some(({ type }) => type === 'AWS::EKS::Cluster'))
    return [
      `${id}: load balancers and volumes that controllers in the cluster made are not of any stack: they stay, and cost, until they are removed.`,
    ];
  const group = action === 'replace' && resources.some(({ type }) => type === 'AWS::EKS::Nodegroup');
  return group
    ? [
        ...open,
        `${id}: EKS drains the old group’s nodes before the new group comes. To keep the pods running meanwhile, add a group under another name first, and remove this one in a second update.`,
      ]
    : open;
}
