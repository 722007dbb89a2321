import type * as sdk from '@aws-sdk/client-cloudformation';
import type { CallContext } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import type { Deployment } from './deployment.ts';
import { forgetChangeSets, refuseOtherTypes } from './changeSets.ts';
import { changesNothing } from './noChanges.ts';
import type { ResourceProviders } from './resourceProvider.ts';
import { findStack, liveStacks, setStackStatus, stacks, type Stack, type StackDefinition } from './stack.ts';
import { defineStack } from './stackDefinition.ts';
import { checkStackName, usedBefore, useToken } from './stackIdentity.ts';
import { beginOperation, type OperationRequest } from './stackOperation.ts';
import { importersOf } from './stackScope.ts';
import { refuseMembers } from './supportCheck.ts';
import { validationError } from './template.ts';

/** What the provider of nested stacks gives beyond the caller's own members. */
export interface Nested {
  readonly ParentId?: string;
}

/** What every request that changes stacks is answered with. */
type Request<Input> = (input: Input, context: CallContext, providers: ResourceProviders) => { StackId?: string };

export const requireDeployment = (
  name: string | undefined,
  { account, region }: CallContext,
  providers: ResourceProviders,
): Deployment => {
  const stack = findStack(account, region, name);
  if (!stack) throw validationError(`Stack [${name}] does not exist`);
  return { account, providers, stack };
};

/** A stack of which nothing is made yet. */
export function makeStack(
  input: sdk.CreateStackInput & Nested,
  context: CallContext,
  providers: ResourceProviders,
): Stack {
  const { account, region } = context;
  const { StackName: name = '', DisableRollback: disableRollback = false } = input;
  checkStackName(name);
  const id = account.arn('cloudformation', region, `stack/${name}/${account.uuid()}`);
  const definition = defineStack(input, context, providers, { id, name, region });
  const parent = findStack(account, region, input.ParentId);
  return stacks(account, region).set(id, {
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
}

const createStack: Request<sdk.CreateStackInput & Nested> = (input, context, providers) => {
  const { account, region, principal } = context;
  const { StackName: name = '', ClientRequestToken: clientRequestToken, DisableRollback: disableRollback } = input;
  checkStackName(name);
  const existing = liveStacks(account, region).find(stack => stack.name === name);
  if (usedBefore(context, clientRequestToken, 'CreateStack', existing) && existing) return { StackId: existing.id };
  if (existing) throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
  const deployment = { account, providers, stack: makeStack(input, context, providers) };
  useToken(deployment, clientRequestToken, 'CreateStack');
  beginOperation(deployment, 'CREATE', { principal, clientRequestToken, disableRollback });
  return { StackId: deployment.stack.id };
};

const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];

/** Refuses an update of a stack whose state does not allow it, in AWS's words. */
export function checkUpdatable({ id, status }: Stack, disableRollback: boolean): void {
  if (UPDATABLE.includes(status)) return;
  if (status !== 'CREATE_FAILED' && status !== 'UPDATE_FAILED')
    throw validationError(`Stack:${id} is in ${status} state and can not be updated.`);
  if (!disableRollback)
    throw validationError(
      `This stack is currently in a non-terminal [${status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API`,
    );
}

const updateStack: Request<sdk.UpdateStackInput> = (input, context, providers) => {
  const { principal } = context;
  const { ClientRequestToken: clientRequestToken, DisableRollback: disableRollback = false } = input;
  const deployment = requireDeployment(input.StackName, context, providers);
  const { stack } = deployment;
  if (usedBefore(context, clientRequestToken, 'UpdateStack', stack)) return { StackId: stack.id };
  checkUpdatable(stack, disableRollback);
  const definition = defineStack(input, context, providers, stack, stack.definition);
  refuseOtherTypes(stack, definition);
  if (changesNothing(deployment, definition)) throw validationError('No updates are to be performed.');
  useToken(deployment, clientRequestToken, 'UpdateStack');
  beginUpdate(deployment, definition, { principal, clientRequestToken, disableRollback });
  return { StackId: stack.id };
};

export function beginUpdate(deployment: Deployment, definition: StackDefinition, request: OperationRequest): void {
  const { account, stack } = deployment;
  if (UPDATABLE.includes(stack.status))
    stack.stable = structuredClone({ definition: stack.definition, resources: stack.resources });
  Object.assign(stack, { definition, updatedAt: account.now(), disableRollback: request.disableRollback });
  forgetChangeSets(deployment);
  beginOperation(deployment, 'UPDATE', request);
}

const DELETABLE_IN_PROGRESS = ['CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'REVIEW_IN_PROGRESS'];

const deleteStack: Request<sdk.DeleteStackInput> = (input, context, providers) => {
  const { account, region, principal } = context;
  const { ClientRequestToken: token } = input;
  const stack = findStack(account, region, input.StackName);
  if (!stack || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return {};
  refuseMembers({ ...input, RetainResources: undefined, DeletionMode: undefined });
  if (usedBefore(context, token, 'DeleteStack', stack)) return {};
  const { id, status } = stack;
  checkRetained(stack, input);
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
  const { RetainResources: retained } = input;
  const force = input.DeletionMode === 'FORCE_DELETE_STACK';
  beginOperation(deployment, 'DELETE', { principal, clientRequestToken: token, retained, force });
  return {};
};

/** What is to stay, or to be left behind by force, may be named only once a deletion has failed. */
function checkRetained({ id, status, resources }: Stack, input: sdk.DeleteStackInput): void {
  const { RetainResources: retained = [], DeletionMode: mode } = input;
  if (status !== 'DELETE_FAILED') {
    if (retained.length > 0)
      throw validationError(
        `Invalid operation on stack [${id}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
      );
    if (mode === 'FORCE_DELETE_STACK')
      throw validationError(
        `Invalid operation on stack [${id}]. When you delete a stack, specify a deletion mode of FORCE_DELETE_STACK only when the stack is in the DELETE_FAILED state.`,
      );
  }
  const strange = retained.filter(name => resources[name]?.status !== 'DELETE_FAILED');
  if (strange.length > 0)
    throw validationError(
      `The following resources to retain are not in a DELETE_FAILED state: [${strange.join(', ')}]`,
    );
}

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
