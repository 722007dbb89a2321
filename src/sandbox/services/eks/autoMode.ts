import type { DescribeInstancesResult, Instance, RunInstancesRequest } from '@aws-sdk/client-ec2';
import { advanceNode, forgetNode } from '../../join/advanceNode.ts';
import { nodeRows } from '../../join/nodeRows.ts';
import { viewNetwork } from '../../join/reachability.ts';
import type { Account, CallContext } from '../../kernel/account.ts';
import { listAt, textAt } from '../../kubernetes/fields.ts';
import { controllerOf } from '../../kubernetes/controllers/reactions.ts';
import { clusterObjects } from '../../kubernetes/objectStore.ts';
import { publicAmi } from '../ssm/publicParameters.ts';
import { answered } from './clusterRules.ts';
import { asEks, clusters, type ClusterRow, type Scope } from './eksTables.ts';

interface ClusterJob {
  readonly region: string;
  readonly cluster: string;
}

const watchSeconds = 15;
const podsPerNode = 20;
/** No name that a managed group can have. */
const autoMode = '(auto-mode)';

const clusterTag = 'eks:eks-cluster-name';
const pools: Readonly<Record<string, readonly { key: string; effect: string }[]>> = {
  'general-purpose': [],
  system: [{ key: 'CriticalAddonsOnly', effect: 'NoSchedule' }],
};

function instancesOf(context: CallContext, cluster: string): Instance[] {
  const ids = nodeRows(context)
    .filter(row => row.cluster === cluster && row.nodegroup === autoMode)
    .map(row => row.instanceId);
  const live = ids.flatMap(id => {
    const found = answered<DescribeInstancesResult>(context, 'ec2', 'DescribeInstances', { InstanceIds: [id] });
    return found?.Reservations?.[0]?.Instances ?? [];
  });
  const up = live.filter(({ State }) => /^(pending|running)$/.test(State?.Name ?? ''));
  for (const id of ids) if (!up.some(instance => instance.InstanceId === id)) forgetNode(context, id);
  return up;
}

function launch(context: CallContext, { name, cluster }: ClusterRow, pool: string): void {
  const { region, account } = context;
  const { subnetIds = [], clusterSecurityGroupId = '' } = cluster.resourcesVpcConfig ?? {};
  const SubnetId = subnetIds[account.nextNumber() % subnetIds.length];
  const tags = {
    [clusterTag]: name,
    'eks:nodepool-name': pool,
    [`kubernetes.io/cluster/${name}`]: 'owned',
    Name: pool,
  };
  const input: RunInstancesRequest = {
    ImageId: publicAmi(region, cluster.version ?? '', 'x86_64', 'bottlerocket').imageId,
    InstanceType: 'c6a.large',
    SubnetId,
    SecurityGroupIds: [clusterSecurityGroupId],
    MinCount: 1,
    MaxCount: 1,
    TagSpecifications: [
      { ResourceType: 'instance', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    ],
  };
  const made = answered<{ Instances: Instance[] }>(context, 'ec2', 'RunInstances', input)?.Instances[0];
  if (!made) return;
  const instanceId = made.InstanceId ?? '';
  nodeRows(context).set(instanceId, {
    instanceId,
    cluster: name,
    nodegroup: autoMode,
    nodeName: made.PrivateDnsName ?? '',
    reasons: [],
  });
}

/** Launches nodes for the pods that found no room, takes empty ones away, and sees to those on their way. */
function scale({ region, cluster: name }: ClusterJob, account: Account): void {
  const context = asEks({ account, region });
  const row = clusters(context).get(name);
  if (!row?.cluster.computeConfig?.enabled || row.cluster.status === 'DELETING') return;
  const { nodePools = [], nodeRoleArn = '' } = row.cluster.computeConfig;
  const store = clusterObjects({ account, region, cluster: name });
  const view = viewNetwork(context, row.cluster.resourcesVpcConfig?.vpcId ?? '');
  const instances = instancesOf(context, name);
  let waiting = 0;
  for (const instance of instances) {
    const pool = instance.Tags?.find(({ Key }) => Key === 'eks:nodepool-name')?.Value ?? '';
    const labels = { 'karpenter.sh/nodepool': pool, 'eks.amazonaws.com/compute-type': 'auto' };
    const taints = pools[pool] ?? [];
    const source = { cluster: name, version: row.cluster.version ?? '', labels, taints };
    const node = { group: autoMode, role: nodeRoleArn, source, bringsNetwork: true };
    if (advanceNode(context, row, instance, view, node) === 'waiting') waiting++;
  }
  const pods = store.list('pods').filter(pod => controllerOf(pod)?.kind !== 'DaemonSet');
  const unplaced = pods.filter(
    pod => textAt(pod, 'spec.nodeName') === '' && pod.metadata.deletionTimestamp === undefined,
  );
  const critical = unplaced.filter(pod =>
    listAt(pod, 'spec.tolerations').some(item => item['key'] === 'CriticalAddonsOnly'),
  );
  const wanted = Math.ceil(unplaced.length / podsPerNode);
  const pool = critical.length > 0 && nodePools.includes('system') ? 'system' : nodePools[0];
  if (
    pool !== undefined &&
    wanted > waiting &&
    !(unplaced.length > critical.length && pool === 'system' && !nodePools.includes('general-purpose'))
  )
    launch(
      context,
      row,
      unplaced.length > critical.length && nodePools.includes('general-purpose') ? 'general-purpose' : pool,
    );
  const used = new Set(pods.map(pod => textAt(pod, 'spec.nodeName')));
  const ready = instances.filter(({ InstanceId = '' }) => nodeRows(context).get(InstanceId)?.readyAt !== undefined);
  if (unplaced.length === 0)
    for (const { InstanceId = '', PrivateDnsName = '' } of ready)
      if (!used.has(PrivateDnsName)) {
        answered(context, 'ec2', 'TerminateInstances', { InstanceIds: [InstanceId] });
        forgetNode(context, InstanceId);
      }
  // Nodes that cannot join are not waited for for ever; pods that come later ask again.
  const patient = row.autoModeUntil === undefined || account.now() < row.autoModeUntil;
  if (unplaced.length === 0 && waiting === 0) row.autoModeUntil = undefined;
  else {
    row.autoModeUntil ??= account.now() + 3_600_000;
    if (patient) account.schedule(watchSeconds, 'eks.autoModeScale', { region, cluster: name });
  }
}

/** The nodes go with their cluster. */
export function removeAutoNodes(scope: Scope, cluster: string): void {
  const context = asEks(scope);
  const InstanceIds = instancesOf(context, cluster).map(({ InstanceId = '' }) => InstanceId);
  if (InstanceIds.length > 0) answered(context, 'ec2', 'TerminateInstances', { InstanceIds });
  for (const id of InstanceIds) forgetNode(context, id);
}

export const autoModeJobs = { 'eks.autoModeScale': scale };
