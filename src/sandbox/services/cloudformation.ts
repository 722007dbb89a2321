import { changeSetReady, changeSetRequests } from '../cloudformation/changeSets.ts';
import type { Deployment } from '../cloudformation/deployment.ts';
import { describeOperations } from '../cloudformation/describe.ts';
import type { ResourceProviders } from '../cloudformation/resourceProvider.ts';
import type { StepPayload } from '../cloudformation/resourceStep.ts';
import { stacks } from '../cloudformation/stack.ts';
import { advance, endPhase, step } from '../cloudformation/stackOperation.ts';
import { driftDetected, driftRequests } from '../cloudformation/drift.ts';
import { recoveryRequests } from '../cloudformation/stackRecovery.ts';
import { stackRequests } from '../cloudformation/stackRequests.ts';
import type { Account, CallContext, Operation, SandboxResource, Service } from '../kernel/account.ts';

type Request = (input: never, context: CallContext, providers: ResourceProviders) => object;

/** CloudFormation over resource providers: all of the registry's, or a test's own. */
export function cloudFormationService(providers: ResourceProviders): Service {
  const withProviders = (table: Readonly<Record<string, Request>>): Record<string, Operation> =>
    Object.fromEntries(
      Object.entries(table).map(([name, run]) => [name, (input: never, context) => run(input, context, providers)]),
    );
  const job =
    <P extends Pick<StepPayload, 'region' | 'stackId' | 'operationId'>>(
      run: (deployment: Deployment, payload: P) => void,
    ) =>
    (payload: P, account: Account): void => {
      const stack = stacks(account, payload.region).get(payload.stackId);
      // Jobs of an operation that has been replaced by another mean nothing any more.
      if (stack?.operation?.id === payload.operationId) run({ account, providers, stack }, payload);
    };
  return {
    name: 'cloudformation',
    operations: {
      ...describeOperations,
      ...withProviders({ ...stackRequests, ...changeSetRequests, ...recoveryRequests, ...driftRequests }),
    },
    jobs: {
      'cloudformation.advance': job(advance),
      'cloudformation.step': job<StepPayload>(step),
      'cloudformation.endPhase': job(endPhase),
      'cloudformation.changeSet': changeSetReady(providers),
      'cloudformation.drift': driftDetected(providers),
    },
    resources: existingStacks,
  };
}

const existingStacks = (account: Account): SandboxResource[] =>
  account
    .regionsOf('cloudformation.stacks')
    .flatMap(region => stacks(account, region).values())
    .filter(({ status }) => status !== 'DELETE_COMPLETE')
    .map(({ id, region, status, name }) => ({ type: 'AWS::CloudFormation::Stack', id, region, name, status }));
