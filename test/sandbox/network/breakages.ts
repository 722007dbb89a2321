import * as sdk from '@aws-sdk/client-ec2';
import type { FindingCode } from '../../../src/core/network/findingTexts.ts';
import { region, sure, type NetworkBench, type SoundVpc } from './soundVpc.ts';

/** What the plan must name: a code, and the resource by its id. */
export interface Named {
  readonly code: FindingCode;
  readonly resource: string;
  /** What the spec says besides, or instead. */
  readonly spec?: string;
  readonly subnetIds?: readonly string[];
}
export type Breakage = (bench: NetworkBench, sound: SoundVpc) => Promise<Named>;

export const at = (list: readonly string[], index: number): string => sure(list[index]);
const of = ({ endpoints }: SoundVpc, service: string): string => sure(endpoints[service]);

const modify = (bench: NetworkBench, VpcEndpointId: string, input: Partial<sdk.ModifyVpcEndpointCommandInput>) =>
  bench.ec2.send(new sdk.ModifyVpcEndpointCommand({ VpcEndpointId, ...input }));

export const https = (cidrs: readonly string[]): sdk.IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: 443,
  ToPort: 443,
  IpRanges: cidrs.map(CidrIp => ({ CidrIp })),
});
const revoke = ({ ec2 }: NetworkBench, GroupId: string) =>
  ec2.send(new sdk.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [https(['10.20.0.0/16'])] }));
export const authorize = ({ ec2 }: NetworkBench, GroupId: string, permission: sdk.IpPermission) =>
  ec2.send(new sdk.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission] }));

/** Gives the ec2 endpoint a group of its own, so that it alone is broken. */
async function regroup(bench: NetworkBench, sound: SoundVpc, group: string): Promise<Named> {
  const id = of(sound, 'ec2');
  await modify(bench, id, { AddSecurityGroupIds: [group], RemoveSecurityGroupIds: [sound.groupId] });
  return { code: 'endpoint-group-closed', resource: id };
}

async function policy(
  bench: NetworkBench,
  id: string,
  statements: readonly object[],
  code: FindingCode = 'endpoint-policy-blocks',
) {
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await modify(bench, id, { PolicyDocument });
  return { code, resource: id };
}

const open = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };

async function dhcp(
  bench: NetworkBench,
  VpcId: string,
  configuration: Readonly<Record<string, string[]>>,
): Promise<string> {
  const DhcpConfigurations = Object.entries(configuration).map(([Key, Values]) => ({ Key, Values }));
  const { DhcpOptions } = await bench.ec2.send(new sdk.CreateDhcpOptionsCommand({ DhcpConfigurations }));
  const DhcpOptionsId = sure(DhcpOptions?.DhcpOptionsId);
  await bench.ec2.send(new sdk.AssociateDhcpOptionsCommand({ DhcpOptionsId, VpcId }));
  return DhcpOptionsId;
}

async function attribute(bench: NetworkBench, VpcId: string, input: Partial<sdk.ModifyVpcAttributeCommandInput>) {
  await bench.ec2.send(new sdk.ModifyVpcAttributeCommand({ VpcId, ...input }));
}

export const route = (bench: NetworkBench, RouteTableId: string, input: Partial<sdk.CreateRouteCommandInput>) =>
  bench.ec2.send(new sdk.CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...input }));

export async function nat(bench: NetworkBench, vpcId: string): Promise<string> {
  await bench.internetGateway(vpcId);
  const SubnetId = await bench.subnet(vpcId, '10.20.240.0/24', `${region}a`);
  const { AllocationId } = await bench.ec2.send(new sdk.AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await bench.ec2.send(new sdk.CreateNatGatewayCommand({ SubnetId, AllocationId }));
  return sure(NatGateway?.NatGatewayId);
}

export async function peering(bench: NetworkBench, VpcId: string, cidr: string): Promise<string> {
  const PeerVpcId = await bench.vpc(cidr);
  const { VpcPeeringConnection } = await bench.ec2.send(
    new sdk.CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }),
  );
  const VpcPeeringConnectionId = sure(VpcPeeringConnection?.VpcPeeringConnectionId);
  await bench.ec2.send(new sdk.AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
  return VpcPeeringConnectionId;
}

/** number, way, action, CIDR and ports; no ports: all of every protocol. */
export type AclRule = readonly [
  number: number,
  egress: boolean,
  action: 'allow' | 'deny',
  cidr: string,
  from?: number,
  to?: number,
];

