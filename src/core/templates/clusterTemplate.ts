import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { serviceCidrOf } from './serviceCidr.ts';
import type { Template, TemplateValue } from './template.ts';
import { getAtt, output, parameter, ref, tagList, templateOf } from './templateParts.ts';

type Properties = Record<string, TemplateValue>;

/** The control plane, private from the first second: no other phase exists. `vpcCidrs`: the blocks that services must be clear of. */
export function clusterTemplate(spec: ClusterSpec, vpcCidrs: readonly string[]): Template {
  const { types } = spec.logs;
  const customerKey = spec.encryption.key !== 'aws-owned';
  const fromOutside = hasApiAccess(spec);
  const serviceCidr = serviceCidrOf(spec, vpcCidrs);
  return templateOf(spec, 'control plane', {
    Parameters: {
      ClusterRoleArn: parameter('String', 'Role of the control plane.'),
      SubnetIds: parameter('List<AWS::EC2::Subnet::Id>', 'Private subnets in which the control plane is reached.'),
      ...(fromOutside
        ? { ApiAccessSecurityGroupId: parameter('AWS::EC2::SecurityGroup::Id', 'Security group of further callers.') }
        : {}),
      ...(customerKey ? { KeyArn: parameter('String', 'KMS key for Kubernetes secrets.') } : {}),
      ...(hasAutoNodeRole(spec) ? { AutoNodeRoleArn: parameter('String', 'Role of the nodes of Auto Mode.') } : {}),
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
            ...(fromOutside ? { SecurityGroupIds: [ref('ApiAccessSecurityGroupId')] } : {}),
            EndpointPublicAccess: false,
            EndpointPrivateAccess: true,
            ...egress(spec),
          },
          KubernetesNetworkConfig: {
            IpFamily: spec.network.ipFamily,
            ...(serviceCidr === undefined ? {} : { ServiceIpv4Cidr: serviceCidr }),
            ElasticLoadBalancing: { Enabled: spec.autoMode !== undefined },
          },
          AccessConfig: { AuthenticationMode: 'API', BootstrapClusterCreatorAdminPermissions: false },
          BootstrapSelfManagedAddons: false,
          ...autoMode(spec),
          // Said aloud, because it decides money and change: STANDARD upgrades the cluster by itself when standard support ends.
          UpgradePolicy: { SupportType: spec.controlPlane.support === 'standard' ? 'STANDARD' : 'EXTENDED' },
          ...(spec.controlPlane.zonalShift ? { ZonalShiftConfig: { Enabled: true } } : {}),
          ...(spec.controlPlane.tier === 'standard'
            ? {}
            : { ControlPlaneScalingConfig: { Tier: spec.controlPlane.tier } }),
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
        'Issuer of the service account tokens of the cluster.',
        getAtt('Cluster', 'OpenIdConnectIssuerUrl'),
      ),
      ServiceCidr: output(
        'Block of Kubernetes services.',
        serviceCidr ?? getAtt('Cluster', 'KubernetesNetworkConfig.ServiceIpv6Cidr'),
      ),
    },
  });
}

export function hasApiAccess({ network: { apiAccess } }: Pick<ClusterSpec, 'network'>): boolean {
  return apiAccess.cidrs.length + apiAccess.securityGroups.length > 0;
}

/** EKS takes a role with its own node pools only; without them the role gets an access entry, and a node class of the user's names it. */
export function hasAutoNodeRole({ autoMode: auto }: Pick<ClusterSpec, 'autoMode'>): boolean {
  return auto !== undefined && auto.nodePools.length > 0;
}

function egress({ controlPlane }: ClusterSpec): Properties {
  if (controlPlane.egress === 'aws-managed') return {};
  return {
    ControlPlaneEgressMode: controlPlane.egress === 'customer-routed' ? 'CUSTOMER_ROUTED' : 'CUSTOMER_ISOLATED',
  };
}

/**
 * EKS refuses Auto Mode by halves: compute, block storage and load balancing go together. Off is said, too: a property that goes from a
 * template leaves the cluster as it is.
 */
function autoMode(spec: ClusterSpec): Properties {
  const Enabled = spec.autoMode !== undefined;
  return {
    ComputeConfig: {
      Enabled,
      ...(spec.autoMode && hasAutoNodeRole(spec)
        ? { NodePools: spec.autoMode.nodePools, NodeRoleArn: ref('AutoNodeRoleArn') }
        : {}),
    },
    StorageConfig: { BlockStorage: { Enabled } },
  };
}
