import type * as Sdk from '@aws-sdk/client-ecs';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import {
  checkedTags,
  clientError,
  definitions,
  findDefinition,
  listed,
  refuseOther,
  type DefinitionRow,
} from './ecsRows.ts';

const containerMembers =
  'name image cpu memory memoryReservation essential entryPoint command environment linuxParameters logConfiguration readonlyRootFilesystem user stopTimeout portMappings dockerLabels';

/** Fargate's sizes in MiB by CPU units: from, to, in steps of. */
const sizes: Readonly<Record<string, readonly [from: number, to: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16_384: [32_768, 122_880, 8192],
};

/** `1024`, `1 GB` and `.5 vCPU` alike, as units or MiB. */
function amount(text: string): number {
  const [, number = '', unit] = /^\s*([\d.]+)\s*(vcpu|gb)?\s*$/i.exec(text) ?? [];
  return Number(number || NaN) * (unit ? 1024 : 1);
}

function checkSize(cpu: string | undefined, memory: string | undefined): { cpu: string; memory: string } {
  if (!cpu) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (!memory) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  const [units, size] = [amount(cpu), amount(memory)];
  const [from, to, step] = sizes[units] ?? [1, 0, 1];
  // The smallest task has no 1.5 GB.
  if (size < from || size > to || (size - from) % step !== 0 || (units === 256 && size === 1536))
    throw clientError(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  return { cpu: String(units), memory: String(size) };
}

function checkContainers(containers: readonly Sdk.ContainerDefinition[]): Sdk.ContainerDefinition[] {
  if (containers.length === 0) throw clientError('Container definitions should not be null or empty.');
  for (const container of containers) {
    const { name = '', image = '', linuxParameters = {}, logConfiguration } = container;
    if (name === '') throw clientError('Container.name should not be null or empty.');
    if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) throw clientError('Container.name contains invalid characters.');
    if (image === '') throw clientError('Container.image should not be null or empty.');
    if (!/^[\w./:@-]{1,255}$/.test(image)) throw clientError('Container.image contains invalid characters.');
    refuseOther('RegisterTaskDefinition containerDefinitions', container, containerMembers);
    refuseOther('RegisterTaskDefinition linuxParameters', linuxParameters, 'initProcessEnabled');
    if (logConfiguration && logConfiguration.logDriver !== 'awslogs')
      throw notImplemented(`ecs:RegisterTaskDefinition log driver ${logConfiguration.logDriver}`);
  }
  if (new Set(containers.map(({ name }) => name)).size < containers.length)
    throw clientError('Container names must be unique within a task definition.');
  if (!containers.some(({ essential }) => essential !== false))
    throw clientError('Each task definition must have at least one essential container.');
  const usual = { cpu: 0, portMappings: [], essential: true, environment: [], mountPoints: [], volumesFrom: [] };
  return structuredClone(containers.map(container => ({ ...usual, ...container })));
}

function checkRoles({ taskRoleArn, executionRoleArn, containerDefinitions }: Sdk.RegisterTaskDefinitionRequest): void {
  for (const arn of [taskRoleArn, executionRoleArn])
    if (arn !== undefined && !/^(arn:aws[\w-]*:iam::\d{12}:role\/)?[\w+=,.@/-]+$/.test(arn))
      throw clientError('Role is not valid');
  if (executionRoleArn !== undefined) return;
  const needs = 'Fargate requires task definition to have execution role ARN to support';
  if (containerDefinitions?.some(({ image }) => image?.includes('.dkr.ecr.')))
    throw clientError(`${needs} ECR images.`);
  if (containerDefinitions?.some(one => one.logConfiguration)) throw clientError(`${needs} log driver awslogs.`);
}

const shown = ({ tags: _tags, ...row }: DefinitionRow): Sdk.TaskDefinition => structuredClone(row);

