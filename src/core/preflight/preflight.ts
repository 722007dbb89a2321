import { blockingFindings } from '../network/blockingFindings.ts';
import { inRegion } from '../network/regionalCommands.ts';
import { accountProblems } from '../plan/accountProblems.ts';
import type { Plan } from '../plan/plan.ts';
import { gatherPreflight, type PreflightFacts } from './gatherFacts.ts';
import { judgeAccount } from './judgeAccount.ts';
import { judgeGiven } from './judgeGiven.ts';
import { judgePermissions } from './judgePermissions.ts';
import { judgePlaces } from './judgePlaces.ts';
import { judgePrincipals } from './judgePrincipals.ts';
import { judgeQuotas } from './judgeQuotas.ts';
import type { Looker } from './look.ts';
import { finding, type PreflightFinding } from './preflightFinding.ts';

/** Looks at everything that could stop a run before anything is made, and judges it. Worst first. `speed`: simulated ms per real ms. */
export async function preflight(plan: Plan, looker: Looker, speed = 1): Promise<PreflightFinding[]> {
  if (!plan.account) throw new TypeError('a plan without an account cannot be run');
  return judgePreflight(plan, await gatherPreflight(plan, looker), speed);
}

const order = ['error', 'warning', 'unknown'] as const;

/** Pure: what the facts say of the plan. */
export function judgePreflight(plan: Plan, facts: PreflightFacts, speed = 1): PreflightFinding[] {
  const all = [
    ...judgeAccount(plan, facts, speed),
    ...judgePermissions(plan, facts),
    ...judgePlaces(plan, facts),
    ...planFindings(plan),
    ...judgeGiven(plan, facts),
    ...judgePrincipals(plan, facts),
    ...judgeQuotas(plan, facts),
  ];
  const ordered = order.flatMap(severity => all.filter(one => one.severity === severity));
  return inRegion(ordered, plan.spec.region);
}

/** What the plan itself found out about account and network. */
function planFindings(plan: Plan): PreflightFinding[] {
  const { spec, account } = plan;
  if (!account) return [];
  const problems = accountProblems(spec, account).map(({ code, message, suggestion, path }) =>
    finding(
      'error',
      code,
      message,
      suggestion ? `${suggestion.title}.` : 'Change the spec.',
      path === undefined ? {} : { specPath: path },
    ),
  );
  const network = blockingFindings(plan).map(({ code, resources, attribute, seen, wanted, why, fix, specPath }) =>
    finding('error', code, `${resources.join(', ')}: ${attribute} is ${seen}, and must be ${wanted}. ${why}`, fix, {
      evidence: resources.map(resource => `${resource} ${attribute}: ${seen}`),
      ...(specPath === undefined ? {} : { specPath }),
    }),
  );
  return [...problems, ...network];
}
