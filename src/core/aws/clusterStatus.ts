import type { EKSClient } from '@aws-sdk/client-eks';
import { accessPrincipals } from '../cluster/accessPrincipals.ts';
import { clusterTag } from '../spec/ownTags.ts';
import type { AwsSession } from './awsSession.ts';
import { isAwsError, toPrivateEksError } from './errors.ts';
import { signalOption } from './identity.ts';
import { pages } from './pages.ts';
import { listStacks, type StackView } from './stack.ts';

/** A cluster of the account and region, made by Private EKS or not. */
export interface ClusterSummary {
  readonly name: string;
  /** EKS's, or `NONE` while only stacks are there. */
  readonly status: string;
  readonly version: string | undefined;
  /** True when the Kubernetes API is reached inside the VPC alone. */
  readonly isPrivate: boolean | undefined;
  readonly madeByUs: boolean;
  readonly stacks: readonly StackView[];
}

export interface ClusterStatus extends ClusterSummary {
  readonly endpoint: string | undefined;
  readonly vpcId: string | undefined;
  readonly logTypes: readonly string[];
  readonly customerKey: boolean;
  readonly nodeGroups: readonly {
    readonly name: string;
    readonly status: string;
    readonly desired: number;
    readonly issues: readonly string[];
  }[];
  readonly addons: readonly { readonly name: string; readonly status: string; readonly version: string }[];
  readonly accessEntries: readonly string[];
}

export async function listClusters(session: AwsSession, signal?: AbortSignal): Promise<ClusterSummary[]> {
  try {
    const { paginateListClusters } = await import('@aws-sdk/client-eks');
    const client = await session.client('eks');
    const stacks = await listStacks(session, stack => stack.tags[clusterTag] !== undefined, signal);
    const names = new Set(stacks.map(stack => stack.tags[clusterTag] ?? ''));
    for await (const page of paginateListClusters({ client }, {}, signalOption(signal)))
      for (const name of page.clusters ?? []) names.add(name);
    const summaries = [...names].sort().map(name => summarize(client, name, stacksOf(name, stacks), signal));
    return await Promise.all(summaries);
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

/** Undefined where there is neither a cluster nor a stack of that name. */
export async function readClusterStatus(
  session: AwsSession,
  name: string,
  signal?: AbortSignal,
): Promise<ClusterStatus | undefined> {
  try {
    const client = await session.client('eks');
    const stacks = await listStacks(session, stack => stack.tags[clusterTag] === name, signal);
    const [summary, cluster] = await Promise.all([
      summarize(client, name, stacks, signal),
      describe(client, name, signal),
    ]);
    if (!cluster && stacks.length === 0) return undefined;
    const parts = cluster ? await readParts(client, name, signal) : { nodeGroups: [], addons: [], accessEntries: [] };
    return {
      ...summary,
      endpoint: cluster?.endpoint,
      vpcId: cluster?.resourcesVpcConfig?.vpcId,
      logTypes: (cluster?.logging?.clusterLogging ?? [])
        .filter(({ enabled }) => enabled)
        .flatMap(({ types = [] }) => types),
      customerKey: (cluster?.encryptionConfig ?? []).length > 0,
      ...parts,
    };
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

async function summarize(
  client: EKSClient,
  name: string,
  stacks: readonly StackView[],
  signal?: AbortSignal,
): Promise<ClusterSummary> {
  const cluster = await describe(client, name, signal);
  const access = cluster?.resourcesVpcConfig;
  return {
    name,
    status: cluster?.status ?? 'NONE',
    version: cluster?.version,
    isPrivate: access && access.endpointPrivateAccess === true && access.endpointPublicAccess === false,
    madeByUs: stacks.length > 0,
    stacks,
  };
}

async function describe(client: EKSClient, name: string, signal?: AbortSignal) {
  const { DescribeClusterCommand } = await import('@aws-sdk/client-eks');
  try {
    return (await client.send(new DescribeClusterCommand({ name }), signalOption(signal))).cluster;
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

async function readParts(client: EKSClient, clusterName: string, signal?: AbortSignal) {
  const eks = await import('@aws-sdk/client-eks');
  const options = signalOption(signal);
  const [groups, addons, accessEntries] = await Promise.all([
    pages(eks.paginateListNodegroups({ client }, { clusterName }, options), page => page.nodegroups),
    pages(eks.paginateListAddons({ client }, { clusterName }, options), page => page.addons),
    accessPrincipals(client, clusterName, options),
  ]);
  const nodeGroups = groups.map(async nodegroupName => {
    const { nodegroup } = await client.send(new eks.DescribeNodegroupCommand({ clusterName, nodegroupName }), options);
    return {
      name: nodegroupName,
      status: nodegroup?.status ?? 'UNKNOWN',
      desired: nodegroup?.scalingConfig?.desiredSize ?? 0,
      issues: (nodegroup?.health?.issues ?? []).map(({ code, message }) => `${code}: ${message}`),
    };
  });
  const addonViews = addons.map(async addonName => {
    const { addon } = await client.send(new eks.DescribeAddonCommand({ clusterName, addonName }), options);
    return { name: addonName, status: addon?.status ?? 'UNKNOWN', version: addon?.addonVersion ?? '' };
  });
  return {
    nodeGroups: await Promise.all(nodeGroups),
    addons: await Promise.all(addonViews),
    accessEntries,
  };
}

function stacksOf(name: string, stacks: readonly StackView[]): StackView[] {
  return stacks.filter(stack => stack.tags[clusterTag] === name);
}