/** A network ACL of its own for the first subnet. */
export async function acl(
  { ec2 }: NetworkBench,
  { vpcId, subnetIds }: SoundVpc,
  rules: readonly AclRule[],
): Promise<string> {
  const { NetworkAcl } = await ec2.send(new sdk.CreateNetworkAclCommand({ VpcId: vpcId }));
  const NetworkAclId = sure(NetworkAcl?.NetworkAclId);
  for (const [RuleNumber, Egress, RuleAction, cidr, From, To] of rules) {
    const which = From === undefined ? { Protocol: '-1' } : { Protocol: '6', PortRange: { From, To } };
    const to = cidr.includes(':') ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr };
    await ec2.send(
      new sdk.CreateNetworkAclEntryCommand({ NetworkAclId, RuleNumber, Egress, RuleAction, ...to, ...which }),
    );
  }
  const Filters = [{ Name: 'association.subnet-id', Values: [at(subnetIds, 0)] }];
  const { NetworkAcls = [] } = await ec2.send(new sdk.DescribeNetworkAclsCommand({ Filters }));
  const found = NetworkAcls[0]?.Associations?.find(({ SubnetId }) => SubnetId === subnetIds[0]);
  const AssociationId = sure(found?.NetworkAclAssociationId);
  await ec2.send(new sdk.ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId }));
  return NetworkAclId;
}

const all = '0.0.0.0/0';
const own = '10.20.0.0/16';

/** A further subnet in zone a instead of the first one, with the first one's route table; `used` of its addresses are taken. */
async function subnetInstead(
  bench: NetworkBench,
  sound: SoundVpc,
  cidr: string,
  used = 0,
): Promise<[string, string[]]> {
  const id = await bench.subnet(sound.vpcId, cidr, `${region}a`);
  const RouteTableId = at(sound.routeTableIds, 0);
  await bench.ec2.send(new sdk.AssociateRouteTableCommand({ RouteTableId, SubnetId: id }));
  for (let count = 0; count < used; count++)
    await bench.ec2.send(new sdk.CreateNetworkInterfaceCommand({ SubnetId: id }));
  return [id, [id, ...sound.subnetIds.slice(1)]];
}

const block = (bench: NetworkBench, VpcId: string, input: Partial<sdk.AssociateVpcCidrBlockCommandInput>) =>
  bench.ec2.send(new sdk.AssociateVpcCidrBlockCommand({ VpcId, ...input }));

const irsa = 'features:\n  irsa: true\n';
const stsHost = `sts.${region}.amazonaws.com`;

async function stsZone(bench: NetworkBench, vpcId: string, value: string): Promise<string> {
  const id = await bench.zone(stsHost, vpcId);
  await bench.record(id, stsHost, value);
  return id;
}

const ipv6 = '  ipFamily: ipv6\n';

/** An IPv6 block for the VPC and each subnet, as an IPv6 cluster has it. */
export async function withIpv6(bench: NetworkBench, { vpcId, subnetIds }: SoundVpc): Promise<void> {
  const { Ipv6CidrBlockAssociation: made } = await block(bench, vpcId, { AmazonProvidedIpv6CidrBlock: true });
  for (const [index, SubnetId] of subnetIds.entries()) {
    const Ipv6CidrBlock = sure(made?.Ipv6CidrBlock).replace('00::/56', `0${index}::/64`);
    await bench.ec2.send(new sdk.AssociateSubnetCidrBlockCommand({ SubnetId, Ipv6CidrBlock }));
    const AssignIpv6AddressOnCreation = { Value: true };
    await bench.ec2.send(new sdk.ModifySubnetAttributeCommand({ SubnetId, AssignIpv6AddressOnCreation }));
  }
}

const customNetworking = 'AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "true"';

