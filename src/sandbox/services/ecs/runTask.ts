import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Sdk from '@aws-sdk/client-ecs';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { resourceFault } from '../../kernel/fault.ts';
import { answered } from '../eks/clusterRules.ts';
import {
  activeCluster,
  checkedTags,
  clientError,
  tasks,
  type DefinitionRow,
  type TaskNetwork,
  type TaskRow,
} from './ecsRows.ts';
import { checkedRequest, checkNetwork, platform } from './runRequest.ts';
import { scheduleStep } from './taskJobs.ts';
import { shownTask } from './taskOperations.ts';
import { asEcs } from './taskPeer.ts';

/**
 * Seconds that `sleep N` in a command lasts: the one thing that a container here is known to do. Undefined for any other command, which
 * goes on for ever, as a loop does.
 */
function secondsOf(command: string): number | undefined {
  const [, number, unit = 's'] = /(?:^|[\s;&])sleep\s+(\d+(?:\.\d+)?)([smhd])?(?=$|[\s;&])/.exec(command) ?? [];
  const inUnits: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
  if (number === undefined || /\b(while|until|for)\b/.test(command)) return undefined;
  return Number(number) * (inUnits[unit] ?? 1);
}

const lifetimeOf = (definition: DefinitionRow, overrides: Sdk.TaskOverride): number | undefined => {
  const lasting = definition.containerDefinitions.filter(({ essential }) => essential !== false);
  const seconds = lasting.map(({ name, entryPoint = [], command = [] }) => {
    const override = overrides.containerOverrides?.find(one => one.name === name);
    return secondsOf([...entryPoint, ...(override?.command ?? command)].join(' ')) ?? Infinity;
  });
  const least = Math.min(...seconds);
  return Number.isFinite(least) ? least : undefined;
};

function attach(context: CallContext, { subnet, groups }: ReturnType<typeof checkNetwork>, attachment: string) {
  const Description = context.account.arn('ecs', context.region, `attachment/${attachment}`);
  const input = { SubnetId: subnet.SubnetId, Groups: groups, Description };
  const answer = answered<Ec2.CreateNetworkInterfaceResult>(asEcs(context), 'ec2', 'CreateNetworkInterface', input);
  if (!answer?.NetworkInterface) throw clientError(`Subnet ${subnet.SubnetId} does not have enough free addresses.`);
  const made = answer.NetworkInterface;
  const network: TaskNetwork = {
    vpcId: made.VpcId ?? '',
    subnetId: made.SubnetId ?? '',
    groupIds: (made.Groups ?? []).map(group => group.GroupId ?? ''),
    address: made.PrivateIpAddress ?? '',
    interfaceId: made.NetworkInterfaceId ?? '',
  };
  const details = {
    subnetId: network.subnetId,
    networkInterfaceId: network.interfaceId,
    macAddress: made.MacAddress ?? '',
    privateDnsName: made.PrivateDnsName ?? '',
    privateIPv4Address: network.address,
  };
  return { network, details: Object.entries(details).map(([name, value]) => ({ name, value })), made };
}

