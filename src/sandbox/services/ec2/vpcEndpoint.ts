import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext, JobHandler } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
import { invalidParameter, notFound } from './ec2Error.ts';
import { findService, type EndpointService } from './endpointService.ts';
import { makeInterface } from './networkInterface.ts';
import { rows, type EndpointRow, type SubnetRow } from './rows.ts';
import { privateZoneNames } from '../route53/hostedZones.ts';
import { groupsIn } from './securityGroup.ts';
import { specifiedTags } from './tags.ts';

const fullAccess = JSON.stringify({
  Version: '2008-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
});
/** The account by which AWS keeps the interfaces of endpoints. */
const privateLink = '727180483921';
/** Account seconds: interface endpoints take 1 to 3 minutes to come and to go. */
const creationSeconds = [60, 150] as const;
const deletionSeconds = [45, 90] as const;

/** Spreads durations over a range without chance: by the hex digits of an id. */
const between = (id: string, [least, most]: readonly [number, number]): number =>
  least + Math.round((parseInt(id.slice(-4), 16) / 0xffff) * (most - least));

const malformedPolicy = () => new AwsError('InvalidPolicyDocument', 'The policy document is malformed');

function checkPolicy(service: EndpointService, text: string | undefined): void {
  if (text === undefined) return;
  if (!service.takesPolicy) throw invalidParameter(`Service ${service.name} does not support endpoint policies.`);
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw malformedPolicy();
  }
  if (typeof policy !== 'object' || policy === null || !('Statement' in policy)) throw malformedPolicy();
}

function checkPrivateDns(context: CallContext, endpoint: EndpointRow, service: EndpointService): void {
  const vpc = find(context, 'vpcs', endpoint.VpcId);
  const zones = privateZoneNames(context, vpc.VpcId);
  if (service.privateNames.length === 0)
    throw invalidParameter(
      `Private DNS can't be enabled because the service ${service.name} does not provide a private DNS name.`,
    );
  if (!vpc.dnsSupport || !vpc.dnsHostnames)
    throw invalidParameter(
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpc.VpcId}`,
    );
  const others = rows(context, 'endpoints').filter(
    row => row.VpcId === vpc.VpcId && row.PrivateDnsEnabled && row.VpcEndpointId !== endpoint.VpcEndpointId,
  );
  const taken = others.flatMap(row => findService(context, row.ServiceName).privateNames);
  const clash = service.privateNames.find(name => taken.includes(name) || zones.includes(name.replace('*.', '')));
  if (clash !== undefined)
    throw invalidParameter(
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${clash} in the VPC ${vpc.VpcId}`,
    );
}

/** The subnets by these ids, each in a zone of the service of its own. */
function checkSubnets(
  context: CallContext,
  endpoint: EndpointRow,
  service: EndpointService,
  ids: readonly string[] = [],
): SubnetRow[] {
  const zones = new Set<string>();
  return ids.map(id => {
    const subnet = find(context, 'subnets', id);
    const { AvailabilityZone } = subnet;
    if (subnet.VpcId !== endpoint.VpcId)
      throw invalidParameter(`The subnet ${id} does not belong to the VPC ${endpoint.VpcId}.`);
    if (!service.zones.some(zone => zone.name === AvailabilityZone))
      throw invalidParameter(
        `The VPC endpoint service ${service.name} does not support the availability zone of the subnet: ${id}.`,
      );
    if (zones.has(AvailabilityZone))
      throw new AwsError(
        'DuplicateSubnetsInSameZone',
        `Found another VPC endpoint subnet in the availability zone of ${id}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`,
      );
    zones.add(AvailabilityZone);
    return subnet;
  });
}

function addSubnets(context: CallContext, endpoint: EndpointRow, subnets: readonly SubnetRow[]): void {
  const Groups = endpoint.Groups.flatMap(group => group.GroupId ?? []);
  const wish = { Description: `VPC Endpoint Interface ${endpoint.VpcEndpointId}`, Groups };
  const made: string[] = [];
  try {
    for (const subnet of subnets) made.push(makeInterface(context, subnet, wish, privateLink).NetworkInterfaceId);
  } catch (error) {
    // A full subnet: nothing of a refused call stays.
    for (const id of made) rows(context, 'interfaces').delete(id);
    throw error;
  }
  endpoint.NetworkInterfaceIds.push(...made);
  endpoint.SubnetIds.push(...subnets.map(subnet => subnet.SubnetId));
}

