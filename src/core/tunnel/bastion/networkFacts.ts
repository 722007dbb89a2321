import type { Route, RouteTable, Subnet, VpcEndpoint } from '@aws-sdk/client-ec2';
import type { AwsSession } from '../../aws/awsSession.ts';
import { toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import type { NetworkFacts, SubnetFacts } from './bastionPlacement.ts';

/** Three calls: the cluster's subnets, and the route tables and endpoints of its VPC. */
export async function networkFacts(
  session: AwsSession,
  vpcId: string,
  subnetIds: readonly string[],
  signal?: AbortSignal,
): Promise<NetworkFacts> {
  try {
    const ec2 = await import('@aws-sdk/client-ec2');
    const client = await session.client('ec2');
    const options = signalOption(signal);
    const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
    const [subnets, tables, endpoints] = await Promise.all([
      client.send(new ec2.DescribeSubnetsCommand({ SubnetIds: [...subnetIds] }), options),
      all(ec2.paginateDescribeRouteTables({ client }, { Filters }, options), page => page.RouteTables),
      all(ec2.paginateDescribeVpcEndpoints({ client }, { Filters }, options), page => page.VpcEndpoints),
    ]);
    return {
      subnets: (subnets.Subnets ?? []).map(subnet => subnetFacts(subnet, tableOf(subnet, tables), endpoints)),
      endpoints: endpoints
        .filter(({ State, VpcEndpointType, PrivateDnsEnabled }) => {
          return State?.toLowerCase() === 'available' && (VpcEndpointType === 'Gateway' || PrivateDnsEnabled);
        })
        .map(({ ServiceName = '', VpcEndpointType = '' }) => ({
          service: shortName(ServiceName),
          type: VpcEndpointType,
        })),
    };
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

async function all<P, T>(pages: AsyncIterable<P>, items: (page: P) => T[] | undefined): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...(items(page) ?? []));
  return found;
}

/** `com.amazonaws.eu-west-1.ecr.dkr` → `ecr.dkr` */
function shortName(service: string): string {
  return service.replace(/^(cn\.)?com\.amazonaws\.[^.]+\./, '');
}

/** A subnet without a table of its own uses the VPC's main one. */
function tableOf({ SubnetId }: Subnet, tables: readonly RouteTable[]): RouteTable | undefined {
  return (
    tables.find(table => table.Associations?.some(association => association.SubnetId === SubnetId)) ??
    tables.find(table => table.Associations?.some(association => association.Main))
  );
}

function subnetFacts(subnet: Subnet, table: RouteTable | undefined, endpoints: readonly VpcEndpoint[]): SubnetFacts {
  const routes = (table?.Routes ?? []).filter(({ State }) => State !== 'blackhole');
  const out = routes.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
  return {
    subnetId: subnet.SubnetId ?? '',
    zone: subnet.AvailabilityZone ?? '',
    freeAddresses: subnet.AvailableIpAddressCount ?? 0,
    defaultRoute: !out ? 'none' : out.GatewayId?.startsWith('igw-') ? 'internet-gateway' : 'elsewhere',
    reachesOtherNetworks: routes.some(leavesTheVpc),
    hasS3Gateway: endpoints.some(
      ({ VpcEndpointType, ServiceName = '', RouteTableIds = [] }) =>
        VpcEndpointType === 'Gateway' &&
        ServiceName.endsWith('.s3') &&
        table?.RouteTableId !== undefined &&
        RouteTableIds.includes(table.RouteTableId),
    ),
  };
}

function leavesTheVpc({ GatewayId, DestinationPrefixListId, ...target }: Route): boolean {
  if (DestinationPrefixListId || GatewayId === 'local' || GatewayId?.startsWith('vpce-')) return false;
  if (GatewayId?.startsWith('igw-')) return false;
  return Boolean(
    GatewayId ??
    target.TransitGatewayId ??
    target.VpcPeeringConnectionId ??
    target.NatGatewayId ??
    target.NetworkInterfaceId ??
    target.InstanceId ??
    target.CoreNetworkArn ??
    target.LocalGatewayId,
  );
}
