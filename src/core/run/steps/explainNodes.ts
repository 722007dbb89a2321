import { toPrivateEksError } from '../../aws/errors.ts';
import { isCancellation } from '../../errors.ts';
import { gatherNodeFacts } from '../gatherNodeFacts.ts';
import { refineNodeCause } from '../nodeCause.ts';
import type { FailureCause } from '../runEvent.ts';
import type { StepContext } from '../step.ts';

/** The cause with what the account shows of a group whose nodes did not join; that it cannot be looked at is said. */
export async function explainNodes(cause: FailureCause, group: string, context: StepContext): Promise<FailureCause> {
  const { session, cluster, signal } = context;
  context.progress('looking for the reason why the nodes did not join');
  try {
    const facts = await gatherNodeFacts(session, cluster, group, signal);
    return facts ? refineNodeCause(cause, facts) : cause;
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { message } = toPrivateEksError(error);
    return { ...cause, evidence: [...cause.evidence, `the account could not be looked at: ${message}`] };
  }
}
