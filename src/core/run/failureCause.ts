import { toPrivateEksError } from '../aws/errors.ts';
import type { PrivateEksError } from '../errors.ts';
import type { FailureCause } from './runEvent.ts';
import { StepFailure } from './step.ts';

/** What is optional to say about a failure has its empty form here. */
export function failureCause(
  cause: Pick<FailureCause, 'code' | 'what' | 'why' | 'fix'> & Partial<FailureCause>,
): FailureCause {
  return { awsMessage: undefined, resource: undefined, stackName: undefined, retryable: true, evidence: [], ...cause };
}

/** Whatever a step threw, as a cause. */
export function causeOf(error: unknown): FailureCause {
  if (error instanceof StepFailure) return error.failure;
  const known: PrivateEksError = toPrivateEksError(error);
  const aws = known.cause instanceof Error ? known.cause.message : undefined;
  return failureCause({
    code: known.code,
    what: known.message,
    why: '',
    fix: known.fix ?? (known.retryable ? 'Retry.' : 'Retry; if it stays, the log shows what AWS answered.'),
    awsMessage: aws,
  });
}