function addRouteTables(
  context: CallContext,
  endpoint: EndpointRow,
  service: EndpointService,
  ids: readonly string[] = [],
): void {
  const DestinationPrefixListId = service.prefixListId;
  const tables = ids.map(id => find(context, 'routeTables', id));
  for (const { RouteTableId, VpcId, Routes } of tables) {
    if (VpcId !== endpoint.VpcId)
      throw invalidParameter(`Route table ${RouteTableId} does not belong to the VPC ${endpoint.VpcId}.`);
    const message = `route table ${RouteTableId} already has a route with destination-prefix-list-id ${DestinationPrefixListId}`;
    if (Routes.some(route => route.DestinationPrefixListId === DestinationPrefixListId))
      throw new AwsError('RouteAlreadyExists', message);
  }
  for (const { RouteTableId, Routes } of tables) {
    Routes.push({ DestinationPrefixListId, GatewayId: endpoint.VpcEndpointId, Origin: 'CreateRoute', State: 'active' });
    endpoint.RouteTableIds.push(RouteTableId);
  }
}

/** The regional name first, then one per zone, then the private names. */
function dnsEntries(context: CallContext, endpoint: EndpointRow, service: EndpointService): Sdk.DnsEntry[] {
  const { account, region } = context;
  const zone = () => `Z${account.hex(19).toUpperCase()}`;
  const base = `${endpoint.VpcEndpointId}-${account.hex(8)}`;
  const host = `${service.host}.${region}.vpce.amazonaws.com`;
  const zones = endpoint.SubnetIds.map(id => `-${find(context, 'subnets', id).AvailabilityZone}`);
  const HostedZoneId = zone();
  const open = ['', ...zones].map(suffix => ({ DnsName: `${base}${suffix}.${host}`, HostedZoneId }));
  const names = endpoint.PrivateDnsEnabled ? service.privateNames : [];
  return [...open, ...names.map(DnsName => ({ DnsName, HostedZoneId: zone() }))];
}

