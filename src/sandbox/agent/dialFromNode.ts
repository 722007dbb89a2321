import { duplexPair } from 'node:stream';
import type { DescribeInstancesResult } from '@aws-sdk/client-ec2';
import type { Cluster, DescribeClusterResponse, ListClustersResponse } from '@aws-sdk/client-eks';
import type { Account } from '../kernel/account.ts';
import { serveConnection } from '../kubernetes/server.ts';
import type { DialFromNode } from './agentStreams.ts';
import type { PortSession } from './portSession.ts';

/** What a node reaches: the private endpoint of a cluster in its own VPC, on 443, and nothing else in a VPC without internet. */
export function dialFromNode(account: Account, session: PortSession): DialFromNode {
  return async () => {
    const { region, host } = session;
    const context = account.serviceContext(region, 'ssm.amazonaws.com');
    const answer = account.call<DescribeInstancesResult>(context, 'ec2', 'DescribeInstances', {
      InstanceIds: [session.target],
    });
    const vpcId = answer.Reservations?.[0]?.Instances?.[0]?.VpcId;
    const { clusters = [] } = account.call<ListClustersResponse>(context, 'eks', 'ListClusters', {});
    for (const name of clusters) {
      const { cluster } = account.call<DescribeClusterResponse>(context, 'eks', 'DescribeCluster', { name });
      if (!cluster || !answersAt(cluster, host)) continue;
      const inside = cluster.resourcesVpcConfig?.vpcId === vpcId && cluster.resourcesVpcConfig?.endpointPrivateAccess;
      if (!inside || session.portNumber !== '443') break;
      const [near, far] = duplexPair();
      serveConnection({ account, region, cluster: name }, far);
      return near;
    }
    throw new Error(`dial tcp: ${host}:${session.portNumber}: no route to host`);
  };
}

function answersAt(cluster: Cluster, host: string): boolean {
  return cluster.endpoint !== undefined && new URL(cluster.endpoint).hostname === host.toLowerCase();
}