function start(input: Sdk.RunTaskRequest, definition: DefinitionRow, struck: TaskRow['struck'], context: CallContext) {
  const { account, region } = context;
  const cluster = activeCluster(context, input.cluster);
  const id = account.hex(32);
  const taskArn = account.arn('ecs', region, `task/${cluster.clusterName}/${id}`);
  const attachment = account.uuid();
  const { network, details, made } = attach(context, checkNetwork(input, context), attachment);
  const { overrides = {} } = input;
  const row = tasks(context).set(taskArn, {
    taskArn,
    clusterArn: cluster.clusterArn,
    taskDefinitionArn: definition.taskDefinitionArn,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    attachments: [{ id: attachment, type: 'ElasticNetworkInterface', status: 'PRECREATED', details }],
    attributes: [
      { name: 'ecs.cpu-architecture', value: (definition.runtimePlatform?.cpuArchitecture ?? 'X86_64').toLowerCase() },
    ],
    availabilityZone: made.AvailabilityZone,
    containers: definition.containerDefinitions.map(({ name, image, cpu = 0, memory }) => ({
      containerArn: account.arn('ecs', region, `container/${cluster.clusterName}/${id}/${account.uuid()}`),
      taskArn,
      name,
      image,
      lastStatus: 'PENDING',
      networkInterfaces: [{ attachmentId: attachment, privateIpv4Address: network.address }],
      healthStatus: 'UNKNOWN' as const,
      ...(input.enableExecuteCommand && {
        managedAgents: [{ name: 'ExecuteCommandAgent' as const, lastStatus: 'PENDING' }],
      }),
      cpu: String(cpu),
      ...(memory !== undefined && { memory: String(memory) }),
    })),
    cpu: definition.cpu,
    memory: definition.memory,
    createdAt: new Date(account.now()),
    enableExecuteCommand: input.enableExecuteCommand === true,
    ephemeralStorage: { sizeInGiB: 20 },
    group: input.group ?? `family:${definition.family}`,
    healthStatus: 'UNKNOWN',
    launchType: 'FARGATE',
    overrides: { inferenceAcceleratorOverrides: [], containerOverrides: [], ...structuredClone(overrides) },
    platformVersion: platform,
    platformFamily: 'Linux',
    ...(input.startedBy !== undefined && { startedBy: input.startedBy }),
    tags: checkedTags(input.tags, context),
    version: 1,
    network,
    taskRole: overrides.taskRoleArn ?? definition.taskRoleArn,
    executionRole: overrides.executionRoleArn ?? definition.executionRoleArn,
    lifetime: lifetimeOf(definition, overrides),
    struck,
  });
  scheduleStep(context, row, 'provisioned', 8 + (struck?.delaySeconds ?? 0));
  return row;
}

interface Remembered {
  readonly request: string;
  readonly arns: readonly string[];
}

/** What the same token was used for before, if it was. */
function remembered(context: CallContext, token: string, request: string): TaskRow[] | undefined {
  const earlier = context.account.regional<Remembered>(context.region, 'ecs.clientTokens').get(token);
  if (!earlier) return undefined;
  const message =
    'The RunTask request could not be processed due to conflicts. The provided clientToken is already in use with a different RunTask request.';
  if (earlier.request !== request) throw new AwsError('ConflictException', message, 400, { resourceIds: earlier.arns });
  return earlier.arns.flatMap(arn => tasks(context).get(arn) ?? []);
}

/**
 * A fault of type `AWS::ECS::Task` (`logicalId`: the family) delays a start or fails it: with a reason in capitals or about capacity
 * nothing is started, any other is why the task stops.
 */
export function runTask(input: Sdk.RunTaskRequest, context: CallContext): Sdk.RunTaskResponse {
  const { clientToken, ...request } = input;
  const text = JSON.stringify(request);
  const earlier = clientToken === undefined ? undefined : remembered(context, clientToken, text);
  if (earlier) return { tasks: earlier.map(row => shownTask(row, ['TAGS'])), failures: [] };
  const definition = checkedRequest(input, context);
  const started: TaskRow[] = [];
  const failures: Sdk.Failure[] = [];
  for (let index = 0; index < (input.count ?? 1); index++) {
    const fault = resourceFault(context.account, 'CREATE', 'AWS::ECS::Task', definition.family);
    const { fail, delaySeconds = 0 } = fault ?? {};
    if (fail !== undefined && /^(RESOURCE:|Capacity )/.test(fail)) failures.push({ reason: fail });
    else
      started.push(start(input, definition, fault && { delaySeconds, ...(fail !== undefined && { fail }) }, context));
  }
  const arns = started.map(row => row.taskArn);
  if (clientToken !== undefined && failures.length === 0)
    context.account.regional<Remembered>(context.region, 'ecs.clientTokens').set(clientToken, { request: text, arns });
  return { tasks: started.map(row => shownTask(row, ['TAGS'])), failures };
}