export const vpcEndpointOperations = {
  CreateVpcEndpoint(input: Sdk.CreateVpcEndpointRequest, context: CallContext): { VpcEndpoint: EndpointRow } {
    const { account, region } = context;
    const { VpcId } = find(context, 'vpcs', input.VpcId);
    const service = findService(context, input.ServiceName ?? '');
    const type = input.VpcEndpointType ?? 'Gateway';
    const s3Interface = type === 'Interface' && service.name.endsWith('.s3') && input.PrivateDnsEnabled === false;
    if (type === 'Interface' && service.type === 'Gateway' && !s3Interface)
      throw notImplemented(`ec2:CreateVpcEndpoint VpcEndpointType Interface of ${service.name}`);
    if (type !== service.type && !s3Interface)
      throw invalidParameter(`Endpoint type (${type}) does not match available service types ([${service.type}]).`);
    checkPolicy(service, input.PolicyDocument);
    const Tags = specifiedTags(context, 'endpoints', input);
    const VpcEndpointId = account.resourceId('vpce');
    const endpoint: EndpointRow = {
      VpcEndpointId,
      VpcEndpointType: s3Interface ? 'Interface' : service.type,
      VpcId,
      ServiceName: service.name,
      ServiceRegion: region,
      State: type === 'Gateway' ? 'available' : 'pending',
      ...(service.takesPolicy && { PolicyDocument: input.PolicyDocument ?? fullAccess }),
      RouteTableIds: [],
      SubnetIds: [],
      Groups: [],
      NetworkInterfaceIds: [],
      DnsEntries: [],
      PrivateDnsEnabled: false,
      RequesterManaged: false,
      CreationTimestamp: new Date(account.now()),
      OwnerId: account.accountId,
      Tags,
    };
    const only = (what: string, of: string) => invalidParameter(`${what} only supported for ${of} type VPC Endpoint.`);
    if (type === 'Gateway') {
      if (input.SubnetIds?.length) throw only('Subnet IDs are', 'Interface');
      if (input.SecurityGroupIds?.length) throw only('Security group IDs are', 'Interface');
      if (input.PrivateDnsEnabled) throw only('Private DNS is', 'Interface');
      addRouteTables(context, endpoint, service, input.RouteTableIds);
    } else {
      if (input.RouteTableIds?.length) throw only('Route table IDs are', 'Gateway');
      endpoint.PrivateDnsEnabled = input.PrivateDnsEnabled ?? true;
      if (endpoint.PrivateDnsEnabled) checkPrivateDns(context, endpoint, service);
      const subnets = checkSubnets(context, endpoint, service, input.SubnetIds);
      endpoint.Groups = groupsIn(context, VpcId, input.SecurityGroupIds);
      endpoint.IpAddressType = 'ipv4';
      endpoint.DnsOptions = { DnsRecordIpType: 'ipv4' };
      addSubnets(context, endpoint, subnets);
      endpoint.DnsEntries = dnsEntries(context, endpoint, service);
      account.schedule(between(VpcEndpointId, creationSeconds), 'ec2.endpointAvailable', { region, id: VpcEndpointId });
    }
    return { VpcEndpoint: structuredClone(rows(context, 'endpoints').set(VpcEndpointId, endpoint)) };
  },

  DescribeVpcEndpoints: describer(
    'endpoints',
    'VpcEndpoints',
    'VpcEndpointIds',
    'vpc-endpoint-id vpc-endpoint-type vpc-endpoint-state=State vpc-id service-name',
  ),

  ModifyVpcEndpoint(input: Sdk.ModifyVpcEndpointRequest, context: CallContext): Sdk.ModifyVpcEndpointResult {
    const endpoint = find(context, 'endpoints', input.VpcEndpointId);
    const service = findService(context, endpoint.ServiceName);
    const { VpcEndpointType: type } = endpoint;
    const without = (all: readonly string[], gone: readonly string[] = []) => all.filter(id => !gone.includes(id));
    checkPolicy(service, input.PolicyDocument);
    if (type === 'Gateway') {
      if (input.AddSubnetIds?.length || input.AddSecurityGroupIds?.length || input.PrivateDnsEnabled)
        throw invalidParameter(
          'Subnets, security groups and private DNS are only supported for Interface type VPC Endpoint.',
        );
      addRouteTables(context, endpoint, service, input.AddRouteTableIds);
      for (const id of input.RemoveRouteTableIds ?? []) {
        const table = find(context, 'routeTables', id);
        table.Routes = table.Routes.filter(route => route.GatewayId !== endpoint.VpcEndpointId);
      }
      endpoint.RouteTableIds = without(endpoint.RouteTableIds, input.RemoveRouteTableIds);
    } else {
      if (input.AddRouteTableIds?.length)
        throw invalidParameter('Route table IDs are only supported for Gateway type VPC Endpoint.');
      if (input.PrivateDnsEnabled === true) checkPrivateDns(context, endpoint, service);
      const kept = endpoint.SubnetIds.filter(id => !input.RemoveSubnetIds?.includes(id));
      const next = checkSubnets(context, endpoint, service, [...kept, ...(input.AddSubnetIds ?? [])]);
      const groups = endpoint.Groups.flatMap(({ GroupId }) => GroupId ?? []);
      const wanted = [...without(groups, input.RemoveSecurityGroupIds), ...(input.AddSecurityGroupIds ?? [])];
      if (wanted.length === 0) throw invalidParameter('An interface endpoint needs a security group.');
      endpoint.Groups = groupsIn(context, endpoint.VpcId, [...new Set(wanted)]);
      const interfaces = rows(context, 'interfaces');
      for (const id of endpoint.NetworkInterfaceIds) {
        const row = interfaces.get(id);
        if (row && kept.includes(row.SubnetId)) row.Groups = endpoint.Groups;
        else interfaces.delete(id);
      }
      endpoint.NetworkInterfaceIds = endpoint.NetworkInterfaceIds.filter(id => interfaces.get(id));
      endpoint.SubnetIds = kept;
      addSubnets(context, endpoint, next.slice(kept.length));
      endpoint.PrivateDnsEnabled = input.PrivateDnsEnabled ?? endpoint.PrivateDnsEnabled;
      endpoint.DnsEntries = dnsEntries(context, endpoint, service);
    }
    if (service.takesPolicy && (input.PolicyDocument !== undefined || input.ResetPolicy === true))
      endpoint.PolicyDocument = input.PolicyDocument ?? fullAccess;
    return { Return: true };
  },

  DeleteVpcEndpoints(
    { VpcEndpointIds = [] }: Sdk.DeleteVpcEndpointsRequest,
    context: CallContext,
  ): Sdk.DeleteVpcEndpointsResult {
    const { account, region } = context;
    const Unsuccessful: Sdk.UnsuccessfulItem[] = [];
    for (const id of VpcEndpointIds) {
      const endpoint = rows(context, 'endpoints').get(id);
      if (!endpoint) {
        const { code: Code, message: Message } = notFound('endpoints', [id]);
        Unsuccessful.push({ ResourceId: id, Error: { Code, Message } });
      } else if (endpoint.VpcEndpointType === 'Gateway') {
        for (const table of rows(context, 'routeTables').values())
          table.Routes = table.Routes.filter(route => route.GatewayId !== id);
        rows(context, 'endpoints').delete(id);
      } else if (endpoint.State !== 'deleting') {
        endpoint.State = 'deleting';
        account.schedule(between(id, deletionSeconds), 'ec2.endpointGone', { region, id });
      }
    }
    return { Unsuccessful };
  },
};

type EndpointJob = { readonly region: string; readonly id: string };

const endpointAvailable: JobHandler<EndpointJob> = ({ region, id }, account) => {
  const endpoint = rows({ account, region }, 'endpoints').get(id);
  if (endpoint?.State === 'pending') endpoint.State = 'available';
};

const endpointGone: JobHandler<EndpointJob> = ({ region, id }, account) => {
  for (const eni of rows({ account, region }, 'endpoints').get(id)?.NetworkInterfaceIds ?? [])
    rows({ account, region }, 'interfaces').delete(eni);
  rows({ account, region }, 'endpoints').delete(id);
};

export const endpointJobs = { 'ec2.endpointAvailable': endpointAvailable, 'ec2.endpointGone': endpointGone };
