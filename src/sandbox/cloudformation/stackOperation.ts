import type { Principal } from '../kernel/account.ts';
import { deploymentScope, type Deployment } from './deployment.ts';
import { dependencyGraph } from './references.ts';
import { cancelTask, continueTask, type StepPayload } from './resourceStep.ts';
import { setStackStatus, type Phase, type StackOperation, type StackResource, type Task } from './stack.ts';
import { takeOutputs } from './stackOutputs.ts';
import { activeResources } from './stackScope.ts';
import { startTask } from './taskStart.ts';

const IN_PROGRESS: Readonly<Record<Phase, string>> = {
  CREATE: 'CREATE_IN_PROGRESS',
  UPDATE: 'UPDATE_IN_PROGRESS',
  CLEANUP: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  ROLLBACK: 'ROLLBACK_IN_PROGRESS',
  UPDATE_ROLLBACK: 'UPDATE_ROLLBACK_IN_PROGRESS',
  UPDATE_ROLLBACK_CLEANUP: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  DELETE: 'DELETE_IN_PROGRESS',
};

export interface OperationRequest {
  readonly principal: Principal;
  readonly clientRequestToken?: string | undefined;
  readonly disableRollback?: boolean | undefined;
  /** Logical ids that a deletion leaves behind, and a rollback passes over. */
  readonly retained?: readonly string[] | undefined;
  /** Leaves behind whatever cannot be deleted. */
  readonly force?: boolean | undefined;
}

/** Begins an operation on the stack, ending the one it is in. */
export function beginOperation(deployment: Deployment, phase: Phase, request: OperationRequest): void {
  const { account, stack } = deployment;
  stack.operation = {
    id: account.uuid(),
    principal: request.principal,
    clientRequestToken: request.clientRequestToken,
    disableRollback: request.disableRollback ?? false,
    retained: request.retained ?? [],
    force: request.force ?? false,
    phase,
    tasks: [],
    leftovers: stack.operation?.leftovers ?? [],
  };
  enterPhase(deployment, phase, 'User Initiated');
}

function enterPhase(deployment: Deployment, phase: Phase, reason?: string): void {
  const { account, stack } = deployment;
  const { operation } = stack;
  if (!operation) return;
  operation.phase = phase;
  setStackStatus(deployment, IN_PROGRESS[phase], reason);
  if (phase === 'ROLLBACK' || phase === 'DELETE') stack.deletedAt = account.now();
  operation.tasks = tasksOf(deployment, phase, operation);
  schedule(deployment, 'cloudformation.advance');
}

function schedule({ account, stack }: Deployment, job: string, seconds = 1): void {
  account.schedule(seconds, job, { region: stack.region, stackId: stack.id, operationId: stack.operation?.id });
}

