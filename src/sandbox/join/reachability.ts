import type {
  DescribeRouteTablesResult,
  DescribeSecurityGroupsResult,
  DescribeVpcAttributeResult,
  DescribeVpcEndpointsResult,
  IpPermission,
  RouteTable,
  SecurityGroup,
  VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type { CallContext } from '../kernel/account.ts';
import { contains, parseCidr } from '../services/ec2/ipv4.ts';

/** A VPC as far as it decides what an instance in it can reach: the answers of EC2's describe calls. */
export interface NetworkView {
  readonly region: string;
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
  readonly endpoints: readonly VpcEndpoint[];
  readonly routeTables: readonly RouteTable[];
  readonly securityGroups: readonly SecurityGroup[];
}

/** Whoever wants to reach something. */
export interface Peer {
  readonly address: string;
  readonly publicAddress?: string | undefined;
  readonly subnetId: string;
  readonly groupIds: readonly string[];
}

export function viewNetwork(context: CallContext, vpcId: string): NetworkView {
  const call = <Output extends object>(operation: string, input: object): Output =>
    context.account.call<Output>(context, 'ec2', operation, input);
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const attribute = (Attribute: string) =>
    call<DescribeVpcAttributeResult>('DescribeVpcAttribute', { VpcId: vpcId, Attribute });
  return {
    region: context.region,
    dnsSupport: attribute('enableDnsSupport').EnableDnsSupport?.Value === true,
    dnsHostnames: attribute('enableDnsHostnames').EnableDnsHostnames?.Value === true,
    endpoints: call<DescribeVpcEndpointsResult>('DescribeVpcEndpoints', { Filters }).VpcEndpoints ?? [],
    routeTables: call<DescribeRouteTablesResult>('DescribeRouteTables', { Filters }).RouteTables ?? [],
    securityGroups: call<DescribeSecurityGroupsResult>('DescribeSecurityGroups', { Filters }).SecurityGroups ?? [],
  };
}

/** Why `peer` cannot reach the AWS service (`ecr.api`); undefined when it can. */
export function obstacleToService(view: NetworkView, peer: Peer, service: string): string | undefined {
  if (!view.dnsSupport) return 'the VPC has DNS support off: no name resolves';
  const mine = view.endpoints.filter(
    ({ ServiceName, State }) =>
      ServiceName?.endsWith(`.${view.region}.${service}`) && State?.toLowerCase() === 'available',
  );
  if (service === 's3') {
    const table = routeTableOf(view, peer.subnetId);
    // Layers of images come from buckets that an interface endpoint for S3 does not serve.
    const gateway = mine.find(endpoint => endpoint.VpcEndpointType === 'Gateway');
    if (gateway?.RouteTableIds?.includes(table?.RouteTableId ?? '')) return undefined;
    if (hasInternet(view, peer)) return undefined;
    return gateway
      ? `the gateway endpoint for s3 is not on route table ${table?.RouteTableId ?? '(none)'} of ${peer.subnetId}`
      : 'no gateway endpoint for s3';
  }
  const endpoint = mine.find(({ VpcEndpointType }) => VpcEndpointType === 'Interface');
  // With private DNS the service's public name leads to the endpoint, and the way by the internet is closed.
  if (endpoint?.PrivateDnsEnabled && view.dnsHostnames) {
    const groups = (endpoint.Groups ?? []).map(group => group.GroupId ?? '');
    return admits(view, groups, peer)
      ? undefined
      : `port 443 of the endpoint for ${service} does not admit ${peer.address}`;
  }
  if (hasInternet(view, peer)) return undefined;
  if (!endpoint) return `no interface endpoint for ${service}`;
  return endpoint.PrivateDnsEnabled
    ? 'the VPC has DNS hostnames off: private DNS of endpoints does not work'
    : `the endpoint for ${service} has private DNS off`;
}

/** Whether one of the groups lets the peer in on TCP 443. */
export function admits(view: NetworkView, groupIds: readonly string[], peer: Peer): boolean {
  const permissions = view.securityGroups
    .filter(group => groupIds.includes(group.GroupId ?? ''))
    .flatMap(group => group.IpPermissions ?? []);
  return permissions.some(permission => coversHttps(permission) && isFrom(permission, peer));
}

/** Whether one of the peer's own groups lets it speak to TCP 443 there: to an address, to a group, or, of what has neither, to everywhere. */
export function sendsTo(
  view: NetworkView,
  peer: Peer,
  to: { readonly addresses: readonly string[]; readonly groupIds: readonly string[] },
): boolean {
  const rules = view.securityGroups
    .filter(group => peer.groupIds.includes(group.GroupId ?? ''))
    .flatMap(group => group.IpPermissionsEgress ?? []);
  const addresses = to.addresses.length > 0 ? to.addresses : ['0.0.0.0'];
  return rules.some(
    rule => coversHttps(rule) && addresses.some(address => isFrom(rule, { address, groupIds: to.groupIds })),
  );
}

function coversHttps({ IpProtocol, FromPort = 0, ToPort = 65535 }: IpPermission): boolean {
  return IpProtocol === '-1' || (IpProtocol === 'tcp' && FromPort <= 443 && ToPort >= 443);
}

function isFrom(
  { IpRanges = [], UserIdGroupPairs = [] }: IpPermission,
  { address, groupIds }: Pick<Peer, 'address' | 'groupIds'>,
): boolean {
  const host = parseCidr(`${address}/32`);
  const inRange = IpRanges.some(({ CidrIp = '' }) => {
    const range = parseCidr(CidrIp);
    return host !== undefined && range !== undefined && contains(range, host);
  });
  return inRange || UserIdGroupPairs.some(({ GroupId }) => groupIds.includes(GroupId ?? ''));
}

export function hasInternet(view: NetworkView, { subnetId, publicAddress }: Peer): boolean {
  return (routeTableOf(view, subnetId)?.Routes ?? []).some(
    ({ DestinationCidrBlock, State, NatGatewayId, GatewayId }) =>
      DestinationCidrBlock === '0.0.0.0/0' &&
      State !== 'blackhole' &&
      (NatGatewayId !== undefined || (GatewayId?.startsWith('igw-') === true && publicAddress !== undefined)),
  );
}

function routeTableOf(view: NetworkView, subnetId: string): RouteTable | undefined {
  const has = (matches: (association: { SubnetId?: string; Main?: boolean }) => boolean) =>
    view.routeTables.find(table => (table.Associations ?? []).some(association => matches(association as never)));
  return has(({ SubnetId }) => SubnetId === subnetId) ?? has(({ Main }) => Main === true);
}
