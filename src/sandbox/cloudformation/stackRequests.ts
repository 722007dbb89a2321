import type * as sdk from '@aws-sdk/client-cloudformation';
import type { CallContext } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import type { Deployment } from './deployment.ts';
import type { ResourceProviders } from './resourceProvider.ts';
import { findStack, liveStacks, setStackStatus, stacks, type Stack, type StackDefinition } from './stack.ts';
import { defineStack } from './stackDefinition.ts';
import { checkStackName, newStack, usedBefore, useToken } from './stackIdentity.ts';
import { beginOperation, rollBack } from './stackOperation.ts';
import { importersOf } from './stackScope.ts';
import { refuseMembers } from './supportCheck.ts';
import { validationError } from './template.ts';
import { changesNothing } from './updatePlan.ts';

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
  const { account, region } = context;
  const { StackName = '', ClientRequestToken: token } = input;
  checkStackName(StackName);
  const existing = liveStacks(account, region).find(({ name }) => name === StackName);
  if (usedBefore(context, token, 'CreateStack', existing) && existing) return { StackId: existing.id };
  if (input.DisableRollback !== undefined && input.OnFailure !== undefined)
    throw validationError('Either DisableRollback or OnFailure can be specified, not both.');
  if (existing && existing.status !== 'REVIEW_IN_PROGRESS')
    throw new AwsError('AlreadyExistsException', `Stack [${StackName}] already exists`);
  const stack = existing ?? newStack(account, region, StackName);
  stack.definition = defineStack(input, context, providers, stack);
  const parent = findStack(account, region, input.ParentId);
  Object.assign(stack, {
    disableRollback: input.DisableRollback ?? false,
    onFailure: input.OnFailure,
    timeoutInMinutes: input.TimeoutInMinutes,
    roleArn: input.RoleARN,
    terminationProtection: input.EnableTerminationProtection ?? false,
    parentId: parent?.id,
    rootId: parent && (parent.rootId ?? parent.id),
  });
  const deployment = { account, providers, stack };
  useToken(deployment, token, 'CreateStack');
  startCreate(deployment, context, token);
  return { StackId: stack.id };
};

export function startCreate(deployment: Deployment, { principal }: CallContext, clientRequestToken?: string): void {
  const { account, stack } = deployment;
  stacks(account, stack.region).set(stack.id, stack);
  const { disableRollback, onFailure, timeoutInMinutes } = stack;
  beginOperation(deployment, 'CREATE', { principal, clientRequestToken, disableRollback, onFailure });
  const payload = { region: stack.region, stackId: stack.id, operationId: stack.operation?.id };
  if (timeoutInMinutes !== undefined) account.schedule(timeoutInMinutes * 60, 'cloudformation.timeout', payload);
}

const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];

/** Refuses an update of a stack whose state does not allow it, in AWS's words. */
export function checkUpdatable({ id, status, onFailure }: Stack, disableRollback: boolean): void {
  if (UPDATABLE.includes(status)) return;
  if (status !== 'CREATE_FAILED' && status !== 'UPDATE_FAILED')
    throw validationError(`Stack:${id} is in ${status} state and can not be updated.`);
  if (onFailure === 'DO_NOTHING')
    throw validationError(
      `This stack cannot be updated from [${status}] state because it contains [on-failure: DO_NOTHING]. Please use disable-rollback option instead during stack creation.`,
    );
  if (!disableRollback)
    throw validationError(
      `This stack is currently in a non-terminal [${status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API`,
    );
}

const updateStack: Request<sdk.UpdateStackInput> = (input, context, providers) => {
  const { ClientRequestToken: token, DisableRollback = false } = input;
  const deployment = requireDeployment(input.StackName, context, providers);
  const { stack } = deployment;
  if (usedBefore(context, token, 'UpdateStack', stack)) return { StackId: stack.id };
  checkUpdatable(stack, DisableRollback);
  const definition = defineStack(input, context, providers, stack, stack.definition);
  if (input.RoleARN !== undefined) stack.roleArn = input.RoleARN;
  if (changesNothing(deployment, definition)) throw validationError('No updates are to be performed.');
  useToken(deployment, token, 'UpdateStack');
  startUpdate(deployment, context, definition, DisableRollback, token);
  return { StackId: stack.id };
};

export function startUpdate(
  deployment: Deployment,
  { principal }: CallContext,
  definition: StackDefinition,
  disableRollback: boolean,
  clientRequestToken?: string,
): void {
  const { account, stack } = deployment;
  if (UPDATABLE.includes(stack.status))
    stack.stable = structuredClone({ definition: stack.definition, resources: stack.resources });
  Object.assign(stack, { definition, updatedAt: account.now(), disableRollback });
  beginOperation(deployment, 'UPDATE', { principal, clientRequestToken, disableRollback });
}

