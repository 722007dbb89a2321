import type { Plan } from '../../plan/plan.ts';
import { zoneIdsFrom } from '../../plan/vpcSources.ts';
import { preflight } from '../../preflight/preflight.ts';
import type { PreflightFinding } from '../../preflight/preflightFinding.ts';
import { failureCause } from '../failureCause.ts';
import { StepFailure, type StepContext, type StepResult } from '../step.ts';

/** Stops the run on errors, telling all of them at once; what is doubtful or not known goes into the journal. */
export async function preflightStep(plan: Plan, context: StepContext): Promise<StepResult> {
  const { account } = plan;
  if (!account) throw new TypeError('a plan without an account cannot be run');
  const { session, signal } = context;
  const findings = await preflight(plan, { session, signal }, speedOf(context));
  tellFindings(findings, context, 'Nothing has been made yet.');
  return { outcome: 'done', summary: `account ${account.accountId}, ${zoneIdsFrom(plan.spec, account).join(', ')}` };
}

/** @throws StepFailure with all errors; the rest goes into the journal */
export function tellFindings(findings: readonly PreflightFinding[], { journal }: StepContext, why: string): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  for (const { severity, message, fix } of findings)
    if (severity !== 'error')
      journal.append({
        type: 'note',
        level: severity === 'warning' ? 'warning' : 'info',
        message: `${message} ${fix}`,
      });
  const [first] = errors;
  if (!first) return;
  const more = errors.length - 1;
  throw new StepFailure(
    failureCause({
      code: first.code,
      what: more === 0 ? first.message : `${first.message} And ${more} more.`,
      why,
      fix: first.fix,
      evidence: errors.flatMap(({ message, fix, evidence }) => [`${message} ${fix}`, ...evidence]),
      ...(first.specPath === undefined ? {} : { specPath: first.specPath }),
    }),
  );
}

export function speedOf({ journal }: StepContext): number {
  const started = journal.events.find(event => event.type === 'run-started');
  return started?.type === 'run-started' ? started.speed : 1;
}
