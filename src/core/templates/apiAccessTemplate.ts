import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { Template, TemplateValue } from './template.ts';
import { output, parameter, ref, tagList, templateOf } from './templateParts.ts';

/**
 * A security group of the control plane's interfaces beside EKS's own: who may reach the private API endpoint from outside the VPC. EKS's
 * own group is not written to, because EKS restores it as it likes.
 */
export function apiAccessTemplate(spec: ClusterSpec): Template {
  const { cidrs, securityGroups } = spec.network.apiAccess;
  return templateOf(spec, 'who may reach the Kubernetes API from outside the VPC', {
    Parameters: { VpcId: parameter('AWS::EC2::VPC::Id', 'The VPC.') },
    Resources: {
      ApiAccessSecurityGroup: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupDescription: `HTTPS to the Kubernetes API of ${spec.name} from outside its VPC`,
          VpcId: ref('VpcId'),
          SecurityGroupIngress: [
            ...cidrs.map(cidr => https({ CidrIp: cidr })),
            ...securityGroups.map(group => https({ SourceSecurityGroupId: group })),
          ],
          Tags: tagList(spec, { Name: `${spec.name}-api-access` }),
        },
      },
    },
    Outputs: {
      ApiAccessSecurityGroupId: output(
        'Security group of those who may reach the Kubernetes API.',
        ref('ApiAccessSecurityGroup'),
      ),
    },
  });
}

function https(source: Record<string, TemplateValue>): TemplateValue {
  return { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, ...source, Description: 'Kubernetes API' };
}
