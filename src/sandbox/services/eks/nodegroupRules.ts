import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { refuseOther, relayed, roleName, roleTrusts } from './clusterRules.ts';
import { amiOf } from '../ssm/publicParameters.ts';
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

const isGpu = (type: string): boolean => /^(g|p)\d/.test(type);

/** The kind of image that the node group takes; its types exist, and run on the processor that the image is made for. */
export function checkImage(
  asked: string | undefined,
  types: readonly string[],
  context: CallContext,
  custom: boolean,
): Eks.AMITypes {
  if (custom) {
    if (asked !== undefined && asked !== 'CUSTOM')
      throw refuse('You cannot specify an image id within the launch template and specify an AMI type.');
    return 'CUSTOM';
  }
  if (asked === 'CUSTOM') throw refuse('An image id is required in the launch template when the AMI type is CUSTOM.');
  const usual = isArm(types[0] ?? '') ? 'AL2023_ARM_64_STANDARD' : 'AL2023_x86_64_STANDARD';
  const amiType = (asked ?? usual) as Eks.AMITypes;
  if (/^WINDOWS|^AL2_/.test(amiType)) throw notImplemented(`eks:CreateNodegroup amiType ${amiType}`);
  if (!amiOf(context.region, '', amiType)) throw refuse(`AMI Type ${amiType} is not supported`);
  const offered = relayed<Ec2.DescribeInstanceTypeOfferingsResult>(context, 'ec2', 'DescribeInstanceTypeOfferings', {
    Filters: [{ Name: 'instance-type', Values: types }],
  });
  const missing = types.filter(type => !offered.InstanceTypeOfferings?.some(row => row.InstanceType === type));
  if (missing.length > 0) throw refuse(`The following supplied instance types do not exist: [${missing.join(', ')}]`);
  const wantsGpu = amiType.includes('NVIDIA');
  const wrong = types.filter(type => isArm(type) !== amiType.includes('ARM') || (wantsGpu && !isGpu(type)));
  if (wrong.length > 0)
    throw refuse(`[${wrong.join(', ')}] is not a valid instance type for requested amiType ${amiType}`);
  return amiType;
}

export function checkTaints(taints: readonly Eks.Taint[]): void {
  if (taints.length > 50) throw refuse('A node group has at most 50 taints.');
  const effects = ['NO_SCHEDULE', 'NO_EXECUTE', 'PREFER_NO_SCHEDULE'];
  const wrong = taints.find(({ effect = '' }) => !effects.includes(effect));
  if (wrong) throw refuse(`Taint effect ${wrong.effect ?? ''} is not one of [${effects.join(', ')}]`);
}

/** The launch template that was given. */
export function readLaunchTemplate(
  asked: Eks.LaunchTemplateSpecification | undefined,
  context: CallContext,
): GivenTemplate | undefined {
  if (!asked) return undefined;
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
  refuseOther(
    'CreateNodegroup launch template',
    data,
    'BlockDeviceMappings ImageId InstanceType MetadataOptions Monitoring SecurityGroupIds TagSpecifications UserData',
  );
  return { id, name, version: String(VersionNumber ?? 1), data };
}
