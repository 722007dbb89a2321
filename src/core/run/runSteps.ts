import { isCancellation } from '../errors.ts';
import { causeOf } from './failureCause.ts';
import { Patience } from './patience.ts';
import type { RunOutcome } from './runEvent.ts';
import { runGraph, type NodeOutcome } from './runGraph.ts';
import type { RunContext, Step, StepContext } from './step.ts';

const concurrency = 4;

/** Runs the steps and journals what happens. Rejects only when the run is left at once. */
export async function runSteps(steps: readonly Step[], context: RunContext): Promise<RunOutcome> {
  const patience = new Patience(context);
  const { cancel, signal } = context;
  const outcomes = await runGraph(steps, step => runStep(step, context, patience), { concurrency, cancel });
  signal.throwIfAborted();
  const succeeded = steps.every(({ id }) => outcomes.get(id) === 'succeeded');
  if (succeeded) return 'done';
  return cancel.aborted ? 'cancelled' : 'failed';
}

async function runStep(step: Step, context: RunContext, patience: Patience): Promise<NodeOutcome> {
  const { journal, signal } = context;
  const earlier = journal.events.filter(event => event.type === 'step-started' && event.step === step.id).length;
  const attempt = earlier + 1;
  journal.append({ type: 'step-started', step: step.id, attempt });
  const stepContext: StepContext = { ...context, step: step.id, attempt, progress: progressOf(step.id, context) };
  try {
    const { outcome, summary } = await patience.through(() => step.run(stepContext));
    journal.append({ type: 'step-finished', step: step.id, outcome, ...(summary === undefined ? {} : { summary }) });
    return 'succeeded';
  } catch (error) {
    // Left at once: the journal stays open, and whoever resumes begins with this step.
    if (signal.aborted) return 'cancelled';
    if (isCancellation(error)) {
      journal.append({ type: 'step-finished', step: step.id, outcome: 'cancelled' });
      return 'cancelled';
    }
    const cause = causeOf(error);
    journal.append({ type: 'failure', step: step.id, cause });
    journal.append({ type: 'step-finished', step: step.id, outcome: 'failed', summary: cause.what });
    return 'failed';
  }
}

function progressOf(step: string, { journal }: RunContext): (message: string) => void {
  let last: string | undefined;
  return message => {
    if (message !== last) journal.append({ type: 'step-progress', step, message });
    last = message;
  };
}
