import type { Account, SandboxResource, Service } from '../kernel/account.ts';
import { clusterOperations } from './ecs/clusterOperations.ts';
import { clusters, definitions, tasks } from './ecs/ecsRows.ts';
import { runTask } from './ecs/runTask.ts';
import { taskDefinitionOperations } from './ecs/taskDefinitions.ts';
import { taskJobs } from './ecs/taskJobs.ts';
import { taskOperations } from './ecs/taskOperations.ts';
import { simulatedOperations } from './simulatedOperations.ts';

const operations: Service['operations'] = {
  ...clusterOperations,
  ...taskDefinitionOperations,
  ...taskOperations,
  RunTask: runTask,
};

/** Input members that are simulated, of the operations that have others. */
const members: Readonly<Record<string, string>> = {
  CreateCluster: 'clusterName tags',
  DescribeClusters: 'clusters include',
  RegisterTaskDefinition:
    'family taskRoleArn executionRoleArn networkMode containerDefinitions requiresCompatibilities cpu memory tags runtimePlatform',
  RunTask:
    'cluster taskDefinition count enableExecuteCommand group launchType networkConfiguration overrides platformVersion startedBy tags clientToken',
  ListTasks: 'cluster family startedBy desiredStatus launchType maxResults nextToken',
};

/** What is not gone: as on AWS, deregistered definitions and deleted clusters are remembered, and do not count. */
function resources(account: Account): SandboxResource[] {
  const regions = new Set(['ecs.clusters', 'ecs.definitions'].flatMap(table => account.regionsOf(table)));
  return [...regions].flatMap(region => {
    const place = { account, region };
    const made = (type: string, id: string, status: string) => ({ type: `AWS::ECS::${type}`, id, region, status });
    const active = <Row extends { status: string }>(rows: Row[]) => rows.filter(({ status }) => status === 'ACTIVE');
    const living = tasks(place).filter(row => row.lastStatus !== 'STOPPED');
    return [
      ...active(clusters(place).values()).map(row => made('Cluster', row.clusterName, row.status)),
      ...active(definitions(place).values()).map(row => made('TaskDefinition', row.taskDefinitionArn, row.status)),
      ...living.map(row => made('Task', row.taskArn, row.lastStatus)),
    ];
  });
}

export const ecs: Service = {
  name: 'ecs',
  operations: simulatedOperations('ecs', operations, members),
  jobs: taskJobs,
  resources,
};
