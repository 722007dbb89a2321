import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { isLaterVersion } from '../channel/agentVersion.ts';
import type { ClusterReach } from './clusterAccess.ts';
import { sentence } from './directRoute.ts';
import type { InstanceFacts } from './instanceFacts.ts';
import type { RouteEvidence, RouteFinding, SessionRoute } from './route.ts';
import { admits } from './securityGroups.ts';

/** The first agent that dials another host for us. */
export const remoteHostAgent = '3.1.1374.0';

export interface InstanceJudgement {
  readonly route: SessionRoute | undefined;
  readonly finding: RouteFinding;
}

interface Obstacle {
  readonly evidence: RouteEvidence;
  readonly why: string;
  readonly fix: string;
}

/** As many instances as a person wants to read about. */
const mostShown = 5;

/**
 * Picks the instance to go through: nodes of the cluster before others. `groups`: what is known of their security groups and of the
 * control plane's; absent where they cannot be seen. `endpointAddresses`: as the name resolves, where it does.
 */
export function judgeInstances(
  instances: readonly InstanceFacts[],
  cluster: ClusterReach,
  groups: readonly SecurityGroup[] | undefined,
  endpointAddresses: readonly string[],
  target: string | undefined,
): InstanceJudgement {
  const named = target === undefined ? instances : instances.filter(({ instanceId }) => instanceId === target);
  if (named.length === 0) return none(cluster, target);
  const judged = named.map(instance => ({
    instance,
    obstacles: obstaclesOf(instance, cluster, groups, endpointAddresses),
  }));
  const best = judged.find(({ obstacles }) => obstacles.length === 0);
  if (best) {
    const { instance } = best;
    const what = `${instance.instanceId} is ${instance.isNode ? `a node of ${cluster.name}` : 'in the VPC'}`;
    const agent = `its agent ${instance.agent?.version ?? ''} is online`;
    const route: SessionRoute = {
      kind: 'instance',
      target: instance.instanceId,
      agentVersion: instance.agent?.version || undefined,
      reason: groups ? `${what}, ${agent}, and the endpoint admits it` : `${what}, and ${agent}`,
    };
    const evidence = usableEvidence(instance, cluster, groups);
    return { route, finding: { kind: 'instance', verdict: 'usable', summary: sentence(route.reason), evidence } };
  }
  // What is nearest to working tells most.
  const sorted = [...judged].sort((a, b) => a.obstacles.length - b.obstacles.length);
  const [nearest] = sorted;
  const [first] = nearest?.obstacles ?? [];
  const id = nearest?.instance.instanceId ?? '';
  const summary =
    named.length === 1
      ? `${id} cannot be used: ${first?.why ?? ''}.`
      : `None of ${named.length} instances can be used; of ${id}: ${first?.why ?? ''}.`;
  return {
    route: undefined,
    finding: {
      kind: 'instance',
      verdict: 'unusable',
      summary,
      evidence: sorted.slice(0, mostShown).flatMap(({ obstacles }) => obstacles.map(({ evidence }) => evidence)),
      ...(first ? { fix: first.fix } : {}),
    },
  };
}

function none({ name, vpcId }: ClusterReach, target: string | undefined): InstanceJudgement {
  const summary = target
    ? `${target} does not run in ${vpcId}.`
    : `No instance runs in ${vpcId}, and no node of ${name}.`;
  const seen: RouteEvidence = {
    resource: vpcId,
    attribute: 'running instances',
    seen: 'none',
    needed: target ?? 'one',
  };
  const fix = 'Add a node group whose node role carries AmazonSSMManagedInstanceCore, or start a bastion.';
  return { route: undefined, finding: { kind: 'instance', verdict: 'unusable', summary, evidence: [seen], fix } };
}

function obstaclesOf(
  instance: InstanceFacts,
  cluster: ClusterReach,
  groups: readonly SecurityGroup[] | undefined,
  endpointAddresses: readonly string[],
): Obstacle[] {
  return [
    ...agentObstacles(instance),
    ...(groups && instance.groupIds.length > 0 ? ruleObstacles(instance, cluster, groups, endpointAddresses) : []),
  ];
}

