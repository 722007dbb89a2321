import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { PrivateEksError } from '../../errors.ts';
import type { Bastion, BastionRule } from '../bastion/bastion.ts';
import { placeBastion, type Placement } from '../bastion/bastionPlacement.ts';
import { listRules } from '../bastion/bastionRule.ts';
import { listTasks, toBastion } from '../bastion/bastionTasks.ts';
import { networkFacts } from '../bastion/networkFacts.ts';
import type { AwsSession } from '../../aws/awsSession.ts';
import type { ClusterReach } from './clusterAccess.ts';
import { describeGroups, instanceFacts, type InstanceFacts } from './instanceFacts.ts';

/** What was seen, or AWS's words about why it may not be. */
export interface Seen<T> {
  readonly seen: T | undefined;
  readonly denied: string | undefined;
}

export interface Place {
  readonly session: AwsSession;
  readonly cluster: ClusterReach;
}

/** What may not be looked at is not seen; all else that goes wrong is thrown. */
export async function lenient<T>(work: Promise<T>): Promise<Seen<T>> {
  try {
    return { seen: await work, denied: undefined };
  } catch (error) {
    const mayGoOn = error instanceof PrivateEksError && /^(access-denied|sandbox-not-implemented)$/.test(error.code);
    if (mayGoOn) return { seen: undefined, denied: error.message };
    throw error;
  }
}

export interface InstancesSeen {
  readonly instances: readonly InstanceFacts[];
  /** Security groups of what may be gone through, and of the endpoint. */
  readonly groups: Seen<SecurityGroup[]>;
}

/** Three calls in a VPC of up to fifty instances. */
export async function lookAtInstances(
  { session, cluster }: Place,
  target: string | undefined,
  signal: AbortSignal,
): Promise<Seen<InstancesSeen>> {
  const { seen: instances, denied } = await lenient(instanceFacts(session, cluster, target, signal));
  if (!instances) return { seen: undefined, denied };
  const known = instances.filter(({ agent }) => agent).flatMap(({ groupIds }) => groupIds);
  const groups = await lenient(describeGroups(session, [...cluster.network.securityGroupIds, ...known], signal));
  return { seen: { instances, groups }, denied: undefined };
}

/** The endpoint's own security groups, out of what was looked at where it was. */
export async function groupsOfEndpoint(
  { session, cluster }: Place,
  instances: Promise<Seen<InstancesSeen>> | undefined,
  signal: AbortSignal,
): Promise<SecurityGroup[] | undefined> {
  const looked = await instances;
  const groups =
    looked?.seen?.groups ?? (await lenient(describeGroups(session, cluster.network.securityGroupIds, signal)));
  return groups.seen?.filter(({ GroupId = '' }) => cluster.network.securityGroupIds.includes(GroupId));
}

export interface BastionsSeen {
  readonly bastions: readonly Bastion[];
  readonly rules: readonly BastionRule[] | undefined;
}

/** One call where there is none, three where there are some. */
export async function lookAtBastions({ session, cluster }: Place, signal: AbortSignal): Promise<Seen<BastionsSeen>> {
  const { vpcId } = cluster;
  const { seen: tasks, denied } = await lenient(listTasks(session, vpcId, 'RUNNING', signal));
  if (!tasks) return { seen: undefined, denied };
  const bastions = tasks.map(task => toBastion(vpcId, task));
  const rules = bastions.length > 0 ? (await lenient(listRules(session, vpcId, signal))).seen : undefined;
  return { seen: { bastions, rules }, denied: undefined };
}

/** Three calls. */
export async function lookAtNetwork(
  { session, cluster }: Place,
  image: string,
  signal: AbortSignal,
): Promise<Placement | undefined> {
  const facts = await lenient(networkFacts(session, cluster.vpcId, cluster.network.subnetIds, signal));
  return facts.seen && placeBastion(facts.seen, image);
}
