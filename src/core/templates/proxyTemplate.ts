import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { VpcBlockCount } from './endpointsTemplate.ts';
import type { Template, TemplateParameter, TemplateValue } from './template.ts';
import { getAtt, output, parameter, ref, select, tagList, templateOf } from './templateParts.ts';

/** Whether a way to a proxy is made: an endpoint to the service by which its owner shares it. */
export function hasProxyEndpoint({ proxy }: ClusterSpec): boolean {
  return proxy?.endpointService !== undefined;
}

/**
 * An interface endpoint to a proxy in another VPC, and the group that lets this VPC use it. The proxy's URL comes out of it.
 * `places`: which of the stack's subnets it gets; all of them unless said.
 */
export function proxyTemplate(spec: ClusterSpec, blocks: VpcBlockCount, places?: readonly number[]): Template {
  const { endpointService = '', port = 3128 } = spec.proxy ?? {};
  const parameters: Record<string, TemplateParameter> = {
    VpcId: parameter('AWS::EC2::VPC::Id', 'The VPC.'),
    VpcCidrs: parameter('CommaDelimitedList', 'IPv4 blocks that may use the proxy.'),
    ...(blocks.ipv6 > 0
      ? { VpcIpv6Cidrs: parameter('CommaDelimitedList', 'IPv6 blocks that may use the proxy.') }
      : {}),
    SubnetIds: parameter('List<AWS::EC2::Subnet::Id>', 'Subnets, one for each zone, in which the proxy is reached.'),
  };
  const rules = (count: number, property: string, list: string): TemplateValue[] =>
    Array.from({ length: count }, (_, index) => ({
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      [property]: select(index, ref(list)),
      Description: 'Proxy from the VPC',
    }));
  // DnsEntries are `ZONE:NAME`, the regional name first; the owner's private name would have to be verified, and is not asked for.
  const host = select(1, { 'Fn::Split': [':', select(0, getAtt('ProxyEndpoint', 'DnsEntries'))] });
  return templateOf(spec, 'way to the proxy', {
    Parameters: parameters,
    Resources: {
      ProxySecurityGroup: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupDescription: `Proxy of ${spec.name} from the VPC`,
          VpcId: ref('VpcId'),
          SecurityGroupIngress: [
            ...rules(blocks.ipv4, 'CidrIp', 'VpcCidrs'),
            ...rules(blocks.ipv6, 'CidrIpv6', 'VpcIpv6Cidrs'),
          ],
          Tags: tagList(spec, { Name: `${spec.name}-proxy` }),
        },
      },
      ProxyEndpoint: {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: {
          VpcId: ref('VpcId'),
          ServiceName: endpointService,
          VpcEndpointType: 'Interface',
          SubnetIds: places?.map(index => select(index, ref('SubnetIds'))) ?? ref('SubnetIds'),
          SecurityGroupIds: [ref('ProxySecurityGroup')],
          PrivateDnsEnabled: false,
          Tags: tagList(spec, { Name: `${spec.name}-proxy` }),
        },
      },
    },
    Outputs: {
      ProxyUrl: output('URL of the proxy.', { 'Fn::Sub': ['http://${Host}:' + String(port), { Host: host }] }),
      ProxyEndpointId: output('Endpoint that leads to the proxy.', ref('ProxyEndpoint')),
    },
  });
}
