import type { ProviderContext, ResourceProvider, ResourceProviders } from '../cloudformation/resourceProvider.ts';
import { securityGroup, securityGroupRule } from './ec2/securityGroup.ts';
import { launchTemplate } from './ec2/launchTemplate.ts';
import { vpcEndpoint } from './ec2/vpcEndpoint.ts';
import { retag, tagSpecification, tagAsService } from './ec2/tags.ts';
import { asBoolean, ignoring, pick, type CfnBoolean, type CfnTag } from './property.ts';

const words = (text: string): string[] => text.split(' ');

interface VpcProperties {
  readonly CidrBlock?: string;
  readonly EnableDnsHostnames?: CfnBoolean;
  readonly EnableDnsSupport?: CfnBoolean;
  readonly InstanceTenancy?: string;
  readonly Tags?: readonly CfnTag[];
}

interface VpcView {
  readonly CidrBlock?: string;
  readonly CidrBlockAssociationSet?: readonly { readonly AssociationId?: string }[];
  readonly defaultNetworkAcl?: string;
}

function setDns(VpcId: string, next: VpcProperties, context: ProviderContext): void {
  const support = { Value: asBoolean(next.EnableDnsSupport, true) };
  const hostnames = { Value: asBoolean(next.EnableDnsHostnames, false) };
  context.call('ec2', 'ModifyVpcAttribute', { VpcId, EnableDnsSupport: support });
  context.call('ec2', 'ModifyVpcAttribute', { VpcId, EnableDnsHostnames: hostnames });
}

const vpc: ResourceProvider = {
  properties: words('CidrBlock EnableDnsHostnames EnableDnsSupport InstanceTenancy Tags'),
  required: [],
  createOnly: ['CidrBlock', 'InstanceTenancy'],
  unsupported: ['Ipv4IpamPoolId', 'Ipv4NetmaskLength'],
  seconds: { create: 12, delete: 2 },
  create(properties: VpcProperties, context) {
    const input = {
      ...pick(properties, 'CidrBlock', 'InstanceTenancy'),
      ...tagSpecification('vpc', properties.Tags, context),
    };
    const { VpcId } = context.call<{ Vpc: { VpcId: string } }>('ec2', 'CreateVpc', input).Vpc;
    tagAsService(VpcId, context);
    setDns(VpcId, properties, context);
    return VpcId;
  },
  update(VpcId, next: VpcProperties, previous: VpcProperties, context) {
    setDns(VpcId, next, context);
    retag(VpcId, next.Tags, previous.Tags, context);
  },
  delete(VpcId, _properties, context) {
    ignoring(['InvalidVpcID.NotFound'], () => context.call('ec2', 'DeleteVpc', { VpcId }));
  },
  attributes(VpcId, _properties, context) {
    const [row] = context.call<{ Vpcs: VpcView[] }>('ec2', 'DescribeVpcs', { VpcIds: [VpcId] }).Vpcs;
    const Filters = [
      { Name: 'vpc-id', Values: [VpcId] },
      { Name: 'group-name', Values: ['default'] },
    ];
    const groups = context.call<{ SecurityGroups: { GroupId: string }[] }>('ec2', 'DescribeSecurityGroups', {
      Filters,
    });
    return {
      VpcId,
      CidrBlock: row?.CidrBlock,
      CidrBlockAssociations: row?.CidrBlockAssociationSet?.map(item => item.AssociationId),
      DefaultNetworkAcl: row?.defaultNetworkAcl,
      DefaultSecurityGroup: groups.SecurityGroups[0]?.GroupId,
      Ipv6CidrBlocks: [],
    };
  },
};

const vpcCidrBlock: ResourceProvider = {
  properties: ['CidrBlock', 'VpcId'],
  required: ['VpcId'],
  createOnly: ['CidrBlock', 'VpcId'],
  unsupported: words(
    'AmazonProvidedIpv6CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength Ipv6CidrBlock Ipv6CidrBlockNetworkBorderGroup Ipv6IpamPoolId Ipv6NetmaskLength Ipv6Pool',
  ),
  seconds: { create: 10, delete: 10 },
  create(properties, context) {
    type Answer = { CidrBlockAssociation: { AssociationId: string } };
    return context.call<Answer>('ec2', 'AssociateVpcCidrBlock', properties).CidrBlockAssociation.AssociationId;
  },
  delete(AssociationId, _properties, context) {
    ignoring(['InvalidVpcCidrBlockAssociationID.NotFound'], () =>
      context.call('ec2', 'DisassociateVpcCidrBlock', { AssociationId }),
    );
  },
  attributes: Id => ({ Id }),
};

