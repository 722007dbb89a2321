import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { Template, TemplateParameter, TemplateResource } from './template.ts';
import { clusterNameParameter, output, parameter, ref, sub, tagList } from './templateParts.ts';

/** Parameter of the n-th administrator (from 0): `AdminPrincipalArn`, `AdminPrincipalArn2`, … An empty list in the spec has one, the caller. */
export function adminParameter(index: number): string {
  return index === 0 ? 'AdminPrincipalArn' : `AdminPrincipalArn${index + 1}`;
}

/** Who may enter: an access entry for each administrator, and the OIDC provider where pods get roles by IRSA. Nodes make their own entry. */
export function identityTemplate(spec: ClusterSpec): Template {
  const parameters: Record<string, TemplateParameter> = { ...clusterNameParameter };
  const resources: Record<string, TemplateResource> = {};
  const administrators = Math.max(1, spec.access.administrators.length);
  for (let index = 0; index < administrators; index++) {
    const name = adminParameter(index);
    parameters[name] = parameter('String', 'IAM role or user that administers the cluster.');
    resources[index === 0 ? 'Administrator' : `Administrator${index + 1}`] = administrator(spec, name);
  }
  if (spec.features.irsa) {
    parameters.OidcIssuer = parameter('String', 'Issuer of the cluster’s service account tokens.');
    resources.OidcProvider = {
      Type: 'AWS::IAM::OIDCProvider',
      // No thumbprint: IAM trusts the issuer's certificate by its root authority.
      Properties: { Url: ref('OidcIssuer'), ClientIdList: ['sts.amazonaws.com'], Tags: tagList(spec) },
    };
  }
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Private EKS ${spec.name}: administrators${spec.features.irsa ? ' and OIDC provider' : ''}`,
    Parameters: parameters,
    Resources: resources,
    ...(spec.features.irsa
      ? { Outputs: { OidcProviderArn: output('The OIDC provider, for trust policies.', ref('OidcProvider')) } }
      : {}),
  };
}

function administrator(spec: ClusterSpec, principal: string): TemplateResource {
  return {
    Type: 'AWS::EKS::AccessEntry',
    Properties: {
      ClusterName: ref('ClusterName'),
      PrincipalArn: ref(principal),
      Type: 'STANDARD',
      AccessPolicies: [
        {
          PolicyArn: sub('arn:${AWS::Partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy'),
          AccessScope: { Type: 'cluster' },
        },
      ],
      Tags: tagList(spec),
    },
  };
}
