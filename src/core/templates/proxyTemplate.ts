import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { Template, TemplateParameter } from './template.ts';
import { getAtt, output, parameter, ref, select, tagList, templateOf } from './templateParts.ts';
import { blockParameters, ingressFromBlocks, type VpcBlockCount } from './vpcBlocks.ts';

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
    ...blockParameters(blocks, 'that may use the proxy'),
    SubnetIds: parameter('List<AWS::EC2::Subnet::Id>', 'Subnets, one for each zone, in which the proxy is reached.'),
  };
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
          SecurityGroupIngress: ingressFromBlocks(blocks, port, 'Proxy from the VPC'),
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
