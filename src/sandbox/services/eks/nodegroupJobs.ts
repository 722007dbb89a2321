import type { AutoScalingGroupsType } from '@aws-sdk/client-auto-scaling';
import type { DescribeInstancesResult, Instance } from '@aws-sdk/client-ec2';
import type { Issue } from '@aws-sdk/client-eks';
import type { Account, CallContext } from '../../kernel/account.ts';
import { advanceNode, forgetNode } from '../../join/advanceNode.ts';
import type { NodeSource } from '../../join/nodeObject.ts';
import { nodeRows, nodesOf, ofInstance } from '../../join/nodeRows.ts';
import { viewNetwork } from '../../join/reachability.ts';
import { userDataOf, userDataProblem } from '../../join/userData.ts';
import { groups } from '../autoscaling/group.ts';
import { disallowNodes } from './accessEntries.ts';
import { checkAddonsSoon } from './addonOperations.ts';
import { asEks, clusters, nodegroups, type ClusterRow, type NodegroupRow, type Scope } from './eksTables.ts';
import { nodegroupRoll } from './nodegroupUpdates.ts';
import { drainGroup, removeGroup } from './nodegroupResources.ts';

interface NodegroupJob {
  readonly region: string;
  readonly cluster: string;
  readonly name: string;
  readonly uid: string;
}
/** Until when (ms) EKS waits for the nodes. */
type WatchJob = NodegroupJob & { readonly until: number };

const watchSeconds = 10;

function rowsOf(job: NodegroupJob, account: Account): [Scope, NodegroupRow, ClusterRow] | undefined {
  const scope = { account, region: job.region };
  const row = nodegroups(scope).get(`${job.cluster}/${job.name}`);
  const cluster = clusters(scope).get(job.cluster);
  return row?.uid === job.uid && cluster ? [scope, row, cluster] : undefined;
}

/** Looks after the group's instances until as many as wanted are Ready, or AWS's patience is over. */
function nodegroupWatch(job: WatchJob, account: Account): void {
  const found = rowsOf(job, account);
  if (!found) return;
  const [scope, row, cluster] = found;
  const { nodegroup } = row;
  if (nodegroup.status === 'DELETING' || nodegroup.status === 'CREATE_FAILED') return;
  const context = asEks(scope);
  const instances = instancesOf(context, row);
  forgetLost(scope, job, instances);
  const joined = advance(context, cluster, row, instances);
  const complete = joined.ready === (nodegroup.scalingConfig?.desiredSize ?? 0) && joined.ready === instances.length;
  if (joined.newlyReady) checkAddonsSoon(scope, job.cluster);
  if (complete) {
    if (nodegroup.status === 'CREATING') nodegroup.status = 'ACTIVE';
    return;
  }
  if (account.now() < job.until) account.schedule(watchSeconds, 'eks.nodegroupWatch', job);
  else if (nodegroup.status === 'CREATING') fail(scope, row, instances);
}

export function instancesOf(context: CallContext, { nodegroup }: NodegroupRow): Instance[] {
  const names = [nodegroup.resources?.autoScalingGroups?.[0]?.name ?? ''];
  const described = context.account.call<AutoScalingGroupsType>(context, 'autoscaling', 'DescribeAutoScalingGroups', {
    AutoScalingGroupNames: names,
  });
  const ids = (described.AutoScalingGroups ?? [])
    .flatMap(group => group.Instances ?? [])
    .map(one => one.InstanceId ?? '');
  if (ids.length === 0) return [];
  const { Reservations = [] } = context.account.call<DescribeInstancesResult>(context, 'ec2', 'DescribeInstances', {
    InstanceIds: ids,
  });
  const all = Reservations.flatMap(reservation => reservation.Instances ?? []);
  return all.filter(({ State }) => State?.Name === 'pending' || State?.Name === 'running');
}

function forgetLost(scope: Scope, { cluster, name }: NodegroupJob, instances: readonly Instance[]): void {
  const alive = new Set(instances.map(instance => instance.InstanceId));
  for (const row of nodesOf(scope, cluster, name)) {
    if (!alive.has(row.instanceId)) forgetNode(scope, row.instanceId);
  }
}

