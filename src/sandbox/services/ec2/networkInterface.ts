import type {
  CreateNetworkInterfaceRequest,
  CreateNetworkInterfaceResult,
  DeleteNetworkInterfaceRequest,
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
} from '@aws-sdk/client-ec2';
import type { CallContext, Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { withMembers } from '../simulatedMembers.ts';
import { idempotent } from './clientToken.ts';
import { describe, find } from './describe.ts';
import { internalDomain } from './placement.ts';
import { rows, type InterfaceRow, type SubnetRow } from './rows.ts';
import { groupsIn } from './securityGroup.ts';
import { takeAddress } from './subnet.ts';
import { specifiedTags } from './tags.ts';

type Wish = Pick<CreateNetworkInterfaceRequest, 'Description' | 'PrivateIpAddress' | 'Groups'> & {
  readonly vpcEndpoint?: boolean;
};

const privateName = (context: CallContext, address: string): string =>
  `ip-${address.replaceAll('.', '-')}.${internalDomain(context.region)}`;

/** An interface in the subnet. One that an AWS service makes is that service's: in use at once, and only the service removes it. */
export function makeInterface(
  context: CallContext,
  subnet: SubnetRow,
  wish: Wish,
  TagSet: InterfaceRow['TagSet'] = [],
): InterfaceRow {
  const { account, principal } = context;
  const Groups = groupsIn(context, subnet.VpcId, wish.Groups);
  const PrivateIpAddress = takeAddress(context, subnet, wish.PrivateIpAddress);
  const PrivateDnsName = privateName(context, PrivateIpAddress);
  const NetworkInterfaceId = account.resourceId('eni');
  const managed = wish.vpcEndpoint === true || principal.arn.endsWith('.amazonaws.com');
  const hex = account.hex(10).match(/../g) ?? [];
  return rows(context, 'interfaces').set(NetworkInterfaceId, {
    NetworkInterfaceId,
    VpcId: subnet.VpcId,
    SubnetId: subnet.SubnetId,
    AvailabilityZone: subnet.AvailabilityZone,
    AvailabilityZoneId: subnet.AvailabilityZoneId,
    Description: wish.Description ?? '',
    Groups,
    InterfaceType: wish.vpcEndpoint ? 'vpc_endpoint' : 'interface',
    Ipv6Addresses: [],
    MacAddress: ['02', ...hex].join(':'),
    OwnerId: account.accountId,
    PrivateDnsName,
    PrivateIpAddress,
    PrivateIpAddresses: [{ Primary: true, PrivateDnsName, PrivateIpAddress }],
    RequesterManaged: managed,
    ...(managed && {
      RequesterId: wish.vpcEndpoint ? '727180483921' : principal.arn,
      Attachment: serviceAttachment(context),
    }),
    SourceDestCheck: true,
    Status: managed ? 'in-use' : 'available',
    TagSet,
  });
}

function serviceAttachment({ account }: CallContext) {
  const AttachmentId = account.resourceId('ela-attach');
  return {
    AttachmentId,
    DeleteOnTermination: false,
    DeviceIndex: 1,
    InstanceOwnerId: 'amazon-aws',
    Status: 'attached' as const,
  };
}

const createNetworkInterface: Operation<CreateNetworkInterfaceRequest, CreateNetworkInterfaceResult> = (
  input,
  context,
) => {
  const subnet = find(context, 'subnets', input.SubnetId);
  const tags = specifiedTags(context, 'interfaces', input.TagSpecifications);
  return { NetworkInterface: makeInterface(context, subnet, input, tags) };
};

const describeNetworkInterfaces: Operation<DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult> = (
  input,
  context,
) => {
  const { found, ...next } = describe(context, 'interfaces', interfaceFilters, input, input.NetworkInterfaceIds);
  return { NetworkInterfaces: found, ...next };
};
const interfaceFilters = {
  'network-interface-id': 'NetworkInterfaceId',
  'vpc-id': 'VpcId',
  'subnet-id': 'SubnetId',
  'availability-zone': 'AvailabilityZone',
  description: 'Description',
  'group-id': 'Groups.GroupId',
  'group-name': 'Groups.GroupName',
  'interface-type': 'InterfaceType',
  'mac-address': 'MacAddress',
  'owner-id': 'OwnerId',
  'private-dns-name': 'PrivateDnsName',
  'private-ip-address': 'PrivateIpAddress',
  'addresses.private-ip-address': 'PrivateIpAddresses.PrivateIpAddress',
  'requester-id': 'RequesterId',
  'requester-managed': 'RequesterManaged',
  'attachment.instance-id': 'Attachment.InstanceId',
  'attachment.instance-owner-id': 'Attachment.InstanceOwnerId',
  'attachment.status': 'Attachment.Status',
  status: 'Status',
};

const deleteNetworkInterface: Operation<DeleteNetworkInterfaceRequest> = (input, context) => {
  const row = find(context, 'interfaces', input.NetworkInterfaceId);
  const { NetworkInterfaceId: id, RequesterId, Status } = row;
  if (Status === 'in-use' && (RequesterId === undefined || RequesterId !== context.principal.arn))
    throw new AwsError('InvalidParameterValue', `Network interface '${id}' is currently in use.`);
  rows(context, 'interfaces').delete(id);
  return {};
};

const createMembers = 'SubnetId Description PrivateIpAddress Groups InterfaceType TagSpecifications ClientToken';

export const networkInterfaceOperations = {
  CreateNetworkInterface: withMembers(
    'ec2:CreateNetworkInterface',
    createMembers,
    idempotent('CreateNetworkInterface', createNetworkInterface),
  ),
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DeleteNetworkInterface: deleteNetworkInterface,
};
