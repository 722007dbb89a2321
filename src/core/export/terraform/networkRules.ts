import type { TemplateValue } from '../../templates/template.ts';
import { attribute, expression, type HclBody } from './hcl.ts';
import {
  argumentsOf,
  elsewhere,
  items,
  json,
  namePrefix,
  properties,
  tags,
  type Fields,
  type ResourceRule,
  type RuleContext,
  type SideResource,
} from './resourceRule.ts';

const peer: Fields = {
  IpProtocol: 'ip_protocol',
  FromPort: 'from_port',
  ToPort: 'to_port',
  CidrIp: 'cidr_ipv4',
  CidrIpv6: 'cidr_ipv6',
  SourceSecurityGroupId: 'referenced_security_group_id',
  DestinationSecurityGroupId: 'referenced_security_group_id',
  SourcePrefixListId: 'prefix_list_id',
  DestinationPrefixListId: 'prefix_list_id',
  Description: 'description',
};

/** CloudFormation leaves a group's first rule, everything out, where it says nothing of it; Terraform takes it away. */
const everythingOut: TemplateValue = { IpProtocol: '-1', CidrIp: '0.0.0.0/0', Description: 'Everything' };

function groupRules(of: Readonly<Record<string, TemplateValue>>, context: RuleContext): SideResource[] {
  const rules = (direction: 'ingress' | 'egress', list: readonly TemplateValue[]) =>
    list.map((rule, index): SideResource => ({
      type: `aws_vpc_security_group_${direction}_rule`,
      suffix: list.length > 1 ? `_${index + 1}` : '',
      body: [
        attribute('security_group_id', expression(`${context.address}.id`)),
        ...argumentsOf(properties(rule), peer, context, `${direction}.`),
      ],
    }));
  const egress = of['SecurityGroupEgress'];
  return [
    ...rules('ingress', items(of['SecurityGroupIngress'])),
    ...rules('egress', egress === undefined ? [everythingOut] : items(egress)),
  ];
}

const isAmazonIpv6 = (of: Readonly<Record<string, TemplateValue>> = {}) => of['AmazonProvidedIpv6CidrBlock'] === true;

/** A VPC gets its IPv6 block by an argument of its own. */
function ipv6Block({ template }: RuleContext): HclBody {
  const wanted = Object.values(template.Resources).some(
    ({ Type, Properties }) => Type === 'AWS::EC2::VPCCidrBlock' && isAmazonIpv6(Properties),
  );
  return wanted ? [attribute('assign_generated_ipv6_cidr_block', true)] : [];
}

const groupRule = (direction: 'ingress' | 'egress'): ResourceRule => ({
  type: `aws_vpc_security_group_${direction}_rule`,
  ref: 'id',
  fields: { ...peer, GroupId: 'security_group_id' },
});

export const networkRules: Readonly<Record<string, ResourceRule>> = {
  'AWS::EC2::VPC': {
    type: 'aws_vpc',
    ref: 'id',
    attributes: { CidrBlock: 'cidr_block', VpcId: 'id', Ipv6CidrBlocks: 'ipv6_cidr_block[]' },
    fields: {
      CidrBlock: 'cidr_block',
      EnableDnsSupport: 'enable_dns_support',
      EnableDnsHostnames: 'enable_dns_hostnames',
      Tags: tags,
    },
    more: (_, context) => ipv6Block(context),
  },
  'AWS::EC2::VPCCidrBlock': {
    type: 'aws_vpc_ipv4_cidr_block_association',
    ref: 'id',
    fields: { VpcId: 'vpc_id', CidrBlock: 'cidr_block' },
    absorbed: ({ Properties }) => isAmazonIpv6(Properties),
  },
  'AWS::EC2::Subnet': {
    type: 'aws_subnet',
    ref: 'id',
    fields: {
      VpcId: 'vpc_id',
      CidrBlock: 'cidr_block',
      Ipv6CidrBlock: 'ipv6_cidr_block',
      AssignIpv6AddressOnCreation: 'assign_ipv6_address_on_creation',
      AvailabilityZone: 'availability_zone',
      AvailabilityZoneId: 'availability_zone_id',
      MapPublicIpOnLaunch: 'map_public_ip_on_launch',
      Tags: tags,
    },
  },
  'AWS::EC2::RouteTable': { type: 'aws_route_table', ref: 'id', fields: { VpcId: 'vpc_id', Tags: tags } },
  'AWS::EC2::SubnetRouteTableAssociation': {
    type: 'aws_route_table_association',
    ref: 'id',
    fields: { SubnetId: 'subnet_id', RouteTableId: 'route_table_id' },
  },
  'AWS::EC2::VPCEndpoint': {
    type: 'aws_vpc_endpoint',
    ref: 'id',
    attributes: {
      // CloudFormation gives `ZONE:NAME`.
      DnsEntries: address => `[for entry in ${address}.dns_entry : "\${entry.hosted_zone_id}:\${entry.dns_name}"]`,
    },
    fields: {
      VpcId: 'vpc_id',
      ServiceName: 'service_name',
      VpcEndpointType: 'vpc_endpoint_type',
      SubnetIds: 'subnet_ids',
      SecurityGroupIds: 'security_group_ids',
      RouteTableIds: 'route_table_ids',
      PrivateDnsEnabled: 'private_dns_enabled',
      IpAddressType: 'ip_address_type',
      PolicyDocument: json('policy'),
      Tags: tags,
    },
  },
  'AWS::EC2::SecurityGroup': {
    type: 'aws_security_group',
    ref: 'id',
    attributes: { GroupId: 'id', VpcId: 'vpc_id' },
    fields: {
      GroupName: 'name',
      GroupDescription: 'description',
      VpcId: 'vpc_id',
      SecurityGroupIngress: elsewhere,
      SecurityGroupEgress: elsewhere,
      Tags: tags,
    },
    more: ({ Properties = {} }, context) => ('GroupName' in Properties ? [] : [namePrefix(context, 100)]),
    beside: ({ Properties = {} }, context) => groupRules(Properties, context),
  },
  'AWS::EC2::SecurityGroupIngress': groupRule('ingress'),
  'AWS::EC2::SecurityGroupEgress': groupRule('egress'),
};