interface SubnetProperties {
  readonly VpcId?: string;
  readonly CidrBlock?: string;
  readonly AvailabilityZone?: string;
  readonly AvailabilityZoneId?: string;
  readonly MapPublicIpOnLaunch?: CfnBoolean;
  readonly PrivateDnsNameOptionsOnLaunch?: {
    readonly HostnameType?: string;
    readonly EnableResourceNameDnsARecord?: CfnBoolean;
  };
  readonly Tags?: readonly CfnTag[];
}

function setSubnet(SubnetId: string, next: SubnetProperties, context: ProviderContext): void {
  const MapPublicIpOnLaunch = { Value: asBoolean(next.MapPublicIpOnLaunch, false) };
  context.call('ec2', 'ModifySubnetAttribute', { SubnetId, MapPublicIpOnLaunch });
  const { HostnameType, EnableResourceNameDnsARecord: record } = next.PrivateDnsNameOptionsOnLaunch ?? {};
  if (HostnameType !== undefined)
    context.call('ec2', 'ModifySubnetAttribute', { SubnetId, PrivateDnsHostnameTypeOnLaunch: HostnameType });
  if (record !== undefined)
    context.call('ec2', 'ModifySubnetAttribute', {
      SubnetId,
      EnableResourceNameDnsARecordOnLaunch: { Value: asBoolean(record, false) },
    });
}

const subnet: ResourceProvider = {
  properties: words(
    'AvailabilityZone AvailabilityZoneId CidrBlock MapPublicIpOnLaunch PrivateDnsNameOptionsOnLaunch Tags VpcId',
  ),
  required: ['VpcId'],
  createOnly: words('VpcId AvailabilityZone AvailabilityZoneId CidrBlock'),
  unsupported: words(
    'AssignIpv6AddressOnCreation EnableDns64 EnableLniAtDeviceIndex Ipv4IpamPoolId Ipv4NetmaskLength Ipv6CidrBlock Ipv6IpamPoolId Ipv6Native Ipv6NetmaskLength OutpostArn',
  ),
  seconds: { create: 4, delete: 2 },
  create(properties: SubnetProperties, context) {
    const { SubnetId } = context.call<{ Subnet: { SubnetId: string } }>('ec2', 'CreateSubnet', {
      ...pick(properties, 'VpcId', 'CidrBlock', 'AvailabilityZone', 'AvailabilityZoneId'),
      ...tagSpecification('subnet', properties.Tags, context),
    }).Subnet;
    tagAsService(SubnetId, context);
    setSubnet(SubnetId, properties, context);
    return SubnetId;
  },
  update(SubnetId, next: SubnetProperties, previous: SubnetProperties, context) {
    setSubnet(SubnetId, next, context);
    retag(SubnetId, next.Tags, previous.Tags, context);
  },
  delete(SubnetId, _properties, context) {
    ignoring(['InvalidSubnetID.NotFound'], () => context.call('ec2', 'DeleteSubnet', { SubnetId }));
  },
  attributes(SubnetId, _properties, context) {
    type View = {
      AvailabilityZone?: string;
      AvailabilityZoneId?: string;
      CidrBlock?: string;
      VpcId?: string;
      networkAclAssociation?: string;
    };
    const [row] = context.call<{ Subnets: View[] }>('ec2', 'DescribeSubnets', { SubnetIds: [SubnetId] }).Subnets;
    const { AvailabilityZone, AvailabilityZoneId, CidrBlock, VpcId, networkAclAssociation } = row ?? {};
    return {
      SubnetId,
      AvailabilityZone,
      AvailabilityZoneId,
      CidrBlock,
      VpcId,
      NetworkAclAssociationId: networkAclAssociation,
      Ipv6CidrBlocks: [],
    };
  },
};

const routeTable: ResourceProvider = {
  properties: ['Tags', 'VpcId'],
  required: ['VpcId'],
  createOnly: ['VpcId'],
  seconds: { create: 10, delete: 2 },
  create({ VpcId, Tags }: { VpcId?: string; Tags?: readonly CfnTag[] }, context) {
    const input = { VpcId, ...tagSpecification('route-table', Tags, context) };
    const { RouteTableId } = context.call<{ RouteTable: { RouteTableId: string } }>(
      'ec2',
      'CreateRouteTable',
      input,
    ).RouteTable;
    tagAsService(RouteTableId, context);
    return RouteTableId;
  },
  update(RouteTableId, next: { Tags?: readonly CfnTag[] }, previous: { Tags?: readonly CfnTag[] }, context) {
    retag(RouteTableId, next.Tags, previous.Tags, context);
  },
  delete(RouteTableId, _properties, context) {
    ignoring(['InvalidRouteTableID.NotFound'], () => context.call('ec2', 'DeleteRouteTable', { RouteTableId }));
  },
  attributes: RouteTableId => ({ RouteTableId }),
};

