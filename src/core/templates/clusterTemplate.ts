import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { Template } from './template.ts';
import { getAtt, output, parameter, ref, tagList } from './templateParts.ts';

/** The control plane, private from the first second: no other phase exists. */
export function clusterTemplate(spec: ClusterSpec): Template {
  const { types } = spec.logs;
  const customerKey = spec.encryption.key !== 'aws-owned';
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Private EKS ${spec.name}: control plane`,
    Parameters: {
      ClusterRoleArn: parameter('String', 'Role of the control plane.'),
      SubnetIds: parameter('List<AWS::EC2::Subnet::Id>', 'Private subnets in which the control plane is reached.'),
      ...(customerKey ? { KeyArn: parameter('String', 'KMS key for Kubernetes secrets.') } : {}),
    },
    Resources: {
      Cluster: {
        Type: 'AWS::EKS::Cluster',
        Properties: {
          Name: spec.name,
          Version: spec.version,
          RoleArn: ref('ClusterRoleArn'),
          ResourcesVpcConfig: {
            SubnetIds: ref('SubnetIds'),
            EndpointPublicAccess: false,
            EndpointPrivateAccess: true,
          },
          AccessConfig: { AuthenticationMode: 'API', BootstrapClusterCreatorAdminPermissions: false },
          BootstrapSelfManagedAddons: false,
          // AWS's own default, said aloud: STANDARD would upgrade the cluster by itself when standard support ends.
          UpgradePolicy: { SupportType: 'EXTENDED' },
          DeletionProtection: spec.deletionProtection,
          ...(types.length > 0 ? { Logging: { ClusterLogging: { EnabledTypes: types.map(Type => ({ Type })) } } } : {}),
          ...(customerKey
            ? { EncryptionConfig: [{ Resources: ['secrets'], Provider: { KeyArn: ref('KeyArn') } }] }
            : {}),
          Tags: tagList(spec),
        },
      },
    },
    Outputs: {
      ClusterName: output('Name of the cluster.', ref('Cluster')),
      ClusterArn: output('ARN of the cluster.', getAtt('Cluster', 'Arn')),
      Endpoint: output('Address of the Kubernetes API, inside the VPC.', getAtt('Cluster', 'Endpoint')),
      CertificateAuthorityData: output(
        'Certificate authority of the Kubernetes API, base64.',
        getAtt('Cluster', 'CertificateAuthorityData'),
      ),
      ClusterSecurityGroupId: output(
        'Security group that EKS made for control plane and nodes.',
        getAtt('Cluster', 'ClusterSecurityGroupId'),
      ),
      OidcIssuer: output(
        'Issuer of the cluster’s service account tokens.',
        getAtt('Cluster', 'OpenIdConnectIssuerUrl'),
      ),
    },
  };
}
