import type { ChangePlan } from '../change/changePlan.ts';
import type { Plan } from '../plan/plan.ts';
import { changeScope } from './changeScope.ts';
import { gatherChange } from './gatherChange.ts';
import { judgeChange } from './judgeChange.ts';
import type { Looker } from './look.ts';
import type { PreflightFinding } from './preflightFinding.ts';

export interface ChangePreflightOptions {
  /** How long the update usually takes. */
  readonly seconds: number;
  /** Simulated ms per real ms. */
  readonly speed?: number;
}

/** Looks at everything that could stop an update before anything is changed: what it makes, and nothing else. Worst first. */
export async function changePreflight(
  changes: ChangePlan,
  plan: Plan,
  looker: Looker,
  options: ChangePreflightOptions,
): Promise<PreflightFinding[]> {
  return judgeChange(changeScope(changes, plan), await gatherChange(changes, plan, looker), options);
}
