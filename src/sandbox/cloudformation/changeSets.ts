import type * as sdk from '@aws-sdk/client-cloudformation';
import type { Account, CallContext } from '../kernel/account.ts';
import { AwsError, notImplemented } from '../kernel/awsError.ts';
import type { Table } from '../kernel/table.ts';
import { shownParameters } from './describe.ts';
import { page } from './page.ts';
import type { ResourceProviders } from './resourceProvider.ts';
import { findStack, setStackStatus, stacks, type Stack, type StackDefinition } from './stack.ts';
import { defineStack } from './stackDefinition.ts';
import { checkStackName, newStack } from './stackIdentity.ts';
import { checkUpdatable, startCreate, startUpdate } from './stackRequests.ts';
import { refuseMembers } from './supportCheck.ts';
import { validationError } from './template.ts';
import { changesNothing, planUpdate } from './updatePlan.ts';

interface ChangeSet {
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

const changeSets = (account: Account, region: string): Table<ChangeSet> =>
  account.regional<ChangeSet>(region, 'cloudformation.changeSets');

const ofStack = ({ account, region }: CallContext, stack: Stack): ChangeSet[] =>
  changeSets(account, region).filter(({ stackId }) => stackId === stack.id);

function stackOf({ account, region }: CallContext, name: string | undefined): Stack {
  const stack = findStack(account, region, name);
  if (!stack) throw validationError(`Stack [${name}] does not exist`);
  return stack;
}

interface Naming {
  readonly ChangeSetName: string | undefined;
  readonly StackName?: string | undefined;
}

function findChangeSet(context: CallContext, { ChangeSetName: name, StackName }: Naming): ChangeSet | undefined {
  if (name?.startsWith('arn:')) return changeSets(context.account, context.region).get(name);
  if (StackName === undefined)
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
  return ofStack(context, stackOf(context, StackName)).find(set => set.name === name);
}

function requireChangeSet(context: CallContext, naming: Naming): ChangeSet {
  const found = findChangeSet(context, naming);
  if (!found) throw new AwsError('ChangeSetNotFound', `ChangeSet [${naming.ChangeSetName}] does not exist`, 404);
  return found;
}

/** As DescribeChangeSet shows it; ListChangeSets writes the members that a summary has. */
const describe = (stackName: string | undefined, set: ChangeSet) => ({
  StackId: set.stackId,
  StackName: stackName,
  ChangeSetId: set.id,
  ChangeSetName: set.name,
  Description: set.description,
  CreationTime: new Date(set.createdAt),
  Status: set.status,
  StatusReason: set.reason,
  ExecutionStatus: set.executionStatus,
  IncludeNestedStacks: false,
  Parameters: shownParameters(set.definition.parameters),
  Tags: set.definition.tags,
  Capabilities: set.definition.capabilities,
  NotificationARNs: set.definition.notificationArns,
  RollbackConfiguration: {},
  OnStackFailure: set.onStackFailure,
});

function createChangeSet(input: sdk.CreateChangeSetInput, context: CallContext, providers: ResourceProviders): object {
  const { account, region } = context;
  const { StackName = '', ChangeSetName: name = '', ChangeSetType: type = 'UPDATE' } = input;
  checkStackName(StackName);
  if (type === 'IMPORT') throw notImplemented('change sets of type IMPORT');
  const existing = findStack(account, region, StackName);
  const inReview = existing?.status === 'REVIEW_IN_PROGRESS';
  if (existing?.status === 'DELETE_COMPLETE' || (type === 'CREATE' && existing && !inReview))
    throw validationError(
      `Stack [${StackName}] already exists and cannot be created again with the changeSet [${name}].`,
    );
  if (type === 'UPDATE' && (!existing || inReview)) throw validationError(`Stack [${StackName}] does not exist`);
  if (type === 'UPDATE' && existing) checkUpdatable(existing, true);
  const stack = existing ?? newStack(account, region, StackName);
  const same = ofStack(context, stack).find(set => set.name === name);
  if (same) throw new AwsError('AlreadyExistsException', `ChangeSet ${same.id} cannot be created as it already exists`);
  const definition = defineStack(input, context, providers, stack, existing?.definition, true);
  if (!existing) {
    stacks(account, region).set(stack.id, stack);
    setStackStatus({ account, stack }, 'REVIEW_IN_PROGRESS', 'User Initiated');
  }
  const id = account.arn('cloudformation', region, `changeSet/${name}/${account.uuid()}`);
  const { Description: description, OnStackFailure: onStackFailure } = input;
  const about = {
    id,
    name,
    stackId: stack.id,
    type,
    definition,
    description,
    onStackFailure,
    createdAt: account.now(),
  };
  changeSets(account, region).set(id, {
    ...about,
    changes: [],
    status: 'CREATE_PENDING',
    executionStatus: 'UNAVAILABLE',
  });
  account.schedule(3, 'cloudformation.computeChangeSet', { region, id });
  return { Id: id, StackId: stack.id };
}

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** What a change set would do is known some seconds after it is asked for. */
export function computeChangeSet(
  { region, id }: { region: string; id: string },
  account: Account,
  providers: ResourceProviders,
): void {
  const set = changeSets(account, region).get(id);
  const stack = stacks(account, region).get(set?.stackId);
  if (!set || !stack || stack.status === 'DELETE_COMPLETE') return;
  const deployment = { account, providers, stack };
  try {
    set.changes = planUpdate(deployment, set.definition);
    if (set.type === 'UPDATE' && changesNothing(deployment, set.definition)) throw validationError(NO_CHANGES);
    Object.assign(set, { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    Object.assign(set, { status: 'FAILED', reason: error.message });
  }
}

function executeChangeSet(
  input: sdk.ExecuteChangeSetInput,
  context: CallContext,
  providers: ResourceProviders,
): object {
  refuseMembers(input);
  const { account, region } = context;
  const set = requireChangeSet(context, input);
  const { id, type, status, definition, onStackFailure } = set;
  const stack = stacks(account, region).get(set.stackId);
  if (set.executionStatus !== 'AVAILABLE' || !stack)
    throw new AwsError(
      'InvalidChangeSetStatus',
      `ChangeSet [${id}] cannot be executed in its current status of [${status}]`,
    );
  const deployment = { account, providers, stack };
  const disableRollback = input.DisableRollback ?? onStackFailure === 'DO_NOTHING';
  if (type === 'UPDATE') checkUpdatable(stack, disableRollback);
  for (const other of ofStack(context, stack))
    if (other.executionStatus === 'AVAILABLE') other.executionStatus = 'OBSOLETE';
  set.executionStatus = 'EXECUTE_COMPLETE';
  stack.changeSetId = id;
  if (type === 'UPDATE') startUpdate(deployment, context, definition, disableRollback, input.ClientRequestToken);
  else {
    const onFailure = onStackFailure === 'DELETE' ? 'DELETE' : undefined;
    Object.assign(stack, { definition, disableRollback, onFailure, updatedAt: account.now() });
    startCreate(deployment, context, input.ClientRequestToken);
  }
  return {};
}

export const changeSetRequests = {
  CreateChangeSet: createChangeSet,
  ExecuteChangeSet: executeChangeSet,

  DescribeChangeSet(input: sdk.DescribeChangeSetInput, context: CallContext) {
    const set = requireChangeSet(context, input);
    const { items, ...rest } = page(set.changes, input.NextToken);
    const Changes = items.map(ResourceChange => ({ Type: 'Resource', ResourceChange }));
    return { ...describe(findStack(context.account, context.region, set.stackId)?.name, set), Changes, ...rest };
  },

  ListChangeSets({ StackName, NextToken }: sdk.ListChangeSetsInput, context: CallContext) {
    const stack = stackOf(context, StackName);
    const { items, ...rest } = page(ofStack(context, stack), NextToken);
    return { Summaries: items.map(set => describe(stack.name, set)), ...rest };
  },

  DeleteChangeSet(input: sdk.DeleteChangeSetInput, context: CallContext) {
    const set = findChangeSet(context, input);
    if (set) changeSets(context.account, context.region).delete(set.id);
    return {};
  },
};
