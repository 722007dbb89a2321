import type { Cluster } from '@aws-sdk/client-eks';
import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import type { MoreNodeFacts, NodeFacts } from './nodeFacts.ts';
import { clusterFactsOf, consolesOf, launchTemplateData, readUserData } from './nodeLooks/bootLooks.ts';
import { lookAtGroup, type GroupSeen } from './nodeLooks/groupLook.ts';
import { gatherInstances } from './nodeLooks/instanceLooks.ts';
import { lookAtNodesNetwork } from './nodeLooks/networkLook.ts';
import { looker } from './nodeLooks/refusedLook.ts';
import { accessEntryOf, policiesOf, roleOf } from './nodeLooks/roleLooks.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads what `refineNodeCause` judges. Read-only; undefined when neither EKS nor a stack of ours knows the group. */
export async function gatherNodeFacts(
  session: AwsSession,
  cluster: string,
  nodeGroup: string,
  signal?: AbortSignal,
): Promise<NodeFacts | undefined> {
  const eks = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const options = signalOption(signal);
  try {
    const [{ cluster: described }, group, addons] = await Promise.all([
      client.send(new eks.DescribeClusterCommand({ name: cluster }), options),
      lookAtGroup(session, cluster, nodeGroup, signal),
      client.send(new eks.ListAddonsCommand({ clusterName: cluster, maxResults: 100 }), options),
    ]);
    if (!group) return undefined;
    const { vpcId = '', clusterSecurityGroupId = '' } = described?.resourcesVpcConfig ?? {};
    const { nodeRole } = group;
    const unknown: string[] = [];
    const place = { vpcId, accountId: described?.arn?.split(':')[4] ?? '' };
    const { boundaries, ...network } = await lookAtNodesNetwork(session, place, group.subnets, unknown, signal);
    const more = await moreFacts(session, { cluster, nodeGroup, group, described }, unknown, signal);
    return {
      cluster,
      nodeGroup,
      region: session.region,
      nodeSecurityGroup: clusterSecurityGroupId,
      addons: addons.addons ?? [],
      nodeRole,
      nodePolicies: await policiesOf(session, nodeRole, signal),
      ...network,
      more: { ...more, ...boundaries, unknown },
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

async function moreFacts(
  session: AwsSession,
  about: { cluster: string; nodeGroup: string; group: GroupSeen; described: Cluster | undefined },
  unknown: string[],
  signal?: AbortSignal,
): Promise<MoreNodeFacts> {
  const { cluster, nodeGroup, group } = about;
  const { nodeRole } = group;
  const look = looker(unknown, 'InvalidInstanceID.NotFound', 'InvalidLaunchTemplateId.NotFound');
  const seen = await gatherInstances(session, { cluster, group: nodeGroup, nodegroup: group.nodegroup }, signal);
  unknown.push(...seen.unknown);
  const alive = seen.instances.filter(({ state }) => state === 'running' || state === 'pending');
  const ids = alive.map(({ id }) => id);
  const [console, accessEntry, role, template] = await Promise.all([
    look('console output', () => consolesOf(session, ids, signal)),
    look('access entry of the node role', () => accessEntryOf(session, cluster, nodeRole, signal)),
    look('node role', () => roleOf(session, nodeRole, signal)),
    look('launch template', () => launchTemplateData(session, group.template, signal)),
  ]);
  const told: Mutable<MoreNodeFacts> = {
    kind: group.kind,
    amiType: group.amiType,
    issues: group.issues,
    clusterFacts: clusterFactsOf(about.described),
  };
  if (!seen.unknown.some(text => text.startsWith('instances'))) told.instances = alive;
  if (!seen.unknown.some(text => text.startsWith('activities'))) told.activities = seen.activities;
  if (console) told.console = console;
  if (accessEntry !== undefined && nodeRole) told.accessEntry = accessEntry;
  if (role && nodeRole) told.role = role;
  if (template) told.userData = readUserData(template.UserData);
  return told;
}
