import { type Cidr, formatCidr, parseCidr } from '../spec/cidr.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { layOutSubnets } from '../spec/subnetLayout.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import type { Template, TemplateOutput, TemplateResource, TemplateValue } from './template.ts';
import { getAtt, joined, output, parameter, ref, select, tagList, templateOf } from './templateParts.ts';

/** Whether the new VPC has subnets of their own for pods. With IPv6 pods take no IPv4 address, and the block is not needed. */
export function hasPodSubnets({ network }: Pick<ClusterSpec, 'network'>): boolean {
  return network.podCidr !== undefined && network.ipFamily === 'ipv4' && !network.vpc;
}

/** A VPC without a way out: one private subnet and one route table for each zone, no gateway and no route but the VPC's own. */
export function networkTemplate(spec: ClusterSpec): Template {
  const layout = layOutSubnets(blockOf(spec.network.cidr, 'network.cidr'), zoneCount(spec));
  const blocks = layout.subnets.map(formatCidr);
  const zones = blocks.map((_, index) => index + 1);
  const pods = hasPodSubnets(spec) && spec.network.podCidr;
  const ipv6 = spec.network.ipFamily === 'ipv6';
  const resources: Record<string, TemplateResource> = {
    Vpc: {
      Type: 'AWS::EC2::VPC',
      Properties: {
        CidrBlock: spec.network.cidr,
        // Private DNS of the endpoints and of the Kubernetes API needs both.
        EnableDnsSupport: true,
        EnableDnsHostnames: true,
        Tags: tagList(spec, { Name: spec.name }),
      },
    },
    ...(pods ? { PodBlock: vpcBlock({ CidrBlock: ref('PodCidr') }) } : {}),
    ...(ipv6 ? { Ipv6Block: vpcBlock({ AmazonProvidedIpv6CidrBlock: true }) } : {}),
  };
  blocks.forEach((cidr, index) => Object.assign(resources, zoneResources(spec, cidr, index, blocks.length)));
  if (pods) {
    const bits = 32 - (blockOf(pods, 'network.podCidr').prefix + Math.ceil(Math.log2(blocks.length)));
    const cut = { 'Fn::Cidr': [ref('PodCidr'), blocks.length, bits] };
    blocks.forEach((_, index) => Object.assign(resources, podResources(spec, cut, index)));
  }
  const outputs: Record<string, TemplateOutput> = {
    VpcId: output('The VPC.', ref('Vpc')),
    VpcCidrs: output(
      'IPv4 blocks of the VPC.',
      joined([getAtt('Vpc', 'CidrBlock'), ...(pods ? [ref('PodCidr')] : [])]),
    ),
    ...(ipv6 ? { VpcIpv6Cidrs: output('IPv6 block of the VPC.', vpcIpv6Cidr) } : {}),
    SubnetIds: output('Private subnets, one for each zone.', joined(zones.map(zone => ref(`PrivateSubnet${zone}`)))),
    ...(pods
      ? {
          PodSubnetIds: output(
            'Subnets for pods, one for each zone.',
            joined(zones.map(zone => ref(`PodSubnet${zone}`))),
          ),
        }
      : {}),
    RouteTableIds: output('Route tables, one for each zone.', joined(zones.map(zone => ref(`RouteTable${zone}`)))),
  };
  return templateOf(spec, `VPC without internet, ${blocks.length} zones`, {
    Parameters: {
      ZoneIds: parameter(
        'CommaDelimitedList',
        `${blocks.length} availability zones by id, such as euw1-az1, in order.`,
      ),
      // As a parameter: AWS's validator holds subnets whose block it can read to the VPC's first block alone (E3059).
      ...(pods ? { PodCidr: parameter('String', 'Second block of the VPC, for pods.') } : {}),
    },
    Resources: resources,
    Outputs: outputs,
  });
}

const vpcIpv6Cidr = select(0, getAtt('Vpc', 'Ipv6CidrBlocks'));

function blockOf(text: string, field: string): Cidr {
  const block = parseCidr(text);
  if (!block) throw new TypeError(`${field} of a checked spec is a CIDR block, not ${text}`);
  return block;
}

function vpcBlock(block: Record<string, TemplateValue>): TemplateResource {
  return { Type: 'AWS::EC2::VPCCidrBlock', Properties: { VpcId: ref('Vpc'), ...block } };
}

function zoneResources(
  spec: ClusterSpec,
  cidr: string,
  index: number,
  zones: number,
): Record<string, TemplateResource> {
  const zone = index + 1;
  const name = `${spec.name}-private-${zone}`;
  const ipv6 = spec.network.ipFamily === 'ipv6';
  return {
    [`PrivateSubnet${zone}`]: {
      Type: 'AWS::EC2::Subnet',
      ...(ipv6 ? { DependsOn: 'Ipv6Block' } : {}),
      Properties: {
        VpcId: ref('Vpc'),
        CidrBlock: cidr,
        ...(ipv6
          ? {
              Ipv6CidrBlock: select(index, { 'Fn::Cidr': [vpcIpv6Cidr, zones, 64] }),
              // EKS wants it of every subnet of an IPv6 cluster.
              AssignIpv6AddressOnCreation: true,
            }
          : {}),
        ...zoneOf(index),
        Tags: tagList(spec, { Name: name, 'kubernetes.io/role/internal-elb': '1' }),
      },
    },
    [`RouteTable${zone}`]: {
      Type: 'AWS::EC2::RouteTable',
      Properties: { VpcId: ref('Vpc'), Tags: tagList(spec, { Name: name }) },
    },
    ...association('RouteTableAssociation', `PrivateSubnet${zone}`, zone),
  };
}

/** The tag lets the VPC CNI put its further interfaces here (1.18 and later); a node's first one stays in the node's own subnet. */
function podResources(spec: ClusterSpec, podBlocks: TemplateValue, index: number): Record<string, TemplateResource> {
  const zone = index + 1;
  return {
    [`PodSubnet${zone}`]: {
      Type: 'AWS::EC2::Subnet',
      DependsOn: 'PodBlock',
      Properties: {
        VpcId: ref('Vpc'),
        CidrBlock: select(index, podBlocks),
        ...zoneOf(index),
        Tags: tagList(spec, { Name: `${spec.name}-pods-${zone}`, 'kubernetes.io/role/cni': '1' }),
      },
    },
    ...association('PodRouteTableAssociation', `PodSubnet${zone}`, zone),
  };
}

/** By id: names (eu-west-1a) mean different zones in different accounts. */
function zoneOf(index: number): Record<string, TemplateValue> {
  return { AvailabilityZoneId: select(index, ref('ZoneIds')), MapPublicIpOnLaunch: false };
}

function association(name: string, subnet: string, zone: number): Record<string, TemplateResource> {
  return {
    [`${name}${zone}`]: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { SubnetId: ref(subnet), RouteTableId: ref(`RouteTable${zone}`) },
    },
  };
}
