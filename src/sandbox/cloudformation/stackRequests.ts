import type * as sdk from '@aws-sdk/client-cloudformation';
import type { Account, CallContext } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import type { Deployment } from './deployment.ts';
import { exportsOf } from './exports.ts';
import type { ResourceProviders } from './resourceProvider.ts';
import {
  findStack,
  liveStacks,
  requireStack,
  setStackStatus,
  stacks,
  type Stack,
  type StackDefinition,
} from './stack.ts';
import { defineStack } from './stackDefinition.ts';
import { beginOperation, rollBack } from './stackOperation.ts';
import { importersOf } from './stackScope.ts';
import { validationError } from './template.ts';
import { changesNothing } from './updatePlan.ts';

/** What the provider of nested stacks gives beyond the caller's own members. */
export interface Nested {
  readonly ParentId?: string;
}

const STACK_NAME = '[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*';

export function checkStackName(name: string): void {
  const refuse = (constraint: string): never => {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ${constraint}`,
    );
  };
  if (!new RegExp(`^(${STACK_NAME})$`).test(name))
    refuse(`Member must satisfy regular expression pattern: ${STACK_NAME}`);
  if (name.length > 128) refuse('Member must have length less than or equal to 128');
}

/** A stack that nothing has been made in yet. */
export function newStack(account: Account, region: string, name: string): Stack {
  const id = account.arn('cloudformation', region, `stack/${name}/${account.uuid()}`);
  const template = { Parameters: {}, Mappings: {}, Conditions: {}, Rules: {}, Resources: {}, Outputs: {} };
  return {
    id,
    name,
    region,
    createdAt: account.now(),
    status: '',
    outputs: [],
    resources: {},
    events: [],
    definition: { templateBody: '', template, parameters: [], tags: [], capabilities: [], notificationArns: [] },
    disableRollback: false,
    terminationProtection: false,
  };
}

interface UsedToken {
  readonly action: string;
  readonly stackId: string;
}

/** True when `token` has begun this very action on this stack before; a token used for anything else is refused. */
function usedBefore(
  context: CallContext,
  token: string | undefined,
  action: string,
  stackId: string | undefined,
): boolean {
  if (token === undefined) return false;
  const used = context.account.regional<UsedToken>(context.region, 'cloudformation.tokens').get(token);
  if (!used || findStack(context.account, context.region, used.stackId)?.status === 'DELETE_COMPLETE') return false;
  if (used.action === action && used.stackId === stackId) return true;
  throw new AwsError('TokenAlreadyExistsException', `Token [${token}] already used for stack [${used.stackId}]`);
}

function useToken(context: CallContext, token: string | undefined, action: string, stackId: string): void {
  if (token !== undefined)
    context.account.regional<UsedToken>(context.region, 'cloudformation.tokens').set(token, { action, stackId });
}

export function createStack(
  input: sdk.CreateStackInput & Nested,
  context: CallContext,
  providers: ResourceProviders,
): Stack {
  const { account, region } = context;
  const { StackName = '', ClientRequestToken: token } = input;
  checkStackName(StackName);
  const existing = liveStacks(account, region).find(({ name }) => name === StackName);
  if (usedBefore(context, token, 'CreateStack', existing?.id) && existing) return existing;
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
  useToken(context, token, 'CreateStack', stack.id);
  startCreate({ account, providers, stack }, context, token);
  return stack;
}

export function startCreate(deployment: Deployment, { principal }: CallContext, clientRequestToken?: string): void {
  const { account, stack } = deployment;
  stacks(account, stack.region).set(stack.id, stack);
  const { disableRollback, onFailure, timeoutInMinutes } = stack;
  beginOperation(deployment, 'CREATE', { principal, clientRequestToken, disableRollback, onFailure });
  const payload = { region: stack.region, stackId: stack.id, operationId: stack.operation?.id };
  if (timeoutInMinutes !== undefined) account.schedule(timeoutInMinutes * 60, 'cloudformation.timeout', payload);
}

const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'];

/** Refuses an update of a stack whose state does not allow it, in AWS's words. */
export function checkUpdatable(stack: Stack, disableRollback: boolean): void {
  const { status } = stack;
  if (UPDATABLE.includes(status)) return;
  if (status !== 'CREATE_FAILED' && status !== 'UPDATE_FAILED')
    throw validationError(`Stack:${stack.id} is in ${status} state and can not be updated.`);
  if (stack.onFailure === 'DO_NOTHING')
    throw validationError(
      `This stack cannot be updated from [${status}] state because it contains [on-failure: DO_NOTHING]. Please use disable-rollback option instead during stack creation.`,
    );
  if (!disableRollback)
    throw validationError(
      `This stack is currently in a non-terminal [${status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API`,
    );
}

export function updateStack(input: sdk.UpdateStackInput, context: CallContext, providers: ResourceProviders): Stack {
  const { account, region } = context;
  const { StackName, ClientRequestToken: token, DisableRollback = false } = input;
  const stack = requireStack(account, region, StackName, `Stack [${StackName}] does not exist`);
  if (usedBefore(context, token, 'UpdateStack', stack.id)) return stack;
  checkUpdatable(stack, DisableRollback);
  const definition = defineStack(input, context, providers, stack, stack.definition);
  const deployment = { account, providers, stack };
  if (input.RoleARN !== undefined) stack.roleArn = input.RoleARN;
  if (changesNothing(deployment, definition)) throw validationError('No updates are to be performed.');
  useToken(context, token, 'UpdateStack', stack.id);
  startUpdate(deployment, definition, context, DisableRollback, token);
  return stack;
}

export function startUpdate(
  deployment: Deployment,
  definition: StackDefinition,
  { principal }: CallContext,
  disableRollback: boolean,
  clientRequestToken?: string,
): void {
  const { account, stack } = deployment;
  if (UPDATABLE.includes(stack.status))
    stack.stable = structuredClone({ definition: stack.definition, resources: stack.resources });
  Object.assign(stack, { definition, updatedAt: account.now(), disableRollback });
  beginOperation(deployment, 'UPDATE', { principal, clientRequestToken, disableRollback });
}

export function deleteStack(input: sdk.DeleteStackInput, context: CallContext, providers: ResourceProviders): void {
  const { account, region, principal } = context;
  const { StackName, ClientRequestToken: token, RetainResources: retain = [] } = input;
  const stack = findStack(account, region, StackName);
  if (!stack || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return;
  if (usedBefore(context, token, 'DeleteStack', stack.id)) return;
  const { status } = stack;
  const root = findStack(account, region, stack.rootId) ?? stack;
  if (root.terminationProtection && root.id === stack.id)
    throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  if (
    status.endsWith('_IN_PROGRESS') &&
    status !== 'CREATE_IN_PROGRESS' &&
    status !== 'REVIEW_IN_PROGRESS' &&
    status !== 'ROLLBACK_IN_PROGRESS'
  )
    throw validationError(`Stack [${stack.id}] cannot be deleted while in status ${status}`);
  if (retain.length > 0 && status !== 'DELETE_FAILED')
    throw validationError(
      `Invalid operation on stack [${stack.id}]: resources can be retained only when the stack is in DELETE_FAILED state`,
    );
  useToken(context, token, 'DeleteStack', stack.id);
  if (input.RoleARN !== undefined) stack.roleArn = input.RoleARN;
  const deployment = { account, providers, stack };
  const used = exportsOf(account, region)
    .filter(entry => entry.stack.id === stack.id)
    .map(({ name }) => ({ name, users: importersOf(context, stack, name) }))
    .find(({ users }) => users.length > 0);
  if (used) {
    setStackStatus(account, stack, 'DELETE_IN_PROGRESS', 'User Initiated');
    return setStackStatus(
      account,
      stack,
      status,
      `Export ${used.name} cannot be deleted as it is in use by ${used.users.join(' and ')}`,
    );
  }
  beginOperation(deployment, 'DELETE', { principal, clientRequestToken: token, retain });
}

export function cancelUpdate(
  { StackName }: sdk.CancelUpdateStackInput,
  context: CallContext,
  providers: ResourceProviders,
): void {
  const { account, region } = context;
  const stack = requireStack(account, region, StackName, `Stack [${StackName}] does not exist`);
  if (stack.status !== 'UPDATE_IN_PROGRESS')
    throw validationError('CancelUpdateStack cannot be called from current stack status');
  begunAgain({ account, providers, stack }, context);
}

export function rollbackStack(
  { StackName, ClientRequestToken: token }: sdk.RollbackStackInput,
  context: CallContext,
  providers: ResourceProviders,
): Stack {
  const { account, region } = context;
  const stack = requireStack(account, region, StackName, `Stack [${StackName}] does not exist`);
  if (usedBefore(context, token, 'RollbackStack', stack.id)) return stack;
  if (stack.status !== 'CREATE_FAILED' && stack.status !== 'UPDATE_FAILED')
    throw validationError(`RollbackStack cannot be called from current stack status: ${stack.status}`);
  useToken(context, token, 'RollbackStack', stack.id);
  begunAgain({ account, providers, stack }, context, token);
  return stack;
}

export function continueRollback(
  { StackName, ResourcesToSkip = [] }: sdk.ContinueUpdateRollbackInput,
  context: CallContext,
  providers: ResourceProviders,
): void {
  const { account, region } = context;
  const stack = requireStack(account, region, StackName, `Stack [${StackName}] does not exist`);
  if (stack.status !== 'UPDATE_ROLLBACK_FAILED')
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not continue rollback.`);
  for (const id of ResourcesToSkip) {
    const before = stack.stable?.resources[id];
    if (before) stack.resources[id] = { ...before };
  }
  begunAgain({ account, providers, stack }, context);
}

/** Rolls back as a new operation, so that jobs of the old one no longer count. */
function begunAgain(deployment: Deployment, { principal }: CallContext, clientRequestToken?: string): void {
  beginOperation(deployment, deployment.stack.stable ? 'UPDATE_ROLLBACK' : 'ROLLBACK', {
    principal,
    clientRequestToken,
  });
}

/** A creation that takes longer than the caller allowed fails as a whole. */
export function timeOut(deployment: Deployment): void {
  const { stack } = deployment;
  const { operation } = stack;
  if (stack.status !== 'CREATE_IN_PROGRESS' || !operation) return;
  for (const task of operation.tasks) if (task.state === 'running' || task.state === 'waiting') task.state = 'skipped';
  const reason = 'Stack creation time exceeded the specified timeout.';
  if (operation.disableRollback || operation.onFailure === 'DO_NOTHING')
    setStackStatus(deployment.account, stack, 'CREATE_FAILED', reason);
  else rollBack(deployment, `${reason} Rollback requested by user.`);
}
