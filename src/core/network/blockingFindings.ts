import type { Plan } from '../plan/plan.ts';
import type { NetworkFinding } from './networkFacts.ts';

/** Findings with which no run may begin: nothing has been made yet, and what would be made could not work. */
export function blockingFindings({ findings }: Pick<Plan, 'findings'>): readonly NetworkFinding[] {
  return findings.filter(({ severity }) => severity === 'error');
}
