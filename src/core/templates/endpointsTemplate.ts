import { endpointPolicy } from '../network/endpointPolicy.ts';
import { endpointServiceName } from '../network/endpointServices.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { Template, TemplateParameter, TemplateResource, TemplateValue } from './template.ts';
import { output, parameter, ref, select, sub, tagList, templateOf } from './templateParts.ts';
import { blockParameters, ingressFromBlocks, type VpcBlockCount } from './vpcBlocks.ts';

export interface EndpointService {
  /** `ecr.api` */
  readonly service: string;
  readonly type: 'Interface' | 'Gateway';
  /** Which of the stack's subnets (of its route tables, for a gateway) the endpoint gets; absent: all of them. */
  readonly places?: readonly number[];
}

/** The private ways to AWS's services, and the security group that lets the VPC use them: it waits for no control plane. */
export function endpointsTemplate(
  spec: ClusterSpec,
  services: readonly EndpointService[],
  blocks: VpcBlockCount,
): Template {
  const hasGateway = services.some(({ type }) => type === 'Gateway');
  const hasInterface = services.some(({ type }) => type === 'Interface');
  const parameters: Record<string, TemplateParameter> = {
    VpcId: parameter('AWS::EC2::VPC::Id', 'The VPC.'),
    ...(hasInterface
      ? {
          ...blockParameters(blocks, 'that may use the endpoints'),
          SubnetIds: parameter(
            'List<AWS::EC2::Subnet::Id>',
            'Subnets, one for each zone, in which the endpoints are reached.',
          ),
        }
      : {}),
    ...(hasGateway ? { RouteTableIds: parameter('CommaDelimitedList', 'Route tables that get the route to S3.') } : {}),
  };
  return templateOf(spec, 'VPC endpoints', {
    Parameters: parameters,
    Resources: {
      ...(hasInterface ? { EndpointSecurityGroup: securityGroup(spec, blocks) } : {}),
      ...Object.fromEntries(services.map(service => [endpointLogicalId(service.service), endpoint(spec, service)])),
    },
    Outputs: hasInterface
      ? { EndpointSecurityGroupId: output('Security group of the endpoints.', ref('EndpointSecurityGroup')) }
      : {},
  });
}

function securityGroup(spec: ClusterSpec, blocks: VpcBlockCount): TemplateResource {
  return {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription: `HTTPS from the VPC to the endpoints of ${spec.name}`,
      VpcId: ref('VpcId'),
      SecurityGroupIngress: ingressFromBlocks(blocks, 443, 'HTTPS from the VPC'),
      Tags: tagList(spec, { Name: `${spec.name}-endpoints` }),
    },
  };
}

/** `ecr.api` → `EcrApiEndpoint` */
export function endpointLogicalId(service: string): string {
  const words = service.split(/[.-]/).map(word => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Endpoint`;
}

function endpoint(spec: ClusterSpec, { service, type, places }: EndpointService): TemplateResource {
  const chosen = (list: string) => places?.map(index => select(index, ref(list))) ?? ref(list);
  const place =
    type === 'Gateway'
      ? { RouteTableIds: chosen('RouteTableIds') }
      : {
          SubnetIds: chosen('SubnetIds'),
          SecurityGroupIds: [ref('EndpointSecurityGroup')],
          PrivateDnsEnabled: true,
        };
  const name = endpointServiceName(service, spec.region);
  const inRegion = name.replace(`.${spec.region}.`, '.${AWS::Region}.');
  const policy = endpointPolicy(service, spec);
  return {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      VpcId: ref('VpcId'),
      ServiceName: inRegion === name ? name : sub(inRegion),
      VpcEndpointType: type,
      ...place,
      // A document is plain JSON, which an interface cannot say of itself.
      ...(policy ? { PolicyDocument: policy as unknown as TemplateValue } : {}),
      Tags: tagList(spec, { Name: `${spec.name}-${service}` }),
    },
  };
}
