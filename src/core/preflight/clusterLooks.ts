import { signalOption } from '../aws/identity.ts';
import { describeStack } from '../aws/stack.ts';
import type { Plan } from '../plan/plan.ts';
import { stackName } from '../plan/stackName.ts';
import type { Looker } from './look.ts';

/** A subnet for nodes, and how many addresses are free in it. */
export interface SubnetRoom {
  readonly id: string;
  readonly zone: string;
  readonly cidr: string;
  readonly free: number;
}

export async function nodeGroupCount(clusterName: string, { session, signal }: Looker): Promise<number> {
  const { paginateListNodegroups } = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  let count = 0;
  for await (const page of paginateListNodegroups({ client }, { clusterName }, signalOption(signal)))
    count += page.nodegroups?.length ?? 0;
  return count;
}

export async function fargateProfileCount(clusterName: string, { session, signal }: Looker): Promise<number> {
  const { paginateListFargateProfiles } = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  let count = 0;
  for await (const page of paginateListFargateProfiles({ client }, { clusterName }, signalOption(signal)))
    count += page.fargateProfileNames?.length ?? 0;
  return count;
}

/** Of the spec's subnets in an existing VPC, else of those that the network's stack has made. */
export async function freeAddresses({ spec }: Plan, { session, signal }: Looker): Promise<SubnetRoom[]> {
  const own = spec.network.vpc ? undefined : await describeStack(session, stackName(spec.name, 'network'), signal);
  const SubnetIds = spec.network.vpc?.subnets ?? own?.outputs.SubnetIds?.split(',') ?? [];
  if (SubnetIds.length === 0) return [];
  const { DescribeSubnetsCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await session.client('ec2');
  // By a filter: an id that is not there would fail the whole call, and is the network's own finding.
  const Filters = [{ Name: 'subnet-id', Values: [...SubnetIds] }];
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }), signalOption(signal));
  return Subnets.map(({ SubnetId = '', AvailabilityZone = '', CidrBlock = '', AvailableIpAddressCount = 0 }) => ({
    id: SubnetId,
    zone: AvailabilityZone,
    cidr: CidrBlock,
    free: AvailableIpAddressCount,
  }));
}
