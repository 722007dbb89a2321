import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
import { dependencies, invalidValue } from './ec2Error.ts';
import { contains, formatAddress, formatCidr, overlaps, sizeOf, type Cidr } from './ipv4.ts';
import { associateDefaultAcl } from './networkAcl.ts';
import { zonesOf, type Zone } from './placement.ts';
import { rows, type Place, type SubnetRow, type VpcRow } from './rows.ts';
import { specifiedTags } from './tags.ts';
import { requiredCidr } from './vpc.ts';
import { ipv6Block } from './vpcBlocks.ts';

/** The first four addresses and the last belong to AWS. */
const reservedFirst = 4;
const reserved = reservedFirst + 1;

function chosenZone(
  { account, region }: CallContext,
  { AvailabilityZone: name, AvailabilityZoneId: id }: Sdk.CreateSubnetRequest,
): Zone {
  const zones = zonesOf(account, region);
  if (name !== undefined && id !== undefined)
    throw new AwsError(
      'InvalidParameterCombination',
      'You cannot specify both AvailabilityZone and AvailabilityZoneId',
    );
  const wanted = name ?? id;
  const zone = zones.find(item => wanted === undefined || wanted === item.name || wanted === item.id);
  if (zone) return zone;
  const [parameter, offered] =
    name === undefined
      ? ['availabilityZoneId', zones.map(item => item.id)]
      : ['availabilityZone', zones.map(item => item.name)];
  throw invalidValue(
    `Value (${wanted}) for parameter ${parameter} is invalid. Subnets can currently only be created in the following availability zones: ${offered.join(', ')}.`,
  );
}

function viewed(subnet: SubnetRow, place: Place): SubnetRow {
  const size = sizeOf(requiredCidr(subnet.CidrBlock).prefix);
  return { ...subnet, AvailableIpAddressCount: size - reserved - usedAddresses(place, subnet.SubnetId).size };
}

const usedAddresses = (place: Place, subnetId: string): Set<string> =>
  new Set(
    rows(place, 'interfaces')
      .filter(row => row.SubnetId === subnetId)
      .flatMap(row => (row.PrivateIpAddresses ?? []).map(({ PrivateIpAddress = '' }) => PrivateIpAddress)),
  );

/** The lowest free address (AWS picks any). */
export function takeAddress(place: Place, subnet: SubnetRow): string {
  const { base, prefix } = requiredCidr(subnet.CidrBlock);
  const used = usedAddresses(place, subnet.SubnetId);
  const last = base + sizeOf(prefix) - 2;
  for (let number = base + reservedFirst; number <= last; number++)
    if (!used.has(formatAddress(number))) return formatAddress(number);
  throw new AwsError(
    'InsufficientFreeAddressesInSubnet',
    'The specified subnet does not have enough free addresses to satisfy the request.',
  );
}

const holds = ({ CidrBlockAssociationSet }: VpcRow, cidr: Cidr): boolean =>
  CidrBlockAssociationSet.some(({ CidrBlock }) => contains(requiredCidr(CidrBlock), cidr));

export const subnetOperations = {
  CreateSubnet(input: Sdk.CreateSubnetRequest, context: CallContext): Sdk.CreateSubnetResult {
    const { account, region } = context;
    const vpc = find(context, 'vpcs', input.VpcId);
    const cidr = requiredCidr(input.CidrBlock);
    if (cidr.prefix < 16 || cidr.prefix > 28 || !holds(vpc, cidr))
      throw new AwsError('InvalidSubnet.Range', `The CIDR '${input.CidrBlock}' is invalid.`);
    const zone = chosenZone(context, input);
    const others = rows(context, 'subnets').filter(row => row.VpcId === vpc.VpcId);
    if (others.some(row => overlaps(requiredCidr(row.CidrBlock), cidr)))
      throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${input.CidrBlock}' conflicts with another subnet`);
    const ipv6 = input.Ipv6CidrBlock === undefined ? [] : [ipv6Block(context, vpc.VpcId, input.Ipv6CidrBlock)];
    const Tags = specifiedTags(context, 'subnets', input);
    const SubnetId = account.resourceId('subnet');
    const subnet = rows(context, 'subnets').set(SubnetId, {
      SubnetId,
      SubnetArn: account.arn('ec2', region, `subnet/${SubnetId}`),
      VpcId: vpc.VpcId,
      CidrBlock: formatCidr(cidr),
      AvailabilityZone: zone.name,
      AvailabilityZoneId: zone.id,
      State: 'available',
      DefaultForAz: false,
      MapPublicIpOnLaunch: false,
      AssignIpv6AddressOnCreation: false,
      Ipv6Native: false,
      Ipv6CidrBlockAssociationSet: ipv6,
      OwnerId: account.accountId,
      PrivateDnsNameOptionsOnLaunch: { HostnameType: 'ip-name', EnableResourceNameDnsARecord: false },
      Tags,
      networkAclAssociation: account.resourceId('aclassoc'),
    });
    associateDefaultAcl(context, subnet);
    return { Subnet: viewed(subnet, context) };
  },

  DescribeSubnets: describer(
    'subnets',
    'Subnets',
    'SubnetIds',
    'subnet-id vpc-id availability-zone availability-zone-id cidr-block default-for-az map-public-ip-on-launch state',
    viewed,
  ),

  DeleteSubnet({ SubnetId }: Sdk.DeleteSubnetRequest, context: CallContext): object {
    const { SubnetId: id } = find(context, 'subnets', SubnetId);
    if (rows(context, 'interfaces').find(row => row.SubnetId === id)) throw dependencies('subnet', id);
    for (const table of rows(context, 'routeTables').values())
      table.Associations = table.Associations.filter(item => item.SubnetId !== id);
    for (const acl of rows(context, 'networkAcls').values())
      acl.Associations = acl.Associations.filter(item => item.SubnetId !== id);
    rows(context, 'subnets').delete(id);
    return {};
  },

  ModifySubnetAttribute(input: Sdk.ModifySubnetAttributeRequest, context: CallContext): object {
    const subnet = find(context, 'subnets', input.SubnetId);
    subnet.AssignIpv6AddressOnCreation = input.AssignIpv6AddressOnCreation?.Value ?? subnet.AssignIpv6AddressOnCreation;
    subnet.MapPublicIpOnLaunch = input.MapPublicIpOnLaunch?.Value ?? subnet.MapPublicIpOnLaunch;
    return {};
  },
};
