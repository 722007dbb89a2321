import { toPrivateEksError } from '../../aws/errors.ts';
import type { StackView } from '../../aws/stack.ts';
import { isWhole } from '../../aws/stackStatus.ts';
import { isCancellation } from '../../errors.ts';
import { gatherNodeFacts } from '../gatherNodeFacts.ts';
import { refineNodeCause } from '../nodeCause.ts';
import { rootCause } from '../rootCause.ts';
import type { StackEventSeen } from '../runEvent.ts';
import { StepFailure, type StepContext } from '../step.ts';

/** Waits until nothing moves in the stack any more, its events going into the journal. */
export async function followStack(stackId: string, context: StepContext): Promise<StackView> {
  const { journal, step, signal, watcher } = context;
  const seen = new Set(journal.events.flatMap(event => (event.type === 'stack-event' ? [event.eventId] : [])));
  return watcher.watch(stackId, {
    seen,
    signal,
    onEvents: events => {
      for (const event of events) journal.append({ type: 'stack-event', step, ...event });
    },
  });
}

/** The events of the step's stack that the journal has, of all its attempts. */
function journalledEvents({ journal, step }: StepContext): StackEventSeen[] {
  return journal.events.filter(event => event.type === 'stack-event').filter(event => event.step === step);
}

/** A stack that did not become whole, as a failure with its first cause; for nodes that did not join the account is looked at. */
export async function stackFailure(stack: StackView, context: StepContext): Promise<StepFailure> {
  const cause = rootCause(stack, journalledEvents(context));
  if (cause.code !== 'node-creation-failure') return new StepFailure(cause);
  // AWS::EKS::Nodegroup's physical id is cluster/nodegroup.
  const [cluster, nodeGroup] = cause.resource?.physicalId.split('/') ?? [];
  if (!cluster || !nodeGroup) return new StepFailure(cause);
  try {
    context.progress('looking for the reason why the nodes did not join');
    const facts = await gatherNodeFacts(context.session, cluster, nodeGroup, context.signal);
    return new StepFailure(facts ? refineNodeCause(cause, facts) : cause);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { message } = toPrivateEksError(error);
    return new StepFailure({
      ...cause,
      evidence: [...cause.evidence, `the account could not be looked at: ${message}`],
    });
  }
}

export async function followToWhole(stackId: string, context: StepContext): Promise<StackView> {
  const stack = await followStack(stackId, context);
  if (!isWhole(stack.status)) throw await stackFailure(stack, context);
  return stack;
}
