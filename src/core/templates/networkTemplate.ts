import { formatCidr, parseCidr } from '../spec/cidr.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { layOutSubnets } from '../spec/subnetLayout.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import type { Template, TemplateResource } from './template.ts';
import { getAtt, joined, output, parameter, ref, tagList } from './templateParts.ts';

/** A VPC without a way out: one private subnet and one route table for each zone, no gateway and no route but the VPC's own. */
export function networkTemplate(spec: ClusterSpec): Template {
  const block = parseCidr(spec.network.cidr);
  if (!block) throw new TypeError(`network.cidr of a checked spec is a CIDR block, not ${spec.network.cidr}`);
  const blocks = layOutSubnets(block, zoneCount(spec)).subnets.map(formatCidr);
  const zones = blocks.map((_, index) => index + 1);
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
  };
  blocks.forEach((cidr, index) => Object.assign(resources, zoneResources(spec, cidr, index)));
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Private EKS ${spec.name}: VPC without internet, ${blocks.length} zones`,
    Parameters: {
      ZoneIds: parameter(
        'CommaDelimitedList',
        `${blocks.length} availability zones by id, such as euw1-az1, in order.`,
      ),
    },
    Resources: resources,
    Outputs: {
      VpcId: output('The VPC.', ref('Vpc')),
      VpcCidr: output('IPv4 block of the VPC.', getAtt('Vpc', 'CidrBlock')),
      SubnetIds: output('Private subnets, one for each zone.', joined(zones.map(zone => ref(`PrivateSubnet${zone}`)))),
      RouteTableIds: output('Route tables, one for each zone.', joined(zones.map(zone => ref(`RouteTable${zone}`)))),
    },
  };
}

function zoneResources(spec: ClusterSpec, cidr: string, index: number): Record<string, TemplateResource> {
  const zone = index + 1;
  const name = `${spec.name}-private-${zone}`;
  return {
    [`PrivateSubnet${zone}`]: {
      Type: 'AWS::EC2::Subnet',
      Properties: {
        VpcId: ref('Vpc'),
        CidrBlock: cidr,
        // By id: names (eu-west-1a) mean different zones in different accounts.
        AvailabilityZoneId: { 'Fn::Select': [index, ref('ZoneIds')] },
        MapPublicIpOnLaunch: false,
        Tags: tagList(spec, { Name: name, 'kubernetes.io/role/internal-elb': '1' }),
      },
    },
    [`RouteTable${zone}`]: {
      Type: 'AWS::EC2::RouteTable',
      Properties: { VpcId: ref('Vpc'), Tags: tagList(spec, { Name: name }) },
    },
    [`RouteTableAssociation${zone}`]: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { SubnetId: ref(`PrivateSubnet${zone}`), RouteTableId: ref(`RouteTable${zone}`) },
    },
  };
}
