import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
import { dependencies, invalidValue, missingParameter } from './ec2Error.ts';
import { formatCidr, parseCidr } from './ipv4.ts';
import { rows, type RouteTableRow, type VpcRow } from './rows.ts';
import { specifiedTags } from './tags.ts';

export function makeRouteTable(context: CallContext, vpc: VpcRow, Tags: Sdk.Tag[], main: boolean): RouteTableRow {
  const { account } = context;
  const RouteTableId = account.resourceId('rtb');
  const table: RouteTableRow = {
    RouteTableId,
    VpcId: vpc.VpcId,
    Routes: [{ DestinationCidrBlock: vpc.CidrBlock, GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' }],
    Associations: main ? [association(account.resourceId('rtbassoc'), RouteTableId)] : [],
    PropagatingVgws: [],
    OwnerId: account.accountId,
    Tags,
  };
  return rows(context, 'routeTables').set(RouteTableId, table);
}

const association = (RouteTableAssociationId: string, RouteTableId: string, SubnetId?: string) => ({
  RouteTableAssociationId,
  RouteTableId,
  Main: SubnetId === undefined,
  AssociationState: { State: 'associated' as const },
  ...(SubnetId !== undefined && { SubnetId }),
});

type Destination = Pick<Sdk.Route, 'DestinationCidrBlock' | 'DestinationIpv6CidrBlock'>;

function destination(input: Destination): Destination {
  const { DestinationCidrBlock: text, DestinationIpv6CidrBlock: ipv6 } = input;
  if (ipv6 !== undefined) return { DestinationIpv6CidrBlock: ipv6 };
  if (text === undefined) throw missingParameter('destinationCidrBlock');
  const cidr = parseCidr(text);
  if (cidr) return { DestinationCidrBlock: formatCidr(cidr) };
  throw invalidValue(`Value (${text}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`);
}

const inWords = (to: Destination): string => to.DestinationCidrBlock ?? to.DestinationIpv6CidrBlock ?? '';

/** Where a route leads: to a gateway of the table's own VPC, or to a peer of it. */
function target(input: Sdk.CreateRouteRequest, table: RouteTableRow, context: CallContext): Partial<Sdk.Route> {
  const { GatewayId, NatGatewayId, EgressOnlyInternetGatewayId, VpcPeeringConnectionId } = input;
  const inVpc = (item: { VpcId?: string | undefined } | undefined) => item?.VpcId === table.VpcId;
  const other = (what: string) =>
    invalidValue(`route table ${table.RouteTableId} and network gateway ${what} belong to different networks`);
  if (NatGatewayId !== undefined) {
    if (!inVpc(find(context, 'natGateways', NatGatewayId))) throw other(NatGatewayId);
    return { NatGatewayId };
  }
  if (EgressOnlyInternetGatewayId !== undefined) {
    const { Attachments } = find(context, 'egressOnlyGateways', EgressOnlyInternetGatewayId);
    if (!Attachments.some(inVpc)) throw other(EgressOnlyInternetGatewayId);
    return { EgressOnlyInternetGatewayId };
  }
  if (VpcPeeringConnectionId !== undefined) {
    const peering = find(context, 'peerings', VpcPeeringConnectionId);
    if (!inVpc(peering.RequesterVpcInfo) && !inVpc(peering.AccepterVpcInfo)) throw other(VpcPeeringConnectionId);
    return { VpcPeeringConnectionId };
  }
  if (GatewayId === undefined) throw missingParameter('gatewayId');
  const gateway = rows(context, 'internetGateways').get(GatewayId);
  if (!gateway) throw new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${GatewayId}' does not exist`);
  if (!gateway.Attachments.some(inVpc)) throw other(GatewayId);
  return { GatewayId };
}

const indexOf = ({ Routes }: RouteTableRow, to: Destination): number =>
  Routes.findIndex(route => inWords(route) === inWords(destination(to)));

export const routeTableOperations = {
  CreateRouteTable(input: Sdk.CreateRouteTableRequest, context: CallContext): Sdk.CreateRouteTableResult {
    const vpc = find(context, 'vpcs', input.VpcId);
    const tags = specifiedTags(context, 'routeTables', input);
    return { RouteTable: makeRouteTable(context, vpc, tags, false) };
  },

  DescribeRouteTables: describer(
    'routeTables',
    'RouteTables',
    'RouteTableIds',
    'route-table-id vpc-id association.subnet-id=Associations.SubnetId association.main=Associations.Main route.gateway-id=Routes.GatewayId',
  ),

  DeleteRouteTable({ RouteTableId }: Sdk.DeleteRouteTableRequest, context: CallContext): object {
    const table = find(context, 'routeTables', RouteTableId);
    if (table.Associations.length > 0) throw dependencies('routeTable', table.RouteTableId);
    for (const endpoint of rows(context, 'endpoints').values())
      endpoint.RouteTableIds = endpoint.RouteTableIds.filter(id => id !== table.RouteTableId);
    rows(context, 'routeTables').delete(table.RouteTableId);
    return {};
  },

  CreateRoute(input: Sdk.CreateRouteRequest, context: CallContext): Sdk.CreateRouteResult {
    const table = find(context, 'routeTables', input.RouteTableId);
    const to = destination(input);
    const way = target(input, table, context);
    if (indexOf(table, to) >= 0)
      throw new AwsError('RouteAlreadyExists', `The route identified by ${inWords(to)} already exists.`);
    table.Routes.push({ ...to, ...way, Origin: 'CreateRoute', State: 'active' });
    return { Return: true };
  },

  DeleteRoute(input: Sdk.DeleteRouteRequest, context: CallContext): object {
    const table = find(context, 'routeTables', input.RouteTableId);
    const index = indexOf(table, input);
    const where = `${inWords(input)} in route table ${table.RouteTableId}`;
    if (index < 0) throw new AwsError('InvalidRoute.NotFound', `no route with destination-cidr-block ${where}`);
    if (table.Routes[index]?.GatewayId === 'local') throw invalidValue(`cannot remove local route ${where}`);
    table.Routes.splice(index, 1);
    return {};
  },

  AssociateRouteTable(input: Sdk.AssociateRouteTableRequest, context: CallContext): Sdk.AssociateRouteTableResult {
    const table = find(context, 'routeTables', input.RouteTableId);
    const { SubnetId, VpcId } = find(context, 'subnets', input.SubnetId);
    if (VpcId !== table.VpcId)
      throw invalidValue(`Route table ${table.RouteTableId} and subnet ${SubnetId} belong to different networks`);
    const all = rows(context, 'routeTables')
      .values()
      .flatMap(row => row.Associations);
    const known = all.find(item => item.SubnetId === SubnetId);
    if (known && known.RouteTableId !== table.RouteTableId)
      throw new AwsError(
        'Resource.AlreadyAssociated',
        `the specified association for route table ${table.RouteTableId} conflicts with an existing association`,
      );
    const AssociationId = known?.RouteTableAssociationId ?? context.account.resourceId('rtbassoc');
    if (!known) table.Associations.push(association(AssociationId, table.RouteTableId, SubnetId));
    return { AssociationId, AssociationState: { State: 'associated' } };
  },

  DisassociateRouteTable({ AssociationId = '' }: Sdk.DisassociateRouteTableRequest, context: CallContext): object {
    const isIt = (item: Sdk.RouteTableAssociation) => item.RouteTableAssociationId === AssociationId;
    const table = rows(context, 'routeTables').find(row => row.Associations.some(isIt));
    if (!table)
      throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${AssociationId}' does not exist`);
    if (table.Associations.find(isIt)?.Main)
      throw invalidValue(`cannot disassociate the main route table association ${AssociationId}`);
    table.Associations = table.Associations.filter(item => !isIt(item));
    return {};
  },
};
