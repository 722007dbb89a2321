import type { ResourceProvider, ResourceProviders } from '../cloudformation/resourceProvider.ts';
import { ec2Resource } from './ec2/ec2Resource.ts';
import { launchTemplate } from './ec2/launchTemplate.ts';
import { securityGroup, securityGroupIngress } from './ec2/securityGroup.ts';
import { vpcEndpoint } from './ec2/vpcEndpoint.ts';
import { asBoolean, ignoring, notUpdated, pick, words, type CfnBoolean, type CfnTag } from './property.ts';

interface VpcProperties {
  readonly CidrBlock?: string;
  readonly EnableDnsHostnames?: CfnBoolean;
  readonly EnableDnsSupport?: CfnBoolean;
  readonly InstanceTenancy?: string;
  readonly Tags?: readonly CfnTag[];
}

const vpc = ec2Resource<VpcProperties>({
  name: 'Vpc',
  idMember: 'VpcId',
  tagType: 'vpc',
  notFound: 'InvalidVpcID.NotFound',
  properties: 'CidrBlock EnableDnsHostnames EnableDnsSupport InstanceTenancy Tags',
  createOnly: 'CidrBlock InstanceTenancy',
  unsupported: 'Ipv4IpamPoolId Ipv4NetmaskLength',
  createSeconds: 12,
  input: properties => pick(properties, 'CidrBlock', 'InstanceTenancy'),
  settle(VpcId, { EnableDnsSupport, EnableDnsHostnames }, context) {
    const set = (attribute: object) => context.call('ec2', 'ModifyVpcAttribute', { VpcId, ...attribute });
    set({ EnableDnsSupport: { Value: asBoolean(EnableDnsSupport, true) } });
    set({ EnableDnsHostnames: { Value: asBoolean(EnableDnsHostnames, false) } });
  },
  attributes(VpcId, context) {
    type View = {
      CidrBlock: string;
      CidrBlockAssociationSet: { AssociationId: string }[];
      Ipv6CidrBlockAssociationSet?: { Ipv6CidrBlock: string }[];
      defaultNetworkAcl: string;
    };
    const [row] = context.call<{ Vpcs: [View] }>('ec2', 'DescribeVpcs', { VpcIds: [VpcId] }).Vpcs;
    const Filters = Object.entries({ 'vpc-id': VpcId, 'group-name': 'default' }).map(([Name, value]) => ({
      Name,
      Values: [value],
    }));
    const groups = context.call<{ SecurityGroups: { GroupId: string }[] }>('ec2', 'DescribeSecurityGroups', {
      Filters,
    });
    return {
      CidrBlock: row.CidrBlock,
      CidrBlockAssociations: row.CidrBlockAssociationSet.map(item => item.AssociationId),
      DefaultNetworkAcl: row.defaultNetworkAcl,
      DefaultSecurityGroup: groups.SecurityGroups[0]?.GroupId,
      Ipv6CidrBlocks: (row.Ipv6CidrBlockAssociationSet ?? []).map(item => item.Ipv6CidrBlock),
    };
  },
});

interface SubnetProperties {
  readonly VpcId?: string;
  readonly CidrBlock?: string;
  readonly AvailabilityZone?: string;
  readonly AvailabilityZoneId?: string;
  readonly AssignIpv6AddressOnCreation?: CfnBoolean;
  readonly Ipv6CidrBlock?: string;
  readonly MapPublicIpOnLaunch?: CfnBoolean;
  readonly Tags?: readonly CfnTag[];
}

