import { deploymentScope, providerOf, resourceContext, type Deployment } from './deployment.ts';
import { failureReason, handlerMessage, isThrottling } from './handlerError.ts';
import { propertyChanges, propertyProblems } from './propertyChanges.ts';
import type { Progress, ResourceProvider } from './resourceProvider.ts';
import { setResourceStatus, type StackResource, type Task } from './stack.ts';
import { resolveProperties } from './stackScope.ts';

/** Seconds on the account's clock between looks at a resource that is being made. */
const POLL_SECONDS = 5;

const PAST: Readonly<Record<NonNullable<Task['step']>, string>> = {
  create: 'CREATE',
  update: 'UPDATE',
  delete: 'DELETE',
};
const REPLACING = 'Requested update requires the creation of a new physical resource; hence creating one.';

/** Begins a task: decides what is to be done, notes it, and leaves the doing to the next step. A task may be done at once. */
export function startTask(deployment: Deployment, task: Task): void {
  if (task.action === 'delete') startDelete(deployment, task);
  else if (task.action === 'restore') startRestore(deployment, task);
  else startApply(deployment, task);
}

function startApply(deployment: Deployment, task: Task): void {
  const { account, stack } = deployment;
  const { template } = stack.definition;
  const declared = template.Resources[task.logicalId];
  if (!declared) return void (task.state = 'skipped');
  const old = stack.resources[task.logicalId];
  const fresh = (): StackResource => ({
    logicalId: task.logicalId,
    type: declared.Type,
    status: '',
    timestamp: account.now(),
    dependsOn: [],
  });
  const keep =
    old?.physicalId !== undefined &&
    old.type === declared.Type &&
    old.status !== 'CREATE_FAILED' &&
    old.status !== 'DELETE_COMPLETE';
  const isUpdate = stack.operation?.phase === 'UPDATE';
  try {
    const scope = deploymentScope(deployment, stack.definition);
    const properties = resolveProperties(declared.Properties, scope);
    const provider = providerOf(deployment, declared.Type);
    const { DeletionPolicy: deletionPolicy, UpdateReplacePolicy: updateReplacePolicy } = declared;
    const policies = { deletionPolicy, updateReplacePolicy, dependsOn: task.after };
    task.properties = properties;
    if (keep) {
      const tags = JSON.stringify(stack.definition.tags);
      const changes = propertyChanges(provider, old.attempted ?? old.properties ?? {}, properties, tags !== old.tags);
      Object.assign(old, policies);
      if (changes.names.length === 0 && old.status !== 'UPDATE_FAILED') return void (task.state = 'done');
      if (!changes.replacement) {
        const problem = propertyProblems(task.logicalId, provider, properties);
        if (problem !== undefined) return failTask(deployment, task, 'UPDATE_FAILED', problem);
        begin(deployment, task, old, 'update', 'UPDATE_IN_PROGRESS');
        return;
      }
      stack.operation?.leftovers.push({ ...old });
    } else if (old?.physicalId !== undefined && old.status !== 'DELETE_COMPLETE')
      stack.operation?.leftovers.push({ ...old });
    const resource = { ...fresh(), ...policies };
    stack.resources[task.logicalId] = resource;
    const replaces = keep && isUpdate;
    const problem = propertyProblems(task.logicalId, provider, properties);
    if (problem !== undefined) return failTask(deployment, task, replaces ? 'UPDATE_FAILED' : 'CREATE_FAILED', problem);
    if (replaces) {
      resource.physicalId = old.physicalId;
      begin(deployment, task, resource, 'create', 'UPDATE_IN_PROGRESS', REPLACING);
      resource.physicalId = undefined;
    } else begin(deployment, task, resource, 'create', 'CREATE_IN_PROGRESS');
  } catch (error) {
    if (!keep) stack.resources[task.logicalId] = fresh();
    failTask(deployment, task, keep ? 'UPDATE_FAILED' : 'CREATE_FAILED', failureReason(error, undefined, account));
  }
}

