import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';

/** Names of the regions that the account has enabled. */
export async function enabledRegions(session: AwsSession, signal?: AbortSignal): Promise<string[]> {
  try {
    const { DescribeRegionsCommand } = await import('@aws-sdk/client-ec2');
    const ec2 = await session.client('ec2');
    const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({}), signalOption(signal));
    return Regions.flatMap(({ RegionName }) => RegionName ?? []);
  } catch (error) {
    throw toPrivateEksError(error);
  }
}
