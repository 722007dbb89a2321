import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { Template, TemplateResource } from './template.ts';
import { output, parameter, ref, sub, tagList } from './templateParts.ts';

export interface EndpointService {
  /** `ecr.api` */
  readonly service: string;
  readonly type: 'Interface' | 'Gateway';
}

/** China names some services `cn.com.amazonaws…` and others not; there is no rule, only AWS's list. */
const chinaPrefixed = ['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'autoscaling', 'eks-auth', 'monitoring'];

/** The private ways to AWS's services, and the security group that lets the VPC use them: it waits for no control plane. */
export function endpointsTemplate(spec: ClusterSpec, services: readonly EndpointService[]): Template {
  const hasGateway = services.some(({ type }) => type === 'Gateway');
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Private EKS ${spec.name}: VPC endpoints`,
    Parameters: {
      VpcId: parameter('AWS::EC2::VPC::Id', 'The VPC.'),
      VpcCidr: parameter('String', 'IPv4 block that may use the endpoints.'),
      SubnetIds: parameter(
        'List<AWS::EC2::Subnet::Id>',
        'Subnets, one for each zone, in which the endpoints are reached.',
      ),
      ...(hasGateway
        ? { RouteTableIds: parameter('CommaDelimitedList', 'Route tables that get the route to S3.') }
        : {}),
    },
    Resources: {
      EndpointSecurityGroup: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupDescription: `HTTPS from the VPC to the endpoints of ${spec.name}`,
          VpcId: ref('VpcId'),
          SecurityGroupIngress: [
            {
              IpProtocol: 'tcp',
              FromPort: 443,
              ToPort: 443,
              CidrIp: ref('VpcCidr'),
              Description: 'HTTPS from the VPC',
            },
          ],
          Tags: tagList(spec, { Name: `${spec.name}-endpoints` }),
        },
      },
      ...Object.fromEntries(services.map(service => [endpointLogicalId(service.service), endpoint(spec, service)])),
    },
    Outputs: { EndpointSecurityGroupId: output('Security group of the endpoints.', ref('EndpointSecurityGroup')) },
  };
}

/** `ecr.api` → `EcrApiEndpoint` */
export function endpointLogicalId(service: string): string {
  const words = service.split(/[.-]/).map(word => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Endpoint`;
}

function endpoint(spec: ClusterSpec, { service, type }: EndpointService): TemplateResource {
  const china = spec.region.startsWith('cn-') && chinaPrefixed.includes(service) ? 'cn.' : '';
  const place =
    type === 'Gateway'
      ? { RouteTableIds: ref('RouteTableIds') }
      : { SubnetIds: ref('SubnetIds'), SecurityGroupIds: [ref('EndpointSecurityGroup')], PrivateDnsEnabled: true };
  return {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      VpcId: ref('VpcId'),
      ServiceName: sub(`${china}com.amazonaws.\${AWS::Region}.${service}`),
      VpcEndpointType: type,
      ...place,
      Tags: tagList(spec, { Name: `${spec.name}-${service}` }),
    },
  };
}