/** Goes back to what `stable` knows: the former thing of a replaced resource, the former properties of a changed one. */
function startRestore(deployment: Deployment, task: Task): void {
  const { account, stack } = deployment;
  const now = stack.resources[task.logicalId];
  const before = stack.stable?.resources[task.logicalId];
  if (!before) {
    if (now) stack.operation?.leftovers.push({ ...now });
    delete stack.resources[task.logicalId];
    return void (task.state = 'done');
  }
  if (now?.physicalId === before.physicalId && now?.status === before.status && now.timestamp === before.timestamp)
    return void (task.state = 'done');
  if (now?.physicalId !== undefined && now.physicalId !== before.physicalId)
    stack.operation?.leftovers.push({ ...now });
  const resource = (stack.resources[task.logicalId] = { ...before });
  task.properties = before.properties ?? {};
  if (now && now.physicalId === before.physicalId) {
    resource.attempted = now.attempted ?? now.properties;
    begin(deployment, task, resource, 'update', 'UPDATE_IN_PROGRESS');
    return;
  }
  if (stack.operation)
    stack.operation.leftovers = stack.operation.leftovers.filter(item => item.physicalId !== before.physicalId);
  setResourceStatus(account, stack, resource, 'UPDATE_COMPLETE');
  task.state = 'done';
}

function startDelete(deployment: Deployment, task: Task): void {
  const { account, stack } = deployment;
  const { operation } = stack;
  const target = task.target;
  if (!target || !operation) return void (task.state = 'skipped');
  const replaced = operation.phase === 'CLEANUP' && stack.resources[task.logicalId]?.physicalId !== target.physicalId;
  const policy = replaced ? target.updateReplacePolicy : target.deletionPolicy;
  const undoing = operation.phase === 'ROLLBACK' || operation.phase === 'UPDATE_ROLLBACK_CLEANUP';
  const retained = policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !undoing);
  if (retained || operation.retain.includes(task.logicalId)) {
    setResourceStatus(account, stack, target, 'DELETE_SKIPPED');
    return finishDelete(deployment, task, target);
  }
  if (target.physicalId === undefined) {
    setResourceStatus(account, stack, target, 'DELETE_COMPLETE');
    return finishDelete(deployment, task, target);
  }
  task.properties = target.properties ?? {};
  begin(deployment, task, target, 'delete', 'DELETE_IN_PROGRESS');
}

function finishDelete(deployment: Deployment, task: Task, target: StackResource): void {
  const { stack } = deployment;
  task.state = 'done';
  const isCurrent = stack.resources[task.logicalId]?.physicalId === target.physicalId;
  const whole = stack.operation?.phase === 'DELETE' || stack.operation?.phase === 'ROLLBACK';
  if (isCurrent && whole) stack.resources[task.logicalId] = target;
  else if (isCurrent) delete stack.resources[task.logicalId];
}

function begin(
  deployment: Deployment,
  task: Task,
  resource: StackResource,
  step: NonNullable<Task['step']>,
  status: string,
  reason?: string,
): void {
  task.state = 'running';
  task.step = step;
  setResourceStatus(deployment.account, deployment.stack, resource, status, reason, task.properties);
  scheduleStep(deployment, task, 'act', 1);
}

export interface StepPayload {
  readonly region: string;
  readonly stackId: string;
  readonly operationId: string;
  readonly taskId: string;
  readonly move: 'act' | 'poll';
}

function scheduleStep({ account, stack }: Deployment, task: Task, move: 'act' | 'poll', seconds: number): void {
  const { id: stackId, region, operation } = stack;
  account.schedule(seconds, 'cloudformation.step', {
    region,
    stackId,
    operationId: operation?.id,
    taskId: task.id,
    move,
  });
}

const resourceOf = ({ stack }: Deployment, task: Task): StackResource | undefined =>
  task.target ?? stack.resources[task.logicalId];

