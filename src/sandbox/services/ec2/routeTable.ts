import type {
  AssociateRouteTableRequest,
  AssociateRouteTableResult,
  CreateRouteRequest,
  CreateRouteTableRequest,
  CreateRouteTableResult,
  DeleteRouteRequest,
  DeleteRouteTableRequest,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  DisassociateRouteTableRequest,
  ReplaceRouteTableAssociationRequest,
  ReplaceRouteTableAssociationResult,
  Route,
  Tag,
} from '@aws-sdk/client-ec2';
import type { CallContext, Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { withMembers } from '../simulatedMembers.ts';
import { describe, find } from './describe.ts';
import { dependencies, invalidValue, missingParameter } from './ec2Error.ts';
import { formatCidr, parseCidr } from './ipv4.ts';
import { rows, type RouteTableRow, type VpcRow } from './rows.ts';
import { specifiedTags } from './tags.ts';

export function addLocalRoute(table: RouteTableRow, DestinationCidrBlock: string): void {
  table.Routes.push({ DestinationCidrBlock, GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' });
}

export function makeRouteTable(context: CallContext, vpc: VpcRow, Tags: Tag[], main: boolean): RouteTableRow {
  const { account } = context;
  const RouteTableId = account.resourceId('rtb');
  const table: RouteTableRow = {
    RouteTableId,
    VpcId: vpc.VpcId,
    Routes: [],
    Associations: main ? [association(account.resourceId('rtbassoc'), RouteTableId, undefined)] : [],
    PropagatingVgws: [],
    OwnerId: account.accountId,
    Tags,
  };
  for (const { CidrBlock = '' } of vpc.CidrBlockAssociationSet) addLocalRoute(table, CidrBlock);
  return rows(context, 'routeTables').set(RouteTableId, table);
}

const association = (RouteTableAssociationId: string, RouteTableId: string, SubnetId: string | undefined) => ({
  RouteTableAssociationId,
  RouteTableId,
  Main: SubnetId === undefined,
  AssociationState: { State: 'associated' as const },
  ...(SubnetId === undefined ? {} : { SubnetId }),
});

const createRouteTable: Operation<CreateRouteTableRequest, CreateRouteTableResult> = (input, context) => {
  const vpc = find(context, 'vpcs', input.VpcId);
  const tags = specifiedTags(context, 'routeTables', input.TagSpecifications);
  return { RouteTable: makeRouteTable(context, vpc, tags, false) };
};

const describeRouteTables: Operation<DescribeRouteTablesRequest, DescribeRouteTablesResult> = (input, context) => {
  const { found: RouteTables, ...next } = describe(context, 'routeTables', tableFilters, input, input.RouteTableIds);
  return { RouteTables, ...next };
};
const tableFilters = {
  'route-table-id': 'RouteTableId',
  'vpc-id': 'VpcId',
  'owner-id': 'OwnerId',
  'association.route-table-association-id': 'Associations.RouteTableAssociationId',
  'association.route-table-id': 'Associations.RouteTableId',
  'association.subnet-id': 'Associations.SubnetId',
  'association.main': 'Associations.Main',
  'route.destination-cidr-block': 'Routes.DestinationCidrBlock',
  'route.destination-prefix-list-id': 'Routes.DestinationPrefixListId',
  'route.gateway-id': 'Routes.GatewayId',
  'route.nat-gateway-id': 'Routes.NatGatewayId',
  'route.origin': 'Routes.Origin',
  'route.state': 'Routes.State',
};

const deleteRouteTable: Operation<DeleteRouteTableRequest> = ({ RouteTableId }, context) => {
  const table = find(context, 'routeTables', RouteTableId);
  if (table.Associations.length > 0) throw dependencies('routeTable', table.RouteTableId);
  for (const endpoint of rows(context, 'endpoints').values())
    endpoint.RouteTableIds = endpoint.RouteTableIds.filter(id => id !== table.RouteTableId);
  rows(context, 'routeTables').delete(table.RouteTableId);
  return {};
};

function destination(text: string | undefined): string {
  if (text === undefined) throw missingParameter('destinationCidrBlock');
  const cidr = parseCidr(text);
  if (!cidr)
    throw invalidValue(
      `Value (${text}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
    );
  return formatCidr(cidr);
}

function target(input: CreateRouteRequest, table: RouteTableRow, context: CallContext): Route {
  const { GatewayId, NetworkInterfaceId } = input;
  if (NetworkInterfaceId !== undefined)
    return { NetworkInterfaceId: find(context, 'interfaces', NetworkInterfaceId).NetworkInterfaceId };
  if (GatewayId === undefined) throw missingParameter('gatewayId');
  const gateway = rows(context, 'internetGateways').get(GatewayId);
  if (!gateway) throw new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${GatewayId}' does not exist`);
  if (!gateway.Attachments.some(item => item.VpcId === table.VpcId))
    throw invalidValue(
      `route table ${table.RouteTableId} and network gateway ${GatewayId} belong to different networks`,
    );
  return { GatewayId };
}

const createRoute: Operation<CreateRouteRequest> = (input, context) => {
  const table = find(context, 'routeTables', input.RouteTableId);
  const DestinationCidrBlock = destination(input.DestinationCidrBlock);
  const aim = target(input, table, context);
  if (table.Routes.some(route => route.DestinationCidrBlock === DestinationCidrBlock))
    throw new AwsError('RouteAlreadyExists', `The route identified by ${DestinationCidrBlock} already exists.`);
  table.Routes.push({ DestinationCidrBlock, ...aim, Origin: 'CreateRoute', State: 'active' });
  return { Return: true };
};

const replaceRoute: Operation<CreateRouteRequest> = (input, context) => {
  const table = find(context, 'routeTables', input.RouteTableId);
  const DestinationCidrBlock = destination(input.DestinationCidrBlock);
  const index = table.Routes.findIndex(
    route => route.DestinationCidrBlock === DestinationCidrBlock && route.GatewayId !== 'local',
  );
  if (index < 0)
    throw invalidValue(
      `There is no route defined for '${DestinationCidrBlock}' in the route table. Use CreateRoute instead.`,
    );
  table.Routes[index] = {
    DestinationCidrBlock,
    ...target(input, table, context),
    Origin: 'CreateRoute',
    State: 'active',
  };
  return {};
};

const deleteRoute: Operation<DeleteRouteRequest> = (input, context) => {
  const table = find(context, 'routeTables', input.RouteTableId);
  const cidr = destination(input.DestinationCidrBlock);
  const route = table.Routes.find(item => item.DestinationCidrBlock === cidr);
  if (!route)
    throw new AwsError(
      'InvalidRoute.NotFound',
      `no route with destination-cidr-block ${cidr} in route table ${table.RouteTableId}`,
    );
  if (route.GatewayId === 'local')
    throw invalidValue(`cannot remove local route ${cidr} in route table ${table.RouteTableId}`);
  table.Routes = table.Routes.filter(item => item !== route);
  return {};
};

const associateRouteTable: Operation<AssociateRouteTableRequest, AssociateRouteTableResult> = (input, context) => {
  const table = find(context, 'routeTables', input.RouteTableId);
  const subnet = find(context, 'subnets', input.SubnetId);
  if (subnet.VpcId !== table.VpcId)
    throw invalidValue(`Route table ${table.RouteTableId} and subnet ${subnet.SubnetId} belong to different networks`);
  const known = rows(context, 'routeTables')
    .values()
    .flatMap(row => row.Associations)
    .find(item => item.SubnetId === subnet.SubnetId);
  if (known && known.RouteTableId !== table.RouteTableId)
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${table.RouteTableId} conflicts with an existing association`,
    );
  const AssociationId = known?.RouteTableAssociationId ?? context.account.resourceId('rtbassoc');
  if (!known) table.Associations.push(association(AssociationId, table.RouteTableId, subnet.SubnetId));
  return { AssociationId, AssociationState: { State: 'associated' } };
};

function findAssociation(context: CallContext, id: string | undefined) {
  for (const table of rows(context, 'routeTables').values()) {
    const item = table.Associations.find(own => own.RouteTableAssociationId === id);
    if (item) return { table, item };
  }
  throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${id ?? ''}' does not exist`);
}

const disassociateRouteTable: Operation<DisassociateRouteTableRequest> = ({ AssociationId }, context) => {
  const { table, item } = findAssociation(context, AssociationId);
  if (item.Main) throw invalidValue(`cannot disassociate the main route table association ${AssociationId}`);
  table.Associations = table.Associations.filter(own => own !== item);
  return {};
};

const replaceRouteTableAssociation: Operation<
  ReplaceRouteTableAssociationRequest,
  ReplaceRouteTableAssociationResult
> = ({ AssociationId, RouteTableId }, context) => {
  const next = find(context, 'routeTables', RouteTableId);
  const { table, item } = findAssociation(context, AssociationId);
  if (next.VpcId !== table.VpcId)
    throw invalidValue(
      `Route table ${next.RouteTableId} and route table ${table.RouteTableId} belong to different networks`,
    );
  const NewAssociationId = context.account.resourceId('rtbassoc');
  table.Associations = table.Associations.filter(own => own !== item);
  next.Associations.push(association(NewAssociationId, next.RouteTableId, item.SubnetId));
  return { NewAssociationId, AssociationState: { State: 'associated' } };
};

const routeMembers = 'RouteTableId DestinationCidrBlock GatewayId NetworkInterfaceId';

export const routeTableOperations = {
  CreateRouteTable: withMembers('ec2:CreateRouteTable', 'VpcId TagSpecifications', createRouteTable),
  DescribeRouteTables: describeRouteTables,
  DeleteRouteTable: deleteRouteTable,
  CreateRoute: withMembers('ec2:CreateRoute', routeMembers, createRoute),
  ReplaceRoute: withMembers('ec2:ReplaceRoute', routeMembers, replaceRoute),
  DeleteRoute: withMembers('ec2:DeleteRoute', 'RouteTableId DestinationCidrBlock', deleteRoute),
  AssociateRouteTable: withMembers('ec2:AssociateRouteTable', 'RouteTableId SubnetId', associateRouteTable),
  DisassociateRouteTable: disassociateRouteTable,
  ReplaceRouteTableAssociation: replaceRouteTableAssociation,
};
