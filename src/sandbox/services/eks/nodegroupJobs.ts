import type { AutoScalingGroupsType } from '@aws-sdk/client-auto-scaling';
import type { DescribeInstancesResult, Instance } from '@aws-sdk/client-ec2';
import type { Account, CallContext } from '../../kernel/account.ts';
import { gatherJoinFacts, reachableRegistries } from '../../join/joinFacts.ts';
import { joinOutcome } from '../../join/joinOutcome.ts';
import { putNode, removeNode } from '../../join/nodeObject.ts';
import { nodeRows, nodesOf, ofInstance } from '../../join/nodeRows.ts';
import { viewNetwork } from '../../join/reachability.ts';
import { disallowNodes } from './accessEntries.ts';
import { checkAddonsSoon } from './addonOperations.ts';
import { asEks, clusters, nodegroups, type ClusterRow, type NodegroupRow, type Scope } from './eksTables.ts';
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
/** Seconds from launch to registration, and from registration to Ready. */
const registration = [60, 100] as const;
const readiness = [20, 40] as const;

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

function instancesOf(context: CallContext, { nodegroup }: NodegroupRow): Instance[] {
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
    if (alive.has(row.instanceId)) continue;
    removeNode(scope, cluster, row.nodeName);
    nodeRows(scope).delete(row.instanceId);
  }
}

function advance(context: CallContext, cluster: ClusterRow, row: NodegroupRow, instances: readonly Instance[]) {
  const { account } = context;
  const now = account.now();
  const view = viewNetwork(context, cluster.cluster.resourcesVpcConfig?.vpcId ?? '');
  let ready = 0;
  let newlyReady = false;
  for (const instance of instances) {
    const instanceId = instance.InstanceId ?? '';
    const node = nodeRows(context).get(instanceId) ?? {
      instanceId,
      cluster: cluster.name,
      nodegroup: row.nodegroup.nodegroupName ?? '',
      nodeName: instance.PrivateDnsName ?? '',
      reasons: [],
    };
    nodeRows(context).set(instanceId, node);
    if (node.readyAt === undefined) {
      const facts = gatherJoinFacts(context, cluster, instance, row.nodegroup.nodeRole ?? '', view);
      const outcome = joinOutcome(facts);
      const registries = reachableRegistries(facts, context.region);
      node.reasons = outcome.reasons;
      const launchedAt = new Date(instance.LaunchTime ?? now).getTime();
      const due = (since: number, range: readonly [number, number], salt: number) =>
        now >= since + ofInstance(instanceId, salt, ...range) * 1000;
      if (node.registeredAt === undefined && outcome.registered && due(launchedAt, registration, 0)) {
        node.registeredAt = now;
        putNode(context, row, instance, false, registries);
      } else if (node.registeredAt !== undefined && outcome.ready && due(node.registeredAt, readiness, 2)) {
        node.readyAt = now;
        newlyReady = true;
        putNode(context, row, instance, true, registries);
      }
    }
    if (node.readyAt !== undefined) ready++;
  }
  return { ready, newlyReady };
}

function fail(scope: Scope, { nodegroup }: NodegroupRow, instances: readonly Instance[]): void {
  const waiting = instances.filter(({ InstanceId }) => nodeRows(scope).get(InstanceId)?.readyAt === undefined);
  const registered = waiting.some(({ InstanceId }) => nodeRows(scope).get(InstanceId)?.registeredAt !== undefined);
  // AWS has used both sentences for nodes that are there and not Ready.
  const unhealthy = registered && parseInt(scope.account.hex(1), 16) % 2 === 0;
  nodegroup.status = 'CREATE_FAILED';
  nodegroup.modifiedAt = scope.account.now();
  nodegroup.health = {
    issues: [
      {
        code: 'NodeCreationFailure',
        message: unhealthy
          ? 'Unhealthy nodes in the kubernetes cluster'
          : 'Instances failed to join the kubernetes cluster',
        resourceIds: waiting.map(({ InstanceId = '' }) => InstanceId),
      },
    ],
  };
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
  'eks.nodegroupDrained': nodegroupDrained,
  'eks.nodegroupDeleted': nodegroupDeleted,
};
