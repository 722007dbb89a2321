import { duplexPair } from 'node:stream';
import type { DescribeInstancesResult, DescribeNetworkInterfacesResult } from '@aws-sdk/client-ec2';
import type { Cluster, DescribeClusterResponse, ListClustersResponse } from '@aws-sdk/client-eks';
import { peerOf } from '../join/joinFacts.ts';
import { admits, sendsTo, viewNetwork, type Peer } from '../join/reachability.ts';
import type { Account, CallContext } from '../kernel/account.ts';
import { serveConnection } from '../kubernetes/server.ts';
import { connectedTask } from '../services/ecs/execAgent.ts';
import type { DialFromNode } from './agentStreams.ts';
import type { PortSession } from './portSession.ts';

/**
 * What a node or task reaches: the private endpoint of a cluster in its own VPC, on 443, when its own groups and the cluster's let it,
 * and nothing else in a VPC without internet. What is dropped on AWS, and times out there, is refused at once here.
 */
export function dialFromNode(account: Account, session: PortSession): DialFromNode {
  return async () => {
    const { region, host, portNumber } = session;
    const context = account.serviceContext(region, 'ssm.amazonaws.com');
    const name = clusterAt(context, host);
    const { cluster } = name ? account.call<DescribeClusterResponse>(context, 'eks', 'DescribeCluster', { name }) : {};
    const from = standing(context, session.target);
    if (!name || !cluster || !from || portNumber !== '443' || !reaches(context, from, cluster))
      throw new Error(`dial tcp: ${host}:${portNumber}: i/o timeout`);
    const [near, far] = duplexPair();
    serveConnection({ account, region, cluster: name }, far);
    return near;
  };
}

interface Standing {
  readonly vpcId: string;
  readonly peer: Peer;
}

function standing(context: CallContext, target: string): Standing | undefined {
  if (target.startsWith('ecs:')) {
    const network = connectedTask(context, target)?.network;
    return network && { vpcId: network.vpcId, peer: network };
  }
  const input = { InstanceIds: [target] };
  const answer = context.account.call<DescribeInstancesResult>(context, 'ec2', 'DescribeInstances', input);
  const instance = answer.Reservations?.[0]?.Instances?.[0];
  // Terminated ones are described for another hour.
  return instance?.State?.Name === 'running' ? { vpcId: instance.VpcId ?? '', peer: peerOf(instance) } : undefined;
}

function clusterAt(context: CallContext, host: string): string | undefined {
  const { clusters = [] } = context.account.call<ListClustersResponse>(context, 'eks', 'ListClusters', {});
  return clusters.find(name => {
    const { cluster } = context.account.call<DescribeClusterResponse>(context, 'eks', 'DescribeCluster', { name });
    return cluster?.endpoint !== undefined && new URL(cluster.endpoint).hostname === host.toLowerCase();
  });
}

function reaches(context: CallContext, { vpcId, peer }: Standing, { name, resourcesVpcConfig = {} }: Cluster): boolean {
  const { clusterSecurityGroupId = '', endpointPrivateAccess } = resourcesVpcConfig;
  if (resourcesVpcConfig.vpcId !== vpcId || !endpointPrivateAccess) return false;
  const view = viewNetwork(context, vpcId);
  const Filters = [{ Name: 'description', Values: [`Amazon EKS ${name}`] }];
  const found = context.account.call<DescribeNetworkInterfacesResult>(context, 'ec2', 'DescribeNetworkInterfaces', {
    Filters,
  });
  const addresses = (found.NetworkInterfaces ?? []).map(one => one.PrivateIpAddress ?? '');
  const groupIds = [clusterSecurityGroupId];
  return admits(view, groupIds, peer) && sendsTo(view, peer, { addresses, groupIds });
}
