import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';
import type { InterfaceOwner } from './interfaceOwner.ts';
import { balancersOf, classicBalancersOf, targetGroupsOf } from './leavings/balancers.ts';
import { foreignInterfaces, foreignLooks } from './leavings/foreign.ts';
import { interfacesOf, securityGroupsOf } from './leavings/network.ts';
import { nodeGroupsOf } from './leavings/nodeGroups.ts';
import { instancesOf, launchTemplatesOf } from './leavings/nodes.ts';
import { hostedZonesOf, logGroupsOf, snapshotsOf, volumesOf } from './leavings/storage.ts';
import type { Leftover } from './leftover.ts';

export interface Where {
  readonly cluster: string;
  /** The cluster's VPC; undefined where it is not known (any more). */
  readonly vpcId: string | undefined;
  /** Whether a stack of the cluster made the VPC: only then it goes, and whatever holds it is in the way. */
  readonly ownVpc: boolean;
}

/** What controllers made for a cluster and what holds its VPC, as the account shows it now. */
export interface Leavings {
  /** Node groups and Fargate profiles of the cluster that none of its stacks made; what another stack made stays. */
  readonly nodeGroups: readonly Leftover[];
  /** Karpenter's and Auto Mode's. */
  readonly instances: readonly NodeLeaving[];
  /** Karpenter's. */
  readonly launchTemplates: readonly Leftover[];
  readonly balancers: readonly Leftover[];
  /** Of the cloud provider in Kubernetes itself: their security group tells that they are the cluster's. */
  readonly classicBalancers: readonly Leftover[];
  readonly targetGroups: readonly Leftover[];
  readonly securityGroups: readonly Leftover[];
  readonly volumes: readonly Leftover[];
  readonly interfaces: readonly SeenInterface[];
  /** What stays whatever is asked: snapshots, log groups, hosted zones, each with its cost. */
  readonly told: readonly Leftover[];
  /** Foreign things in a VPC of ours: it cannot go before they do. */
  readonly foreign: readonly Leftover[];
  /** Looks that were refused. */
  readonly unknown: readonly string[];
}

export interface SeenInterface {
  readonly id: string;
  readonly status: string;
  readonly owner: InterfaceOwner;
  readonly requesterManaged: boolean;
  readonly attachmentId: string | undefined;
}

export interface NodeLeaving extends Leftover {
  /** EKS sees to it as long as the cluster is there. */
  readonly autoMode: boolean;
}

export type LeavingPart = Exclude<keyof Leavings, 'unknown'>;

/** Looks only, for `parts` alone where they are given: the others come empty. A look that is refused is named in `unknown`. */
export async function findLeavings(
  session: AwsSession,
  where: Where,
  signal?: AbortSignal,
  parts?: readonly LeavingPart[],
): Promise<Leavings> {
  const unknown: string[] = [];
  const look = async <T>(
    part: LeavingPart,
    what: string,
    find: (session: AwsSession, where: Where, signal?: AbortSignal) => Promise<T[]>,
  ): Promise<T[]> => {
    if (parts && !parts.includes(part)) return [];
    try {
      return await find(session, where, signal);
    } catch (error) {
      const told = toPrivateEksError(error);
      if (told.code !== 'access-denied' && told.code !== 'sandbox-not-implemented') throw told;
      unknown.push(`${what}: ${told.message}`);
      return [];
    }
  };
  const [nodeGroups, instances, launchTemplates, balancers, classic, targetGroups, securityGroups, volumes] =
    await Promise.all([
      look('nodeGroups', 'node groups', nodeGroupsOf),
      look('instances', 'instances', instancesOf),
      look('launchTemplates', 'launch templates', launchTemplatesOf),
      look('balancers', 'load balancers', balancersOf),
      look('classicBalancers', 'classic load balancers', classicBalancersOf),
      look('targetGroups', 'target groups', targetGroupsOf),
      look('securityGroups', 'security groups', securityGroupsOf),
      look('volumes', 'volumes', volumesOf),
    ]);
  const [snapshots, logs, zones, interfaces, ...foreign] = await Promise.all([
    look('told', 'snapshots', snapshotsOf),
    look('told', 'log groups', logGroupsOf),
    look('told', 'hosted zones', hostedZonesOf),
    look('interfaces', 'network interfaces', interfacesOf),
    ...Object.entries(foreignLooks).map(([what, find]) => look('foreign', what, find)),
  ]);
  const isOfCluster = ({ cluster }: Leftover) => cluster === where.cluster;
  const others = [...balancers, ...classic].filter(item => !isOfCluster(item));
  return {
    nodeGroups,
    instances,
    launchTemplates,
    balancers: balancers.filter(isOfCluster),
    classicBalancers: classic.filter(isOfCluster),
    targetGroups,
    securityGroups,
    volumes,
    interfaces,
    told: [...snapshots, ...logs, ...zones],
    foreign: where.ownVpc
      ? [...others, ...foreign.flat(), ...foreignInterfaces(interfaces, where, session.region)]
      : [],
    unknown,
  };
}
