import { definitions, lastPart, tasks, type Place, type TaskRow } from './ecsRows.ts';
import { taskMay } from './rolePermissions.ts';
import { taskObstacle, viewTask } from './taskPeer.ts';

const channelActions = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];

/** Why the agent that ECS Exec puts beside a container cannot work; undefined when it can. */
export function execAgentObstacle(place: Place, row: TaskRow): string | undefined {
  const missing = channelActions.find(action => !taskMay(place, row, 'taskRole', `ssmmessages:${action}`));
  if (missing) return `the task role may not ssmmessages:${missing}`;
  const definition = definitions(place).get(row.taskDefinitionArn);
  if (definition?.containerDefinitions.some(container => container.readonlyRootFilesystem))
    return 'the root file system is read-only';
  return taskObstacle(place, viewTask(place, row), 'ssmmessages');
}

/** The task behind a target `ecs:<cluster>_<task>_<runtime id>` whose agent is there now; names of clusters may hold `_`. */
export function connectedTask(place: Place, target: string): TaskRow | undefined {
  const [, cluster, id, runtimeId] = /^ecs:(.+)_([^_]+)_([^_]+)$/.exec(target) ?? [];
  const row = tasks(place).find(one => lastPart(one.taskArn) === id && lastPart(one.clusterArn) === cluster);
  const container = row?.containers.find(one => one.runtimeId === runtimeId);
  const isUp = container?.managedAgents?.some(agent => agent.lastStatus === 'RUNNING');
  return row && isUp && execAgentObstacle(place, row) === undefined ? row : undefined;
}
