import type {
  CreateSubnetRequest,
  CreateSubnetResult,
  DeleteSubnetRequest,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  ModifySubnetAttributeRequest,
} from '@aws-sdk/client-ec2';
import type { Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { withMembers } from '../simulatedMembers.ts';
import { describe, find } from './describe.ts';
import { dependencies, invalidValue, missingParameter } from './ec2Error.ts';
import { contains, formatAddress, formatCidr, overlaps, parseCidr, sizeOf } from './ipv4.ts';
import { zonesOf } from './placement.ts';
import { rows, type Place, type SubnetRow } from './rows.ts';
import { specifiedTags } from './tags.ts';
import { cidrsOf } from './vpc.ts';

/** The first four addresses and the last belong to AWS. */
const reservedFirst = 4;
const reserved = reservedFirst + 1;

const createSubnet: Operation<CreateSubnetRequest, CreateSubnetResult> = (input, context) => {
  const { account, region } = context;
  const vpc = find(context, 'vpcs', input.VpcId);
  if (input.CidrBlock === undefined) throw missingParameter('cidrBlock');
  const cidr = parseCidr(input.CidrBlock);
  if (!cidr)
    throw invalidValue(
      `Value (${input.CidrBlock}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  if (cidr.prefix < 16 || cidr.prefix > 28 || !cidrsOf(vpc).some(range => contains(range, cidr)))
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${input.CidrBlock}' is invalid.`);
  const zones = zonesOf(account, region);
  const { AvailabilityZone: name, AvailabilityZoneId: zoneId } = input;
  if (name !== undefined && zoneId !== undefined)
    throw new AwsError(
      'InvalidParameterCombination',
      'You cannot specify both AvailabilityZone and AvailabilityZoneId',
    );
  const wanted = name ?? zoneId;
  const zone = zones.find(({ name, id }) => wanted === undefined || wanted === name || wanted === id);
  if (!zone) {
    const offered = zones.map(item => (name === undefined ? item.id : item.name)).join(', ');
    const parameter = name === undefined ? 'availabilityZoneId' : 'availabilityZone';
    throw invalidValue(
      `Value (${wanted}) for parameter ${parameter} is invalid. Subnets can currently only be created in the following availability zones: ${offered}.`,
    );
  }
  const clash = rows(context, 'subnets').find(
    row => row.VpcId === vpc.VpcId && overlaps(parseCidr(row.CidrBlock) ?? cidr, cidr),
  );
  if (clash)
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${input.CidrBlock}' conflicts with another subnet`);
  const Tags = specifiedTags(context, 'subnets', input.TagSpecifications);
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
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    EnableDns64: false,
    Ipv6Native: false,
    Ipv6CidrBlockAssociationSet: [],
    OwnerId: account.accountId,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    Tags,
    networkAclAssociation: account.resourceId('aclassoc'),
  });
  return { Subnet: viewed(context, subnet) };
};

function viewed(place: Place, subnet: SubnetRow): SubnetRow {
  const size = sizeOf(parseCidr(subnet.CidrBlock)?.prefix ?? 32);
  return { ...subnet, AvailableIpAddressCount: size - reserved - usedAddresses(place, subnet.SubnetId).size };
}

const usedAddresses = (place: Place, subnetId: string): Set<string> =>
  new Set(
    rows(place, 'interfaces')
      .filter(row => row.SubnetId === subnetId)
      .map(row => row.PrivateIpAddress),
  );

/** The wished address, or the lowest free one (AWS picks any). */
export function takeAddress(place: Place, subnet: SubnetRow, wish: string | undefined): string {
  const cidr = parseCidr(subnet.CidrBlock);
  const used = usedAddresses(place, subnet.SubnetId);
  if (!cidr) throw new TypeError(`subnet without range: ${subnet.SubnetId}`);
  if (wish !== undefined) {
    if (used.has(wish)) throw new AwsError('InvalidIPAddress.InUse', `Address ${wish} is in use.`);
    const own = parseCidr(`${wish}/32`);
    const offset = own && contains(cidr, own) ? own.base - cidr.base : -1;
    if (offset < reservedFirst || offset >= sizeOf(cidr.prefix) - 1)
      throw invalidValue(`Address ${wish} does not fall within the subnet's address range`);
    return wish;
  }
  for (let offset = reservedFirst; offset < sizeOf(cidr.prefix) - 1; offset++) {
    const address = formatAddress(cidr.base + offset);
    if (!used.has(address)) return address;
  }
  throw new AwsError(
    'InsufficientFreeAddressesInSubnet',
    'The specified subnet does not have enough free addresses to satisfy the request.',
  );
}

const describeSubnets: Operation<DescribeSubnetsRequest, DescribeSubnetsResult> = (input, context) => {
  const view = (subnet: SubnetRow) => viewed(context, subnet);
  const { found: Subnets, ...next } = describe(context, 'subnets', subnetFilters, input, input.SubnetIds, view);
  return { Subnets, ...next };
};
const subnetFilters = {
  'subnet-id': 'SubnetId',
  'subnet-arn': 'SubnetArn',
  'vpc-id': 'VpcId',
  'availability-zone': 'AvailabilityZone',
  availabilityZone: 'AvailabilityZone',
  'availability-zone-id': 'AvailabilityZoneId',
  availabilityZoneId: 'AvailabilityZoneId',
  'available-ip-address-count': 'AvailableIpAddressCount',
  'cidr-block': 'CidrBlock',
  cidr: 'CidrBlock',
  cidrBlock: 'CidrBlock',
  'default-for-az': 'DefaultForAz',
  'map-public-ip-on-launch': 'MapPublicIpOnLaunch',
  'ipv6-native': 'Ipv6Native',
  'owner-id': 'OwnerId',
  state: 'State',
};

const deleteSubnet: Operation<DeleteSubnetRequest> = ({ SubnetId }, context) => {
  const { SubnetId: id } = find(context, 'subnets', SubnetId);
  if (rows(context, 'interfaces').find(row => row.SubnetId === id)) throw dependencies('subnet', id);
  for (const table of rows(context, 'routeTables').values())
    table.Associations = table.Associations.filter(item => item.SubnetId !== id);
  rows(context, 'subnets').delete(id);
  return {};
};

const modifySubnetAttribute: Operation<ModifySubnetAttributeRequest> = (input, context) => {
  const subnet = find(context, 'subnets', input.SubnetId);
  const options = (subnet.PrivateDnsNameOptionsOnLaunch ??= {});
  if (input.MapPublicIpOnLaunch?.Value !== undefined) subnet.MapPublicIpOnLaunch = input.MapPublicIpOnLaunch.Value;
  if (input.PrivateDnsHostnameTypeOnLaunch) options.HostnameType = input.PrivateDnsHostnameTypeOnLaunch;
  const record = input.EnableResourceNameDnsARecordOnLaunch?.Value;
  if (record !== undefined) options.EnableResourceNameDnsARecord = record;
  return {};
};

const modifiable = 'SubnetId MapPublicIpOnLaunch PrivateDnsHostnameTypeOnLaunch EnableResourceNameDnsARecordOnLaunch';

export const subnetOperations = {
  CreateSubnet: withMembers(
    'ec2:CreateSubnet',
    'VpcId CidrBlock AvailabilityZone AvailabilityZoneId TagSpecifications',
    createSubnet,
  ),
  DescribeSubnets: describeSubnets,
  DeleteSubnet: deleteSubnet,
  ModifySubnetAttribute: withMembers('ec2:ModifySubnetAttribute', modifiable, modifySubnetAttribute),
};