/** Does, or looks at, what a running task has begun. */
export function continueTask(deployment: Deployment, task: Task, move: 'act' | 'poll'): void {
  const { account } = deployment;
  const resource = resourceOf(deployment, task);
  const step = task.step;
  if (!resource || !step) return;
  const context = resourceContext(deployment, resource);
  const provider = providerOf(deployment, resource.type);
  try {
    if (move === 'act') {
      act(deployment, task, resource, step, provider, context);
      return scheduleStep(deployment, task, 'poll', provider.seconds?.[step] ?? 1);
    }
    const progress = look(task, resource, step, provider, context);
    if (progress === 'in-progress') return scheduleStep(deployment, task, 'poll', POLL_SECONDS);
    if (progress === 'done') return completeTask(deployment, task, resource, step);
    const { failed } = progress;
    const enveloped = /^(Resource handler returned message|Embedded stack)/.test(failed);
    failTask(
      deployment,
      task,
      failedStatus(deployment, task),
      enveloped ? failed : handlerMessage(failed, 'GeneralServiceException', account),
    );
  } catch (error) {
    task.attempts = (task.attempts ?? 0) + 1;
    if (isThrottling(error) && task.attempts < 10) return scheduleStep(deployment, task, move, POLL_SECONDS);
    failTask(deployment, task, failedStatus(deployment, task), failureReason(error, context.lastService(), account));
  }
}

function act(
  deployment: Deployment,
  task: Task,
  resource: StackResource,
  step: NonNullable<Task['step']>,
  provider: ResourceProvider,
  context: ReturnType<typeof resourceContext>,
): void {
  const { account, stack } = deployment;
  const properties = task.properties ?? {};
  if (step === 'create') {
    resource.physicalId = provider.create(properties, context);
    const replacing = resource.status === 'UPDATE_IN_PROGRESS';
    setResourceStatus(
      account,
      stack,
      resource,
      replacing ? 'UPDATE_IN_PROGRESS' : 'CREATE_IN_PROGRESS',
      'Resource creation Initiated',
      properties,
    );
  } else if (resource.physicalId === undefined) return;
  else if (step === 'delete') provider.delete(resource.physicalId, properties, context);
  else provider.update?.(resource.physicalId, properties, resource.attempted ?? resource.properties ?? {}, context);
}

function look(
  task: Task,
  resource: StackResource,
  step: NonNullable<Task['step']>,
  provider: ResourceProvider,
  context: ReturnType<typeof resourceContext>,
): Progress {
  const id = resource.physicalId ?? '';
  const properties = task.properties ?? {};
  if (step === 'delete') return provider.deleteProgress?.(id, properties, context) ?? 'done';
  return provider.progress?.(id, properties, context) ?? 'done';
}

function completeTask(
  deployment: Deployment,
  task: Task,
  resource: StackResource,
  step: NonNullable<Task['step']>,
): void {
  const { account, stack } = deployment;
  if (step === 'delete') {
    setResourceStatus(account, stack, resource, 'DELETE_COMPLETE');
    return finishDelete(deployment, task, resource);
  }
  resource.properties = task.properties;
  resource.attempted = undefined;
  resource.tags = JSON.stringify(stack.definition.tags);
  const status =
    step === 'create' && resource.status === 'UPDATE_IN_PROGRESS' ? 'UPDATE_COMPLETE' : `${PAST[step]}_COMPLETE`;
  setResourceStatus(account, stack, resource, status);
  task.state = 'done';
}

function failedStatus(deployment: Deployment, task: Task): string {
  const updating = resourceOf(deployment, task)?.status === 'UPDATE_IN_PROGRESS';
  return `${updating ? 'UPDATE' : PAST[task.step ?? 'create']}_FAILED`;
}

export function failTask(deployment: Deployment, task: Task, status: string, reason: string): void {
  const { account, stack } = deployment;
  task.state = 'failed';
  const resource = resourceOf(deployment, task);
  if (!resource) return;
  if (task.step === 'update' && task.properties) resource.attempted = task.properties;
  setResourceStatus(account, stack, resource, status, reason, task.properties);
  if (task.target) {
    const current = stack.resources[task.logicalId];
    if (current && current.physicalId === resource.physicalId) stack.resources[task.logicalId] = resource;
  }
}

export function cancelTask(deployment: Deployment, task: Task): void {
  const status = failedStatus(deployment, task);
  failTask(
    deployment,
    task,
    status,
    status === 'UPDATE_FAILED' ? 'Resource update cancelled' : 'Resource creation cancelled',
  );
}
