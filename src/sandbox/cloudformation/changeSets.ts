import type * as sdk from '@aws-sdk/client-cloudformation';
import type { Account, CallContext, Operation } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import type { Table } from '../kernel/table.ts';
import { shownParameters } from './describe.ts';
import { page } from './page.ts';
import type { ResourceProviders } from './resourceProvider.ts';
import { findStack, liveStacks, setStackStatus, stacks, type StackDefinition } from './stack.ts';
import { defineStack } from './stackDefinition.ts';
import { checkStackName, checkUpdatable, newStack, startCreate, startUpdate } from './stackRequests.ts';
import { validationError } from './template.ts';
import { changesNothing, planUpdate } from './updatePlan.ts';

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly type: 'CREATE' | 'UPDATE';
  readonly description?: string | undefined;
  readonly createdAt: number;
  readonly definition: StackDefinition;
  readonly onStackFailure?: string | undefined;
  changes: readonly sdk.ResourceChange[];
  status: sdk.ChangeSetStatus;
  reason?: string | undefined;
  executionStatus: sdk.ExecutionStatus;
}

export const changeSetTable = (account: Account, region: string): Table<ChangeSet> =>
  account.regional<ChangeSet>(region, 'cloudformation.changeSets');

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

function findChangeSet(
  { account, region }: CallContext,
  nameOrId: string | undefined,
  stackName: string | undefined,
): ChangeSet | undefined {
  const byId = changeSetTable(account, region).get(nameOrId);
  if (byId) return byId;
  if (nameOrId?.startsWith('arn:')) return undefined;
  if (stackName === undefined)
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
  const stack = findStack(account, region, stackName);
  if (!stack) throw validationError(`Stack [${stackName}] does not exist`);
  return changeSetTable(account, region).find(({ name, stackId }) => name === nameOrId && stackId === stack.id);
}

function requireChangeSet(
  context: CallContext,
  nameOrId: string | undefined,
  stackName: string | undefined,
): ChangeSet {
  const found = findChangeSet(context, nameOrId, stackName);
  if (!found) throw new AwsError('ChangeSetNotFound', `ChangeSet [${nameOrId}] does not exist`, 404);
  return found;
}

const summary = (account: Account, region: string, set: ChangeSet) => ({
  StackId: set.stackId,
  StackName: stacks(account, region).get(set.stackId)?.name,
  ChangeSetId: set.id,
  ChangeSetName: set.name,
  Description: set.description,
  CreationTime: new Date(set.createdAt),
  Status: set.status,
  StatusReason: set.reason,
  ExecutionStatus: set.executionStatus,
  IncludeNestedStacks: false,
});

