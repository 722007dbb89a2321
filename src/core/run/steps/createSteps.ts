import { groupOf } from '../../plan/nodeStacks.ts';
import type { Plan, PlannedStack, PlannedStep } from '../../plan/plan.ts';
import type { OpenCluster } from '../openCluster.ts';
import type { Step, StepContext, StepResult } from '../step.ts';
import { joined } from './awaitJoin.ts';
import { ensureNamespaces } from './namespacesStep.ts';
import { preflightStep } from './preflight.ts';
import { ensureStack } from './stackStep.ts';
import { stageTemplates } from './staging.ts';
import { verify } from './verify.ts';

/** The plan's steps with what each of them does. */
export function createSteps(plan: Plan, open?: OpenCluster): Step[] {
  return plan.steps.map(step => {
    const { stack: _, ...common } = step;
    const stackName = plan.stacks.find(({ id }) => id === step.stack)?.name;
    return {
      ...common,
      ...(stackName === undefined ? {} : { stackName }),
      run: context => runStep(step, plan, context, open),
    };
  });
}

async function runStep(step: PlannedStep, plan: Plan, context: StepContext, open?: OpenCluster): Promise<StepResult> {
  const { account } = plan;
  if (!account) throw new TypeError('a plan without an account cannot be run');
  const stack = plan.stacks.find(({ id }) => id === step.stack);
  if (stack) return settled(stack, plan, await ensureStack(stack, plan, context), context);
  if (step.id === 'preflight') return preflightStep(plan, context);
  if (step.id === 'staging')
    return stageTemplates(
      plan.stacks.filter(({ staged }) => staged),
      account,
      context,
    );
  if (step.id === 'namespaces') return ensureNamespaces(plan, context, open);
  if (step.id === 'verify') return verify(plan, context, open);
  throw new TypeError(`step ${step.id} has no stack`);
}

/** A stack is whole; of a self-managed group that does not mean that its nodes have joined. */
export async function settled(
  { id, kind }: PlannedStack,
  { spec }: Plan,
  made: StepResult,
  context: StepContext,
): Promise<StepResult> {
  const group = kind === 'nodes' ? groupOf(spec, id) : undefined;
  return group?.kind === 'self-managed' ? joined(group.name, made, context) : made;
}
