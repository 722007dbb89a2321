import type {
  DescribeInstanceTypeOfferingsResult,
  DescribeLaunchTemplateVersionsResult,
  DescribeSubnetsResult,
  ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import type { CreateNodegroupRequest, NodegroupScalingConfig } from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { relayed, roleName, roleTrusts } from './clusterRules.ts';
import { eksError, type ClusterRow } from './eksTables.ts';

export interface TemplateOfUser {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly data: ResponseLaunchTemplateData;
}

export function checkScaling({ minSize = 1, maxSize = 2, desiredSize = 2 }: NodegroupScalingConfig): void {
  const refuse = (message: string) => eksError('InvalidParameter', message);
  if (maxSize < 1) throw refuse('maxSize should be at least 1');
  if (minSize > desiredSize)
    throw refuse(`Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`);
  if (desiredSize > maxSize) throw refuse(`desired capacity ${desiredSize} can't be greater than max size ${maxSize}`);
}

export function checkNodeRole(nodeRole: string, context: CallContext, members: object): void {
  const trusts = roleTrusts(context, nodeRole, 'ec2.amazonaws.com');
  if (trusts === undefined)
    throw eksError('InvalidParameter', `The role with name ${roleName(nodeRole)} cannot be found.`, { ...members });
  if (!trusts)
    throw eksError(
      'InvalidParameter',
      `Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${nodeRole}`,
      { ...members },
    );
}

export function checkNodeSubnets(ids: readonly string[], { cluster }: ClusterRow, context: CallContext): void {
  const { Subnets = [] } = relayed<DescribeSubnetsResult>(context, 'ec2', 'DescribeSubnets', { SubnetIds: ids });
  if (Subnets.some(subnet => subnet.VpcId !== cluster.resourcesVpcConfig?.vpcId))
    throw eksError('InvalidParameter', 'Subnets are not tagged with or part of the VPC of the cluster');
}

const isArm = (type: string): boolean => /^[a-z]+\d+g/.test(type);

/** Sizes exist, and run on the processor that the image is made for. */
export function checkInstanceTypes(types: readonly string[], amiType: string, context: CallContext): void {
  const Filters = [{ Name: 'instance-type', Values: [...types] }];
  const offered = relayed<DescribeInstanceTypeOfferingsResult>(context, 'ec2', 'DescribeInstanceTypeOfferings', {
    Filters,
  });
  const known = new Set<string>((offered.InstanceTypeOfferings ?? []).map(row => row.InstanceType ?? ''));
  const missing = types.filter(type => !known.has(type));
  if (missing.length > 0)
    throw eksError('InvalidParameter', `The following supplied instance types do not exist: [${missing.join(', ')}]`);
  const wrong = types.filter(type => amiType !== 'CUSTOM' && isArm(type) !== amiType.includes('ARM_64'));
  if (wrong.length > 0)
    throw eksError(
      'InvalidParameter',
      `[${wrong.join(', ')}] is not a valid instance type for requested amiType ${amiType}`,
    );
}

/** The image that EKS takes when none is asked for. */
export const defaultAmiType = (types: readonly string[]): 'AL2023_ARM_64_STANDARD' | 'AL2023_x86_64_STANDARD' =>
  isArm(types[0] ?? '') ? 'AL2023_ARM_64_STANDARD' : 'AL2023_x86_64_STANDARD';

export function refuseUnsimulatedNodes(input: CreateNodegroupRequest): void {
  const { amiType = 'AL2023_x86_64_STANDARD', capacityType = 'ON_DEMAND' } = input;
  if (!/^(AL2023_.+_STANDARD|CUSTOM)$/.test(amiType)) throw notImplemented(`eks:CreateNodegroup amiType ${amiType}`);
  if (capacityType === 'CAPACITY_BLOCK') throw notImplemented('eks:CreateNodegroup capacityType CAPACITY_BLOCK');
  if (input.remoteAccess) throw notImplemented('eks:CreateNodegroup remoteAccess');
  if (input.warmPoolConfig) throw notImplemented('eks:CreateNodegroup warmPoolConfig');
}

/** The launch template that was given, checked against what a node group takes. */
export function readLaunchTemplate(input: CreateNodegroupRequest, context: CallContext): TemplateOfUser | undefined {
  const asked = input.launchTemplate;
  if (!asked) return undefined;
  const refuse = (message: string) => eksError('InvalidParameter', message);
  if (input.diskSize !== undefined) throw refuse('Disk size must be specified within the launch template.');
  const described = relayed<DescribeLaunchTemplateVersionsResult>(context, 'ec2', 'DescribeLaunchTemplateVersions', {
    ...(asked.id ? { LaunchTemplateId: asked.id } : { LaunchTemplateName: asked.name }),
    Versions: [asked.version ?? '$Default'],
  });
  const [found] = described.LaunchTemplateVersions ?? [];
  if (!found) throw refuse('Launch template version could not be found.');
  const {
    LaunchTemplateId: id = '',
    LaunchTemplateName: name = '',
    VersionNumber,
    LaunchTemplateData: data = {},
  } = found;
  if (data.IamInstanceProfile)
    throw refuse(
      `Launch template ${id} should not specify an instance profile. The noderole in your request will be used to construct an instance profile.`,
    );
  if ((data.NetworkInterfaces ?? []).some(face => face.SubnetId))
    throw refuse('Launch template should not specify subnets. Specify them in the node group.');
  if (data.InstanceType && input.instanceTypes?.length)
    throw refuse('You cannot specify an instance type in both the launch template and the node group.');
  if (data.ImageId && (input.version || input.releaseVersion || (input.amiType && input.amiType !== 'CUSTOM')))
    throw refuse(
      'You cannot specify a Kubernetes version, release version or amiType with an image in the launch template.',
    );
  if (input.amiType === 'CUSTOM' && !data.ImageId)
    throw refuse('amiType CUSTOM needs an image in the launch template.');
  return { id, name, version: String(VersionNumber ?? 1), data };
}
