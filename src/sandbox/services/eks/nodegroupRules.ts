import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { relayed, roleName, roleTrusts } from './clusterRules.ts';
import { eksError, type ClusterRow } from './eksTables.ts';

/** The launch template of whoever asked for the node group. */
export interface GivenTemplate {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly data: Ec2.ResponseLaunchTemplateData;
}

const refuse = (message: string) => eksError('InvalidParameter', message);

export function checkScaling(config: Eks.NodegroupScalingConfig): Eks.NodegroupScalingConfig {
  const { minSize = 0, maxSize = 0, desiredSize = 0 } = config;
  if (maxSize < 1) throw refuse('maxSize should be at least 1');
  if (minSize > desiredSize)
    throw refuse(`Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`);
  if (desiredSize > maxSize) throw refuse(`desired capacity ${desiredSize} can't be greater than max size ${maxSize}`);
  return config;
}

export function checkNodeRole(nodeRole: string, context: CallContext): void {
  const trusts = roleTrusts(context, nodeRole, 'ec2.amazonaws.com');
  if (trusts === undefined) throw refuse(`The role with name ${roleName(nodeRole)} cannot be found.`);
  const missing =
    'Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole';
  if (!trusts) throw refuse(`${missing} ${nodeRole}`);
}

export function checkNodeSubnets(ids: readonly string[], { cluster }: ClusterRow, context: CallContext): void {
  if (ids.length === 0) throw refuse('subnets cannot be empty.');
  const { Subnets = [] } = relayed<Ec2.DescribeSubnetsResult>(context, 'ec2', 'DescribeSubnets', { SubnetIds: ids });
  if (Subnets.some(subnet => subnet.VpcId !== cluster.resourcesVpcConfig?.vpcId))
    throw refuse("Subnets of a node group must be in the cluster's VPC.");
}

const isArm = (type: string): boolean => /^[a-z]+\d+g/.test(type);

/** Types exist, and run on the processor that the image is made for. */
export function checkInstanceTypes(types: readonly string[], amiType: string, context: CallContext): void {
  const input = { Filters: [{ Name: 'instance-type', Values: types }] };
  const offered = relayed<Ec2.DescribeInstanceTypeOfferingsResult>(
    context,
    'ec2',
    'DescribeInstanceTypeOfferings',
    input,
  );
  const missing = types.filter(type => !offered.InstanceTypeOfferings?.some(row => row.InstanceType === type));
  if (missing.length > 0) throw refuse(`The following supplied instance types do not exist: [${missing.join(', ')}]`);
  const wrong = types.filter(type => amiType !== 'CUSTOM' && isArm(type) !== amiType.includes('ARM_64'));
  if (wrong.length > 0)
    throw refuse(`[${wrong.join(', ')}] is not a valid instance type for requested amiType ${amiType}`);
}

/** The image that EKS takes when none is asked for. */
export const defaultAmiType = ([type = '']: readonly string[]): Eks.AMITypes =>
  isArm(type) ? 'AL2023_ARM_64_STANDARD' : 'AL2023_x86_64_STANDARD';

export function refuseUnsimulatedNodes(input: Eks.CreateNodegroupRequest): void {
  const { amiType = 'CUSTOM', capacityType } = input;
  const asked =
    (!/^(AL2023_.+_STANDARD|CUSTOM)$/.test(amiType) && `amiType ${amiType}`) ||
    (capacityType === 'CAPACITY_BLOCK' && `capacityType ${capacityType}`) ||
    (input.remoteAccess && 'remoteAccess') ||
    (input.warmPoolConfig && 'warmPoolConfig');
  if (asked) throw notImplemented(`eks:CreateNodegroup ${asked}`);
}

/** The launch template that was given, checked against what a node group takes. */
export function readLaunchTemplate(input: Eks.CreateNodegroupRequest, context: CallContext): GivenTemplate | undefined {
  const asked = input.launchTemplate;
  if (!asked) return undefined;
  if (input.diskSize !== undefined) throw refuse('Disk size must be specified within the launch template.');
  const described = relayed<Ec2.DescribeLaunchTemplateVersionsResult>(
    context,
    'ec2',
    'DescribeLaunchTemplateVersions',
    {
      ...(asked.id ? { LaunchTemplateId: asked.id } : { LaunchTemplateName: asked.name }),
      Versions: [asked.version ?? '$Default'],
    },
  );
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
  if (data.NetworkInterfaces?.some(face => face.SubnetId))
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
