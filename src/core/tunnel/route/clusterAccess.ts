import type { AwsSession } from '../../aws/awsSession.ts';
import { toPrivateEksError } from '../../aws/errors.ts';
import { PrivateEksError } from '../../errors.ts';

/** What is needed to reach and to trust one cluster's API endpoint. */
export interface ClusterAccess {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  /** Host of the API endpoint, without scheme. */
  readonly host: string;
  /** PEM. */
  readonly certificateAuthority: string;
  readonly vpcId: string;
  readonly status: string;
}

/** Where the endpoint's interfaces are, and who is let in. */
export interface ClusterNetwork {
  /** The group that EKS makes, which is on the control plane's interfaces and on managed nodes. */
  readonly clusterSecurityGroupId: string;
  /** All groups of the control plane's interfaces, that one included. */
  readonly securityGroupIds: readonly string[];
  readonly subnetIds: readonly string[];
  readonly publicEndpoint: boolean;
  readonly privateEndpoint: boolean;
}

export interface ClusterReach extends ClusterAccess {
  readonly network: ClusterNetwork;
}

/** @throws PrivateEksError `cluster-not-found`, `cluster-not-ready` */
export async function describeClusterAccess(
  session: AwsSession,
  name: string,
  signal?: AbortSignal,
): Promise<ClusterReach> {
  const eks = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const options = signal ? { abortSignal: signal } : {};
  const { cluster } = await client.send(new eks.DescribeClusterCommand({ name }), options).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'ResourceNotFoundException')
      throw new PrivateEksError('cluster-not-found', `There is no cluster ${name} in ${session.region}.`, {
        cause: error,
      });
    throw toPrivateEksError(error);
  });
  const ca = cluster?.certificateAuthority?.data;
  if (!cluster?.endpoint || !ca || !cluster.arn)
    throw new PrivateEksError(
      'cluster-not-ready',
      `Cluster ${name} is ${cluster?.status ?? 'unknown'} and has no endpoint yet.`,
      {
        retryable: true,
      },
    );
  const vpc = cluster.resourcesVpcConfig;
  const own = vpc?.clusterSecurityGroupId ?? '';
  return {
    name,
    arn: cluster.arn,
    region: session.region,
    host: new URL(cluster.endpoint).hostname,
    certificateAuthority: Buffer.from(ca, 'base64').toString('utf8'),
    vpcId: vpc?.vpcId ?? '',
    status: cluster.status ?? 'UNKNOWN',
    network: {
      clusterSecurityGroupId: own,
      securityGroupIds: [own, ...(vpc?.securityGroupIds ?? [])].filter(id => id !== ''),
      subnetIds: vpc?.subnetIds ?? [],
      publicEndpoint: vpc?.endpointPublicAccess ?? false,
      privateEndpoint: vpc?.endpointPrivateAccess ?? false,
    },
  };
}
