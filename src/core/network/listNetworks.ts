import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { pages } from '../aws/pages.ts';
import { networkChoices, securityGroupChoices, type SecurityGroupChoice, type VpcChoice } from './networkChoices.ts';

/**
 * The VPCs of the session's region with their subnets, by one paged call each for VPCs, subnets and route tables. Route tables that may not
 * be looked at leave it unknown which subnets are private.
 * @throws PrivateEksError those of `toPrivateEksError`; `access-denied` for whoever may not see VPCs or subnets
 */
export async function listNetworks(session: AwsSession, signal?: AbortSignal): Promise<VpcChoice[]> {
  const sdk = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const option = signalOption(signal);
  try {
    const [vpcs, subnets, routeTables] = await Promise.all([
      pages(sdk.paginateDescribeVpcs({ client }, {}, option), ({ Vpcs }) => Vpcs),
      pages(sdk.paginateDescribeSubnets({ client }, {}, option), ({ Subnets }) => Subnets),
      pages(sdk.paginateDescribeRouteTables({ client }, {}, option), ({ RouteTables }) => RouteTables).catch(
        (error: unknown) => {
          if (toPrivateEksError(error).code === 'access-denied') return undefined;
          throw error;
        },
      ),
    ]);
    return networkChoices(vpcs, subnets, routeTables);
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

/**
 * Security groups of one VPC, by one paged call.
 * @throws PrivateEksError those of `toPrivateEksError`
 */
export async function listSecurityGroups(
  session: AwsSession,
  vpcId: string,
  signal?: AbortSignal,
): Promise<SecurityGroupChoice[]> {
  const sdk = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  try {
    const paged = sdk.paginateDescribeSecurityGroups({ client }, { Filters }, signalOption(signal));
    return securityGroupChoices(await pages(paged, ({ SecurityGroups }) => SecurityGroups));
  } catch (error) {
    throw toPrivateEksError(error);
  }
}
