import type { Cluster, Nodegroup } from '@aws-sdk/client-eks';
import type { Stack } from '@aws-sdk/client-cloudformation';
import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';
import { clusterTag } from '../spec/ownTags.ts';
import { accessPrincipals } from './accessPrincipals.ts';

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
  readonly autoMode: boolean;
  readonly host: string | undefined;
  readonly health: readonly string[];
  /** True when it was made by this product: its stacks carry our tag. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface NodeGroupSummary {
  readonly name: string;
  readonly status: string;
  readonly desired: number;
  readonly spot: boolean;
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
  /** Whose it is, by this product's tag; undefined for one that was there before. */
  readonly madeFor: string | undefined;
}

/** The clusters of the session's region. One ListClusters per 100. */
export async function listClusterNames(session: AwsSession, signal: AbortSignal): Promise<string[]> {
  const eks = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const names: string[] = [];
  try {
    for await (const page of eks.paginateListClusters({ client }, {}, { abortSignal: signal }))
      names.push(...(page.clusters ?? []));
  } catch (error) {
    throw toPrivateEksError(error);
  }
  return names;
}

/** Undefined when there is none of this name. */
export async function describeCluster(
  session: AwsSession,
  name: string,
  signal: AbortSignal,
): Promise<ClusterSummary | undefined> {
  const eks = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  try {
    const { cluster } = await client.send(new eks.DescribeClusterCommand({ name }), { abortSignal: signal });
    return cluster && summary(cluster);
  } catch (error) {
    if (error instanceof eks.ResourceNotFoundException) return undefined;
    throw toPrivateEksError(error);
  }
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
  const describe = async (nodegroupName: string) => {
    const command = new eks.DescribeNodegroupCommand({ clusterName: cluster, nodegroupName });
    return (await client.send(command, options)).nodegroup ?? [];
  };
  try {
    for await (const page of eks.paginateListNodegroups({ client, pageSize: 10 }, { clusterName: cluster }, options))
      groups.push(...(await Promise.all((page.nodegroups ?? []).map(describe))).flat());
  } catch (error) {
    throw toPrivateEksError(error);
  }
  return groups.map(group => ({
    name: group.nodegroupName ?? '',
    status: group.status ?? 'UNKNOWN',
    desired: group.scalingConfig?.desiredSize ?? 0,
    spot: group.capacityType === 'SPOT',
    instanceTypes: group.instanceTypes ?? [],
    issues: (group.health?.issues ?? []).map(issue => `${issue.code ?? ''}: ${issue.message ?? ''}`),
  }));
}

export async function listAccessPrincipals(
  session: AwsSession,
  cluster: string,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    return await accessPrincipals(await session.client('eks'), cluster, { abortSignal: signal });
  } catch (error) {
    throw toPrivateEksError(error);
  }
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
          madeFor: endpoint.Tags?.find(({ Key }) => Key === clusterTag)?.Value,
        });
  } catch (error) {
    throw toPrivateEksError(error);
  }
  return endpoints.sort((a, b) => a.service.localeCompare(b.service));
}

/** The stacks that carry this product's tag, by its cluster, each in the order in which they were made. One DescribeStacks per 100 stacks. */
export async function listStacks(
  session: AwsSession,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly StackSummary[]>> {
  const cfn = await import('@aws-sdk/client-cloudformation');
  const client = await session.client('cloudFormation');
  const stacks: Stack[] = [];
  try {
    for await (const page of cfn.paginateDescribeStacks({ client }, {}, { abortSignal: signal }))
      stacks.push(...(page.Stacks ?? []));
  } catch (error) {
    throw toPrivateEksError(error);
  }
  stacks.sort((a, b) => (a.CreationTime?.getTime() ?? 0) - (b.CreationTime?.getTime() ?? 0));
  const byCluster = new Map<string, StackSummary[]>();
  for (const stack of stacks) {
    const cluster = stack.Tags?.find(({ Key }) => Key === 'private-eks:cluster')?.Value;
    if (cluster === undefined) continue;
    const ofCluster = byCluster.get(cluster) ?? [];
    byCluster.set(cluster, ofCluster);
    ofCluster.push({
      name: stack.StackName ?? '',
      id: stack.StackId ?? '',
      status: stack.StackStatus ?? '',
      reason: stack.StackStatusReason,
    });
  }
  return byCluster;
}

export function isDescribed(cluster: ClusterSummary): boolean {
  return cluster.arn !== '';
}

/** What is shown of a cluster of which no more than the name is known. */
export function undescribed(name: string): ClusterSummary {
  return {
    name,
    arn: '',
    status: '',
    version: '',
    publicEndpoint: false,
    privateEndpoint: false,
    vpcId: '',
    zones: 0,
    logTypes: [],
    customerKey: false,
    deletionProtection: false,
    autoMode: false,
    host: undefined,
    health: [],
    tags: {},
  };
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
    autoMode: cluster.computeConfig?.enabled ?? false,
    host: cluster.endpoint ? new URL(cluster.endpoint).hostname : undefined,
    health: (cluster.health?.issues ?? []).map(issue => `${issue.code ?? ''}: ${issue.message ?? ''}`),
    tags: cluster.tags ?? {},
  };
}
