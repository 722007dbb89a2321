import type {
  CreateVpcEndpointRequest,
  CreateVpcEndpointResult,
  DeleteVpcEndpointsRequest,
  DeleteVpcEndpointsResult,
  DescribeVpcEndpointsRequest,
  DescribeVpcEndpointsResult,
  DnsEntry,
  ModifyVpcEndpointRequest,
  VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type { Account, CallContext, JobHandler, Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { withMembers } from '../simulatedMembers.ts';
import { idempotent } from './clientToken.ts';
import { describe, find } from './describe.ts';
import { invalidParameter, notFound } from './ec2Error.ts';
import { findService, type EndpointService } from './endpointService.ts';
import { makeInterface } from './networkInterface.ts';
import { rows, type EndpointRow, type SubnetRow, type VpcRow } from './rows.ts';
import { groupsIn } from './securityGroup.ts';
import { specifiedTags } from './tags.ts';

const fullAccess = JSON.stringify({
  Version: '2008-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
});
/** Seconds of account time: interface endpoints take 1 to 3 minutes to come and to go. */
const creationSeconds = [60, 150] as const;
const deletionSeconds = [45, 90] as const;

/** Spreads durations over a range without chance: by the hex digits of an id. */
const between = (id: string, [least, most]: readonly [number, number]): number =>
  least + Math.round((parseInt(id.slice(-4), 16) / 0xffff) * (most - least));

const createVpcEndpoint: Operation<CreateVpcEndpointRequest, CreateVpcEndpointResult> = (input, context) => {
  const { account, region } = context;
  const vpc = find(context, 'vpcs', input.VpcId);
  const service = findService(context, input.ServiceName ?? '');
  const type = input.VpcEndpointType ?? 'Gateway';
  if (type !== 'Gateway' && type !== 'Interface')
    throw invalidParameter(
      `Endpoint type (${type}) does not match available service types ([${service.types.join(', ')}]).`,
    );
  if (!service.types.includes(type))
    throw invalidParameter(
      `Endpoint type (${type}) does not match available service types ([${service.types.join(', ')}]).`,
    );
  if (input.PolicyDocument !== undefined) checkPolicy(service, input.PolicyDocument);
  const Tags = specifiedTags(context, 'endpoints', input.TagSpecifications);
  const VpcEndpointId = account.resourceId('vpce');
  const endpoint: EndpointRow = {
    VpcEndpointId,
    VpcEndpointType: type,
    VpcId: vpc.VpcId,
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
  // Everything is checked before anything is kept.
  if (type === 'Gateway') {
    if (input.SubnetIds?.length)
      throw invalidParameter('Subnet IDs are only supported for Interface type VPC Endpoint.');
    if (input.SecurityGroupIds?.length)
      throw invalidParameter('Security group IDs are only supported for Interface type VPC Endpoint.');
    if (input.PrivateDnsEnabled)
      throw invalidParameter('Private DNS is only supported for Interface type VPC Endpoint.');
    addRouteTables(context, endpoint, service, input.RouteTableIds ?? []);
  } else {
    if (input.RouteTableIds?.length)
      throw invalidParameter('Route table IDs are only supported for Gateway type VPC Endpoint.');
    if (input.PrivateDnsEnabled ?? service.privateNames.length > 0) checkPrivateDns(context, vpc, service, input);
    const subnets = checkSubnets(context, endpoint, service, input.SubnetIds ?? []);
    endpoint.Groups = groupsIn(context, vpc.VpcId, input.SecurityGroupIds);
    endpoint.IpAddressType = 'ipv4';
    endpoint.DnsOptions = { DnsRecordIpType: 'ipv4' };
    endpoint.PrivateDnsEnabled = input.PrivateDnsEnabled ?? true;
    addSubnets(context, endpoint, subnets);
    endpoint.DnsEntries = dnsEntries(context, endpoint, service);
    account.schedule(between(VpcEndpointId, creationSeconds), 'ec2.endpointAvailable', { region, id: VpcEndpointId });
  }
  rows(context, 'endpoints').set(VpcEndpointId, endpoint);
  return { VpcEndpoint: structuredClone(endpoint) as object };
};

function checkPolicy(service: EndpointService, text: string): void {
  if (!service.takesPolicy) throw invalidParameter(`Service ${service.name} does not support endpoint policies.`);
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === 'object' && policy !== null && 'Statement' in policy) return;
  } catch {
    // Said below.
  }
  throw new AwsError('InvalidPolicyDocument', 'The policy document is malformed');
}

function checkPrivateDns(
  context: CallContext,
  vpc: VpcRow,
  service: EndpointService,
  { DnsOptions }: Pick<CreateVpcEndpointRequest, 'DnsOptions'>,
  self?: string,
): void {
  if (service.privateNames.length === 0)
    throw invalidParameter(
      `Private DNS can't be enabled because the service ${service.name} does not provide a private DNS name.`,
    );
  if (!vpc.dnsSupport || !vpc.dnsHostnames)
    throw invalidParameter(
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpc.VpcId}`,
    );
  const others = rows(context, 'endpoints').filter(row => row.VpcId === vpc.VpcId && row.VpcEndpointId !== self);
  for (const other of others.filter(row => row.PrivateDnsEnabled)) {
    const clash = findService(context, other.ServiceName).privateNames.find(name =>
      service.privateNames.includes(name),
    );
    if (clash !== undefined)
      throw invalidParameter(
        `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${clash} in the VPC ${vpc.VpcId}`,
      );
  }
  const inboundOnly = DnsOptions?.PrivateDnsOnlyForInboundResolverEndpoint ?? true;
  const gateway = others.some(row => row.ServiceName === service.name && row.VpcEndpointType === 'Gateway');
  if (service.prefixListId !== undefined && inboundOnly && !gateway)
    throw invalidParameter(
      `To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC ${vpc.VpcId} must have a Gateway endpoint for the service.`,
    );
}

function checkSubnets(
  context: CallContext,
  endpoint: EndpointRow,
  service: EndpointService,
  ids: readonly string[],
): SubnetRow[] {
  const zones = new Set(endpoint.SubnetIds.map(id => find(context, 'subnets', id).AvailabilityZone));
  return ids.map(id => {
    const subnet = find(context, 'subnets', id);
    if (subnet.VpcId !== endpoint.VpcId)
      throw invalidParameter(`The subnet ${id} does not belong to the VPC ${endpoint.VpcId}.`);
    if (!service.zones.some(zone => zone.name === subnet.AvailabilityZone))
      throw invalidParameter(
        `The VPC endpoint service ${service.name} does not support the availability zone of the subnet: ${id}.`,
      );
    if (zones.has(subnet.AvailabilityZone))
      throw new AwsError(
        'DuplicateSubnetsInSameZone',
        `Found another VPC endpoint subnet in the availability zone of ${id}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`,
      );
    zones.add(subnet.AvailabilityZone);
    return subnet;
  });
}

function addSubnets(context: CallContext, endpoint: EndpointRow, subnets: readonly SubnetRow[]): void {
  const wish = {
    Description: `VPC Endpoint Interface ${endpoint.VpcEndpointId}`,
    Groups: endpoint.Groups.flatMap(group => group.GroupId ?? []),
    vpcEndpoint: true,
  };
  const made: string[] = [];
  try {
    for (const subnet of subnets) made.push(makeInterface(context, subnet, wish).NetworkInterfaceId);
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
  ids: readonly string[],
): void {
  const DestinationPrefixListId = service.prefixListId ?? '';
  const tables = ids.map(id => find(context, 'routeTables', id));
  for (const { RouteTableId, VpcId, Routes } of tables) {
    if (VpcId !== endpoint.VpcId)
      throw invalidParameter(`Route table ${RouteTableId} does not belong to the VPC ${endpoint.VpcId}.`);
    if (Routes.some(route => route.DestinationPrefixListId === DestinationPrefixListId))
      throw new AwsError(
        'RouteAlreadyExists',
        `route table ${RouteTableId} already has a route with destination-prefix-list-id ${DestinationPrefixListId}`,
      );
  }
  for (const { RouteTableId, Routes } of tables) {
    Routes.push({ DestinationPrefixListId, GatewayId: endpoint.VpcEndpointId, Origin: 'CreateRoute', State: 'active' });
    endpoint.RouteTableIds.push(RouteTableId);
  }
}

function removeRouteTables(context: CallContext, endpoint: EndpointRow, ids: readonly string[]): void {
  for (const table of rows(context, 'routeTables').filter(row => ids.includes(row.RouteTableId)))
    table.Routes = table.Routes.filter(route => route.GatewayId !== endpoint.VpcEndpointId);
  endpoint.RouteTableIds = endpoint.RouteTableIds.filter(id => !ids.includes(id));
}

/** The regional name first, then one per zone, then the private names. */
function dnsEntries(context: CallContext, endpoint: EndpointRow, service: EndpointService): DnsEntry[] {
  const { account, region } = context;
  const zone = () => `Z${account.hex(19).toUpperCase()}`;
  const base = `${endpoint.VpcEndpointId}-${account.hex(8)}`;
  const host = `${service.name.split('.').slice(3).reverse().join('.')}.${region}.vpce.amazonaws.com`;
  const zones = endpoint.SubnetIds.map(id => find(context, 'subnets', id).AvailabilityZone);
  const HostedZoneId = zone();
  const regional = [`${base}.${host}`, ...zones.map(name => `${base}-${name}.${host}`)].map(DnsName => ({
    DnsName,
    HostedZoneId,
  }));
  const hidden = endpoint.PrivateDnsEnabled
    ? service.privateNames.map(DnsName => ({ DnsName, HostedZoneId: zone() }))
    : [];
  return [...regional, ...hidden];
}

const describeVpcEndpoints: Operation<DescribeVpcEndpointsRequest, DescribeVpcEndpointsResult> = (input, context) => {
  const { found, ...next } = describe(context, 'endpoints', endpointFilters, input, input.VpcEndpointIds);
  return { VpcEndpoints: found as object as VpcEndpoint[], ...next };
};
const endpointFilters = {
  'vpc-endpoint-id': 'VpcEndpointId',
  'vpc-endpoint-type': 'VpcEndpointType',
  'vpc-endpoint-state': 'State',
  'vpc-id': 'VpcId',
  'service-name': 'ServiceName',
  'service-region': 'ServiceRegion',
  'ip-address-type': 'IpAddressType',
};

const modifyVpcEndpoint: Operation<ModifyVpcEndpointRequest> = (input, context) => {
  const endpoint = find(context, 'endpoints', input.VpcEndpointId);
  const service = findService(context, endpoint.ServiceName);
  const vpc = find(context, 'vpcs', endpoint.VpcId);
  if (input.PolicyDocument !== undefined) checkPolicy(service, input.PolicyDocument);
  if (input.PrivateDnsEnabled && !endpoint.PrivateDnsEnabled)
    checkPrivateDns(context, vpc, service, input, endpoint.VpcEndpointId);
  const leaving = input.RemoveSubnetIds ?? [];
  const staying = { ...endpoint, SubnetIds: endpoint.SubnetIds.filter(id => !leaving.includes(id)) };
  const arriving = checkSubnets(context, staying, service, input.AddSubnetIds ?? []);
  const groups = endpoint.Groups.flatMap(group => group.GroupId ?? []).filter(
    id => !input.RemoveSecurityGroupIds?.includes(id),
  );
  const nextGroups = groupsIn(context, vpc.VpcId, [...new Set([...groups, ...(input.AddSecurityGroupIds ?? [])])]);
  addRouteTables(context, endpoint, service, input.AddRouteTableIds ?? []);
  removeRouteTables(context, endpoint, input.RemoveRouteTableIds ?? []);
  if (input.ResetPolicy) endpoint.PolicyDocument = fullAccess;
  else if (input.PolicyDocument !== undefined) endpoint.PolicyDocument = input.PolicyDocument;
  if (endpoint.VpcEndpointType === 'Gateway') return { Return: true };
  endpoint.PrivateDnsEnabled = input.PrivateDnsEnabled ?? endpoint.PrivateDnsEnabled;
  endpoint.Groups = nextGroups;
  const interfaces = rows(context, 'interfaces');
  for (const id of [...endpoint.NetworkInterfaceIds]) {
    const row = interfaces.get(id);
    if (row && leaving.includes(row.SubnetId)) interfaces.delete(id);
    else if (row) row.Groups = nextGroups;
  }
  endpoint.NetworkInterfaceIds = endpoint.NetworkInterfaceIds.filter(id => interfaces.get(id));
  endpoint.SubnetIds = staying.SubnetIds;
  addSubnets(context, endpoint, arriving);
  endpoint.DnsEntries = dnsEntries(context, endpoint, service);
  return { Return: true };
};

const deleteVpcEndpoints: Operation<DeleteVpcEndpointsRequest, DeleteVpcEndpointsResult> = (
  { VpcEndpointIds = [] },
  context,
) => {
  const Unsuccessful: DeleteVpcEndpointsResult['Unsuccessful'] = [];
  for (const id of VpcEndpointIds) {
    const endpoint = rows(context, 'endpoints').get(id);
    if (!endpoint) {
      const { code: Code, message: Message } = notFound('endpoints', [id]);
      Unsuccessful.push({ ResourceId: id, Error: { Code, Message } });
    } else if (endpoint.VpcEndpointType === 'Gateway') {
      removeRouteTables(context, endpoint, endpoint.RouteTableIds);
      rows(context, 'endpoints').delete(id);
    } else if (endpoint.State !== 'deleting') {
      endpoint.State = 'deleting';
      context.account.schedule(between(id, deletionSeconds), 'ec2.endpointGone', { region: context.region, id });
    }
  }
  return { Unsuccessful };
};

type EndpointJob = { readonly region: string; readonly id: string };

const endpointAvailable: JobHandler<EndpointJob> = ({ region, id }, account: Account) => {
  const endpoint = rows({ account, region }, 'endpoints').get(id);
  if (endpoint?.State === 'pending') endpoint.State = 'available';
};

const endpointGone: JobHandler<EndpointJob> = ({ region, id }, account) => {
  for (const eni of rows({ account, region }, 'endpoints').get(id)?.NetworkInterfaceIds ?? [])
    rows({ account, region }, 'interfaces').delete(eni);
  rows({ account, region }, 'endpoints').delete(id);
};

export const endpointJobs = { 'ec2.endpointAvailable': endpointAvailable, 'ec2.endpointGone': endpointGone };

const createMembers =
  'VpcEndpointType VpcId ServiceName PolicyDocument RouteTableIds SubnetIds SecurityGroupIds DnsOptions ClientToken PrivateDnsEnabled TagSpecifications';
const modifyMembers =
  'VpcEndpointId ResetPolicy PolicyDocument AddRouteTableIds RemoveRouteTableIds AddSubnetIds RemoveSubnetIds AddSecurityGroupIds RemoveSecurityGroupIds DnsOptions PrivateDnsEnabled';

export const vpcEndpointOperations = {
  CreateVpcEndpoint: withMembers(
    'ec2:CreateVpcEndpoint',
    createMembers,
    idempotent('CreateVpcEndpoint', createVpcEndpoint),
  ),
  DescribeVpcEndpoints: describeVpcEndpoints,
  ModifyVpcEndpoint: withMembers('ec2:ModifyVpcEndpoint', modifyMembers, modifyVpcEndpoint),
  DeleteVpcEndpoints: deleteVpcEndpoints,
};
