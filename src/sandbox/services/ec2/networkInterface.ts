import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
import { invalidValue } from './ec2Error.ts';
import { internalDomain } from './placement.ts';
import { rows, type InterfaceRow, type Place, type SubnetRow } from './rows.ts';
import { groupsIn } from './securityGroup.ts';
import { takeAddress } from './subnet.ts';
import { specifiedTags } from './tags.ts';

type Wish = Pick<Sdk.CreateNetworkInterfaceRequest, 'Description' | 'Groups'>;

/** An interface in the subnet. One that a `requester` makes is its own: in use at once, and only the requester removes it. */
export function makeInterface(context: CallContext, subnet: SubnetRow, wish: Wish, requester?: string): InterfaceRow {
  const { account, region } = context;
  const Groups = groupsIn(context, subnet.VpcId, wish.Groups);
  const PrivateIpAddress = takeAddress(context, subnet);
  const PrivateDnsName = `ip-${PrivateIpAddress.replaceAll('.', '-')}.${internalDomain(region)}`;
  const NetworkInterfaceId = account.resourceId('eni');
  const held = requester !== undefined && {
    RequesterId: requester,
    Attachment: {
      AttachmentId: account.resourceId('ela-attach'),
      DeleteOnTermination: false,
      DeviceIndex: 1,
      InstanceOwnerId: 'amazon-aws',
      Status: 'attached' as const,
    },
  };
  return rows(context, 'interfaces').set(NetworkInterfaceId, {
    NetworkInterfaceId,
    VpcId: subnet.VpcId,
    SubnetId: subnet.SubnetId,
    AvailabilityZone: subnet.AvailabilityZone,
    AvailabilityZoneId: subnet.AvailabilityZoneId,
    Description: wish.Description ?? '',
    Groups,
    InterfaceType: 'interface',
    Ipv6Addresses: [],
    MacAddress: ['02', ...(account.hex(10).match(/../g) ?? [])].join(':'),
    OwnerId: account.accountId,
    PrivateDnsName,
    PrivateIpAddress,
    PrivateIpAddresses: [{ Primary: true, PrivateDnsName, PrivateIpAddress }],
    RequesterManaged: requester !== undefined,
    ...held,
    SourceDestCheck: true,
    Status: held ? 'in-use' : 'available',
    TagSet: [],
  });
}

/** What the VPC CNI's agent does first on a node: an address for pods beside the interface's own, with IPv6 a prefix. Of a full subnet none. */
export function takeForPods(place: Place, interfaceId: string, ipv6: boolean): void {
  const eni = rows(place, 'interfaces').get(interfaceId);
  const subnet = rows(place, 'subnets').get(eni?.SubnetId ?? '');
  if (!eni || !subnet) return;
  if (ipv6) {
    const block = subnet.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? '';
    eni.Ipv6Prefixes = [{ Ipv6Prefix: block.replace('::/64', `:${interfaceId.slice(-4)}::/80`) }];
    return;
  }
  try {
    const PrivateIpAddress = takeAddress(place, subnet);
    eni.PrivateIpAddresses = [...(eni.PrivateIpAddresses ?? []), { Primary: false, PrivateIpAddress }];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}

const serviceOf = ({ principal }: CallContext): string | undefined =>
  principal.arn.endsWith('.amazonaws.com') ? principal.arn : undefined;

export const networkInterfaceOperations = {
  CreateNetworkInterface(
    input: Sdk.CreateNetworkInterfaceRequest,
    context: CallContext,
  ): Sdk.CreateNetworkInterfaceResult {
    const subnet = find(context, 'subnets', input.SubnetId);
    const tags = specifiedTags(context, 'interfaces', input);
    const made = makeInterface(context, subnet, input, serviceOf(context));
    made.TagSet = tags;
    return { NetworkInterface: made };
  },

  DescribeNetworkInterfaces: describer(
    'interfaces',
    'NetworkInterfaces',
    'NetworkInterfaceIds',
    'network-interface-id vpc-id subnet-id description group-id=Groups.GroupId attachment.instance-id status',
  ),

  DeleteNetworkInterface(input: Sdk.DeleteNetworkInterfaceRequest, context: CallContext): object {
    const { NetworkInterfaceId, RequesterId, Status } = find(context, 'interfaces', input.NetworkInterfaceId);
    if (Status === 'in-use' && (RequesterId === undefined || RequesterId !== serviceOf(context)))
      throw invalidValue(`Network interface '${NetworkInterfaceId}' is currently in use.`);
    rows(context, 'interfaces').delete(NetworkInterfaceId);
    return {};
  },
};
