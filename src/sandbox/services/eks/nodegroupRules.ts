import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { refuseOther, relayed, roleName, roleTrusts } from './clusterRules.ts';
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

/** The image that the node group takes; its types exist, and run on the processor that the image is made for. */
export function checkImage(asked: string | undefined, types: readonly string[], context: CallContext): Eks.AMITypes {
  const [arm, x86] = ['AL2023_ARM_64_STANDARD', 'AL2023_x86_64_STANDARD'] as const;
  const usual = isArm(types[0] ?? '') ? arm : x86;
  const amiType = [arm, x86].find(known => known === (asked ?? usual));
  if (!amiType) throw notImplemented(`eks:CreateNodegroup amiType ${asked ?? ''}`);
  const offered = relayed<Ec2.DescribeInstanceTypeOfferingsResult>(context, 'ec2', 'DescribeInstanceTypeOfferings', {
    Filters: [{ Name: 'instance-type', Values: types }],
  });
  const missing = types.filter(type => !offered.InstanceTypeOfferings?.some(row => row.InstanceType === type));
  if (missing.length > 0) throw refuse(`The following supplied instance types do not exist: [${missing.join(', ')}]`);
  const wrong = types.filter(type => isArm(type) !== (amiType === arm));
  if (wrong.length > 0)
    throw refuse(`[${wrong.join(', ')}] is not a valid instance type for requested amiType ${amiType}`);
  return amiType;
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
  refuseOther('CreateNodegroup launch template', data, 'BlockDeviceMappings MetadataOptions TagSpecifications');
  return { id, name, version: String(VersionNumber ?? 1), data };
}