function tasksOf(deployment: Deployment, phase: Phase, operation: StackOperation): Task[] {
  const { account, stack } = deployment;
  const task = (logicalId: string, action: Task['action'], after: readonly string[], target?: StackResource): Task => ({
    id: account.uuid(),
    logicalId,
    action,
    after,
    state: 'waiting',
    ...(target ? { target } : {}),
  });
  switch (phase) {
    case 'CREATE':
    case 'UPDATE': {
      const scope = deploymentScope(deployment, stack.definition);
      const { active, holds } = activeResources(scope);
      const graph = dependencyGraph(stack.definition.template, active, holds);
      return [...graph].map(([id, after]) => task(id, 'apply', after));
    }
    case 'UPDATE_ROLLBACK': {
      const all = { ...stack.resources, ...stack.stable?.resources };
      return Object.values(all).map(({ logicalId, dependsOn }) => task(logicalId, 'restore', dependsOn));
    }
    case 'CLEANUP':
    case 'UPDATE_ROLLBACK_CLEANUP':
    case 'ROLLBACK':
    case 'DELETE': {
      const whole = phase === 'ROLLBACK' || phase === 'DELETE';
      const targets = [...operation.leftovers, ...(whole ? Object.values(stack.resources) : [])];
      const present = targets.filter(({ status }) => status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED');
      const users = (id: string): string[] =>
        present.filter(({ dependsOn }) => dependsOn.includes(id)).map(({ logicalId }) => logicalId);
      return present.map(target => task(target.logicalId, 'delete', users(target.logicalId), { ...target }));
    }
  }
}

/** Starts what can start; once nothing runs and nothing can start, the phase ends. */
export function advance(deployment: Deployment): void {
  const tasks = deployment.stack.operation?.tasks ?? [];
  for (let changed = true; changed;) {
    if (stopsAtFirstFailure(deployment) && tasks.some(({ state }) => state === 'failed'))
      for (const task of tasks)
        if (task.state === 'running') cancelTask(deployment, task);
        else if (task.state === 'waiting') task.state = 'skipped';
    const open = new Set(
      tasks.filter(({ state }) => state !== 'done' && state !== 'skipped').map(({ logicalId }) => logicalId),
    );
    const ready = tasks.filter(
      ({ state, after, logicalId }) => state === 'waiting' && !after.some(id => id !== logicalId && open.has(id)),
    );
    for (const task of ready) startTask(deployment, task);
    changed = ready.some(({ state }) => state !== 'running');
  }
  if (!tasks.some(({ state }) => state === 'running')) schedule(deployment, 'cloudformation.endPhase');
}

/** Stops an update half way, at its user's wish, and goes back. */
export function cancelUpdate(deployment: Deployment): void {
  const { operation } = deployment.stack;
  for (const task of operation?.tasks ?? []) if (task.state === 'running') cancelTask(deployment, task);
  enterPhase(deployment, 'UPDATE_ROLLBACK', 'User Initiated');
}

/** With rollback a failure stops everything; without it, and in deletes, independent paths go on. */
function stopsAtFirstFailure({ stack: { operation } }: Deployment): boolean {
  if (operation?.phase !== 'CREATE' && operation?.phase !== 'UPDATE') return false;
  return !operation.disableRollback;
}

export function step(deployment: Deployment, { taskId, move }: StepPayload): void {
  const task = deployment.stack.operation?.tasks.find(({ id }) => id === taskId);
  if (task?.state !== 'running') return;
  continueTask(deployment, task, move);
  if ((task.state as string) !== 'running') advance(deployment);
}

export function endPhase(deployment: Deployment): void {
  const { account, stack } = deployment;
  const { operation } = stack;
  if (!operation) return;
  const failures = failureSummary(deployment, operation);
  const settle = (status: string, reason?: string): void => settleStack(deployment, status, reason);
  switch (operation.phase) {
    case 'CREATE':
    case 'UPDATE': {
      const problem = failures ?? takeOutputs(deployment);
      if (problem !== undefined) return afterFailure(deployment, operation, problem);
      stack.stable = undefined;
      if (operation.phase === 'CREATE') return settle('CREATE_COMPLETE');
      const { active } = activeResources(deploymentScope(deployment, stack.definition));
      operation.leftovers.push(...Object.values(stack.resources).filter(({ logicalId }) => !active.has(logicalId)));
      return enterPhase(deployment, 'CLEANUP');
    }
    case 'CLEANUP':
      return settle('UPDATE_COMPLETE', failures && 'Update successful. One or more resources could not be deleted.');
    case 'ROLLBACK':
      stack.outputs = [];
      return settle(failures === undefined ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED', failures);
    case 'UPDATE_ROLLBACK':
      if (failures !== undefined) return settle('UPDATE_ROLLBACK_FAILED', failures);
      if (stack.stable) stack.definition = stack.stable.definition;
      return enterPhase(deployment, 'UPDATE_ROLLBACK_CLEANUP');
    case 'UPDATE_ROLLBACK_CLEANUP':
      stack.stable = undefined;
      return settle(
        'UPDATE_ROLLBACK_COMPLETE',
        failures && 'Rollback successful. One or more resources could not be deleted.',
      );
    case 'DELETE':
      if (failures === undefined) Object.assign(stack, { outputs: [], deletedAt: account.now() });
      return settle(failures === undefined ? 'DELETE_COMPLETE' : 'DELETE_FAILED', failures);
  }
}

function settleStack(deployment: Deployment, status: string, reason?: string): void {
  const { operation } = deployment.stack;
  setStackStatus(deployment, status, reason);
  if (!operation) return;
  operation.tasks = [];
  // What a failed operation leaves over is deleted by the next.
  if (!status.endsWith('_FAILED')) operation.leftovers = [];
}

/** `The following resource(s) failed to create: [A, B]. `, by kind of failure, as AWS puts it with the last blank. */
function failureSummary({ stack }: Deployment, operation: StackOperation): string | undefined {
  const failed = operation.tasks.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return undefined;
  const kindOf = (task: Task): string =>
    (task.target ?? stack.resources[task.logicalId])?.status.split('_')[0] ?? 'CREATE';
  return ['CREATE', 'UPDATE', 'DELETE']
    .map(
      kind =>
        [kind.toLowerCase(), failed.filter(task => kindOf(task) === kind).map(({ logicalId }) => logicalId)] as const,
    )
    .filter(([, ids]) => ids.length > 0)
    .map(([kind, ids]) => `The following resource(s) failed to ${kind}: [${ids.join(', ')}]. `)
    .join('');
}

function afterFailure(deployment: Deployment, operation: StackOperation, problem: string): void {
  const { stack } = deployment;
  const update = operation.phase === 'UPDATE';
  if (operation.disableRollback) return settleStack(deployment, update ? 'UPDATE_FAILED' : 'CREATE_FAILED', problem);
  // A nested stack stays as it failed; its parent's rollback deletes it, or brings it back.
  if (stack.parentId !== undefined) return settleStack(deployment, update ? 'UPDATE_FAILED' : 'CREATE_FAILED', problem);
  if (stack.stable) return enterPhase(deployment, 'UPDATE_ROLLBACK', problem);
  const sentence = problem.endsWith('. ') ? problem : `${problem}. `;
  enterPhase(deployment, 'ROLLBACK', update ? problem : `${sentence}Rollback requested by user.`);
}
