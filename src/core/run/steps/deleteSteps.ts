import { callerIdentity } from '../../aws/identity.ts';
import { PrivateEksError } from '../../errors.ts';
import type { StackId } from '../../plan/plan.ts';
import { stackName } from '../../plan/stackName.ts';
import type { RunStep } from '../runEvent.ts';
import type { Step, StepContext, StepResult } from '../step.ts';
import { deleteOrder } from './deleteOrder.ts';
import { removeStack } from './deleteStackStep.ts';
import { liftDeletionProtection } from './deletionProtection.ts';
import { freeRoles } from './freeRoles.ts';
import { removeLateLogs } from './lateLogs.ts';
import { proof } from './proof.ts';
import type { Where } from '../../leftovers/clusterLeavings.ts';
import { removeBastions } from './removeBastions.ts';
import { removeInstances } from './removeInstances.ts';
import { removeInterfaces } from './removeInterfaces.ts';
import { removeLoadBalancers } from './removeLoadBalancers.ts';
import { removeVolumes } from './removeVolumes.ts';
import { retireKey, type KeyChoice } from './retireKey.ts';

export interface DeleteInput {
  readonly cluster: string;
  readonly accountId: string;
  readonly key: KeyChoice;
  readonly where: Where;
  /** Delete the volumes of the cluster's claims, too. */
  readonly withVolumes: boolean;
  /** Logical ids that may stay, `Vpc`, or with their stack, `network/Vpc`, where their deletion has failed. */
  readonly retain: readonly string[];
  /** Filled by the steps: what stays, each with its reason. */
  readonly remaining: Set<string>;
}

/** The steps of a delete as the journal lists them. */
export function deleteRunSteps(cluster: string, present: ReadonlySet<StackId>): RunStep[] {
  return deleteOrder(present).map(step => {
    const stack = stackOf(step.id);
    return stack ? { ...step, stackName: stackName(cluster, stack) } : step;
  });
}

export function deleteSteps(steps: readonly RunStep[], input: DeleteInput): Step[] {
  return steps.map(step => ({ ...step, run: context => runStep(step, input, context) }));
}

async function runStep({ id }: RunStep, input: DeleteInput, context: StepContext): Promise<StepResult> {
  const { cluster, remaining } = input;
  const stack = stackOf(id);
  if (stack) {
    const name = stackName(cluster, stack);
    const before =
      stack === 'cluster'
        ? () => liftDeletionProtection(context)
        : stack === 'network'
          ? () => removeBastions(name, context)
          : stack === 'permissions'
            ? () => freeRoles(name, context)
            : undefined;
    const retain = input.retain.flatMap(item =>
      item.startsWith(`${stack}/`) ? item.slice(stack.length + 1) : item.includes('/') ? [] : item,
    );
    return removeStack(name, context, { before, retain, remaining });
  }
  if (id === 'preflight') return checkAccount(input, context);
  if (id === 'instances') return removeInstances(input.where, context);
  if (id === 'load-balancers') return removeLoadBalancers(input.where, context);
  if (id === 'volumes') return removeVolumes(input.where, input.withVolumes, remaining, context);
  if (id === 'interfaces') return removeInterfaces(input.where, context);
  if (id === 'log-group') return removeLateLogs(context);
  if (id === 'key') return retireKey(stackName(cluster, 'key'), input.key, remaining, context);
  if (id === 'proof') return proof(remaining, context, input.where);
  throw new TypeError(`a delete has no step ${id}`);
}

async function checkAccount({ accountId }: DeleteInput, { session, signal }: StepContext): Promise<StepResult> {
  const caller = await callerIdentity(session, signal);
  if (caller.accountId === accountId) return { outcome: 'done', summary: `account ${accountId}` };
  throw new PrivateEksError(
    'other-account',
    `The credentials are of account ${caller.accountId} now; the cluster is in ${accountId}.`,
    { fix: 'Choose the profile of that account.', actions: [{ id: 'choose-account', title: 'Choose Account' }] },
  );
}

/** The stack that a step of a delete removes, if it removes one. */
export function stackOf(step: RunStep['id']): StackId | undefined {
  return step.startsWith('delete-') ? (step.slice('delete-'.length) as StackId) : undefined;
}
