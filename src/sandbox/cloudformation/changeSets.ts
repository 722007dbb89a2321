import type * as sdk from '@aws-sdk/client-cloudformation';
import type { Account, CallContext } from '../kernel/account.ts';
import { AwsError, notImplemented } from '../kernel/awsError.ts';
import { checkPattern } from '../kernel/constraint.ts';
import type { Table } from '../kernel/table.ts';
import type { Deployment } from './deployment.ts';
import { changesNothing } from './noChanges.ts';
import { page } from './page.ts';
import type { ResourceProviders } from './resourceProvider.ts';
import { findStack, setStackStatus, stacks, type Stack, type StackDefinition } from './stack.ts';
import { stackChanges } from './stackChanges.ts';
import { defineStack } from './stackDefinition.ts';
import { beginUpdate, checkUpdatable, makeStack, requireDeployment } from './stackRequests.ts';
import { beginOperation } from './stackOperation.ts';
import { validationError } from './template.ts';

interface ChangeSetRow {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly type: 'CREATE' | 'UPDATE';
  readonly createdAt: number;
  readonly description: string | undefined;
  readonly definition: StackDefinition;
  status: sdk.ChangeSetStatus;
  execution: sdk.ExecutionStatus;
  reason?: string | undefined;
  changes: sdk.Change[];
}

const changeSets = (account: Account, region: string): Table<ChangeSetRow> =>
  account.regional<ChangeSetRow>(region, 'cloudformation.changeSets');

export interface ChangeSetJob {
  readonly region: string;
  readonly id: string;
}

const noChanges =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

function createChangeSet(input: sdk.CreateChangeSetInput, context: CallContext, providers: ResourceProviders) {
  const { account, region } = context;
  const { StackName = '', ChangeSetName: name = '', ChangeSetType: type = 'UPDATE' } = input;
  checkPattern('changeSetName', name, '[a-zA-Z][-a-zA-Z0-9]*', 'ValidationError');
  for (const member of [
    'ResourcesToImport',
    'ImportExistingResources',
    'IncludeNestedStacks',
    'DeploymentMode',
  ] as const)
    if (input[member]) throw notImplemented(`cloudformation:CreateChangeSet ${member}`);
  if (type === 'IMPORT') throw notImplemented('cloudformation:CreateChangeSet IMPORT');
  const existing = findStack(account, region, StackName);
  if (existing && changeSets(account, region).find(row => row.name === name && row.stackId === existing.id))
    throw new AwsError('AlreadyExistsException', `ChangeSet [${name}] already exists`);
  let deployment: Deployment;
  let definition: StackDefinition;
  if (type === 'UPDATE') {
    deployment = requireDeployment(StackName, context, providers);
    checkUpdatable(deployment.stack, true);
    definition = defineStack(input, context, providers, deployment.stack, deployment.stack.definition);
    refuseOtherTypes(deployment.stack, definition);
  } else {
    if (existing && existing.status !== 'DELETE_COMPLETE' && existing.status !== 'REVIEW_IN_PROGRESS')
      throw validationError(
        `Stack [${StackName}] already exists and cannot be created again with the changeSet [${name}].`,
      );
    const review = existing?.status === 'REVIEW_IN_PROGRESS' ? existing : undefined;
    const stack = review ?? makeStack({ ...input, StackName }, context, providers);
    deployment = { account, providers, stack };
    definition = review ? defineStack(input, context, providers, stack) : stack.definition;
    if (!review) setStackStatus(deployment, 'REVIEW_IN_PROGRESS', 'User Initiated');
  }
  const id = account.arn('cloudformation', region, `changeSet/${name}/${account.uuid()}`);
  changeSets(account, region).set(id, {
    id,
    name,
    stackId: deployment.stack.id,
    type,
    createdAt: account.now(),
    description: input.Description,
    definition,
    status: 'CREATE_PENDING',
    execution: 'UNAVAILABLE',
    changes: [],
  });
  account.schedule(3, 'cloudformation.changeSet', { region, id });
  return { Id: id, StackId: deployment.stack.id };
}

