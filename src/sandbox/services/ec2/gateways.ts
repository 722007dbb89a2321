import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext, JobHandler } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
import { invalidParameter, missingParameter } from './ec2Error.ts';
import { makeInterface } from './networkInterface.ts';
import { overlaps, parseCidr } from './ipv4.ts';
import { rows, type Place, type VpcRow } from './rows.ts';
import { specifiedTags } from './tags.ts';

/** Account seconds. */
const natSeconds = { creation: 100, deletion: 60 };
/** Routes to what is gone stay, and lead nowhere. */
function blacken(place: Place, isIt: (route: Sdk.Route) => boolean): void {
  for (const table of rows(place, 'routeTables').values())
    for (const route of table.Routes) if (isIt(route)) route.State = 'blackhole';
}

const vpcInfo = ({ VpcId, CidrBlock, OwnerId }: VpcRow, Region: string): Sdk.VpcPeeringConnectionVpcInfo => ({
  VpcId,
  CidrBlock,
  CidrBlockSet: [{ CidrBlock }],
  OwnerId,
  Region,
});

export const gatewayOperations = {
  AllocateAddress(input: Sdk.AllocateAddressRequest, context: CallContext): Sdk.AllocateAddressResult {
    const { account, region } = context;
    const Tags = specifiedTags(context, 'addresses', input);
    const AllocationId = account.resourceId('eipalloc');
    // From the block that is kept for documentation.
    const PublicIp = `203.0.113.${(rows(context, 'addresses').size % 254) + 1}`;
    const row = { AllocationId, PublicIp, Domain: 'vpc' as const, NetworkBorderGroup: region, Tags };
    return rows(context, 'addresses').set(AllocationId, row);
  },

  DescribeAddresses: describer('addresses', 'Addresses', 'AllocationIds', 'allocation-id public-ip'),

  ReleaseAddress({ AllocationId }: Sdk.ReleaseAddressRequest, context: CallContext): object {
    const row = find(context, 'addresses', AllocationId);
    if (row.AssociationId !== undefined)
      throw new AwsError('InvalidIPAddress.InUse', `Address ${row.PublicIp} is in use.`);
    rows(context, 'addresses').delete(row.AllocationId);
    return {};
  },

  CreateNatGateway(input: Sdk.CreateNatGatewayRequest, context: CallContext): Sdk.CreateNatGatewayResult {
    const { account, region } = context;
    const subnet = find(context, 'subnets', input.SubnetId);
    const { ConnectivityType = 'public' } = input;
    const isPrivate = ConnectivityType === 'private';
    if (isPrivate && input.AllocationId !== undefined)
      throw invalidParameter('AllocationId cannot be specified for a private NAT gateway.');
    if (!isPrivate && input.AllocationId === undefined) throw missingParameter('AllocationId');
    const address = isPrivate ? undefined : find(context, 'addresses', input.AllocationId);
    if (address?.AssociationId !== undefined)
      throw new AwsError(
        'Resource.AlreadyAssociated',
        `Elastic IP address ${address.AllocationId} is already associated`,
      );
    const Tags = specifiedTags(context, 'natGateways', input);
    const NatGatewayId = account.resourceId('nat');
    const attached = rows(context, 'internetGateways').find(row =>
      row.Attachments.some(item => item.VpcId === subnet.VpcId),
    );
    const base = {
      NatGatewayId,
      SubnetId: subnet.SubnetId,
      VpcId: subnet.VpcId,
      ConnectivityType,
      CreateTime: new Date(account.now()),
      Tags,
    };
    if (!isPrivate && !attached) {
      const failure = {
        State: 'failed' as const,
        FailureCode: 'Gateway.NotAttached',
        FailureMessage: `Network ${subnet.VpcId} has no Internet gateway attached`,
      };
      return {
        NatGateway: rows(context, 'natGateways').set(NatGatewayId, { ...base, ...failure, NatGatewayAddresses: [] }),
      };
    }
    const wish = { Description: `Interface for NAT Gateway ${NatGatewayId}` };
    const { NetworkInterfaceId, PrivateIpAddress: PrivateIp } = makeInterface(context, subnet, wish, 'amazon-aws');
    if (address) address.AssociationId = account.resourceId('eipassoc');
    const own = address && { AllocationId: address.AllocationId, PublicIp: address.PublicIp };
    const NatGatewayAddresses = [{ NetworkInterfaceId, PrivateIp, ...own }];
    account.schedule(natSeconds.creation, 'ec2.natAvailable', { region, id: NatGatewayId });
    const row = { ...base, State: 'pending' as const, NatGatewayAddresses };
    return { NatGateway: structuredClone(rows(context, 'natGateways').set(NatGatewayId, row)) };
  },

  DescribeNatGateways: describer(
    'natGateways',
    'NatGateways',
    'NatGatewayIds',
    'nat-gateway-id vpc-id subnet-id state',
  ),

  DeleteNatGateway({ NatGatewayId }: Sdk.DeleteNatGatewayRequest, context: CallContext): Sdk.DeleteNatGatewayResult {
    const { account, region } = context;
    const row = find(context, 'natGateways', NatGatewayId);
    if (row.State !== 'deleting') {
      row.State = 'deleting';
      account.schedule(natSeconds.deletion, 'ec2.natGone', { region, id: row.NatGatewayId });
    }
    return { NatGatewayId: row.NatGatewayId };
  },

  CreateEgressOnlyInternetGateway(
    input: Sdk.CreateEgressOnlyInternetGatewayRequest,
    context: CallContext,
  ): Sdk.CreateEgressOnlyInternetGatewayResult {
    const { VpcId } = find(context, 'vpcs', input.VpcId);
    const Tags = specifiedTags(context, 'egressOnlyGateways', input);
    const EgressOnlyInternetGatewayId = context.account.resourceId('eigw');
    const row = { EgressOnlyInternetGatewayId, Attachments: [{ VpcId, State: 'attached' as const }], Tags };
    return { EgressOnlyInternetGateway: rows(context, 'egressOnlyGateways').set(EgressOnlyInternetGatewayId, row) };
  },

  DescribeEgressOnlyInternetGateways: describer(
    'egressOnlyGateways',
    'EgressOnlyInternetGateways',
    'EgressOnlyInternetGatewayIds',
    '',
  ),

  DeleteEgressOnlyInternetGateway(
    { EgressOnlyInternetGatewayId: id }: Sdk.DeleteEgressOnlyInternetGatewayRequest,
    context: CallContext,
  ): Sdk.DeleteEgressOnlyInternetGatewayResult {
    find(context, 'egressOnlyGateways', id);
    rows(context, 'egressOnlyGateways').delete(id ?? '');
    blacken(context, route => route.EgressOnlyInternetGatewayId === id);
    return { ReturnCode: true };
  },

  CreateVpcPeeringConnection(
    input: Sdk.CreateVpcPeeringConnectionRequest,
    context: CallContext,
  ): Sdk.CreateVpcPeeringConnectionResult {
    const own = find(context, 'vpcs', input.VpcId);
    const peer = find(context, 'vpcs', input.PeerVpcId);
    const Tags = specifiedTags(context, 'peerings', input);
    const VpcPeeringConnectionId = context.account.resourceId('pcx');
    const blocks = [own, peer].map(({ CidrBlock }) => parseCidr(CidrBlock));
    const clash = blocks[0] && blocks[1] && overlaps(blocks[0], blocks[1]);
    const Status = clash
      ? { Code: 'failed' as const, Message: 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range' }
      : { Code: 'pending-acceptance' as const, Message: `Pending Acceptance by ${peer.OwnerId}` };
    const row = {
      VpcPeeringConnectionId,
      RequesterVpcInfo: vpcInfo(own, context.region),
      AccepterVpcInfo: vpcInfo(peer, context.region),
      Status,
      Tags,
    };
    return { VpcPeeringConnection: structuredClone(rows(context, 'peerings').set(VpcPeeringConnectionId, row)) };
  },

  AcceptVpcPeeringConnection(
    { VpcPeeringConnectionId }: Sdk.AcceptVpcPeeringConnectionRequest,
    context: CallContext,
  ): Sdk.AcceptVpcPeeringConnectionResult {
    const row = find(context, 'peerings', VpcPeeringConnectionId);
    if (row.Status.Code !== 'pending-acceptance')
      throw new AwsError(
        'InvalidStateTransition',
        `Invalid state transition for ${VpcPeeringConnectionId}, attempted to transition from ${row.Status.Code} to active`,
      );
    row.Status = { Code: 'active', Message: 'Active' };
    return { VpcPeeringConnection: structuredClone(row) };
  },

  DescribeVpcPeeringConnections: describer(
    'peerings',
    'VpcPeeringConnections',
    'VpcPeeringConnectionIds',
    'vpc-peering-connection-id status-code=Status.Code requester-vpc-info.vpc-id=RequesterVpcInfo.VpcId accepter-vpc-info.vpc-id=AccepterVpcInfo.VpcId',
  ),

  DeleteVpcPeeringConnection(
    { VpcPeeringConnectionId: id }: Sdk.DeleteVpcPeeringConnectionRequest,
    context: CallContext,
  ): Sdk.DeleteVpcPeeringConnectionResult {
    find(context, 'peerings', id);
    rows(context, 'peerings').delete(id ?? '');
    blacken(context, route => route.VpcPeeringConnectionId === id);
    return { Return: true };
  },
};

type NatJob = { readonly region: string; readonly id: string };

const natAvailable: JobHandler<NatJob> = ({ region, id }, account) => {
  const row = rows({ account, region }, 'natGateways').get(id);
  if (row?.State === 'pending') row.State = 'available';
};

const natGone: JobHandler<NatJob> = ({ region, id }, account) => {
  const place = { account, region };
  for (const { NetworkInterfaceId, AllocationId } of rows(place, 'natGateways').get(id)?.NatGatewayAddresses ?? []) {
    if (NetworkInterfaceId !== undefined) rows(place, 'interfaces').delete(NetworkInterfaceId);
    const address = rows(place, 'addresses').get(AllocationId);
    if (address) delete address.AssociationId;
  }
  rows(place, 'natGateways').delete(id);
  blacken(place, route => route.NatGatewayId === id);
};

export const gatewayJobs = { 'ec2.natAvailable': natAvailable, 'ec2.natGone': natGone };
