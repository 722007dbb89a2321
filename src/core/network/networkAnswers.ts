import type {
  DhcpOptions,
  InstanceTypeInfo,
  NetworkAcl,
  NetworkInterface,
  PrefixList,
  RouteTable,
  SecurityGroup,
  Subnet,
  Vpc,
  VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type { HostedZoneSummary, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { endpointFacts, groupFacts, tagsOf } from './endpointAnswers.ts';
import type { InterfaceLimits } from '../spec/interfaceLimits.ts';
import type {
  NetworkAclFacts,
  NetworkFacts,
  RouteFacts,
  RouteTableFacts,
  SubnetFacts,
  ZoneRecordFacts,
} from './networkFacts.ts';

/** What AWS said, by the names of its own answers; what was refused or not asked is absent. */
export interface NetworkAnswers {
  readonly vpc?: Vpc;
  readonly dnsSupport?: boolean;
  readonly dnsHostnames?: boolean;
  readonly dhcpOptions?: readonly DhcpOptions[];
  readonly subnets?: readonly Subnet[];
  readonly routeTables?: readonly RouteTable[];
  readonly networkAcls?: readonly NetworkAcl[];
  readonly endpoints?: readonly VpcEndpoint[];
  readonly securityGroups?: readonly SecurityGroup[];
  readonly prefixLists?: readonly PrefixList[];
  readonly hostedZones?: readonly HostedZoneSummary[];
  /** By the zone's id. */
  readonly zoneRecords?: Readonly<Record<string, readonly ResourceRecordSet[]>>;
  readonly interfaces?: readonly NetworkInterface[];
  readonly instanceTypes?: readonly InstanceTypeInfo[];
}

/** AWS's answers as facts. What is unknown gets the value that accuses nobody; `unknown` says that it is. */
export function networkFactsFrom(
  vpcId: string,
  accountId: string,
  answers: NetworkAnswers,
  unknown: NetworkFacts['unknown'],
): NetworkFacts {
  const { vpc, dnsSupport = true, dnsHostnames = true, interfaces = [] } = answers;
  const s3 = answers.prefixLists?.find(({ PrefixListName = '' }) => PrefixListName.endsWith('.s3'));
  return {
    vpc: {
      id: vpcId,
      ownerId: vpc?.OwnerId ?? accountId,
      cidrs: vpcBlocks(vpc),
      ipv6Cidrs: (vpc?.Ipv6CidrBlockAssociationSet ?? [])
        .filter(({ Ipv6CidrBlockState: state }) => state?.State !== 'disassociated')
        .flatMap(({ Ipv6CidrBlock: block }) => block ?? []),
      dnsSupport,
      dnsHostnames,
      dhcp: dhcpFacts(vpc, answers.dhcpOptions),
      tags: tagsOf(vpc?.Tags),
    },
    subnets: (answers.subnets ?? []).map(subnetFacts),
    routeTables: (answers.routeTables ?? []).map(routeTableFacts),
    networkAcls: (answers.networkAcls ?? []).map(aclFacts),
    endpoints: (answers.endpoints ?? []).map(endpointFacts),
    securityGroups: (answers.securityGroups ?? []).map(groupFacts),
    hostedZones: (answers.hostedZones ?? []).map(({ HostedZoneId: id = '', Name = '', Owner }) => ({
      id,
      name: Name.replace(/\.$/, ''),
      ownerId: Owner?.OwningService ?? Owner?.OwningAccount ?? accountId,
      ...(answers.zoneRecords?.[id] ? { records: answers.zoneRecords[id].flatMap(recordFacts) } : {}),
    })),
    ...(s3?.Cidrs ? { s3Cidrs: s3.Cidrs } : {}),
    ...(answers.instanceTypes ? { interfaceLimits: limitsByType(answers.instanceTypes) } : {}),
    clusters: [
      ...new Set(interfaces.flatMap(({ Description = '' }) => /^Amazon EKS (.+)$/.exec(Description)?.[1] ?? [])),
    ],
    unknown,
  };
}

function recordFacts({ Name = '', Type, ResourceRecords = [], AliasTarget }: ResourceRecordSet): ZoneRecordFacts[] {
  if (Type !== 'A' && Type !== 'AAAA' && Type !== 'CNAME') return [];
  const alias = AliasTarget?.DNSName?.replace(/\.$/, '');
  const values = alias === undefined ? ResourceRecords.flatMap(({ Value }) => Value ?? []) : [alias];
  // Route 53 writes an asterisk as an octal code.
  return [{ name: Name.replace(/\.$/, '').replaceAll('\\052', '*').toLowerCase(), type: Type, values }];
}

function limitsByType(types: readonly InstanceTypeInfo[]): Record<string, InterfaceLimits> {
  return Object.fromEntries(
    types.flatMap(({ InstanceType: type, NetworkInfo: info }) =>
      type !== undefined && info?.MaximumNetworkInterfaces !== undefined && info.Ipv4AddressesPerInterface !== undefined
        ? [[type, { interfaces: info.MaximumNetworkInterfaces, addresses: info.Ipv4AddressesPerInterface }]]
        : [],
    ),
  );
}

function vpcBlocks(vpc: Vpc | undefined): string[] {
  const blocks = (vpc?.CidrBlockAssociationSet ?? [])
    .filter(({ CidrBlockState: state }) => state?.State === undefined || /^associat/.test(state.State))
    .flatMap(({ CidrBlock: block }) => block ?? []);
  return [...new Set([...(vpc?.CidrBlock === undefined ? [] : [vpc.CidrBlock]), ...blocks])];
}

function dhcpFacts(vpc: Vpc | undefined, sets: NetworkAnswers['dhcpOptions']): NetworkFacts['vpc']['dhcp'] {
  const id = vpc?.DhcpOptionsId ?? 'unknown';
  // A VPC without a set is said to have the set `default`, which gives no resolver.
  if (id === 'default') return { id, domainNameServers: [] };
  const set = sets?.find(({ DhcpOptionsId }) => DhcpOptionsId === id);
  if (!set) return { id, domainNameServers: ['AmazonProvidedDNS'] };
  const values = (key: string) =>
    (set.DhcpConfigurations ?? [])
      .filter(({ Key }) => Key === key)
      .flatMap(({ Values = [] }) => Values.flatMap(({ Value }) => Value ?? []));
  const [domainName] = values('domain-name');
  return { id, domainNameServers: values('domain-name-servers'), ...(domainName === undefined ? {} : { domainName }) };
}

function subnetFacts(subnet: Subnet): SubnetFacts {
  const ipv6 = subnet.Ipv6CidrBlockAssociationSet?.find(
    ({ Ipv6CidrBlockState: state }) => state?.State === 'associated',
  );
  return {
    id: subnet.SubnetId ?? '',
    vpcId: subnet.VpcId ?? '',
    ownerId: subnet.OwnerId ?? '',
    zoneId: subnet.AvailabilityZoneId ?? '',
    zoneName: subnet.AvailabilityZone ?? '',
    cidr: subnet.CidrBlock ?? '',
    ...(ipv6?.Ipv6CidrBlock === undefined ? {} : { ipv6Cidr: ipv6.Ipv6CidrBlock }),
    assignsIpv6: subnet.AssignIpv6AddressOnCreation ?? false,
    freeAddresses: subnet.AvailableIpAddressCount ?? 0,
    mapPublicIp: subnet.MapPublicIpOnLaunch ?? false,
    state: subnet.State ?? 'unknown',
    tags: tagsOf(subnet.Tags),
  };
}

function routeTableFacts({ RouteTableId = '', Associations = [], Routes = [] }: RouteTable): RouteTableFacts {
  return {
    id: RouteTableId,
    main: Associations.some(({ Main }) => Main === true),
    subnetIds: Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
    routes: Routes.map((route): RouteFacts => ({
      destination: route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? '',
      target:
        route.NatGatewayId ??
        route.EgressOnlyInternetGatewayId ??
        route.TransitGatewayId ??
        route.VpcPeeringConnectionId ??
        route.LocalGatewayId ??
        route.CarrierGatewayId ??
        route.CoreNetworkArn ??
        route.GatewayId ??
        route.NetworkInterfaceId ??
        route.InstanceId ??
        'unknown',
      state: route.State === 'blackhole' ? 'blackhole' : 'active',
    })),
  };
}

function aclFacts({ NetworkAclId = '', Associations = [], Entries = [] }: NetworkAcl): NetworkAclFacts {
  return {
    id: NetworkAclId,
    subnetIds: Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
    entries: Entries.map(entry => ({
      number: entry.RuleNumber ?? 0,
      egress: entry.Egress ?? false,
      action: entry.RuleAction === 'allow' ? ('allow' as const) : ('deny' as const),
      protocol: entry.Protocol ?? '-1',
      cidr: entry.CidrBlock ?? entry.Ipv6CidrBlock ?? '',
      ...(entry.PortRange ? { ports: { from: entry.PortRange.From ?? 0, to: entry.PortRange.To ?? 65535 } } : {}),
    })).sort((a, b) => a.number - b.number),
  };
}
