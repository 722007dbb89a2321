import { failureCause } from '../failureCause.ts';
import { StepFailure } from '../step.ts';

export function notVerified(wrong: readonly string[], why: string): StepFailure {
  return new StepFailure(
    failureCause({
      code: 'not-verified',
      what: `The cluster is made, but ${wrong[0]}.`,
      why,
      fix: 'Retry looks again; if it stays, look at what is named.',
      evidence: wrong,
    }),
  );
}
