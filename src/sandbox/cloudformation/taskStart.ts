import { deploymentScope, providerOf, type Deployment } from './deployment.ts';
import { failureReason } from './handlerError.ts';
import { propertyChanges, propertyProblems } from './propertyChanges.ts';
import { beginStep, failTask, finishDelete } from './resourceStep.ts';
import { setResourceStatus, type StackResource, type Task } from './stack.ts';
import { resolveProperties } from './stackScope.ts';
import type { ResourceTemplate } from './template.ts';

const NO_REPLACING = 'Replacement type updates not supported on stack with disable-rollback.';
const REPLACING = 'Requested update requires the creation of a new physical resource; hence creating one.';

/** Begins a task: decides what is to be done, notes it, and leaves the doing to the next step. A task may be done at once. */
export function startTask(deployment: Deployment, task: Task): void {
  if (task.action === 'delete') return startDelete(deployment, task);
  if (task.action === 'restore') return startRestore(deployment, task);
  const declared = deployment.stack.definition.template.Resources[task.logicalId];
  if (!declared) return void (task.state = 'skipped');
  startApply(deployment, task, declared);
}

/** Creates the resource, changes it in place, replaces it, or finds it as it should be. */
function startApply(deployment: Deployment, task: Task, declared: ResourceTemplate): void {
  const { account, stack } = deployment;
  const { logicalId, after: dependsOn } = task;
  const { Type: type, DeletionPolicy: deletionPolicy, UpdateReplacePolicy: updateReplacePolicy } = declared;
  const old = stack.resources[logicalId];
  const present = old?.physicalId !== undefined && old.status !== 'DELETE_COMPLETE';
  const sound = present && old.type === type && old.status !== 'CREATE_FAILED';
  const policies = { deletionPolicy, updateReplacePolicy, dependsOn };
  try {
    const provider = providerOf(deployment, type);
    const properties = resolveProperties(declared.Properties, deploymentScope(deployment, stack.definition));
    const problem = propertyProblems(logicalId, provider, properties);
    task.properties = properties;
    if (sound) {
      const tagsChanged = JSON.stringify(stack.definition.tags) !== old.tags;
      const { changed, replacement } = propertyChanges(
        provider,
        old.attempted ?? old.properties ?? {},
        properties,
        tagsChanged,
      );
      Object.assign(old, policies);
      if (!changed && old.status !== 'UPDATE_FAILED') return void (task.state = 'done');
      if (problem !== undefined) return failTask(deployment, task, problem, 'UPDATE_FAILED');
      if (!replacement) return beginStep(deployment, task, old, 'update', 'UPDATE_IN_PROGRESS');
      if (stack.operation?.disableRollback) return failTask(deployment, task, NO_REPLACING, 'UPDATE_FAILED');
    }
    if (present) stack.operation?.leftovers.push({ ...old });
    const resource: StackResource = { logicalId, type, status: '', timestamp: account.now(), ...policies };
    stack.resources[logicalId] = resource;
    if (problem !== undefined) return failTask(deployment, task, problem);
    if (!sound) return beginStep(deployment, task, resource, 'create', 'CREATE_IN_PROGRESS');
    // The event still names the thing that is being replaced.
    resource.physicalId = old.physicalId;
    beginStep(deployment, task, resource, 'create', 'UPDATE_IN_PROGRESS', REPLACING);
    resource.physicalId = undefined;
  } catch (error) {
    if (!sound) stack.resources[logicalId] = { logicalId, type, status: '', timestamp: account.now(), ...policies };
    failTask(deployment, task, failureReason(error, undefined, account), sound ? 'UPDATE_FAILED' : 'CREATE_FAILED');
  }
}

/** Goes back to what `stable` knows: the former thing of a replaced resource, the former properties of a changed one. */
function startRestore(deployment: Deployment, task: Task): void {
  const { resources, stable, operation } = deployment.stack;
  const now = resources[task.logicalId];
  const before = stable?.resources[task.logicalId];
  task.state = 'done';
  if (operation?.retained?.includes(task.logicalId) && now)
    return setResourceStatus(deployment, now, 'UPDATE_COMPLETE', 'Resource was skipped during the rollback');
  if (now?.physicalId === before?.physicalId && now?.timestamp === before?.timestamp) return;
  const isOther = before === undefined || (now?.physicalId !== undefined && now.physicalId !== before.physicalId);
  if (now && isOther) operation?.leftovers.push({ ...now });
  if (!before) return void delete resources[task.logicalId];
  const resource = (resources[task.logicalId] = { ...before });
  task.properties = before.properties ?? {};
  if (now?.physicalId === before.physicalId) {
    resource.attempted = now?.attempted ?? now?.properties;
    return beginStep(deployment, task, resource, 'update', 'UPDATE_IN_PROGRESS');
  }
  if (operation) operation.leftovers = operation.leftovers.filter(item => item.physicalId !== before.physicalId);
  setResourceStatus(deployment, resource, 'UPDATE_COMPLETE');
}

function startDelete(deployment: Deployment, task: Task): void {
  const { resources, operation } = deployment.stack;
  const { target, logicalId } = task;
  if (!target || !operation) return void (task.state = 'skipped');
  const replaced = operation.phase === 'CLEANUP' && resources[logicalId]?.physicalId !== target.physicalId;
  const policy = replaced ? target.updateReplacePolicy : target.deletionPolicy;
  const undoing = operation.phase === 'ROLLBACK' || operation.phase === 'UPDATE_ROLLBACK_CLEANUP';
  const retained = policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !undoing);
  if (target.physicalId === undefined) return finishDelete(deployment, task, target, 'DELETE_COMPLETE');
  if (retained || operation.retained?.includes(logicalId))
    return finishDelete(deployment, task, target, 'DELETE_SKIPPED');
  task.properties = target.properties ?? {};
  beginStep(deployment, task, target, 'delete', 'DELETE_IN_PROGRESS');
}
