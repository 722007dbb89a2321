import type * as sdk from '@aws-sdk/client-cloudformation';
import { changeSetOperations, computeChangeSet } from '../cloudformation/changeSets.ts';
import type { Deployment } from '../cloudformation/deployment.ts';
import { describeOperations } from '../cloudformation/describe.ts';
import { resourceProviders } from '../cloudformation/registry.ts';
import type { ResourceProviders } from '../cloudformation/resourceProvider.ts';
import type { StepPayload } from '../cloudformation/resourceStep.ts';
import { requireStack, stacks, type Stack } from '../cloudformation/stack.ts';
import { advance, endPhase, step } from '../cloudformation/stackOperation.ts';
import {
  cancelUpdate,
  continueRollback,
  createStack,
  deleteStack,
  rollbackStack,
  timeOut,
  updateStack,
  type Nested,
} from '../cloudformation/stackRequests.ts';
import type { Account, CallContext, SandboxResource, Service } from '../kernel/account.ts';
import { withFaults } from '../providers/faultyProvider.ts';

type JobPayload = Pick<StepPayload, 'region' | 'stackId' | 'operationId'>;

/** CloudFormation over resource providers; tests give their own. */
export function cloudFormationService(providers: ResourceProviders): Service {
  const ofOperation =
    <P extends JobPayload>(run: (deployment: Deployment, payload: P) => void) =>
    (payload: P, account: Account): void => {
      const stack = stacks(account, payload.region).get(payload.stackId);
      // Jobs of an operation that has been replaced by another mean nothing any more.
      if (stack?.operation?.id === payload.operationId) run({ account, providers, stack }, payload);
    };
  return {
    name: 'cloudformation',
    operations: {
      ...describeOperations,
      ...changeSetOperations(providers),
      CreateStack: (input: sdk.CreateStackInput & Nested, context: CallContext): sdk.CreateStackOutput =>
        idOf(createStack(input, context, providers)),
      UpdateStack: (input: sdk.UpdateStackInput, context: CallContext): sdk.UpdateStackOutput =>
        idOf(updateStack(input, context, providers)),
      DeleteStack(input: sdk.DeleteStackInput, context: CallContext): object {
        deleteStack(input, context, providers);
        return {};
      },
      CancelUpdateStack(input: sdk.CancelUpdateStackInput, context: CallContext): object {
        cancelUpdate(input, context, providers);
        return {};
      },
      RollbackStack: (input: sdk.RollbackStackInput, context: CallContext): sdk.RollbackStackOutput =>
        idOf(rollbackStack(input, context, providers)),
      ContinueUpdateRollback(input: sdk.ContinueUpdateRollbackInput, context: CallContext): object {
        continueRollback(input, context, providers);
        return {};
      },
      UpdateTerminationProtection(
        input: sdk.UpdateTerminationProtectionInput,
        { account, region }: CallContext,
      ): sdk.UpdateTerminationProtectionOutput {
        const stack = requireStack(account, region, input.StackName, `Stack [${input.StackName}] does not exist`);
        stack.terminationProtection = input.EnableTerminationProtection ?? false;
        return idOf(stack);
      },
    },
    jobs: {
      'cloudformation.advance': ofOperation(advance),
      'cloudformation.step': ofOperation<StepPayload>(step),
      'cloudformation.endPhase': ofOperation(endPhase),
      'cloudformation.timeout': ofOperation(timeOut),
      'cloudformation.computeChangeSet': (payload: { region: string; id: string }, account: Account) =>
        computeChangeSet(payload, account, providers),
    },
    resources: account => existingStacks(account),
  };
}

const idOf = ({ id }: Stack): { StackId: string } => ({ StackId: id });

function existingStacks(account: Account): SandboxResource[] {
  return account
    .regionsOf('cloudformation.stacks')
    .flatMap(region => stacks(account, region).values())
    .filter(({ status }) => status !== 'DELETE_COMPLETE')
    .map(({ id, region, status, name }) => ({ type: 'AWS::CloudFormation::Stack', id, region, name, status }));
}

export const cloudFormation: Service = cloudFormationService(withFaults(resourceProviders));
