import type { StackView } from '../../aws/stack.ts';
import type { Plan } from '../../plan/plan.ts';
import { clusterTag, runTag, specHashTag } from '../../spec/ownTags.ts';
/** What finds a run's stacks again from any machine. */
export function stackTags(plan: Plan, runId: string): Record<string, string> {
  return { ...plan.spec.tags, [clusterTag]: plan.spec.name, [runTag]: runId, [specHashTag]: plan.specHash };
}

/** Only a stack that carries our tag for this cluster is ever changed or deleted. */
export function isOurs(stack: StackView, cluster: string): boolean {
  return stack.tags[clusterTag] === cluster;
}