export const taskDefinitionOperations = {
  RegisterTaskDefinition(
    input: Sdk.RegisterTaskDefinitionRequest,
    context: CallContext,
  ): Sdk.RegisterTaskDefinitionResponse {
    const { family = '', requiresCompatibilities: compatibilities = [], containerDefinitions = [] } = input;
    if (!/^[a-zA-Z0-9_-]{1,255}$/.test(family)) throw clientError('Family contains invalid characters.');
    if (compatibilities.join() !== 'FARGATE')
      throw notImplemented(`ecs:RegisterTaskDefinition for ${compatibilities.join() || 'EC2'}`);
    if (input.networkMode !== 'awsvpc') throw clientError('Fargate only supports network mode ‘awsvpc’.');
    const containers = checkContainers(containerDefinitions);
    const size = checkSize(input.cpu, input.memory);
    checkRoles(input);
    const { account, region, principal } = context;
    const earlier = definitions(context).filter(row => row.family === family);
    const revision = (earlier.at(-1)?.revision ?? 0) + 1;
    const taskDefinitionArn = account.arn('ecs', region, `task-definition/${family}:${revision}`);
    const { taskRoleArn, executionRoleArn, runtimePlatform } = input;
    const tags = checkedTags(input.tags, context);
    const row = definitions(context).set(taskDefinitionArn, {
      taskDefinitionArn,
      family,
      revision,
      status: 'ACTIVE',
      containerDefinitions: containers,
      ...size,
      ...(taskRoleArn && { taskRoleArn }),
      ...(executionRoleArn && { executionRoleArn }),
      ...(runtimePlatform && { runtimePlatform: structuredClone(runtimePlatform) }),
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      compatibilities: ['EC2', 'FARGATE'],
      volumes: [],
      placementConstraints: [],
      registeredAt: new Date(account.now()),
      registeredBy: principal.arn,
      tags,
    });
    return { taskDefinition: shown(row), tags: structuredClone(tags) };
  },

  DescribeTaskDefinition(
    input: Sdk.DescribeTaskDefinitionRequest,
    context: CallContext,
  ): Sdk.DescribeTaskDefinitionResponse {
    const row = findDefinition(context, input.taskDefinition ?? '', 'Unable to describe task definition.');
    return { taskDefinition: shown(row), tags: input.include?.includes('TAGS') ? structuredClone(row.tags) : [] };
  },

  DeregisterTaskDefinition(
    { taskDefinition = '' }: Sdk.DeregisterTaskDefinitionRequest,
    context: CallContext,
  ): Sdk.DeregisterTaskDefinitionResponse {
    if (!/:\d+$/.test(taskDefinition)) throw clientError('Revision is missing.');
    const row = findDefinition(context, taskDefinition, 'The specified task definition does not exist.');
    row.status = 'INACTIVE';
    row.deregisteredAt ??= new Date(context.account.now());
    return { taskDefinition: shown(row) };
  },

  ListTaskDefinitionFamilies(input: Sdk.ListTaskDefinitionFamiliesRequest, context: CallContext): object {
    const { familyPrefix = '', status } = input;
    const found = definitions(context).filter(
      row => row.family.startsWith(familyPrefix) && (status === undefined || status === 'ALL' || row.status === status),
    );
    return listed('families', [...new Set(found.map(({ family }) => family))].sort(), input);
  },

  ListTaskDefinitions(input: Sdk.ListTaskDefinitionsRequest, context: CallContext): object {
    const { familyPrefix, status = 'ACTIVE', sort } = input;
    const found = definitions(context)
      .filter(row => row.status === status && (familyPrefix === undefined || row.family === familyPrefix))
      .sort((a, b) => (a.family === b.family ? a.revision - b.revision : a.family < b.family ? -1 : 1));
    if (sort === 'DESC') found.reverse();
    const arns = found.map(row => row.taskDefinitionArn);
    return listed('taskDefinitionArns', arns, input);
  },
};