/** By what a person would say of it. */
export const breakages: Readonly<Record<string, Breakage>> = {
  'the S3 gateway is missing on one route table': async (bench, sound) => {
    await modify(bench, of(sound, 's3'), { RemoveRouteTableIds: [at(sound.routeTableIds, 1)] });
    return { code: 's3-route-missing', resource: of(sound, 's3') };
  },
  'the S3 gateway is on the main route table alone': async (bench, sound) => {
    const Filters = [{ Name: 'vpc-id', Values: [sound.vpcId] }];
    const { RouteTables = [] } = await bench.ec2.send(new sdk.DescribeRouteTablesCommand({ Filters }));
    const main = RouteTables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main))?.RouteTableId;
    const RemoveRouteTableIds = [...sound.routeTableIds];
    await modify(bench, of(sound, 's3'), { AddRouteTableIds: [sure(main)], RemoveRouteTableIds });
    return { code: 's3-route-missing', resource: of(sound, 's3') };
  },
  'S3 has an interface endpoint only': async (bench, sound) => {
    await bench.ec2.send(new sdk.DeleteVpcEndpointsCommand({ VpcEndpointIds: [of(sound, 's3')] }));
    const input = { SubnetIds: [...sound.subnetIds], SecurityGroupIds: [sound.groupId], PrivateDnsEnabled: false };
    return { code: 's3-interface-only', resource: await bench.endpoint(sound.vpcId, 's3', input) };
  },
  'the endpoints’ group admits nobody': async (bench, sound) => {
    await revoke(bench, sound.groupId);
    return { code: 'endpoint-group-closed', resource: of(sound, 'ecr.dkr') };
  },
  'an endpoint’s group admits 443 from one subnet alone': async (bench, sound) =>
    regroup(bench, sound, await bench.group(sound.vpcId, 'one subnet', ['10.20.0.0/20'])),
  'an endpoint’s group admits port 80': async (bench, sound) =>
    regroup(bench, sound, await bench.group(sound.vpcId, 'web', [own], 80)),
  'an endpoint’s group admits another network': async (bench, sound) =>
    regroup(bench, sound, await bench.group(sound.vpcId, 'office', ['192.168.0.0/16'])),
  'an endpoint’s group admits a client group, as the seed had it': async (bench, sound) => {
    const GroupId = await bench.group(sound.vpcId, 'clients', []);
    const closed = await bench.group(sound.vpcId, 'for clients', []);
    await authorize(bench, closed, { ...https([]), UserIdGroupPairs: [{ GroupId }] });
    return regroup(bench, sound, closed);
  },
  'nodes lie in 100.64, which the endpoints do not admit': async (bench, sound) => {
    await block(bench, sound.vpcId, { CidrBlock: '100.64.0.0/16' });
    const [, subnetIds] = await subnetInstead(bench, sound, '100.64.0.0/20');
    return { code: 'endpoint-group-closed', resource: of(sound, 'ec2'), subnetIds };
  },
  'pods may lie in 100.64, which the endpoints do not admit': async (bench, sound) => {
    await block(bench, sound.vpcId, { CidrBlock: '100.64.0.0/16' });
    return { code: 'endpoint-group-secondary', resource: of(sound, 'ecr.api') };
  },
  'private DNS of an endpoint is off': async (bench, sound) => {
    await modify(bench, of(sound, 'ecr.api'), { PrivateDnsEnabled: false });
    return { code: 'endpoint-private-dns-off', resource: of(sound, 'ecr.api') };
  },
  'an endpoint has no subnet': async (bench, sound) => {
    await modify(bench, of(sound, 'ssm'), { RemoveSubnetIds: [...sound.subnetIds] });
    return { code: 'endpoint-no-subnets', resource: of(sound, 'ssm') };
  },
  'an endpoint lies in one zone of three': async (bench, sound) => {
    await modify(bench, of(sound, 'ssmmessages'), { RemoveSubnetIds: sound.subnetIds.slice(1) });
    return { code: 'endpoint-zone-missing', resource: of(sound, 'ssmmessages') };
  },
  'an endpoint is being made': async (bench, sound) => {
    const input = { SubnetIds: [...sound.subnetIds], SecurityGroupIds: [sound.groupId] };
    const resource = await bench.endpoint(sound.vpcId, 'sts', input);
    return { code: 'endpoint-pending', resource, spec: 'features:\n  irsa: true\n' };
  },
  'there are two endpoints for one service': async (bench, sound) => {
    const input = { SubnetIds: [...sound.subnetIds], SecurityGroupIds: [sound.groupId], PrivateDnsEnabled: false };
    return { code: 'endpoint-duplicate', resource: await bench.endpoint(sound.vpcId, 'ec2', input) };
  },
  'the S3 policy admits the account’s principals alone': (bench, sound) => {
    const Condition = { StringEquals: { 'aws:PrincipalAccount': '000000000000' } };
    return policy(bench, of(sound, 's3'), [{ ...open, Condition }]);
  },
  'the S3 policy denies whatever is not of the organisation': (bench, sound) => {
    const Condition = { StringNotEquals: { 'aws:ResourceOrgID': 'o-example' } };
    return policy(bench, of(sound, 's3'), [open, { ...open, Effect: 'Deny', Condition }]);
  },
  'the S3 policy admits one bucket': (bench, sound) =>
    policy(bench, of(sound, 's3'), [{ ...open, Resource: ['arn:aws:s3:::app', 'arn:aws:s3:::app/*'] }]),
  'the S3 policy admits layers and no packages': (bench, sound) =>
    policy(bench, of(sound, 's3'), [
      { ...open, Action: 's3:GetObject', Resource: `arn:aws:s3:::prod-${region}-starport-layer-bucket/*` },
    ]),
  'the ecr.dkr policy admits pushing alone': (bench, sound) =>
    policy(bench, of(sound, 'ecr.dkr'), [{ ...open, Action: ['ecr:PutImage', 'ecr:UploadLayerPart'] }]),
  'the ecr.api policy admits one role': (bench, sound) => {
    const Principal = { AWS: 'arn:aws:iam::000000000000:role/builder' };
    return policy(bench, of(sound, 'ecr.api'), [{ ...open, Principal }], 'endpoint-policy-unknown');
  },
  'the eks-auth policy denies everything': (bench, sound) =>
    policy(bench, of(sound, 'eks-auth'), [open, { ...open, Effect: 'Deny' }]),
  'a private hosted zone has the name of a service': async (bench, { vpcId, routeTableIds }) => {
    const resource = await stsZone(bench, vpcId, '10.99.0.7');
    const VpcPeeringConnectionId = await peering(bench, vpcId, '10.99.0.0/16');
    for (const id of routeTableIds)
      await route(bench, id, { VpcPeeringConnectionId, DestinationCidrBlock: '10.99.0.0/16' });
    return { code: 'hosted-zone-serves', resource, spec: irsa };
  },
  'a private hosted zone has the name of a service and no record': async (bench, { vpcId }) => ({
    code: 'hosted-zone-empty',
    resource: await bench.zone(stsHost, vpcId),
    spec: irsa,
  }),
  'a private hosted zone leads where no route leads': async (bench, { vpcId }) => ({
    code: 'hosted-zone-no-route',
    resource: await stsZone(bench, vpcId, '10.99.0.7'),
    spec: irsa,
  }),
  'a private hosted zone leads to another VPC’s endpoint, and no route does': async (bench, { vpcId }) => ({
    code: 'hosted-zone-no-route',
    resource: await stsZone(bench, vpcId, `vpce-0123456789abcdef0-abcdefgh.sts.${region}.vpce.amazonaws.com`),
    spec: irsa,
  }),
  'a private hosted zone leads to an endpoint here that admits nobody': async (bench, sound) => {
    const SecurityGroupIds = [await bench.group(sound.vpcId, 'nobody', [])];
    const input = { SubnetIds: [...sound.subnetIds], SecurityGroupIds, PrivateDnsEnabled: false };
    const resource = await bench.endpoint(sound.vpcId, 'sts', input);
    await bench.account.pass(300);
    await stsZone(bench, sound.vpcId, `${resource}-abcdefgh.sts.${region}.vpce.amazonaws.com`);
    return { code: 'endpoint-group-closed', resource, spec: irsa };
  },
  'a private hosted zone lies above all of AWS’s names': async (bench, { vpcId }) => ({
    code: 'hosted-zone-hides',
    resource: await bench.zone('amazonaws.com', vpcId),
  }),
  'a private hosted zone above all of AWS’s names sends S3 elsewhere': async (bench, { vpcId }) => {
    const resource = await bench.zone('amazonaws.com', vpcId);
    await bench.record(resource, `*.s3.${region}.amazonaws.com`, '10.20.0.9');
    return { code: 'hosted-zone-shadows', resource };
  },
  'a private hosted zone has S3’s own name': async (bench, { vpcId }) => ({
    code: 'hosted-zone-hides',
    resource: await bench.zone(`s3.${region}.amazonaws.com`, vpcId),
  }),
  'the eks endpoint hides the OIDC issuer': async (bench, sound) => {
    const input = { SubnetIds: [...sound.subnetIds], SecurityGroupIds: [sound.groupId] };
    return { code: 'oidc-shadowed', resource: await bench.endpoint(sound.vpcId, 'eks', input) };
  },
  'DNS support is off': async (bench, { vpcId }) => {
    await attribute(bench, vpcId, { EnableDnsSupport: { Value: false } });
    return { code: 'dns-support-off', resource: vpcId };
  },
  'DNS hostnames are off': async (bench, { vpcId }) => {
    await attribute(bench, vpcId, { EnableDnsHostnames: { Value: false } });
    return { code: 'dns-hostnames-off', resource: vpcId };
  },
  'DHCP gives the company’s resolvers': async (bench, { vpcId }) => ({
    code: 'dhcp-dns-foreign',
    resource: await dhcp(bench, vpcId, { 'domain-name-servers': ['10.0.0.2', '10.0.0.3'] }),
  }),
  'DHCP gives the company’s resolver beside Amazon’s': async (bench, { vpcId }) => ({
    code: 'dhcp-dns-mixed',
    resource: await dhcp(bench, vpcId, { 'domain-name-servers': ['AmazonProvidedDNS', '10.0.0.2'] }),
  }),
  'DHCP gives no resolver': async (bench, { vpcId }) => {
    await bench.ec2.send(new sdk.AssociateDhcpOptionsCommand({ DhcpOptionsId: 'default', VpcId: vpcId }));
    return { code: 'dhcp-dns-foreign', resource: 'default' };
  },
  'DHCP gives two domain names': async (bench, { vpcId }) => {
    const options = { 'domain-name-servers': ['AmazonProvidedDNS'], 'domain-name': ['corp.example lab.example'] };
    return { code: 'dhcp-domain-names', resource: await dhcp(bench, vpcId, options) };
  },
  'a subnet leads to an internet gateway': async (bench, sound) => {
    const GatewayId = await bench.internetGateway(sound.vpcId);
    await route(bench, at(sound.routeTableIds, 2), { GatewayId });
    return { code: 'internet-route', resource: at(sound.routeTableIds, 2) };
  },
  'a subnet leads to an internet gateway for one block': async (bench, sound) => {
    const GatewayId = await bench.internetGateway(sound.vpcId);
    await route(bench, at(sound.routeTableIds, 0), { GatewayId, DestinationCidrBlock: '203.0.113.0/24' });
    return { code: 'internet-route', resource: at(sound.routeTableIds, 0) };
  },
  'a subnet leads to a NAT gateway': async (bench, sound) => {
    await route(bench, at(sound.routeTableIds, 1), { NatGatewayId: await nat(bench, sound.vpcId) });
    return { code: 'nat-route', resource: at(sound.routeTableIds, 1) };
  },
  'a route’s NAT gateway is gone': async (bench, sound) => {
    const NatGatewayId = await nat(bench, sound.vpcId);
    await route(bench, at(sound.routeTableIds, 1), { NatGatewayId });
    await bench.ec2.send(new sdk.DeleteNatGatewayCommand({ NatGatewayId }));
    await bench.account.pass(120);
    return { code: 'blackhole-route', resource: at(sound.routeTableIds, 1) };
  },
  'IPv6 leaves by an egress-only gateway': async (bench, sound) => {
    const input = { VpcId: sound.vpcId };
    const { EgressOnlyInternetGateway: made } = await bench.ec2.send(
      new sdk.CreateEgressOnlyInternetGatewayCommand(input),
    );
    const EgressOnlyInternetGatewayId = made?.EgressOnlyInternetGatewayId;
    const to = { DestinationCidrBlock: undefined, DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId };
    await route(bench, at(sound.routeTableIds, 0), to);
    return { code: 'egress-only-route', resource: at(sound.routeTableIds, 0) };
  },
  'a subnet is on the main route table': async (bench, sound) => {
    const RouteTableIds = [at(sound.routeTableIds, 0)];
    const { RouteTables = [] } = await bench.ec2.send(new sdk.DescribeRouteTablesCommand({ RouteTableIds }));
    const AssociationId = RouteTables[0]?.Associations?.[0]?.RouteTableAssociationId;
    await bench.ec2.send(new sdk.DisassociateRouteTableCommand({ AssociationId }));
    return { code: 'subnet-on-main-table', resource: at(sound.subnetIds, 0) };
  },
  'a peer lies in the service range': async (bench, sound) => {
    const VpcPeeringConnectionId = await peering(bench, sound.vpcId, '172.20.0.0/16');
    const resource = at(sound.routeTableIds, 0);
    await route(bench, resource, { VpcPeeringConnectionId, DestinationCidrBlock: '172.20.0.0/16' });
    return { code: 'service-range-routed', resource, spec: '  serviceCidr: 172.20.0.0/16\n' };
  },
  'the VPC lies in the service range': async (bench, { vpcId }) => {
    await block(bench, vpcId, { CidrBlock: '10.100.0.0/16' });
    return { code: 'service-range-overlap', resource: vpcId, spec: '  serviceCidr: 10.100.0.0/20\n' };
  },
  'a subnet is a /28': async (bench, sound) => {
    const [resource, subnetIds] = await subnetInstead(bench, sound, '10.20.250.0/28');
    return { code: 'subnet-too-small', resource, subnetIds };
  },
  'a subnet has 3 addresses left': async (bench, sound) => {
    const [resource, subnetIds] = await subnetInstead(bench, sound, '10.20.250.0/27', 24);
    return { code: 'subnet-full', resource, subnetIds };
  },
  'a subnet has 12 addresses left': async (bench, sound) => {
    const [resource, subnetIds] = await subnetInstead(bench, sound, '10.20.250.0/27', 15);
    return { code: 'subnet-few-addresses', resource, subnetIds };
  },
  'a subnet holds EKS’s interfaces and no endpoints beside them': async (bench, sound) => {
    const [resource, subnetIds] = await subnetInstead(bench, sound, '10.20.250.0/27', 20);
    return { code: 'room-for-start', resource, subnetIds, spec: 'features:\n  irsa: true\n  secrets: true\n' };
  },
  'a subnet does not hold the nodes that may come': async (bench, sound) => {
    const [resource, subnetIds] = await subnetInstead(bench, sound, '10.20.250.0/26');
    return { code: 'room-for-pods', resource, subnetIds, spec: 'nodes:\n  default: { instanceTypes: [m7i.large] }\n' };
  },
  'a subnet holds nodes of a larger kind than it has addresses for': async (bench, sound) => {
    const [resource, subnetIds] = await subnetInstead(bench, sound, '10.20.250.0/26');
    const spec = 'nodes:\n  default: { instanceTypes: [g5.4xlarge], minSize: 1, desiredSize: 1, maxSize: 1 }\n';
    return { code: 'room-for-pods', resource, subnetIds, spec };
  },
  'custom networking names no subnet': (_bench, { vpcId }) =>
    Promise.resolve({
      code: 'pod-subnets-unknown',
      resource: vpcId,
      spec: `addons:\n  vpc-cni: { configuration: { env: { ${customNetworking} } } }\n`,
    }),
  'custom networking names a subnet of another VPC': async bench => {
    const resource = await bench.subnet(await bench.vpc('10.30.0.0/16'), '10.30.0.0/20', `${region}a`);
    const eniConfig = `eniConfig: { create: true, region: ${region}, subnets: { ${region}a: { id: ${resource} } } }`;
    const spec = `addons:\n  vpc-cni: { configuration: { env: { ${customNetworking} }, ${eniConfig} } }\n`;
    return { code: 'pod-subnet-missing', resource, spec };
  },
  'a subnet gives public addresses': async (bench, sound) => {
    const resource = at(sound.subnetIds, 1);
    const MapPublicIpOnLaunch = { Value: true };
    await bench.ec2.send(new sdk.ModifySubnetAttributeCommand({ SubnetId: resource, MapPublicIpOnLaunch }));
    return { code: 'subnet-public-addresses', resource };
  },
  'the subnets lie in one zone': async (bench, sound) => {
    const [id] = await subnetInstead(bench, sound, '10.20.224.0/20');
    return { code: 'one-zone', resource: sound.vpcId, subnetIds: [at(sound.subnetIds, 0), id] };
  },
  'a subnet belongs to another VPC': async (bench, sound) => {
    const resource = await bench.subnet(await bench.vpc('10.30.0.0/16'), '10.30.0.0/20', `${region}b`);
    return { code: 'subnet-other-vpc', resource, subnetIds: [...sound.subnetIds.slice(0, 2), resource] };
  },
  'a subnet is gone': async (bench, sound) => {
    const resource = await bench.subnet(sound.vpcId, '10.20.224.0/20', `${region}a`);
    await bench.ec2.send(new sdk.DeleteSubnetCommand({ SubnetId: resource }));
    return { code: 'subnet-missing', resource, subnetIds: [...sound.subnetIds, resource] };
  },
  'a subnet lacks the load balancers’ tag': async (bench, sound) => {
    const resource = at(sound.subnetIds, 2);
    const Tags = [{ Key: 'kubernetes.io/role/internal-elb' }];
    await bench.ec2.send(new sdk.DeleteTagsCommand({ Resources: [resource], Tags }));
    return { code: 'subnet-tag-missing', resource };
  },
  'a network ACL denies 443': async (bench, sound) => {
    const rules: AclRule[] = [
      [90, true, 'deny', all, 443, 443],
      [100, true, 'allow', all],
      [100, false, 'allow', all],
    ];
    return { code: 'acl-blocks-https', resource: await acl(bench, sound, rules) };
  },
  'a network ACL lets no replies in': async (bench, sound) => {
    const rules: AclRule[] = [
      [100, true, 'allow', all],
      [100, false, 'allow', all, 443, 443],
    ];
    return { code: 'acl-blocks-replies', resource: await acl(bench, sound, rules) };
  },
  'a network ACL lets half of the ephemeral ports in': async (bench, sound) => {
    const rules: AclRule[] = [
      [100, true, 'allow', all],
      [100, false, 'allow', all, 443, 443],
      [110, false, 'allow', all, 32768, 65535],
    ];
    return { code: 'acl-blocks-replies', resource: await acl(bench, sound, rules) };
  },
  'a network ACL knows the VPC alone, and not S3': async (bench, sound) => {
    const rules: AclRule[] = [
      [100, true, 'allow', own],
      [100, false, 'allow', own],
    ];
    return { code: 'acl-blocks-s3', resource: await acl(bench, sound, rules) };
  },
  'a network ACL is empty': async (bench, sound) => ({
    code: 'acl-blocks-https',
    resource: await acl(bench, sound, []),
  }),
  'IPv6 is wanted, and the VPC has none': (_bench, { vpcId }) =>
    Promise.resolve({ code: 'vpc-ipv6-missing', resource: vpcId, spec: '  ipFamily: ipv6\n' }),
  'IPv6 is wanted, and the subnets have none': async (bench, { vpcId, subnetIds }) => {
    await block(bench, vpcId, { AmazonProvidedIpv6CidrBlock: true });
    return { code: 'subnet-ipv6-missing', resource: at(subnetIds, 0), spec: '  ipFamily: ipv6\n' };
  },
  'IPv6 is wanted, and a subnet assigns no addresses of it': async (bench, sound) => {
    await withIpv6(bench, sound);
    const resource = at(sound.subnetIds, 1);
    const AssignIpv6AddressOnCreation = { Value: false };
    await bench.ec2.send(new sdk.ModifySubnetAttributeCommand({ SubnetId: resource, AssignIpv6AddressOnCreation }));
    return { code: 'subnet-ipv6-not-assigned', resource, spec: ipv6 };
  },
  'IPv6 is wanted, and a network ACL knows IPv4 alone': async (bench, sound) => {
    await withIpv6(bench, sound);
    const rules: AclRule[] = [
      [100, true, 'allow', all],
      [100, false, 'allow', all],
    ];
    return { code: 'acl-blocks-https', resource: await acl(bench, sound, rules), spec: ipv6 };
  },
  'IPv6 is wanted, and a network ACL denies its replies': async (bench, sound) => {
    await withIpv6(bench, sound);
    const rules: AclRule[] = [
      [100, true, 'allow', all],
      [100, false, 'allow', all],
      [110, true, 'allow', '::/0'],
      [110, false, 'allow', '::/0', 443, 443],
    ];
    return { code: 'acl-blocks-replies', resource: await acl(bench, sound, rules), spec: ipv6 };
  },
  'a group that may reach the API belongs to another VPC': async bench => {
    const resource = await bench.group(await bench.vpc('10.30.0.0/16'), 'vpn', []);
    return { code: 'api-group-other-vpc', resource, spec: `  apiAccess:\n    securityGroups: [${resource}]\n` };
  },
  'a group that may reach the API is gone': async (bench, { vpcId }) => {
    const resource = await bench.group(vpcId, 'vpn', []);
    await bench.ec2.send(new sdk.DeleteSecurityGroupCommand({ GroupId: resource }));
    return { code: 'api-group-missing', resource, spec: `  apiAccess:\n    securityGroups: [${resource}]\n` };
  },
};
