import type { Account, Principal } from '../kernel/account.ts';
import type { Table } from '../kernel/table.ts';
import type { StackParameter } from './parameters.ts';
import type { Properties } from './resourceProvider.ts';
import type { Template } from './template.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** One resource of a stack, as far as it has come. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  physicalId?: string | undefined;
  status: string;
  reason?: string | undefined;
  timestamp: number;
  /** Resolved properties and stack tags of the last successful create or update. */
  properties?: Properties | undefined;
  tags?: string | undefined;
  /** The properties of an update that failed half way. */
  attempted?: Properties | undefined;
  /** Logical ids that this one was made after. */
  dependsOn: readonly string[];
  deletionPolicy?: string | undefined;
  updateReplacePolicy?: string | undefined;
}

/** What a stack is made from. */
export interface StackDefinition {
  readonly templateBody: string;
  /** After transforms. */
  readonly template: Template;
  readonly parameters: readonly StackParameter[];
  readonly tags: readonly Tag[];
  readonly capabilities: readonly string[];
}

export type Phase =
  'CREATE' | 'UPDATE' | 'CLEANUP' | 'ROLLBACK' | 'UPDATE_ROLLBACK' | 'UPDATE_ROLLBACK_CLEANUP' | 'DELETE';

export interface Task {
  readonly id: string;
  readonly logicalId: string;
  readonly action: 'apply' | 'restore' | 'delete';
  /** Logical ids whose tasks of this phase come first. */
  readonly after: readonly string[];
  state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped';
  step?: 'create' | 'update' | 'delete';
  /** The properties being applied, or of the thing being deleted. */
  properties?: Properties;
  /** Of a delete: the thing itself, which may no longer be the stack's resource of that name. */
  target?: StackResource;
  attempts?: number;
}

/** The operation a stack is in, or was in last. */
export interface StackOperation {
  readonly id: string;
  readonly principal: Principal;
  readonly clientRequestToken?: string | undefined;
  readonly disableRollback: boolean;
  readonly retained?: readonly string[];
  readonly force?: boolean;
  phase: Phase;
  tasks: Task[];
  /** Replaced and removed things, deleted when the operation is through. */
  leftovers: StackResource[];
}

export interface StackOutput {
  readonly OutputKey: string;
  readonly OutputValue: string;
  readonly Description?: string;
  readonly ExportName?: string;
}

export interface StackEvent {
  readonly id: string;
  readonly at: number;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly properties?: string | undefined;
  readonly token?: string | undefined;
}

export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly createdAt: number;
  updatedAt?: number;
  deletedAt?: number;
  status: string;
  reason?: string | undefined;
  definition: StackDefinition;
  outputs: readonly StackOutput[];
  resources: Record<string, StackResource>;
  operation?: StackOperation | undefined;
  /** Where a rollback returns to: the last definition that was reached whole, with its resources. */
  stable?: { definition: StackDefinition; resources: Record<string, StackResource> } | undefined;
  disableRollback: boolean;
  terminationProtection: boolean;
  /** The last drift detection that has ended. */
  driftDetectionId?: string;
  readonly parentId?: string | undefined;
  readonly rootId?: string | undefined;
  readonly events: StackEvent[];
}

export const STACK_TYPE = 'AWS::CloudFormation::Stack';

export const stacks = (account: Account, region: string): Table<Stack> =>
  account.regional<Stack>(region, 'cloudformation.stacks');

export const liveStacks = (account: Account, region: string): Stack[] =>
  stacks(account, region).filter(stack => stack.status !== 'DELETE_COMPLETE');

/** A deleted stack is found by its id only. */
export function findStack(account: Account, region: string, nameOrId: string | undefined): Stack | undefined {
  return stacks(account, region).get(nameOrId) ?? liveStacks(account, region).find(stack => stack.name === nameOrId);
}

export interface AccountStack {
  readonly account: Account;
  readonly stack: Stack;
}

function record({ account, stack }: AccountStack, event: Omit<StackEvent, 'at' | 'token'>): void {
  stack.events.push({ ...event, at: account.now(), token: stack.operation?.clientRequestToken });
}

export function setStackStatus(at: AccountStack, status: string, reason?: string): void {
  const { id: physicalId, name: logicalId } = Object.assign(at.stack, { status, reason });
  record(at, { id: at.account.uuid(), logicalId, physicalId, type: STACK_TYPE, status, reason });
}

/** Notes a resource's new status in the resource and in the stack's events. */
export function setResourceStatus(
  at: AccountStack,
  resource: StackResource,
  status: string,
  reason?: string,
  properties: Properties | undefined = resource.properties,
): void {
  Object.assign(resource, { status, reason, timestamp: at.account.now() });
  const { logicalId, type, physicalId = '' } = resource;
  const id = `${logicalId}-${status}-${new Date(at.account.now()).toISOString()}`;
  record(at, { id, logicalId, physicalId, type, status, reason, properties: properties && JSON.stringify(properties) });
}
