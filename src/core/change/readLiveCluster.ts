import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError, toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import type { LiveCluster } from './settleCluster.ts';

/** Undefined when there is no such cluster. */
export async function readLiveCluster(
  session: AwsSession,
  name: string,
  signal?: AbortSignal,
): Promise<LiveCluster | undefined> {
  try {
    const { DescribeClusterCommand } = await import('@aws-sdk/client-eks');
    const eks = await session.client('eks');
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }), signalOption(signal));
    const keyArn = cluster?.encryptionConfig?.find(({ provider }) => provider?.keyArn)?.provider?.keyArn;
    const egress = cluster?.resourcesVpcConfig?.controlPlaneEgressMode;
    return cluster && { version: cluster.version ?? '', status: cluster.status, keyArn, egress };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw toPrivateEksError(error);
  }
}