export const changeSetOperations = (providers: ResourceProviders) =>
  ({
    CreateChangeSet(input: sdk.CreateChangeSetInput, context: CallContext): sdk.CreateChangeSetOutput {
      const { account, region } = context;
      const { StackName = '', ChangeSetName: name = '', ChangeSetType: type = 'UPDATE' } = input;
      checkStackName(StackName);
      if (type === 'IMPORT')
        throw new AwsError('SandboxNotImplemented', 'SandboxNotImplemented: change sets of type IMPORT', 501);
      let stack = findStack(account, region, StackName);
      if (stack?.status === 'DELETE_COMPLETE')
        throw validationError(
          `Stack [${stack.id}] already exists and cannot be created again with the changeSet [${name}].`,
        );
      if (type === 'UPDATE' && (!stack || stack.status === 'REVIEW_IN_PROGRESS'))
        throw validationError(`Stack [${StackName}] does not exist`);
      if (type === 'CREATE' && stack && stack.status !== 'REVIEW_IN_PROGRESS')
        throw validationError(
          `Stack [${stack.name}] already exists and cannot be created again with the changeSet [${name}].`,
        );
      if (type === 'UPDATE' && stack && !stack.status.endsWith('_FAILED')) checkUpdatable(stack, false);
      const isNew = !stack;
      stack ??= newStack(account, region, StackName);
      const same = changeSetTable(account, region).find(set => set.stackId === stack.id && set.name === name);
      if (same)
        throw new AwsError('AlreadyExistsException', `ChangeSet ${same.id} cannot be created as it already exists`);
      const definition = defineStack(input, context, providers, stack, isNew ? undefined : stack.definition, true);
      if (isNew) {
        stacks(account, region).set(stack.id, stack);
        setStackStatus(account, stack, 'REVIEW_IN_PROGRESS', 'User Initiated');
      }
      const id = account.arn('cloudformation', region, `changeSet/${name}/${account.uuid()}`);
      changeSetTable(account, region).set(id, {
        id,
        name,
        stackId: stack.id,
        type,
        definition,
        description: input.Description,
        onStackFailure: input.OnStackFailure,
        createdAt: account.now(),
        changes: [],
        status: 'CREATE_PENDING',
        executionStatus: 'UNAVAILABLE',
      });
      account.schedule(3, 'cloudformation.computeChangeSet', { region, id });
      return { Id: id, StackId: stack.id };
    },

    DescribeChangeSet(
      { ChangeSetName, StackName, NextToken }: sdk.DescribeChangeSetInput,
      context: CallContext,
    ): sdk.DescribeChangeSetOutput {
      const { account, region } = context;
      const set = requireChangeSet(context, ChangeSetName, StackName);
      const { items, ...rest } = page(set.changes, NextToken);
      const { parameters, tags, capabilities, notificationArns } = set.definition;
      return {
        ...summary(account, region, set),
        Parameters: shownParameters(parameters),
        Tags: [...tags],
        Capabilities: [...capabilities] as sdk.Capability[],
        NotificationARNs: [...notificationArns],
        RollbackConfiguration: {},
        OnStackFailure: set.onStackFailure as sdk.OnStackFailure | undefined,
        Changes: items.map(ResourceChange => ({ Type: 'Resource' as const, ResourceChange })),
        ...rest,
      };
    },

    ListChangeSets(
      { StackName, NextToken }: sdk.ListChangeSetsInput,
      { account, region }: CallContext,
    ): sdk.ListChangeSetsOutput {
      const stack = findStack(account, region, StackName);
      if (!stack) throw validationError(`Stack [${StackName}] does not exist`);
      const { items, ...rest } = page(
        changeSetTable(account, region).filter(({ stackId }) => stackId === stack.id),
        NextToken,
      );
      return { Summaries: items.map(set => summary(account, region, set)), ...rest };
    },

    ExecuteChangeSet(input: sdk.ExecuteChangeSetInput, context: CallContext): sdk.ExecuteChangeSetOutput {
      const { account, region } = context;
      const set = requireChangeSet(context, input.ChangeSetName, input.StackName);
      const stack = stacks(account, region).get(set.stackId);
      if (set.executionStatus !== 'AVAILABLE' || !stack)
        throw new AwsError(
          'InvalidChangeSetStatus',
          `ChangeSet [${set.id}] cannot be executed in its current status of [${set.status}]`,
        );
      const deployment = { account, providers, stack };
      const disableRollback = input.DisableRollback ?? set.onStackFailure === 'DO_NOTHING';
      if (set.type === 'UPDATE') checkUpdatable(stack, disableRollback);
      for (const other of changeSetTable(account, region).filter(({ stackId }) => stackId === stack.id))
        if (other.executionStatus === 'AVAILABLE') other.executionStatus = 'OBSOLETE';
      set.executionStatus = 'EXECUTE_COMPLETE';
      stack.changeSetId = set.id;
      if (set.type === 'UPDATE')
        startUpdate(deployment, set.definition, context, disableRollback, input.ClientRequestToken);
      else {
        Object.assign(stack, { definition: set.definition, disableRollback, updatedAt: account.now() });
        if (set.onStackFailure === 'DELETE') stack.onFailure = 'DELETE';
        startCreate(deployment, context, input.ClientRequestToken);
      }
      return {};
    },

    DeleteChangeSet(
      { ChangeSetName, StackName }: sdk.DeleteChangeSetInput,
      context: CallContext,
    ): sdk.DeleteChangeSetOutput {
      const set = findChangeSet(context, ChangeSetName, StackName);
      if (set) changeSetTable(context.account, context.region).delete(set.id);
      return {};
    },
  }) satisfies Record<string, Operation>;

/** What a change set would do is known some seconds after it is asked for. */
export function computeChangeSet(
  { region, id }: { region: string; id: string },
  account: Account,
  providers: ResourceProviders,
): void {
  const set = changeSetTable(account, region).get(id);
  const stack = liveStacks(account, region).find(({ id: stackId }) => stackId === set?.stackId);
  if (!set || !stack) return;
  const deployment = { account, providers, stack };
  try {
    set.changes = planUpdate(deployment, set.definition);
    const same = set.type === 'UPDATE' && changesNothing(deployment, set.definition);
    Object.assign(
      set,
      same ? { status: 'FAILED', reason: NO_CHANGES } : { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' },
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    Object.assign(set, { status: 'FAILED', reason: error.message });
  }
}
