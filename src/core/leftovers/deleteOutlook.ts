import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError, toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { listStacks, type StackView } from '../aws/stack.ts';
import { stackName } from '../plan/stackName.ts';
import { clusterTag } from '../spec/ownTags.ts';
import { findLeavings, type Where } from './clusterLeavings.ts';
import { leftoverText, totalMonthlyUsd, type Leftover } from './leftover.ts';

/** What a delete says before it begins: what goes besides the stacks, what stays and costs, and what is in the way. */
export interface DeleteOutlook {
  readonly where: Where;
  readonly stacks: readonly string[];
  readonly goes: readonly Leftover[];
  readonly stays: readonly Leftover[];
  readonly staysMonthlyUsd: number;
  /** Foreign things in the VPC, and node groups of others' stacks: the delete stops before the network, or the control plane, until they are gone. */
  readonly inTheWay: readonly Leftover[];
  readonly unknown: readonly string[];
}

export async function deleteOutlook(
  session: AwsSession,
  cluster: string,
  options: { readonly withVolumes: boolean },
  signal?: AbortSignal,
): Promise<DeleteOutlook> {
  const stacks = await listStacks(session, ({ tags }) => tags[clusterTag] === cluster, signal);
  const where = await whereIs(session, cluster, stacks, signal);
  const found = await findLeavings(session, where, signal);
  const volumes = options.withVolumes
    ? found.volumes.map(({ why: _, ...volume }): Leftover => ({ ...volume, fate: 'goes' }))
    : found.volumes;
  // The cluster's own group goes with the cluster.
  const groups = found.securityGroups.filter(({ name = '' }) => !name.startsWith('eks-cluster-sg-'));
  const nodes = found.instances.map(({ autoMode: _, ...instance }): Leftover => instance);
  const all = [
    ...found.nodeGroups.filter(({ fate }) => fate === 'goes'),
    ...nodes,
    ...found.launchTemplates,
    ...found.balancers,
    ...found.classicBalancers,
    ...found.targetGroups,
    ...groups,
    ...volumes,
    ...found.told,
  ];
  const stays = all.filter(({ fate }) => fate !== 'goes');
  return {
    where,
    stacks: stacks.map(({ name }) => name),
    goes: all.filter(({ fate }) => fate === 'goes'),
    stays,
    staysMonthlyUsd: totalMonthlyUsd(stays),
    inTheWay: [...found.nodeGroups.filter(({ fate }) => fate === 'stays'), ...found.foreign],
    unknown: found.unknown,
  };
}

/** As lines for people; empty where there is nothing to say beyond the stacks. */
export function outlookLines({ goes, stays, staysMonthlyUsd, inTheWay, unknown }: DeleteOutlook): string[] {
  return [
    ...goes.map(item => `Goes too: ${leftoverText(item)}`),
    ...stays.map(item => `Stays: ${leftoverText(item)}`),
    ...(staysMonthlyUsd > 0
      ? [`What stays costs about ${staysMonthlyUsd.toFixed(2)} USD a month (US list prices).`]
      : []),
    ...inTheWay.map(item => `In the way: ${leftoverText(item)}`),
    ...(inTheWay.length > 0
      ? [`What is in the way is never deleted by a run: it stops there until that is gone, and can be taken up again.`]
      : []),
    ...unknown.map(look => `Not looked at: ${look}`),
  ];
}

/** The cluster's VPC, by its network stack, else by EKS, else by a stack that was told. */
export async function whereIs(
  session: AwsSession,
  cluster: string,
  stacks: readonly StackView[],
  signal?: AbortSignal,
): Promise<Where> {
  const own = stacks.find(({ name }) => name === stackName(cluster, 'network'));
  const made = own?.outputs['VpcId'] ?? (own && (await vpcByTag(session, cluster, signal)));
  if (made !== undefined) return { cluster, vpcId: made, ownVpc: true };
  const told = stacks.map(({ parameters }) => parameters['VpcId']).find(id => id?.startsWith('vpc-'));
  return { cluster, vpcId: (await vpcOfCluster(session, cluster, signal)) ?? told, ownVpc: false };
}

/** A network stack that is not whole has no outputs; its VPC carries our tag. */
async function vpcByTag(session: AwsSession, cluster: string, signal?: AbortSignal): Promise<string | undefined> {
  const { DescribeVpcsCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await session.client('ec2');
  try {
    const Filters = [{ Name: `tag:${clusterTag}`, Values: [cluster] }];
    const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ Filters }), signalOption(signal));
    return Vpcs[0]?.VpcId;
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

async function vpcOfCluster(session: AwsSession, name: string, signal?: AbortSignal): Promise<string | undefined> {
  const { DescribeClusterCommand } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  try {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }), signalOption(signal));
    return cluster?.resourcesVpcConfig?.vpcId;
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw toPrivateEksError(error);
  }
}