/** The logical id of a resource stands for its type for good. */
export function refuseOtherTypes({ resources }: Stack, { template }: StackDefinition): void {
  const other = Object.entries(template.Resources).filter(([id, { Type }]) => {
    const old = resources[id];
    return old && old.type !== Type && old.status !== 'DELETE_COMPLETE';
  });
  if (other.length > 0)
    throw validationError(
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${other.map(([id]) => id).join(', ')}]`,
    );
}

/** A few seconds after it was asked for, a change set knows its changes. */
export function changeSetReady(providers: ResourceProviders) {
  return ({ region, id }: ChangeSetJob, account: Account): void => {
    const row = changeSets(account, region).get(id);
    const stack = row && stacks(account, region).get(row.stackId);
    if (!row || !stack) return;
    const deployment = { account, providers, stack };
    if (row.type === 'UPDATE' && changesNothing(deployment, row.definition))
      return void Object.assign(row, { status: 'FAILED', reason: noChanges });
    row.changes = stackChanges(deployment, row.definition);
    Object.assign(row, { status: 'CREATE_COMPLETE', execution: 'AVAILABLE' });
  };
}

function requireChangeSet(
  { ChangeSetName: name = '', StackName }: { ChangeSetName?: string | undefined; StackName?: string | undefined },
  { account, region }: CallContext,
): { row: ChangeSetRow; stack: Stack } {
  const isArn = name.startsWith('arn:');
  if (!isArn && !StackName)
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
  const wanted = isArn ? undefined : findStack(account, region, StackName);
  if (!isArn && !wanted) throw validationError(`Stack [${StackName}] does not exist`);
  const rows = changeSets(account, region);
  const row = isArn ? rows.get(name) : rows.find(one => one.name === name && one.stackId === wanted?.id);
  const stack = row && stacks(account, region).get(row.stackId);
  if (!row || !stack) throw new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
  return { row, stack };
}

const summary = (row: ChangeSetRow, stack: Stack): sdk.ChangeSetSummary => ({
  ChangeSetId: row.id,
  ChangeSetName: row.name,
  StackId: stack.id,
  StackName: stack.name,
  Description: row.description,
  CreationTime: new Date(row.createdAt),
  Status: row.status,
  StatusReason: row.reason,
  ExecutionStatus: row.execution,
  IncludeNestedStacks: false,
});

/** Values are told only to whoever asks for them. */
function withoutValues({ ResourceChange: change = {}, ...rest }: sdk.Change): sdk.Change {
  const { BeforeContext: _before, AfterContext: _after, Details = [], ...kept } = change;
  const plain = Details.map(({ Target = {}, ...detail }) => {
    const { BeforeValue: _old, AfterValue: _new, AttributeChangeType: _kind, Path: _path, ...target } = Target;
    return { ...detail, Target: target };
  });
  const distinct = [...new Map(plain.map(detail => [JSON.stringify(detail), detail])).values()];
  return { ...rest, ResourceChange: { ...kept, Details: distinct } };
}

export const changeSetRequests = {
  CreateChangeSet: createChangeSet,

  DescribeChangeSet(input: sdk.DescribeChangeSetInput, context: CallContext) {
    const { row, stack } = requireChangeSet(input, context);
    const { items, NextToken } = page(row.changes, input.NextToken);
    const { definition } = row;
    return {
      ...summary(row, stack),
      Parameters: definition.parameters.map(({ key, value, noEcho }) => ({
        ParameterKey: key,
        ParameterValue: noEcho ? '****' : value,
      })),
      Capabilities: definition.capabilities,
      Tags: definition.tags,
      NotificationARNs: [],
      RollbackConfiguration: {},
      Changes: items.map(change => (input.IncludePropertyValues ? change : withoutValues(change))),
      NextToken,
    };
  },

  ListChangeSets(
    { StackName, NextToken }: sdk.ListChangeSetsInput,
    context: CallContext,
    providers: ResourceProviders,
  ) {
    const { stack } = requireDeployment(StackName, context, providers);
    const rows = changeSets(context.account, context.region).filter(
      row => row.stackId === stack.id && row.execution !== 'EXECUTE_COMPLETE',
    );
    const { items, NextToken: next } = page(rows, NextToken);
    return { Summaries: items.map(row => summary(row, stack)), NextToken: next };
  },

  DeleteChangeSet(input: sdk.DeleteChangeSetInput, context: CallContext) {
    let found;
    try {
      found = requireChangeSet(input, context);
    } catch (error) {
      // One that is gone is deleted; AWS says nothing.
      if (error instanceof AwsError && error.code === 'ChangeSetNotFound') return {};
      throw error;
    }
    const { row } = found;
    if (row.status === 'CREATE_PENDING' || row.execution === 'EXECUTE_IN_PROGRESS')
      throw new AwsError(
        'InvalidChangeSetStatus',
        `ChangeSet [${row.id}] cannot be deleted in its current status of [${row.status}]`,
      );
    changeSets(context.account, context.region).delete(row.id);
    return {};
  },

  ExecuteChangeSet(input: sdk.ExecuteChangeSetInput, context: CallContext, providers: ResourceProviders) {
    const { account, principal } = context;
    const { ClientRequestToken: clientRequestToken, DisableRollback: disableRollback = false } = input;
    if (input.RetainExceptOnCreate) throw notImplemented('cloudformation:ExecuteChangeSet RetainExceptOnCreate');
    const { row, stack } = requireChangeSet(input, context);
    if (row.execution !== 'AVAILABLE') {
      // The same request again is answered as the first was.
      if (clientRequestToken && stack.operation?.clientRequestToken === clientRequestToken) return {};
      const status = row.execution === 'UNAVAILABLE' ? row.status : row.execution;
      throw new AwsError(
        'InvalidChangeSetStatus',
        `ChangeSet [${row.id}] cannot be executed in its current status of [${status}]`,
      );
    }
    const deployment = { account, providers, stack };
    if (row.type === 'UPDATE') {
      checkUpdatable(stack, disableRollback);
      beginUpdate(deployment, row.definition, { principal, clientRequestToken, disableRollback });
    } else {
      Object.assign(stack, { definition: row.definition, disableRollback });
      beginOperation(deployment, 'CREATE', { principal, clientRequestToken, disableRollback });
    }
    row.execution = 'EXECUTE_COMPLETE';
    return {};
  },
};

/** Once a stack changes, the change sets that were made for what it was are worth nothing. */
export function forgetChangeSets({ account, stack }: Deployment): void {
  const rows = changeSets(account, stack.region);
  for (const row of rows.filter(one => one.stackId === stack.id && one.execution !== 'EXECUTE_COMPLETE'))
    if (row.execution === 'AVAILABLE') row.execution = 'OBSOLETE';
}
