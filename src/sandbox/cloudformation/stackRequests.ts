import type * as sdk from '@aws-sdk/client-cloudformation';
import type { CallContext } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import type { Deployment } from './deployment.ts';
import { changesNothing } from './noChanges.ts';
import type { ResourceProviders } from './resourceProvider.ts';
import { findStack, liveStacks, setStackStatus, stacks, type Stack } from './stack.ts';
import { defineStack } from './stackDefinition.ts';
import { checkStackName, usedBefore, useToken } from './stackIdentity.ts';
import { beginOperation } from './stackOperation.ts';
import { importersOf } from './stackScope.ts';
import { refuseMembers } from './supportCheck.ts';
import { validationError } from './template.ts';

/** What the provider of nested stacks gives beyond the caller's own members. */
export interface Nested {
  readonly ParentId?: string;
}

/** What every request that changes stacks is answered with. */
type Request<Input> = (input: Input, context: CallContext, providers: ResourceProviders) => { StackId?: string };

const requireDeployment = (
  name: string | undefined,
  { account, region }: CallContext,
  providers: ResourceProviders,
): Deployment => {
  const stack = findStack(account, region, name);
  if (!stack) throw validationError(`Stack [${name}] does not exist`);
  return { account, providers, stack };
};

const createStack: Request<sdk.CreateStackInput & Nested> = (input, context, providers) => {
  const { account, region, principal } = context;
  const {
    StackName: name = '',
    ClientRequestToken: clientRequestToken,
    DisableRollback: disableRollback = false,
  } = input;
  checkStackName(name);
  const existing = liveStacks(account, region).find(stack => stack.name === name);
  if (usedBefore(context, clientRequestToken, 'CreateStack', existing) && existing) return { StackId: existing.id };
  if (existing) throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
  const id = account.arn('cloudformation', region, `stack/${name}/${account.uuid()}`);
  const definition = defineStack(input, context, providers, { id, name, region });
  const parent = findStack(account, region, input.ParentId);
  const stack = stacks(account, region).set(id, {
    id,
    name,
    region,
    definition,
    createdAt: account.now(),
    status: '',
    outputs: [],
    resources: {},
    events: [],
    disableRollback,
    terminationProtection: input.EnableTerminationProtection ?? false,
    parentId: parent?.id,
    rootId: parent && (parent.rootId ?? parent.id),
  });
  const deployment = { account, providers, stack };
  useToken(deployment, clientRequestToken, 'CreateStack');
  beginOperation(deployment, 'CREATE', { principal, clientRequestToken, disableRollback });
  return { StackId: id };
};

const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];

/** Refuses an update of a stack whose state does not allow it, in AWS's words. */
function checkUpdatable({ id, status }: Stack, disableRollback: boolean): void {
  if (UPDATABLE.includes(status)) return;
  if (status !== 'CREATE_FAILED' && status !== 'UPDATE_FAILED')
    throw validationError(`Stack:${id} is in ${status} state and can not be updated.`);
  if (!disableRollback)
    throw validationError(
      `This stack is currently in a non-terminal [${status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API`,
    );
}

const updateStack: Request<sdk.UpdateStackInput> = (input, context, providers) => {
  const { account, principal } = context;
  const { ClientRequestToken: clientRequestToken, DisableRollback: disableRollback = false } = input;
  const deployment = requireDeployment(input.StackName, context, providers);
  const { stack } = deployment;
  if (usedBefore(context, clientRequestToken, 'UpdateStack', stack)) return { StackId: stack.id };
  checkUpdatable(stack, disableRollback);
  const definition = defineStack(input, context, providers, stack, stack.definition);
  if (changesNothing(deployment, definition)) throw validationError('No updates are to be performed.');
  useToken(deployment, clientRequestToken, 'UpdateStack');
  if (UPDATABLE.includes(stack.status))
    stack.stable = structuredClone({ definition: stack.definition, resources: stack.resources });
  Object.assign(stack, { definition, updatedAt: account.now(), disableRollback });
  beginOperation(deployment, 'UPDATE', { principal, clientRequestToken, disableRollback });
  return { StackId: stack.id };
};

const DELETABLE_IN_PROGRESS = ['CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS'];

const deleteStack: Request<sdk.DeleteStackInput> = (input, context, providers) => {
  const { account, region, principal } = context;
  const { ClientRequestToken: token } = input;
  const stack = findStack(account, region, input.StackName);
  if (!stack || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return {};
  refuseMembers(input);
  if (usedBefore(context, token, 'DeleteStack', stack)) return {};
  const { id, status } = stack;
  if (stack.terminationProtection)
    throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  if (status.endsWith('_IN_PROGRESS') && !DELETABLE_IN_PROGRESS.includes(status))
    throw validationError(`Stack [${id}] cannot be deleted while in status ${status}`);
  const deployment = { account, providers, stack };
  useToken(deployment, token, 'DeleteStack');
  for (const { ExportName = '' } of stack.outputs) {
    const users = ExportName ? importersOf(context, stack, ExportName) : [];
    if (users.length === 0) continue;
    // The call succeeds; the stack goes back to where it was and says why.
    setStackStatus(deployment, 'DELETE_IN_PROGRESS', 'User Initiated');
    const reason = `Export ${ExportName} cannot be deleted as it is in use by ${users.join(' and ')}`;
    setStackStatus(deployment, status, reason);
    return {};
  }
  beginOperation(deployment, 'DELETE', { principal, clientRequestToken: token });
  return {};
};

const updateTerminationProtection: Request<sdk.UpdateTerminationProtectionInput> = (input, context, providers) => {
  const { stack } = requireDeployment(input.StackName, context, providers);
  stack.terminationProtection = input.EnableTerminationProtection ?? false;
  return { StackId: stack.id };
};

export const stackRequests = {
  CreateStack: createStack,
  UpdateStack: updateStack,
  DeleteStack: deleteStack,
  UpdateTerminationProtection: updateTerminationProtection,
};
