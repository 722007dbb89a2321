import { isAwsError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import type { Plan } from '../plan/plan.ts';
import { clusterTag } from '../spec/ownTags.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { imageParameterOf } from '../templates/nodeImage.ts';
import type { Looker } from './look.ts';

export const offering = (type: string | undefined, zone: string | undefined): string => `${type} ${zone}`;

/** Instance types that the plan's groups name. */
export const plannedTypes = ({ spec }: Plan): string[] => [
  ...new Set(nodeGroups(spec).flatMap(({ instanceTypes }) => instanceTypes)),
];

/** `type zone-id` of every planned type. */
export async function offeredTypes(plan: Plan, { session, signal }: Looker): Promise<ReadonlySet<string>> {
  const { paginateDescribeInstanceTypeOfferings } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const Filters = [{ Name: 'instance-type', Values: plannedTypes(plan) }];
  const input = { LocationType: 'availability-zone-id' as const, Filters };
  const offered = new Set<string>();
  for await (const page of paginateDescribeInstanceTypeOfferings({ client }, input, signalOption(signal)))
    for (const { InstanceType, Location } of page.InstanceTypeOfferings ?? [])
      offered.add(offering(InstanceType, Location));
  return offered;
}

/** The parameters of AWS's images that the groups need → those that AWS does not have. */
export async function missingImages(plan: Plan, { session, signal }: Looker): Promise<readonly string[]> {
  const Names = imageParameters(plan);
  const { GetParametersCommand } = await import('@aws-sdk/client-ssm');
  const ssm = await session.client('ssm');
  const missing: string[] = [];
  // GetParameters takes ten.
  for (let start = 0; start < Names.length; start += 10) {
    const command = new GetParametersCommand({ Names: Names.slice(start, start + 10) });
    missing.push(...((await ssm.send(command, signalOption(signal))).InvalidParameters ?? []));
  }
  return missing;
}

/** Self-managed groups alone: EKS resolves the images of managed ones by itself. */
export function imageParameters({ spec }: Plan): string[] {
  const groups = nodeGroups(spec).filter(({ kind, ami }) => kind === 'self-managed' && ami === undefined);
  return [...new Set(groups.map(group => imageParameterOf(group, spec.version)))];
}

/**
 * Asks EC2 whether it would make the plan's first thing, without making it: unlike a simulation this is held to everything, policies of
 * the organization with conditions (regions, tags) included. Undefined when it would.
 */
export async function dryRun({ spec }: Plan, { session, signal }: Looker): Promise<string | undefined> {
  const { CreateSecurityGroupCommand, CreateVpcCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await session.client('ec2');
  const { vpc, cidr } = spec.network;
  const Tags = Object.entries({ ...spec.tags, [clusterTag]: spec.name }).map(([Key, Value]) => ({ Key, Value }));
  try {
    if (vpc) {
      const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags }];
      const names = { GroupName: `${spec.name}-preflight`, Description: 'Never made' };
      const input = { ...names, VpcId: vpc.id, TagSpecifications, DryRun: true };
      await ec2.send(new CreateSecurityGroupCommand(input), signalOption(signal));
    } else {
      const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags }];
      await ec2.send(new CreateVpcCommand({ CidrBlock: cidr, TagSpecifications, DryRun: true }), signalOption(signal));
    }
    return undefined;
  } catch (error) {
    if (isAwsError(error, 'DryRunOperation')) return undefined;
    if (isAwsError(error, 'UnauthorizedOperation')) return (error as Error).message;
    throw error;
  }
}
