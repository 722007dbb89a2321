import type { Instance } from '@aws-sdk/client-ec2';
import type { CallContext } from '../kernel/account.ts';
import { takeForPods } from '../services/ec2/networkInterface.ts';
import type { ClusterRow, Scope } from '../services/eks/eksTables.ts';
import { gatherJoinFacts, reachableRegistries } from './joinFacts.ts';
import { joinOutcome } from './joinOutcome.ts';
import { putNode, removeNode, type NodeSource } from './nodeObject.ts';
import { nodeRows, ofInstance } from './nodeRows.ts';
import type { NetworkView } from './reachability.ts';

/** Seconds from launch to registration, and from registration to Ready. */
const registration = [60, 100] as const;
const readiness = [20, 40] as const;

export interface JoiningNode {
  /** The managed node group; of others a name that no group can have. */
  readonly group: string;
  readonly role: string;
  readonly source: NodeSource;
  readonly userData?: string | undefined;
  /** Auto Mode's nodes bring network and proxy themselves. */
  readonly bringsNetwork?: boolean;
}

/** Takes an instance one step further on its way to being a node. */
export function advanceNode(
  context: CallContext,
  cluster: ClusterRow,
  instance: Instance,
  view: NetworkView,
  { group, role, source, userData, bringsNetwork }: JoiningNode,
): 'waiting' | 'ready' | 'newly-ready' {
  const now = context.account.now();
  const instanceId = instance.InstanceId ?? '';
  const node = nodeRows(context).get(instanceId) ?? {
    instanceId,
    cluster: cluster.name,
    nodegroup: group,
    nodeName: instance.PrivateDnsName ?? '',
    reasons: [],
  };
  nodeRows(context).set(instanceId, node);
  if (node.readyAt !== undefined) return 'ready';
  const gathered = { ...gatherJoinFacts(context, cluster, instance, role, view), userData };
  const facts = bringsNetwork
    ? { ...gathered, admitted: true, installed: { cni: true, kubeProxy: true }, role: { ...gathered.role, cni: true } }
    : gathered;
  const outcome = joinOutcome(facts);
  const registries = reachableRegistries(facts, context.region);
  node.reasons = outcome.reasons;
  const launchedAt = new Date(instance.LaunchTime ?? now).getTime();
  const due = (since: number, range: readonly [number, number], salt: number) =>
    now >= since + ofInstance(instanceId, salt, ...range) * 1000;
  if (node.registeredAt === undefined && outcome.registered && due(launchedAt, registration, 0)) {
    node.registeredAt = now;
    putNode(context, source, instance, false, registries);
  } else if (node.registeredAt !== undefined && outcome.ready && due(node.registeredAt, readiness, 2)) {
    node.readyAt = now;
    putNode(context, source, instance, true, registries);
    const { ipFamily } = cluster.cluster.kubernetesNetworkConfig ?? {};
    const [{ NetworkInterfaceId = '' } = {}] = instance.NetworkInterfaces ?? [];
    if (!bringsNetwork) takeForPods(context, NetworkInterfaceId, ipFamily === 'ipv6');
    return 'newly-ready';
  }
  return 'waiting';
}

/** An instance that is gone is no node any more. */
export function forgetNode(scope: Scope, instanceId: string): void {
  const row = nodeRows(scope).get(instanceId);
  if (!row) return;
  removeNode(scope, row.cluster, row.nodeName);
  nodeRows(scope).delete(instanceId);
}
