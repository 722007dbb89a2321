import { resourceContext, type Deployment, type ResourceContext } from './deployment.ts';
import { failureReason, handlerMessage, isThrottling } from './handlerError.ts';
import type { Progress, ResourceProvider } from './resourceProvider.ts';
import { setResourceStatus, type StackResource, type Task } from './stack.ts';

/** Seconds on the account's clock between looks at a resource that is being made. */
const POLL_SECONDS = 5;

type Step = NonNullable<Task['step']>;
const VERBS: Readonly<Record<Step, string>> = { create: 'CREATE', update: 'UPDATE', delete: 'DELETE' };

export interface StepPayload {
  readonly region: string;
  readonly stackId: string;
  readonly operationId: string;
  readonly taskId: string;
  readonly move: 'act' | 'poll';
}

function schedule({ account, stack }: Deployment, task: Task, move: 'act' | 'poll', seconds: number): void {
  const { id: stackId, region, operation } = stack;
  const payload = { region, stackId, operationId: operation?.id, taskId: task.id, move };
  account.schedule(seconds, 'cloudformation.step', payload);
}

export const resourceOf = ({ stack }: Deployment, task: Task): StackResource | undefined =>
  task.target ?? stack.resources[task.logicalId];

/** Notes that `step` has begun; a second later it is done. */
export function beginStep(
  deployment: Deployment,
  task: Task,
  resource: StackResource,
  step: Step,
  status: string,
  reason?: string,
): void {
  Object.assign(task, { state: 'running', step });
  setResourceStatus(deployment, resource, status, reason, task.properties);
  schedule(deployment, task, 'act', 1);
}

/** Does, or looks at, what a running task has begun. */
export function continueTask(deployment: Deployment, task: Task, move: 'act' | 'poll'): void {
  const { step } = task;
  const resource = resourceOf(deployment, task);
  const provider = resource && deployment.providers[resource.type];
  if (!provider || !step) return;
  const context = resourceContext(deployment, resource);
  try {
    if (move === 'act') {
      act(deployment, task, resource, provider, context);
      return schedule(deployment, task, 'poll', provider.seconds?.[step] ?? 1);
    }
    const progress = look(task, resource, provider, context);
    if (progress === 'in-progress') return schedule(deployment, task, 'poll', POLL_SECONDS);
    if (progress === 'done') return complete(deployment, task, resource, step);
    const enveloped = /^(Resource handler returned message|Embedded stack)/.test(progress.failed);
    const { failed } = progress;
    failTask(
      deployment,
      task,
      enveloped ? failed : handlerMessage(failed, 'GeneralServiceException', deployment.account),
    );
  } catch (error) {
    task.attempts = (task.attempts ?? 0) + 1;
    if (isThrottling(error) && task.attempts < 10) return schedule(deployment, task, move, POLL_SECONDS);
    failTask(deployment, task, failureReason(error, context.lastService(), deployment.account));
  }
}

function act(
  deployment: Deployment,
  { step, properties = {} }: Task,
  resource: StackResource,
  provider: ResourceProvider,
  context: ResourceContext,
): void {
  const { physicalId } = resource;
  if (step === 'create') {
    resource.physicalId = provider.create(properties, context);
    // Kept already now: a deletion may need them before the resource is complete.
    resource.properties = properties;
    setResourceStatus(deployment, resource, resource.status, 'Resource creation Initiated');
  } else if (physicalId === undefined) return;
  else if (step === 'delete') provider.delete(physicalId, properties, context);
  else provider.update?.(physicalId, properties, resource.attempted ?? resource.properties ?? {}, context);
}

function look(
  { step, properties = {} }: Task,
  { physicalId = '' }: StackResource,
  provider: ResourceProvider,
  context: ResourceContext,
): Progress {
  if (step === 'delete') return provider.deleteProgress?.(physicalId, properties, context) ?? 'done';
  return provider.progress?.(physicalId, properties, context) ?? 'done';
}

function complete(deployment: Deployment, task: Task, resource: StackResource, step: Step): void {
  if (step === 'delete') return finishDelete(deployment, task, resource, 'DELETE_COMPLETE');
  const tags = JSON.stringify(deployment.stack.definition.tags);
  Object.assign(resource, { properties: task.properties, attempted: undefined, tags });
  setResourceStatus(deployment, resource, `${resource.status.split('_')[0]}_COMPLETE`);
  task.state = 'done';
}

/** A resource that is gone, or left behind, is the stack's no more; one of a whole stack's deletion is still shown. */
export function finishDelete(deployment: Deployment, task: Task, target: StackResource, status: string): void {
  const { resources, operation } = deployment.stack;
  setResourceStatus(deployment, target, status);
  task.state = 'done';
  if (resources[task.logicalId]?.physicalId !== target.physicalId) return;
  if (operation?.phase === 'DELETE' || operation?.phase === 'ROLLBACK') resources[task.logicalId] = target;
  else delete resources[task.logicalId];
}

/** Fails a task; the status follows from what the resource was at, unless it is given. */
export function failTask(deployment: Deployment, task: Task, reason: string, status?: string): void {
  const resource = resourceOf(deployment, task);
  task.state = 'failed';
  if (!resource) return;
  if (task.step === 'delete' && deployment.stack.operation?.force) {
    setResourceStatus(deployment, resource, 'DELETE_FAILED', reason, task.properties);
    return finishDelete(deployment, task, resource, 'DELETE_SKIPPED');
  }
  const verb = resource.status === 'UPDATE_IN_PROGRESS' ? 'UPDATE' : VERBS[task.step ?? 'create'];
  if (task.step === 'update' && task.properties) resource.attempted = task.properties;
  setResourceStatus(deployment, resource, status ?? `${verb}_FAILED`, reason, task.properties);
  const { resources } = deployment.stack;
  if (task.target && resources[task.logicalId]?.physicalId === resource.physicalId)
    resources[task.logicalId] = resource;
}

export function cancelTask(deployment: Deployment, task: Task): void {
  const updating = resourceOf(deployment, task)?.status === 'UPDATE_IN_PROGRESS';
  failTask(deployment, task, `Resource ${updating ? 'update' : 'creation'} cancelled`);
}
