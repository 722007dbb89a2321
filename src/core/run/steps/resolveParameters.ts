import { describeStack, type StackView } from '../../aws/stack.ts';
import { PrivateEksError } from '../../errors.ts';
import type { AccountFact, ParameterSource, Plan, PlannedStack, StackId } from '../../plan/plan.ts';
import { accountFact } from '../../plan/vpcSources.ts';
import type { ClusterSpec } from '../../spec/clusterSpec.ts';
import { specHashTag } from '../../spec/ownTags.ts';
import { adminParameter } from '../../templates/identityTemplate.ts';
import type { StepContext } from '../step.ts';

/**
 * The values that a stack's parameters have now, outputs of earlier stacks read from the cloud. What was resolved from the account
 * stays as it is in a stack that exists: who resumes is not the new administrator, and a new zone moves nothing.
 */
export async function resolveParameters(
  stack: PlannedStack,
  plan: Plan,
  context: StepContext,
  found?: StackView,
): Promise<Record<string, string>> {
  const earlier = new Map<StackId, Promise<StackView>>();
  const outputsOf = (id: StackId) => {
    let view = earlier.get(id);
    if (!view) earlier.set(id, (view = readEarlier(id, plan, context)));
    return view;
  };
  const resolve = async (name: string, source: ParameterSource): Promise<string> => {
    const keeps = keepsParameter(name, plan.spec) && !(name === adminParameter(0) && isOutdated(found, plan));
    const kept = keeps ? found?.parameters[name] : undefined;
    if (kept !== undefined) return kept;
    switch (source.from) {
      case 'literal':
        return source.value;
      case 'account':
        return openFact(source.fact, plan);
      case 'output': {
        const { name: stackName, outputs } = await outputsOf(source.stack);
        const value = outputs[source.output];
        if (value !== undefined) return value;
        throw new PrivateEksError('output-missing', `Stack ${stackName} has no output ${source.output}.`);
      }
    }
  };
  const entries = Object.entries(stack.parameters).map(
    async ([name, source]) => [name, await resolve(name, source)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** Never made, by a spec that has changed since: whom it named may be what failed. */
function isOutdated(found: StackView | undefined, { specHash }: Plan): boolean {
  return (
    found !== undefined && /^(?:CREATE_FAILED|ROLLBACK_)/.test(found.status) && found.tags[specHashTag] !== specHash
  );
}

async function readEarlier(id: StackId, plan: Plan, context: StepContext): Promise<StackView> {
  const name = plan.stacks.find(stack => stack.id === id)?.name ?? id;
  const view = await describeStack(context.session, name, context.signal);
  if (view) return view;
  throw new PrivateEksError('stack-missing', `Stack ${name} is gone.`, {
    retryable: true,
    fix: 'Retry makes it again.',
  });
}

/** Parameters that the spec leaves to the account and the caller: a stack that stands keeps what it has. */
export function keepsParameter(name: string, { network, access }: ClusterSpec): boolean {
  if (name === 'ZoneIds') return typeof network.zones === 'number';
  return name === adminParameter(0) && access.administrators.length === 0;
}

function openFact(fact: AccountFact, { spec, account }: Plan): string {
  if (!account) throw new TypeError('a plan without an account cannot be run');
  return accountFact(fact, spec, account);
}
