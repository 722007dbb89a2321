import type * as Sdk from '@aws-sdk/client-ecs';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import {
  activeCluster,
  checkedTags,
  clusters,
  definitions,
  findCluster,
  invalid,
  lastPart,
  listed,
  livingTasks,
  tasks,
  type ClusterRow,
  type Place,
} from './ecsRows.ts';

function shown(row: ClusterRow, place: Place, include: readonly string[] = []): Sdk.Cluster {
  const living = livingTasks(place, row.clusterArn);
  const running = living.filter(task => task.lastStatus === 'RUNNING').length;
  const { tags, ...rest } = structuredClone(row);
  return {
    ...rest,
    runningTasksCount: running,
    pendingTasksCount: living.filter(task => task.desiredStatus === 'RUNNING').length - running,
    tags: include.includes('TAGS') ? tags : [],
  };
}

/** What an ARN names, as far as it has tags. */
function tagged(context: CallContext, arn = ''): { tags: Sdk.Tag[] } {
  if (!/^arn:aws[\w-]*:ecs:[^:]+:\d{12}:(cluster|task|task-definition)\//.test(arn))
    throw invalid(`Invalid resource ARN: ${arn}`);
  const row = tasks(context).get(arn) ?? definitions(context).get(arn);
  return row ?? findCluster(context, arn);
}

export const clusterOperations = {
  CreateCluster(input: Sdk.CreateClusterRequest, context: CallContext): Sdk.CreateClusterResponse {
    const { clusterName = 'default' } = input;
    if (!/^[a-zA-Z0-9_-]{1,255}$/.test(clusterName))
      throw invalid('Cluster name must be up to 255 letters, numbers, hyphens and underscores.');
    const known = clusters(context).get(clusterName);
    // A second call for the same name is answered with what is there.
    if (known?.status === 'ACTIVE') return { cluster: shown(known, context, ['TAGS']) };
    const row = clusters(context).set(clusterName, {
      clusterArn: context.account.arn('ecs', context.region, `cluster/${clusterName}`),
      clusterName,
      status: 'ACTIVE',
      registeredContainerInstancesCount: 0,
      activeServicesCount: 0,
      statistics: [],
      settings: [{ name: 'containerInsights', value: 'disabled' }],
      capacityProviders: [],
      defaultCapacityProviderStrategy: [],
      tags: checkedTags(input.tags, context),
    });
    return { cluster: shown(row, context, ['TAGS']) };
  },

  DescribeClusters(input: Sdk.DescribeClustersRequest, context: CallContext): Sdk.DescribeClustersResponse {
    const wanted = input.clusters?.length ? input.clusters : ['default'];
    const found = wanted.map(given => [given, clusters(context).get(lastPart(given))] as const);
    const missing = found.filter(([, row]) => !row).map(([given]) => given);
    return {
      clusters: found.flatMap(([, row]) => (row ? shown(row, context, input.include) : [])),
      failures: missing.map(given => ({
        arn: context.account.arn('ecs', context.region, `cluster/${lastPart(given)}`),
        reason: 'MISSING',
      })),
    };
  },

  ListClusters(input: Sdk.ListClustersRequest, context: CallContext): object {
    const active = clusters(context).filter(row => row.status === 'ACTIVE');
    const arns = active.map(row => row.clusterArn);
    return listed('clusterArns', arns, input);
  },

  DeleteCluster(input: Sdk.DeleteClusterRequest, context: CallContext): Sdk.DeleteClusterResponse {
    const row = activeCluster(context, input.cluster);
    if (livingTasks(context, row.clusterArn).length > 0)
      throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
    row.status = 'INACTIVE';
    return { cluster: shown(row, context) };
  },

  TagResource(input: Sdk.TagResourceRequest, context: CallContext): object {
    const row = tagged(context, input.resourceArn);
    const keys = input.tags?.map(tag => tag.key);
    const kept = row.tags.filter(tag => !keys?.includes(tag.key));
    row.tags = [...kept, ...checkedTags(input.tags, context)];
    return {};
  },

  UntagResource(input: Sdk.UntagResourceRequest, context: CallContext): object {
    const row = tagged(context, input.resourceArn);
    row.tags = row.tags.filter(tag => !input.tagKeys?.includes(tag.key ?? ''));
    return {};
  },

  ListTagsForResource: (input: Sdk.ListTagsForResourceRequest, context: CallContext) => ({
    tags: structuredClone(tagged(context, input.resourceArn).tags),
  }),
};
