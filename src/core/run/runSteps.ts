import { isCancellation } from '../errors.ts';
import { explainSlowness } from './explainSlowness.ts';
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
  const ended = new AbortController();
  const watch = tellWhenSlow(step, stepContext, AbortSignal.any([signal, ended.signal]));
  const stopWatching = () => {
    ended.abort();
    return watch;
  };
  try {
    const { outcome, summary } = await patience.through(() => step.run(stepContext)).finally(stopWatching);
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

/** These only make calls, which take their real time however fast the account's clock goes. */
const madeOfCalls: readonly string[] = ['preflight', 'readiness', 'staging'];

/** Past its usual range, and each time that it has taken twice as long again, a step says what it waits for. */
async function tellWhenSlow(step: Step, context: StepContext, signal: AbortSignal): Promise<void> {
  const { clock, journal, session, cluster } = context;
  const [started] = journal.events;
  const speed = madeOfCalls.includes(step.id) && started?.type === 'run-started' ? started.speed : 1;
  const begun = clock.now();
  const taken = () => (clock.now() - begun) / 1000 / speed;
  try {
    for (let seconds = step.usualSeconds.high; ; seconds = 2 * Math.max(seconds, taken())) {
      await clock.sleep(Math.max(0, seconds - taken()) * 1000 * speed, signal);
      const slowness = await explainSlowness(step, { session, cluster, signal });
      if (signal.aborted) return;
      const waitedSeconds = Math.round(taken());
      journal.append({ type: 'slow', step: step.id, waitedSeconds, usualSeconds: step.usualSeconds, ...slowness });
    }
  } catch (error) {
    // To say why something is slow must never be what breaks it.
    if (!signal.aborted)
      journal.append({ type: 'step-progress', step: step.id, message: `over its usual time (${String(error)})` });
  }
}

function progressOf(step: string, { journal }: RunContext): (message: string) => void {
  let last: string | undefined;
  return message => {
    if (message !== last) journal.append({ type: 'step-progress', step, message });
    last = message;
  };
}
