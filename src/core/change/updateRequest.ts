import type { StackChange } from '../aws/changeStack.ts';
import type { StackView } from '../aws/stack.ts';
import type { Plan, PlannedStack } from '../plan/plan.ts';
import { stagedTemplate, templateBody } from '../run/steps/staging.ts';
import { ownTagPrefix } from '../spec/ownTags.ts';

/** A stack's update as CloudFormation is asked for it, by a change set that is shown and by the one that is executed. */
export function updateRequest(
  stack: PlannedStack,
  plan: Plan,
  found: StackView,
  parameters: Readonly<Record<string, string>>,
  token: string,
): Omit<StackChange, 'terminationProtection'> {
  const { account, spec } = plan;
  if (!account) throw new TypeError('a plan without an account cannot be run');
  // Our own tags stay: another run or hash on the stack would touch every resource in it.
  const own = Object.entries(found.tags).filter(([key]) => key.startsWith(ownTagPrefix));
  return {
    name: stack.name,
    template: stack.staged ? { url: stagedTemplate(stack, account).url } : { body: templateBody(stack) },
    parameters,
    tags: { ...spec.tags, ...Object.fromEntries(own) },
    capabilities: stack.capabilities,
    token,
  };
}
