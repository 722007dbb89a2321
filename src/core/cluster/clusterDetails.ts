import type { Cluster, Nodegroup } from '@aws-sdk/client-eks';
import type { Stack } from '@aws-sdk/client-cloudformation';
import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';

/** One cluster as the explorer's row shows it. */
export interface ClusterSummary {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  readonly version: string;
  readonly publicEndpoint: boolean;
  readonly privateEndpoint: boolean;
  readonly vpcId: string;
  readonly zones: number;
  readonly logTypes: readonly string[];
  readonly customerKey: boolean;
  readonly deletionProtection: boolean;
  readonly host: string | undefined;
  readonly health: readonly string[];
  /** True when it was made by this product: its stacks carry our tag. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface NodeGroupSummary {
  readonly name: string;
  readonly status: string;
  readonly desired: number;
  readonly instanceTypes: readonly string[];
  readonly issues: readonly string[];
}

export interface StackSummary {
  readonly name: string;
  readonly id: string;
  readonly status: string;
  readonly reason: string | undefined;
}

export interface EndpointSummary {
  readonly id: string;
  readonly service: string;
  readonly type: string;
  readonly state: string;
}

/** All clusters of the session's region, by name. Calls: one ListClusters per 100, one DescribeCluster each, ten at a time. */
export async function listClusters(session: AwsSession, signal: AbortSignal): Promise<ClusterSummary[]> {
  const eks = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const options = { abortSignal: signal };
  const names: string[] = [];
  const clusters: ClusterSummary[] = [];
  try {
    for await (const page of eks.paginateListClusters({ client }, {}, options)) names.push(...(page.clusters ?? []));
    for (let start = 0; start < names.length; start += 10) {
      const batch = names.slice(start, start + 10).map(async name => {
        const { cluster } = await client
          .send(new eks.DescribeClusterCommand({ name }), options)
          .catch((error: unknown) => {
            // Deleted between the two calls.
            if (error instanceof eks.ResourceNotFoundException) return { cluster: undefined };
            throw error;
          });
        if (cluster) clusters.push(summary(cluster));
      });
      await Promise.all(batch);
    }
  } catch (error) {
    throw toPrivateEksError(error);
  }
  return clusters.sort((a, b) => a.name.localeCompare(b.name));
}

export async function listNodeGroups(
  session: AwsSession,
  cluster: string,
  signal: AbortSignal,
): Promise<NodeGroupSummary[]> {
  const eks = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const options = { abortSignal: signal };
  const groups: Nodegroup[] = [];
  try {
    for await (const page of eks.paginateListNodegroups({ client }, { clusterName: cluster }, options))
      for (const nodegroupName of page.nodegroups ?? []) {
        const command = new eks.DescribeNodegroupCommand({ clusterName: cluster, nodegroupName });
        const { nodegroup } = await client.send(command, options);
        if (nodegroup) groups.push(nodegroup);
      }
  } catch (error) {
    throw toPrivateEksError(error);
  }
  return groups.map(group => ({
    name: group.nodegroupName ?? '',
    status: group.status ?? 'UNKNOWN',
    desired: group.scalingConfig?.desiredSize ?? 0,
    instanceTypes: group.instanceTypes ?? [],
    issues: (group.health?.issues ?? []).map(issue => `${issue.code ?? ''}: ${issue.message ?? ''}`),
  }));
}

export async function listAccessPrincipals(
  session: AwsSession,
  cluster: string,
  signal: AbortSignal,
): Promise<string[]> {
  const eks = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const principals: string[] = [];
  try {
    for await (const page of eks.paginateListAccessEntries(
      { client },
      { clusterName: cluster },
      { abortSignal: signal },
    ))
      principals.push(...(page.accessEntries ?? []));
  } catch (error) {
    throw toPrivateEksError(error);
  }
  return principals;
}

export async function listEndpoints(
  session: AwsSession,
  vpcId: string,
  signal: AbortSignal,
): Promise<EndpointSummary[]> {
  const ec2 = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const endpoints: EndpointSummary[] = [];
  try {
    for await (const page of ec2.paginateDescribeVpcEndpoints({ client }, { Filters }, { abortSignal: signal }))
      for (const endpoint of page.VpcEndpoints ?? [])
        endpoints.push({
          id: endpoint.VpcEndpointId ?? '',
          service: (endpoint.ServiceName ?? '').replace(/^(cn\.)?com\.amazonaws\.[^.]+\./, ''),
          type: endpoint.VpcEndpointType ?? '',
          state: endpoint.State ?? '',
        });
  } catch (error) {
    throw toPrivateEksError(error);
  }
  return endpoints.sort((a, b) => a.service.localeCompare(b.service));
}

/** The stacks that carry this product's tag for the cluster, in the order in which they were made. */
export async function listStacks(session: AwsSession, cluster: string, signal: AbortSignal): Promise<StackSummary[]> {
  const cfn = await import('@aws-sdk/client-cloudformation');
  const client = await session.client('cloudFormation');
  const stacks: Stack[] = [];
  try {
    for await (const page of cfn.paginateDescribeStacks({ client }, {}, { abortSignal: signal }))
      stacks.push(
        ...(page.Stacks ?? []).filter(stack =>
          stack.Tags?.some(tag => tag.Key === 'private-eks:cluster' && tag.Value === cluster),
        ),
      );
  } catch (error) {
    throw toPrivateEksError(error);
  }
  return stacks
    .sort((a, b) => (a.CreationTime?.getTime() ?? 0) - (b.CreationTime?.getTime() ?? 0))
    .map(stack => ({
      name: stack.StackName ?? '',
      id: stack.StackId ?? '',
      status: stack.StackStatus ?? '',
      reason: stack.StackStatusReason,
    }));
}

function summary(cluster: Cluster): ClusterSummary {
  const vpc = cluster.resourcesVpcConfig;
  return {
    name: cluster.name ?? '',
    arn: cluster.arn ?? '',
    status: cluster.status ?? 'UNKNOWN',
    version: cluster.version ?? '',
    publicEndpoint: vpc?.endpointPublicAccess ?? false,
    privateEndpoint: vpc?.endpointPrivateAccess ?? false,
    vpcId: vpc?.vpcId ?? '',
    zones: vpc?.subnetIds?.length ?? 0,
    logTypes: (cluster.logging?.clusterLogging ?? [])
      .filter(setup => setup.enabled)
      .flatMap(setup => setup.types ?? []),
    customerKey: (cluster.encryptionConfig ?? []).some(config => config.provider?.keyArn),
    deletionProtection: cluster.deletionProtection ?? false,
    host: cluster.endpoint ? new URL(cluster.endpoint).hostname : undefined,
    health: (cluster.health?.issues ?? []).map(issue => `${issue.code ?? ''}: ${issue.message ?? ''}`),
    tags: cluster.tags ?? {},
  };
}