const subnet = ec2Resource<SubnetProperties>({
  name: 'Subnet',
  idMember: 'SubnetId',
  tagType: 'subnet',
  notFound: 'InvalidSubnetID.NotFound',
  properties:
    'AssignIpv6AddressOnCreation AvailabilityZone AvailabilityZoneId CidrBlock Ipv6CidrBlock MapPublicIpOnLaunch Tags VpcId',
  required: 'VpcId',
  createOnly: 'VpcId AvailabilityZone AvailabilityZoneId CidrBlock',
  unsupported:
    'EnableDns64 EnableLniAtDeviceIndex Ipv4IpamPoolId Ipv4NetmaskLength Ipv6IpamPoolId Ipv6Native Ipv6NetmaskLength OutpostArn PrivateDnsNameOptionsOnLaunch',
  createSeconds: 4,
  input: properties =>
    pick(properties, 'VpcId', 'CidrBlock', 'Ipv6CidrBlock', 'AvailabilityZone', 'AvailabilityZoneId'),
  settle(SubnetId, { AssignIpv6AddressOnCreation: assign, MapPublicIpOnLaunch }, context) {
    const set = (attribute: object) => context.call('ec2', 'ModifySubnetAttribute', { SubnetId, ...attribute });
    set({ MapPublicIpOnLaunch: { Value: asBoolean(MapPublicIpOnLaunch, false) } });
    if (assign !== undefined) set({ AssignIpv6AddressOnCreation: { Value: asBoolean(assign, false) } });
  },
  attributes(SubnetId, context) {
    type View = Omit<SubnetProperties, 'Tags'> & {
      networkAclAssociation: string;
      Ipv6CidrBlockAssociationSet?: { Ipv6CidrBlock: string }[];
    };
    const [row] = context.call<{ Subnets: [View] }>('ec2', 'DescribeSubnets', { SubnetIds: [SubnetId] }).Subnets;
    const {
      AvailabilityZone,
      AvailabilityZoneId,
      CidrBlock,
      VpcId,
      networkAclAssociation: NetworkAclAssociationId,
    } = row;
    const Ipv6CidrBlocks = (row.Ipv6CidrBlockAssociationSet ?? []).map(item => item.Ipv6CidrBlock);
    return { AvailabilityZone, AvailabilityZoneId, CidrBlock, VpcId, NetworkAclAssociationId, Ipv6CidrBlocks };
  },
});

const routeTable = ec2Resource<{ readonly VpcId?: string; readonly Tags?: readonly CfnTag[] }>({
  name: 'RouteTable',
  idMember: 'RouteTableId',
  tagType: 'route-table',
  notFound: 'InvalidRouteTableID.NotFound',
  properties: 'Tags VpcId',
  required: 'VpcId',
  createOnly: 'VpcId',
  createSeconds: 10,
  input: properties => pick(properties, 'VpcId'),
});

const internetGateway = ec2Resource({
  name: 'InternetGateway',
  idMember: 'InternetGatewayId',
  tagType: 'internet-gateway',
  notFound: 'InvalidInternetGatewayID.NotFound',
  properties: 'Tags',
  createSeconds: 16,
  input: () => ({}),
});

interface RouteProperties {
  readonly RouteTableId?: string;
  readonly DestinationCidrBlock?: string;
}

const route: ResourceProvider = {
  properties: ['DestinationCidrBlock', 'GatewayId', 'RouteTableId'],
  required: ['RouteTableId'],
  createOnly: ['RouteTableId', 'DestinationCidrBlock'],
  unsupported: words(
    'CarrierGatewayId CoreNetworkArn DestinationIpv6CidrBlock DestinationPrefixListId EgressOnlyInternetGatewayId InstanceId LocalGatewayId NatGatewayId NetworkInterfaceId TransitGatewayId VpcEndpointId VpcPeeringConnectionId',
  ),
  seconds: { create: 2, delete: 2 },
  create(properties: RouteProperties, context) {
    context.call('ec2', 'CreateRoute', properties);
    return `${properties.RouteTableId}|${properties.DestinationCidrBlock}`;
  },
  update: notUpdated('AWS::EC2::Route'),
  delete(_id, properties: RouteProperties, context) {
    const key = pick(properties, 'RouteTableId', 'DestinationCidrBlock');
    const gone = ['InvalidRoute.NotFound', 'InvalidRouteTableID.NotFound'];
    ignoring(gone, () => context.call('ec2', 'DeleteRoute', key));
  },
  attributes: (_id, { DestinationCidrBlock }: RouteProperties) => ({ CidrBlock: DestinationCidrBlock }),
};

