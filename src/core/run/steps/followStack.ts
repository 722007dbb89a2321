import { failedValidations, pointsToValidations, validationText } from '../../aws/failedValidations.ts';
import { describeStack, listStacks, type StackView } from '../../aws/stack.ts';
import { isWhole } from '../../aws/stackStatus.ts';
import { stackIdOf } from '../../plan/stackName.ts';
import { explainSlowness } from '../explainSlowness.ts';
import { failureCause } from '../failureCause.ts';
import { rootCause } from '../rootCause.ts';
import type { FailureCause, RunKind, RunStep, StackEventSeen } from '../runEvent.ts';
import { stuckFix } from '../fixText.ts';
import { stuckAfterMs } from '../stackAction.ts';
import { StepFailure, type StepContext } from '../step.ts';
import { explainNodes } from './explainNodes.ts';
import { isOurs } from './stackTags.ts';

/**
 * Waits until nothing moves in the stack any more, its events going into the journal. A stack that says nothing for hours is a failure:
 * a retry then does what `stackAction` has for stuck ones.
 */
export async function followStack(stackId: string, context: StepContext): Promise<StackView> {
  const { journal, step, signal, watcher, clock } = context;
  const events = journal.events.filter(event => event.type === 'stack-event');
  const seen = new Set(events.map(event => event.eventId));
  const end = new AbortController();
  const guarded = AbortSignal.any([signal, end.signal]);
  let heardAt = clock.now();
  const tooQuiet = (async () => {
    for (let rest = stuckAfterMs; rest > 0; rest = heardAt + stuckAfterMs - clock.now())
      await clock.sleep(rest, guarded);
    end.abort(new Stuck());
  })().catch(() => undefined);
  try {
    return await watcher.watch(stackId, {
      seen,
      // What was done to the stack before this run is no part of it, and no cause of its failure.
      lastOperationOnly: !events.some(({ physicalId }) => physicalId === stackId),
      signal: guarded,
      onEvents: news => {
        heardAt = clock.now();
        for (const event of news) journal.append({ type: 'stack-event', step, ...event });
      },
    });
  } catch (error) {
    if (!(error instanceof Stuck)) throw error;
    throw await stuckFailure(stackId, context);
  } finally {
    end.abort();
    await tooQuiet;
  }
}

class Stuck extends Error {
  override readonly name = 'Stuck';
}

async function stuckFailure(stackId: string, context: StepContext): Promise<StepFailure> {
  const { session, cluster, signal, step } = context;
  const { waitingFor, evidence } = await explainSlowness(
    { id: step as RunStep['id'], title: step },
    { session, cluster, signal },
  );
  const stack = await describeStack(session, stackId, signal);
  return new StepFailure(
    failureCause({
      code: 'stack-stuck',
      what: `Stack ${stack?.name ?? stackId} is ${stack?.status} and has not moved for ${stuckAfterMs / 3_600_000} hours.`,
      why: `It waits for ${waitingFor}.`,
      fix: stuckFix(stack?.status ?? '', runKind(context)),
      evidence,
      stackName: stack?.name,
    }),
  );
}

/** As the run's journal begins. */
export function runKind({ journal }: Pick<StepContext, 'journal'>): RunKind {
  const [first] = journal.events;
  return first?.type === 'run-started' ? first.kind : 'create';
}

/** The events of the step's stack that the journal has, of all its attempts. */
function journalledEvents({ journal, step }: StepContext): StackEventSeen[] {
  return journal.events.filter(event => event.type === 'stack-event').filter(event => event.step === step);
}

/** Causes behind which nodes may stand that did not join: CoreDNS runs on nodes, and a self-managed group tells nobody. */
const nodesBehind = ['addon-degraded', 'addon-insufficient-number-of-replicas', 'not-stabilized'];

/** A stack that did not become whole, as a failure with its first cause; for nodes that did not join the account is looked at. */
export async function stackFailure(stack: StackView, context: StepContext): Promise<StepFailure> {
  const { step } = context;
  const group = step.startsWith('nodes-') ? step.slice('nodes-'.length) : undefined;
  const cause = await firstCause(stack, group, context);
  const ofNodes = group !== undefined && /^(node-creation-failure|nodegroup-|not-stabilized)/.test(cause.code);
  const ofAddons = step === 'workload-addons' && nodesBehind.includes(cause.code);
  if (ofNodes) return new StepFailure(await explainNodes(cause, group, context));
  if (!ofAddons) return new StepFailure(cause);
  for (const name of await nodeGroupsOf(context)) {
    const refined = await explainNodes(cause, name, context);
    if (refined.code !== cause.code) return new StepFailure(refined);
  }
  return new StepFailure(cause);
}

/** Of a stack that CloudFormation did not begin with, what its checks found: no stack event tells that. */
async function firstCause(stack: StackView, group: string | undefined, context: StepContext): Promise<FailureCause> {
  const { session, signal, step } = context;
  const as = { group, kind: runKind(context) };
  const cause = rootCause(stack, journalledEvents(context), as);
  if (cause.resource !== undefined || !pointsToValidations(cause.awsMessage ?? '')) return cause;
  const found = await failedValidations(session, { StackName: stack.id }, signal);
  if (found === undefined)
    return {
      ...cause,
      fix: `${cause.fix} The reason is told to whoever has the permission cloudformation:DescribeEvents, or by the events of ${stack.name} in the CloudFormation console.`,
    };
  if (found.length === 0) return cause;
  const asEvents = found.map((validation, index) => ({
    ...validation,
    type: 'stack-event' as const,
    seq: 0,
    at: validation.timestamp,
    step,
    eventId: `validation-${index}`,
    stackName: stack.name,
    path: [],
    status: 'CREATE_FAILED',
  }));
  const known = rootCause(stack, asEvents, as);
  return { ...known, evidence: [...known.evidence, ...found.map(validationText)] };
}

async function nodeGroupsOf({ session, cluster, signal }: StepContext): Promise<string[]> {
  const stacks = await listStacks(session, found => isOurs(found, cluster), signal);
  const ids = stacks.flatMap(({ name }) => stackIdOf(cluster, name) ?? []);
  return ids.filter(id => id.startsWith('nodes-')).map(id => id.slice('nodes-'.length));
}

export async function followToWhole(stackId: string, context: StepContext): Promise<StackView> {
  const stack = await followStack(stackId, context);
  if (!isWhole(stack.status)) throw await stackFailure(stack, context);
  return stack;
}