function advance(context: CallContext, cluster: ClusterRow, row: NodegroupRow, instances: readonly Instance[]) {
  const { nodegroup } = row;
  const view = viewNetwork(context, cluster.cluster.resourcesVpcConfig?.vpcId ?? '');
  const states = instances.map(instance =>
    advanceNode(context, cluster, instance, view, {
      group: nodegroup.nodegroupName ?? '',
      role: nodegroup.nodeRole ?? '',
      ...(nodegroup.amiType === 'CUSTOM' && { userData: userDataProblem(cluster, userDataOf(instance, context)) }),
      source: nodeSource(nodegroup, instance),
    }),
  );
  const ready = states.filter(state => state !== 'waiting').length;
  return { ready, newlyReady: states.includes('newly-ready') };
}

/** What the nodes of a managed group are labelled and tainted with. */
export function nodeSource(nodegroup: NodegroupRow['nodegroup'], { ImageId = '' }: Instance): NodeSource {
  const effects: Readonly<Record<string, string>> = {
    NO_SCHEDULE: 'NoSchedule',
    NO_EXECUTE: 'NoExecute',
    PREFER_NO_SCHEDULE: 'PreferNoSchedule',
  };
  return {
    cluster: nodegroup.clusterName ?? '',
    version: nodegroup.version ?? '',
    labels: {
      'eks.amazonaws.com/nodegroup': nodegroup.nodegroupName ?? '',
      'eks.amazonaws.com/nodegroup-image': ImageId,
      'eks.amazonaws.com/capacityType': nodegroup.capacityType ?? 'ON_DEMAND',
      ...nodegroup.labels,
    },
    taints: (nodegroup.taints ?? []).map(({ key = '', value, effect = '' }) => ({
      key,
      ...(value !== undefined && { value }),
      effect: effects[effect] ?? effect,
    })),
  };
}

function fail(scope: Scope, { nodegroup }: NodegroupRow, instances: readonly Instance[]): void {
  const waiting = instances.filter(({ InstanceId }) => nodeRows(scope).get(InstanceId)?.readyAt === undefined);
  const registered = waiting.some(({ InstanceId }) => nodeRows(scope).get(InstanceId)?.registeredAt !== undefined);
  // AWS has used both sentences for nodes that are there and not Ready.
  const unhealthy = registered && parseInt(scope.account.hex(1), 16) % 2 === 0;
  nodegroup.status = 'CREATE_FAILED';
  nodegroup.modifiedAt = scope.account.now();
  const launchIssue = waiting.length === 0 ? notLaunched(scope, nodegroup) : undefined;
  nodegroup.health = {
    issues: [
      launchIssue ?? {
        code: 'NodeCreationFailure',
        message: unhealthy
          ? 'Unhealthy nodes in the kubernetes cluster'
          : 'Instances failed to join the kubernetes cluster',
        resourceIds: waiting.map(({ InstanceId = '' }) => InstanceId),
      },
    ],
  };
}

/** What EC2 said of launches that it refused: a quota, mostly. */
function notLaunched(scope: Scope, { resources, capacityType }: NodegroupRow['nodegroup']): Issue | undefined {
  const name = resources?.autoScalingGroups?.[0]?.name ?? '';
  const [latest] = groups(asEks(scope)).get(name)?.activities ?? [];
  if (latest?.status !== 'Failed') return undefined;
  const kind = capacityType === 'SPOT' ? 'Spot' : 'On-Demand';
  const message = `Could not launch ${kind} Instances. ${latest.code} - ${latest.text}`;
  return { code: 'AsgInstanceLaunchFailures', message, resourceIds: [name] };
}

function nodegroupDrained(job: NodegroupJob, account: Account): void {
  const found = rowsOf(job, account);
  if (!found) return;
  const [scope, row] = found;
  drainGroup(asEks(scope), row);
  forgetLost(scope, job, []);
  account.schedule(60 + ofInstance(row.uid, 0, 30, 60), 'eks.nodegroupDeleted', job);
}

function nodegroupDeleted(job: NodegroupJob, account: Account): void {
  const found = rowsOf(job, account);
  if (!found) return;
  const [scope, row] = found;
  removeGroup(asEks(scope), row);
  nodegroups(scope).delete(`${job.cluster}/${job.name}`);
  disallowNodes(scope, job.cluster, row.nodegroup.nodeRole ?? '');
}

export const nodegroupJobs = {
  'eks.nodegroupWatch': nodegroupWatch,
  'eks.nodegroupRoll': nodegroupRoll,
  'eks.nodegroupDrained': nodegroupDrained,
  'eks.nodegroupDeleted': nodegroupDeleted,
};