function agentObstacles({ instanceId, agent, isNode }: InstanceFacts): Obstacle[] {
  if (agent?.status !== 'Online')
    return [
      {
        evidence: {
          resource: instanceId,
          attribute: 'Session Manager agent',
          seen: agent ? `${agent.status}, version ${agent.version || 'unknown'}` : 'not registered',
          needed: 'Online',
        },
        why: agent ? `its agent is ${agent.status}` : 'Session Manager does not know it',
        fix: isNode
          ? 'Switch on the feature sessionManager: endpoints ssm and ssmmessages in the VPC, and AmazonSSMManagedInstanceCore on the node role. A new node needs one to three minutes. Or start a bastion.'
          : 'It needs the agent, AmazonSSMManagedInstanceCore on its role, and a way to ssm and ssmmessages. Or start a bastion.',
      },
    ];
  // A version that cannot be read is let through: the session itself tells.
  if (isLaterVersion(remoteHostAgent, agent.version))
    return [
      {
        evidence: {
          resource: instanceId,
          attribute: 'agent version',
          seen: agent.version,
          needed: `${remoteHostAgent} or later`,
        },
        why: `its agent ${agent.version} is too old to reach other hosts`,
        fix: `Update the agent to ${remoteHostAgent} or later (AWS-UpdateSSMAgent), or replace the node by one of a newer image.`,
      },
    ];
  return [];
}

function ruleObstacles(
  instance: InstanceFacts,
  { network }: ClusterReach,
  groups: readonly SecurityGroup[],
  endpointAddresses: readonly string[],
): Obstacle[] {
  const { instanceId, groupIds, addresses } = instance;
  const of = (ids: readonly string[]) => groups.filter(({ GroupId = '' }) => ids.includes(GroupId));
  const own = network.clusterSecurityGroupId;
  const into = admits(of(network.securityGroupIds), 'ingress', 443, { groupIds, addresses });
  const out = admits(of(groupIds), 'egress', 443, { groupIds: network.securityGroupIds, addresses: endpointAddresses });
  return [
    ...(into.verdict === 'no'
      ? [
          {
            evidence: {
              resource: own,
              attribute: 'inbound 443',
              seen: `no rule for ${groupIds.join(', ')} or ${addresses.join(', ')}`,
              needed: `443 from ${groupIds[0] ?? addresses[0] ?? instanceId}`,
            },
            why: `security group ${own} of the endpoint does not admit it`,
            fix: `Admit 443 in ${own} from ${groupIds[0] ?? addresses[0] ?? instanceId}.`,
          },
        ]
      : []),
    ...(out.verdict === 'no'
      ? [
          {
            evidence: {
              resource: groupIds.join(', '),
              attribute: 'outbound 443',
              seen: 'no rule to the endpoint',
              needed: `443 to ${own}`,
            },
            why: 'its own security groups do not let it reach the endpoint',
            fix: `Allow 443 out of ${groupIds[0] ?? instanceId} to ${own}.`,
          },
        ]
      : []),
  ];
}

function usableEvidence(
  { instanceId, agent, groupIds, addresses, subnetId }: InstanceFacts,
  { network }: ClusterReach,
  groups: readonly SecurityGroup[] | undefined,
): RouteEvidence[] {
  const own = groups?.filter(({ GroupId = '' }) => network.securityGroupIds.includes(GroupId));
  const by = own && admits(own, 'ingress', 443, { groupIds, addresses }).by;
  return [
    { resource: instanceId, attribute: 'Session Manager agent', seen: `Online, version ${agent?.version ?? ''}` },
    { resource: instanceId, attribute: 'platform', seen: agent?.platform || 'unknown' },
    { resource: instanceId, attribute: 'subnet', seen: subnetId },
    {
      resource: network.clusterSecurityGroupId,
      attribute: 'inbound 443',
      seen: groups ? (by ?? 'cannot be judged') : 'not seen: the permission ec2:DescribeSecurityGroups is missing',
    },
  ];
}
