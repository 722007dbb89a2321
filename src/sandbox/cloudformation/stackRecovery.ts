import type * as sdk from '@aws-sdk/client-cloudformation';
import type { CallContext } from '../kernel/account.ts';
import type { ResourceProviders } from './resourceProvider.ts';
import { requireDeployment } from './stackRequests.ts';
import { beginOperation, cancelUpdate } from './stackOperation.ts';
import { validationError } from './template.ts';

/** The ways back out of what failed or takes too long. */
export const recoveryRequests = {
  CancelUpdateStack(input: sdk.CancelUpdateStackInput, context: CallContext, providers: ResourceProviders) {
    const deployment = requireDeployment(input.StackName, context, providers);
    if (deployment.stack.status !== 'UPDATE_IN_PROGRESS')
      throw validationError('CancelUpdateStack cannot be called from current stack status');
    cancelUpdate(deployment);
    return {};
  },

  ContinueUpdateRollback(input: sdk.ContinueUpdateRollbackInput, context: CallContext, providers: ResourceProviders) {
    const deployment = requireDeployment(input.StackName, context, providers);
    const { id, status, resources } = deployment.stack;
    if (status !== 'UPDATE_ROLLBACK_FAILED')
      throw validationError(`Stack:${id} is in ${status} state and can not be updated.`);
    const { ResourcesToSkip: retained = [] } = input;
    const strange = retained.filter(name => resources[name]?.status !== 'UPDATE_FAILED');
    if (strange.length > 0)
      throw validationError(`Resources [${strange.join(', ')}] are not in UPDATE_FAILED state, and cannot be skipped`);
    const { ClientRequestToken: clientRequestToken } = input;
    beginOperation(deployment, 'UPDATE_ROLLBACK', { principal: context.principal, clientRequestToken, retained });
    return {};
  },

  RollbackStack(input: sdk.RollbackStackInput, context: CallContext, providers: ResourceProviders) {
    const deployment = requireDeployment(input.StackName, context, providers);
    const { id, status, stable } = deployment.stack;
    if (status !== 'CREATE_FAILED' && status !== 'UPDATE_FAILED')
      throw validationError(`Stack:${id} is in ${status} state and can not be rolled back.`);
    const { ClientRequestToken: clientRequestToken } = input;
    const phase = stable ? 'UPDATE_ROLLBACK' : 'ROLLBACK';
    beginOperation(deployment, phase, { principal: context.principal, clientRequestToken });
    return { StackId: id };
  },
};
