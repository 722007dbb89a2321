import type * as Sdk from '@aws-sdk/client-ecs';
import type {
  Properties,
  ProviderContext,
  ResourceProvider,
  ResourceProviders,
} from '../cloudformation/resourceProvider.ts';
import { AwsError } from '../kernel/awsError.ts';
import { ignoring, tagsGone, tagsOf, updatesOnly, words, type CfnTag } from './property.ts';

const ecsTags = (properties: Properties, { stackTags }: ProviderContext): Sdk.Tag[] =>
  tagsOf(properties['Tags'] as CfnTag[] | undefined, stackTags).map(({ Key, Value }) => ({ key: Key, value: Value }));

/** Tags with `aws:` keys are CloudFormation's own to give. */
function asService(context: ProviderContext, resourceArn: string, tags: Sdk.Tag[]): void {
  const service = context.account.serviceContext(context.region, 'cloudformation.amazonaws.com');
  if (tags.length > 0) context.account.call(service, 'ecs', 'TagResource', { resourceArn, tags });
}

/** The caller's own tags go with the call, the others after it. */
function tagged<Output extends object>(
  context: ProviderContext,
  properties: Properties,
  operation: string,
  input: object,
  arnOf: (made: Output) => string | undefined,
): Output {
  const tags = ecsTags(properties, context);
  const reserved = (tag: Sdk.Tag) => tag.key?.startsWith('aws:') === true;
  const made = context.call<Output>('ecs', operation, { ...input, tags: tags.filter(tag => !reserved(tag)) });
  asService(context, arnOf(made) ?? '', tags.filter(reserved));
  return made;
}

function retag(resourceArn: string, next: Properties, previous: Properties, context: ProviderContext): void {
  const [after, before] = [next, previous].map(one => one['Tags'] as CfnTag[] | undefined);
  const tagKeys = tagsGone(before, after ?? []);
  if (tagKeys.length > 0) context.call('ecs', 'UntagResource', { resourceArn, tagKeys });
  const tags = ecsTags(next, context).filter(tag => !tag.key?.startsWith('aws:'));
  if (tags.length > 0) context.call('ecs', 'TagResource', { resourceArn, tags });
}

const clusterArn = (name: string, { account, region }: ProviderContext) =>
  account.arn('ecs', region, `cluster/${name}`);

const cluster: ResourceProvider = {
  properties: words(
    'CapacityProviders ClusterName ClusterSettings Configuration DefaultCapacityProviderStrategy ServiceConnectDefaults Tags',
  ),
  required: [],
  createOnly: ['ClusterName'],
  unsupported: words(
    'CapacityProviders ClusterSettings Configuration DefaultCapacityProviderStrategy ServiceConnectDefaults',
  ),
  seconds: { create: 4, delete: 2 },
  create(properties, context) {
    const clusterName = (properties['ClusterName'] as string | undefined) ?? context.generatedName(255);
    const known = context.call<Sdk.DescribeClustersResponse>('ecs', 'DescribeClusters', { clusters: [clusterName] });
    // ECS itself would answer with the cluster that is there.
    if (known.clusters?.[0]?.status === 'ACTIVE')
      throw new AwsError('AlreadyExistsException', `Cluster already exists: ${clusterName}`);
    const arnOf = (made: Sdk.CreateClusterResponse) => made.cluster?.clusterArn;
    tagged(context, properties, 'CreateCluster', { clusterName }, arnOf);
    return clusterName;
  },
  update(name, next, previous, context) {
    updatesOnly('AWS::ECS::Cluster', 'Tags', next, previous);
    retag(clusterArn(name, context), next, previous, context);
  },
  delete: (name, _properties, context) =>
    ignoring(['ClusterNotFoundException'], () => context.call('ecs', 'DeleteCluster', { cluster: name })),
  attributes: (name, _properties, context) => ({ Arn: clusterArn(name, context) }),
};

const numbers = /^(Cpu|Memory|MemoryReservation|StopTimeout|ContainerPort|HostPort)$/;
const booleans = /^(Essential|InitProcessEnabled|ReadonlyRootFilesystem)$/;
/** Maps whose keys are the user's. */
const maps = /^(Options|DockerLabels)$/;

/** ECS's API takes what its resource types take, with small initials; numbers of containers are numbers, those of tasks are text. */
function camel(value: unknown, key = '', isContainer = false): unknown {
  if (Array.isArray(value))
    return value.map((item: unknown) => camel(item, key, key === 'ContainerDefinitions' || isContainer));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (maps.test(key)) return Object.fromEntries(entries.map(([name, item]) => [name, String(item)]));
    return Object.fromEntries(
      entries.map(([name, item]) => [name.charAt(0).toLowerCase() + name.slice(1), camel(item, name, isContainer)]),
    );
  }
  if (booleans.test(key)) return String(value) === 'true';
  return isContainer && numbers.test(key) ? Number(value) : String(value);
}

const taskDefinition: ResourceProvider = {
  properties: words(
    'ContainerDefinitions Cpu EnableFaultInjection EphemeralStorage ExecutionRoleArn Family InferenceAccelerators IpcMode Memory NetworkMode PidMode PlacementConstraints ProxyConfiguration RequiresCompatibilities RuntimePlatform Tags TaskRoleArn Volumes',
  ),
  required: [],
  createOnly: words(
    'ContainerDefinitions Cpu ExecutionRoleArn Family Memory NetworkMode RequiresCompatibilities RuntimePlatform TaskRoleArn',
  ),
  unsupported: words(
    'EnableFaultInjection EphemeralStorage InferenceAccelerators IpcMode PidMode PlacementConstraints ProxyConfiguration Volumes',
  ),
  seconds: { create: 2, delete: 1 },
  create(properties, context) {
    const { Tags: _, ...rest } = properties;
    const input = { family: context.generatedName(255), ...(camel(rest) as object) };
    const arnOf = (made: Sdk.RegisterTaskDefinitionResponse) => made.taskDefinition?.taskDefinitionArn;
    return arnOf(tagged(context, properties, 'RegisterTaskDefinition', input, arnOf)) ?? '';
  },
  update(arn, next, previous, context) {
    updatesOnly('AWS::ECS::TaskDefinition', 'Tags', next, previous);
    retag(arn, next, previous, context);
  },
  delete: (arn, _properties, context) =>
    ignoring(['ClientException'], () => context.call('ecs', 'DeregisterTaskDefinition', { taskDefinition: arn })),
  attributes: TaskDefinitionArn => ({ TaskDefinitionArn }),
};

export const ecsProviders: ResourceProviders = {
  'AWS::ECS::Cluster': cluster,
  'AWS::ECS::TaskDefinition': taskDefinition,
};
