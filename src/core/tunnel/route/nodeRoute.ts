import type { AwsSession } from '../../aws/awsSession.ts';
import { toPrivateEksError } from '../../aws/errors.ts';
import { PrivateEksError } from '../../errors.ts';
import type { ClusterAccess } from './clusterAccess.ts';
import type { SessionRoute } from './route.ts';

/**
 * Picks a running node of the cluster whose agent is online. Nodes carry the tag `kubernetes.io/cluster/<name>` or
 * `eks:cluster-name`, which EKS sets on managed groups.
 * @throws PrivateEksError `no-route` saying which condition failed
 */
export async function findNodeRoute(
  session: AwsSession,
  cluster: ClusterAccess,
  signal?: AbortSignal,
): Promise<SessionRoute> {
  const options = signal ? { abortSignal: signal } : {};
  try {
    const instances = await clusterInstances(session, cluster, options);
    if (instances.length === 0)
      throw noRoute(
        cluster,
        'it has no running node',
        'Add a node group whose node role carries AmazonSSMManagedInstanceCore.',
      );
    const ssm = await import('@aws-sdk/client-ssm');
    const client = await session.client('ssm');
    for (let start = 0; start < instances.length; start += 50) {
      const Filters = [{ Key: 'InstanceIds', Values: instances.slice(start, start + 50) }];
      const answer = await client.send(
        new ssm.DescribeInstanceInformationCommand({ Filters, MaxResults: 50 }),
        options,
      );
      const online = answer.InstanceInformationList?.find(instance => instance.PingStatus === 'Online');
      if (online?.InstanceId) {
        const agentVersion = online.AgentVersion ?? 'unknown';
        const reason = `${online.InstanceId} is a node of ${cluster.name} and its agent ${agentVersion} is online`;
        return { kind: 'instance', target: online.InstanceId, agentVersion, reason };
      }
    }
    throw noRoute(
      cluster,
      `none of its ${instances.length} nodes is online in Session Manager`,
      'Switch on the feature sessionManager: endpoints ssm and ssmmessages, and AmazonSSMManagedInstanceCore on the node role. A new node needs one to three minutes.',
    );
  } catch (error) {
    throw error instanceof PrivateEksError ? error : toPrivateEksError(error);
  }
}

async function clusterInstances(
  session: AwsSession,
  cluster: ClusterAccess,
  options: { abortSignal?: AbortSignal },
): Promise<string[]> {
  const ec2 = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const found = new Set<string>();
  const tags = [
    { Name: 'tag:eks:cluster-name', Values: [cluster.name] },
    { Name: `tag:kubernetes.io/cluster/${cluster.name}`, Values: ['owned', 'shared'] },
  ];
  for (const tag of tags) {
    const Filters = [
      { Name: 'instance-state-name', Values: ['running'] },
      { Name: 'vpc-id', Values: [cluster.vpcId] },
      tag,
    ];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new ec2.DescribeInstancesCommand({ Filters, ...(NextToken ? { NextToken } : {}) }),
        options,
      );
      for (const { Instances = [] } of page.Reservations ?? [])
        for (const { InstanceId } of Instances) if (InstanceId) found.add(InstanceId);
      NextToken = page.NextToken;
    } while (NextToken);
    if (found.size > 0) break;
  }
  return [...found];
}

function noRoute(cluster: ClusterAccess, why: string, fix: string): PrivateEksError {
  return new PrivateEksError('no-route', `There is no way into the VPC of ${cluster.name}: ${why}.`, {
    fix,
    retryable: true,
  });
}
