import type { ChangePlan } from '../../change/changePlan.ts';
import type { Plan } from '../../plan/plan.ts';
import { changePreflight } from '../../preflight/changePreflight.ts';
import type { PreflightFinding } from '../../preflight/preflightFinding.ts';
import type { StepContext, StepResult } from '../step.ts';
import { speedOf, tellFindings } from './preflight.ts';

/** Looks at what is left of an update to be made, and stops on errors before anything is changed. */
export async function preflightUpdate(
  changes: ChangePlan,
  plan: Plan,
  seconds: number,
  context: StepContext,
): Promise<StepResult> {
  const { session, signal } = context;
  const options = { seconds, speed: speedOf(context) };
  const found = await changePreflight(leftOf(changes, context), plan, { session, signal }, options);
  const isResumed = context.attempt > 1;
  tellFindings(
    isResumed ? found.map(softened) : found,
    context,
    'Nothing of this update is begun before that is mended.',
  );
  return { outcome: 'done', summary: `account ${changes.accountId}` };
}

/** Without the stacks that an earlier attempt has brought to the plan. */
function leftOf(changes: ChangePlan, { journal }: StepContext): ChangePlan {
  const done = new Set(
    journal.events.flatMap(event =>
      event.type === 'step-finished' && (event.outcome === 'done' || event.outcome === 'already') ? [event.step] : [],
    ),
  );
  const stacks = changes.stacks.map(stack => {
    const step = stack.action === 'delete' ? `delete-${stack.id}` : stack.id;
    return done.has(step) ? { ...stack, action: 'none' as const } : stack;
  });
  return { ...changes, stacks };
}

/** What was begun is counted already, and would count twice: of an update that is carried on room and quotas are told, and stop nothing. */
function softened(one: PreflightFinding): PreflightFinding {
  const isCount = ['quota-exceeded', 'subnet-no-room', 'stack-name-taken', 'log-group-exists'].includes(one.code);
  return one.severity === 'error' && isCount ? { ...one, severity: 'warning' } : one;
}
