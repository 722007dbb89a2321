import type { StackView } from '../aws/stack.ts';
import type { Plan, PlannedStack, StackId } from '../plan/plan.ts';
import { accountFact } from '../plan/vpcSources.ts';
import { keepsParameter } from '../run/steps/resolveParameters.ts';
import type { StackAction } from './changePlan.ts';

export interface ParametersNow {
  readonly values: Readonly<Record<string, string>>;
  /** Those whose value comes out of a stack that changes first. */
  readonly open: ReadonlySet<string>;
}

/** What is known of a stack that changes before another takes values from it. */
export interface EarlierStack {
  readonly action: StackAction;
  /** Outputs that may have another value afterwards. */
  readonly changedOutputs: ReadonlySet<string>;
}

/** The values that a stack's parameters have before anything is changed; `stacks` are those that stand. Pure. */
export function parametersNow(
  stack: PlannedStack,
  plan: Plan,
  stacks: ReadonlyMap<StackId, StackView>,
  earlier: ReadonlyMap<StackId, EarlierStack>,
): ParametersNow {
  const found = stacks.get(stack.id);
  const values: Record<string, string> = {};
  const open = new Set<string>();
  for (const [name, source] of Object.entries(stack.parameters)) {
    const kept = keepsParameter(name, plan.spec) ? found?.parameters[name] : undefined;
    if (kept !== undefined) values[name] = kept;
    else if (source.from === 'literal') values[name] = source.value;
    else if (source.from === 'account') {
      if (!plan.account) throw new TypeError('a plan without an account cannot be compared');
      values[name] = accountFact(source.fact, plan.spec, plan.account);
    } else {
      const before = earlier.get(source.stack);
      const value = stacks.get(source.stack)?.outputs[source.output];
      const moves =
        before?.action === 'create' || before?.action === 'replace' || before?.changedOutputs.has(source.output);
      if (moves || value === undefined) open.add(name);
      if (value !== undefined) values[name] = value;
    }
  }
  return { values, open };
}