interface RouteProperties {
  readonly RouteTableId?: string;
  readonly DestinationCidrBlock?: string;
}

const route: ResourceProvider = {
  properties: words('DestinationCidrBlock GatewayId NetworkInterfaceId RouteTableId'),
  required: ['RouteTableId'],
  createOnly: ['RouteTableId', 'DestinationCidrBlock'],
  unsupported: words(
    'CarrierGatewayId CoreNetworkArn DestinationIpv6CidrBlock DestinationPrefixListId EgressOnlyInternetGatewayId InstanceId LocalGatewayId NatGatewayId TransitGatewayId VpcEndpointId VpcPeeringConnectionId',
  ),
  seconds: { create: 2, delete: 2 },
  create(properties: RouteProperties, context) {
    context.call('ec2', 'CreateRoute', properties);
    return `${properties.RouteTableId ?? ''}|${properties.DestinationCidrBlock ?? ''}`;
  },
  update(_id, next, _previous, context) {
    context.call('ec2', 'ReplaceRoute', next);
  },
  delete(_id, properties: RouteProperties, context) {
    ignoring(['InvalidRoute.NotFound', 'InvalidRouteTableID.NotFound'], () =>
      context.call('ec2', 'DeleteRoute', pick(properties, 'RouteTableId', 'DestinationCidrBlock')),
    );
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
    ignoring(['InvalidAssociationID.NotFound'], () => context.call('ec2', 'DisassociateRouteTable', { AssociationId }));
  },
  attributes: Id => ({ Id }),
};

const internetGateway: ResourceProvider = {
  properties: ['Tags'],
  required: [],
  createOnly: [],
  seconds: { create: 16, delete: 2 },
  create({ Tags }: { Tags?: readonly CfnTag[] }, context) {
    type Answer = { InternetGateway: { InternetGatewayId: string } };
    const input = tagSpecification('internet-gateway', Tags, context);
    const { InternetGatewayId } = context.call<Answer>('ec2', 'CreateInternetGateway', input).InternetGateway;
    tagAsService(InternetGatewayId, context);
    return InternetGatewayId;
  },
  update(id, next: { Tags?: readonly CfnTag[] }, previous: { Tags?: readonly CfnTag[] }, context) {
    retag(id, next.Tags, previous.Tags, context);
  },
  delete(InternetGatewayId, _properties, context) {
    ignoring(['InvalidInternetGatewayID.NotFound'], () =>
      context.call('ec2', 'DeleteInternetGateway', { InternetGatewayId }),
    );
  },
  attributes: InternetGatewayId => ({ InternetGatewayId }),
};

interface AttachmentProperties {
  readonly VpcId?: string;
  readonly InternetGatewayId?: string;
}

const vpcGatewayAttachment: ResourceProvider = {
  properties: ['InternetGatewayId', 'VpcId'],
  required: ['VpcId'],
  createOnly: ['VpcId', 'InternetGatewayId'],
  unsupported: ['VpnGatewayId'],
  seconds: { create: 2, delete: 2 },
  create(properties: AttachmentProperties, context) {
    context.call('ec2', 'AttachInternetGateway', properties);
    return `IGW|${properties.VpcId ?? ''}`;
  },
  delete(_id, { VpcId, InternetGatewayId }: AttachmentProperties, context) {
    ignoring(['Gateway.NotAttached', 'InvalidInternetGatewayID.NotFound', 'InvalidVpcID.NotFound'], () =>
      context.call('ec2', 'DetachInternetGateway', { VpcId, InternetGatewayId }),
    );
  },
  attributes: () => ({ AttachmentType: 'IGW' }),
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
  'AWS::EC2::SecurityGroupIngress': securityGroupRule(false),
  'AWS::EC2::SecurityGroupEgress': securityGroupRule(true),
  'AWS::EC2::VPCEndpoint': vpcEndpoint,
  'AWS::EC2::LaunchTemplate': launchTemplate,
};