const DELETABLE_IN_PROGRESS = ['CREATE_IN_PROGRESS', 'REVIEW_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS'];

const deleteStack: Request<sdk.DeleteStackInput> = (input, context, providers) => {
  const { account, region, principal } = context;
  const { ClientRequestToken: token, RetainResources: retain = [] } = input;
  const stack = findStack(account, region, input.StackName);
  if (!stack || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return {};
  refuseMembers(input);
  if (usedBefore(context, token, 'DeleteStack', stack)) return {};
  const { id, status } = stack;
  if (stack.terminationProtection)
    throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  if (status.endsWith('_IN_PROGRESS') && !DELETABLE_IN_PROGRESS.includes(status))
    throw validationError(`Stack [${id}] cannot be deleted while in status ${status}`);
  if (retain.length > 0 && status !== 'DELETE_FAILED')
    throw validationError(`Stack [${id}] can retain resources only in DELETE_FAILED state`);
  const deployment = { account, providers, stack };
  useToken(deployment, token, 'DeleteStack');
  if (input.RoleARN !== undefined) stack.roleArn = input.RoleARN;
  for (const { ExportName = '' } of stack.outputs) {
    const users = ExportName ? importersOf(context, stack, ExportName) : [];
    if (users.length === 0) continue;
    // The call succeeds; the stack goes back to where it was and says why.
    setStackStatus(deployment, 'DELETE_IN_PROGRESS', 'User Initiated');
    const reason = `Export ${ExportName} cannot be deleted as it is in use by ${users.join(' and ')}`;
    setStackStatus(deployment, status, reason);
    return {};
  }
  beginOperation(deployment, 'DELETE', { principal, clientRequestToken: token, retain });
  return {};
};

const cancelUpdateStack: Request<sdk.CancelUpdateStackInput> = (input, context, providers) => {
  const deployment = requireDeployment(input.StackName, context, providers);
  if (deployment.stack.status !== 'UPDATE_IN_PROGRESS')
    throw validationError('CancelUpdateStack cannot be called from current stack status');
  return rollBackAnew(deployment, context, input.ClientRequestToken);
};

const rollbackStack: Request<sdk.RollbackStackInput> = (input, context, providers) => {
  refuseMembers(input);
  const deployment = requireDeployment(input.StackName, context, providers);
  const { id, status } = deployment.stack;
  if (usedBefore(context, input.ClientRequestToken, 'RollbackStack', deployment.stack)) return { StackId: id };
  if (status !== 'CREATE_FAILED' && status !== 'UPDATE_FAILED')
    throw validationError(`RollbackStack cannot be called from current stack status: ${status}`);
  useToken(deployment, input.ClientRequestToken, 'RollbackStack');
  return rollBackAnew(deployment, context, input.ClientRequestToken);
};

const updateTerminationProtection: Request<sdk.UpdateTerminationProtectionInput> = (input, context, providers) => {
  const { stack } = requireDeployment(input.StackName, context, providers);
  stack.terminationProtection = input.EnableTerminationProtection ?? false;
  return { StackId: stack.id };
};

/** Rolls back as a new operation, so that jobs of the old one no longer count. */
function rollBackAnew(
  deployment: Deployment,
  { principal }: CallContext,
  clientRequestToken?: string,
): { StackId: string } {
  const phase = deployment.stack.stable ? 'UPDATE_ROLLBACK' : 'ROLLBACK';
  beginOperation(deployment, phase, { principal, clientRequestToken });
  return { StackId: deployment.stack.id };
}

/** A creation that takes longer than the caller allowed fails as a whole. */
export function timeOut(deployment: Deployment): void {
  const { status, operation } = deployment.stack;
  if (status !== 'CREATE_IN_PROGRESS' || !operation) return;
  for (const task of operation.tasks) if (task.state === 'running' || task.state === 'waiting') task.state = 'skipped';
  const reason = 'Stack creation time exceeded the specified timeout.';
  if (operation.disableRollback || operation.onFailure === 'DO_NOTHING')
    setStackStatus(deployment, 'CREATE_FAILED', reason);
  else rollBack(deployment, `${reason} Rollback requested by user.`);
}

export const stackRequests = {
  CreateStack: createStack,
  UpdateStack: updateStack,
  DeleteStack: deleteStack,
  CancelUpdateStack: cancelUpdateStack,
  RollbackStack: rollbackStack,
  UpdateTerminationProtection: updateTerminationProtection,
};