const subnetRouteTableAssociation: ResourceProvider = {
  properties: ['RouteTableId', 'SubnetId'],
  required: ['RouteTableId', 'SubnetId'],
  createOnly: ['RouteTableId', 'SubnetId'],
  seconds: { create: 2, delete: 2 },
  create: (properties, context) =>
    context.call<{ AssociationId: string }>('ec2', 'AssociateRouteTable', properties).AssociationId,
  delete(AssociationId, _properties, context) {
    const gone = ['InvalidAssociationID.NotFound'];
    ignoring(gone, () => context.call('ec2', 'DisassociateRouteTable', { AssociationId }));
  },
  attributes: Id => ({ Id }),
};

const vpcGatewayAttachment: ResourceProvider = {
  properties: ['InternetGatewayId', 'VpcId'],
  required: ['VpcId'],
  createOnly: ['VpcId', 'InternetGatewayId'],
  unsupported: ['VpnGatewayId'],
  seconds: { create: 2, delete: 2 },
  create(properties: { readonly VpcId?: string }, context) {
    context.call('ec2', 'AttachInternetGateway', properties);
    return `IGW|${properties.VpcId}`;
  },
  delete(_id, properties, context) {
    const gone = ['Gateway.NotAttached', 'InvalidInternetGatewayID.NotFound', 'InvalidVpcID.NotFound'];
    ignoring(gone, () => context.call('ec2', 'DetachInternetGateway', properties));
  },
  attributes: () => ({ AttachmentType: 'IGW' }),
};

interface BlockProperties {
  readonly VpcId?: string;
  readonly CidrBlock?: string;
  readonly AmazonProvidedIpv6CidrBlock?: CfnBoolean;
}

const vpcCidrBlock: ResourceProvider = {
  properties: ['AmazonProvidedIpv6CidrBlock', 'CidrBlock', 'VpcId'],
  required: ['VpcId'],
  createOnly: ['AmazonProvidedIpv6CidrBlock', 'CidrBlock', 'VpcId'],
  unsupported: words(
    'Ipv4IpamPoolId Ipv4NetmaskLength Ipv6CidrBlock Ipv6CidrBlockNetworkBorderGroup Ipv6IpamPoolId Ipv6NetmaskLength Ipv6Pool',
  ),
  seconds: { create: 12, delete: 10 },
  create({ VpcId, CidrBlock, AmazonProvidedIpv6CidrBlock: ipv6 }: BlockProperties, context) {
    type Made = { readonly AssociationId: string };
    const made = context.call<{ CidrBlockAssociation?: Made; Ipv6CidrBlockAssociation?: Made }>(
      'ec2',
      'AssociateVpcCidrBlock',
      { VpcId, ...(CidrBlock && { CidrBlock }), ...(asBoolean(ipv6, false) && { AmazonProvidedIpv6CidrBlock: true }) },
    );
    const { AssociationId = '' } = made.CidrBlockAssociation ?? made.Ipv6CidrBlockAssociation ?? {};
    return `${AssociationId}|${VpcId}`;
  },
  delete(id, _properties, context) {
    const [AssociationId] = id.split('|');
    const gone = ['InvalidVpcCidrBlockAssociationID.NotFound'];
    ignoring(gone, () => context.call('ec2', 'DisassociateVpcCidrBlock', { AssociationId }));
  },
  ref: (_id, { VpcId }: BlockProperties) => VpcId ?? '',
  attributes: id => ({ Id: id.split('|')[0] }),
};

export const ec2Providers: ResourceProviders = {
  'AWS::EC2::VPC': vpc,
  'AWS::EC2::VPCCidrBlock': vpcCidrBlock,
  'AWS::EC2::Subnet': subnet,
  'AWS::EC2::RouteTable': routeTable,
  'AWS::EC2::Route': route,
  'AWS::EC2::SubnetRouteTableAssociation': subnetRouteTableAssociation,
  'AWS::EC2::InternetGateway': internetGateway,
  'AWS::EC2::VPCGatewayAttachment': vpcGatewayAttachment,
  'AWS::EC2::SecurityGroup': securityGroup,
  'AWS::EC2::SecurityGroupIngress': securityGroupIngress,
  'AWS::EC2::VPCEndpoint': vpcEndpoint,
  'AWS::EC2::LaunchTemplate': launchTemplate,
};
