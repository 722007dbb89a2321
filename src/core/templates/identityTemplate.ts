import { createHash } from 'node:crypto';
import type { ClusterSpec, PodIdentitySpec } from '../spec/clusterSpec.ts';
import { madeAddonRoles, type AddonRoleNeed } from './addonRoles.ts';
import { clusterShape } from './clusterShape.ts';
import { hasAutoNodeRole } from './clusterTemplate.ts';
import type { Template, TemplateOutput, TemplateParameter, TemplateResource, TemplateValue } from './template.ts';
import {
  accessPolicy,
  clusterNameParameter,
  getAtt,
  managedPolicy,
  output,
  parameter,
  ref,
  select,
  tagList,
  templateOf,
} from './templateParts.ts';

/** Parameter of the n-th administrator (from 0): `AdminPrincipalArn`, `AdminPrincipalArn2`, … An empty list in the spec has one, the caller. */
export function adminParameter(index: number): string {
  return index === 0 ? 'AdminPrincipalArn' : `AdminPrincipalArn${index + 1}`;
}

/** Roles of nodes that get no access entry by themselves: outputs of the permissions stack. */
export function nodeEntryRoles(spec: ClusterSpec): ('SelfManagedNodeRoleArn' | 'AutoNodeRoleArn')[] {
  const { selfManaged, auto } = clusterShape(spec);
  return [
    ...(selfManaged ? (['SelfManagedNodeRoleArn'] as const) : []),
    ...(auto && !hasAutoNodeRole(spec) ? (['AutoNodeRoleArn'] as const) : []),
  ];
}

/**
 * Who may enter, and which roles pods get: an access entry for each administrator and for nodes that EKS makes none for (managed groups
 * and Fargate have theirs made), associations of Pod Identity, and the OIDC provider where pods get roles by IRSA.
 */
export function identityTemplate(spec: ClusterSpec): Template {
  const parameters: Record<string, TemplateParameter> = { ...clusterNameParameter };
  const resources: Record<string, TemplateResource> = {};
  const administrators = Math.max(1, spec.access.administrators.length);
  for (let index = 0; index < administrators; index++) {
    const name = adminParameter(index);
    parameters[name] = parameter('String', 'IAM role or user that administers the cluster.');
    resources[index === 0 ? 'Administrator' : `Administrator${index + 1}`] = accessEntry(
      spec,
      name,
      'STANDARD',
      'AmazonEKSClusterAdminPolicy',
    );
  }
  for (const role of nodeEntryRoles(spec)) {
    parameters[role] = parameter('String', 'Role of nodes that join by an access entry.');
    if (role === 'SelfManagedNodeRoleArn') resources.SelfManagedNodes = accessEntry(spec, role, 'EC2_LINUX');
    else resources.AutoNodes = accessEntry(spec, role, 'EC2', 'AmazonEKSAutoNodePolicy');
  }
  for (const identity of spec.access.podIdentities) {
    const id = podIdentityLogicalId(identity);
    parameters[`${id}RoleArn`] = parameter('String', 'Role of the pods of one service account.');
    resources[id] = podIdentity(spec, identity, `${id}RoleArn`);
  }
  if (spec.features.irsa) {
    parameters.OidcIssuer = parameter('String', 'Issuer of the service account tokens of the cluster.');
    resources.OidcProvider = {
      Type: 'AWS::IAM::OIDCProvider',
      // No thumbprint: IAM trusts the issuer's certificate by its root authority.
      Properties: { Url: ref('OidcIssuer'), ClientIdList: ['sts.amazonaws.com'], Tags: tagList(spec) },
    };
  }
  const outputs: Record<string, TemplateOutput> = {};
  if (spec.features.irsa)
    outputs.OidcProviderArn = output('The OIDC provider, for trust policies.', ref('OidcProvider'));
  for (const made of madeAddonRoles(spec, 'irsa')) {
    resources[made.role] = irsaRole(spec, made);
    outputs[`${made.role}Arn`] = output(`Role of the ${made.what}.`, getAtt(made.role, 'Arn'));
  }
  return templateOf(spec, `administrators${spec.features.irsa ? ' and OIDC provider' : ''}`, {
    Parameters: parameters,
    Resources: resources,
    Outputs: outputs,
  });
}

/**
 * Bound to one service account of this cluster. The trust policy is text, because its conditions' keys carry the issuer and CloudFormation
 * puts no values into keys.
 */
function irsaRole(spec: ClusterSpec, { namespace, serviceAccount, policy }: AddonRoleNeed): TemplateResource {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: '${OidcProvider}' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            '${Issuer}:sub': `system:serviceaccount:${namespace}:${serviceAccount}`,
            '${Issuer}:aud': 'sts.amazonaws.com',
          },
        },
      },
    ],
  };
  const issuer = select(1, { 'Fn::Split': ['https://', ref('OidcIssuer')] });
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { 'Fn::Sub': [JSON.stringify(trust), { Issuer: issuer }] },
      ManagedPolicyArns: [managedPolicy(policy)],
      Tags: tagList(spec),
    },
  };
}

function accessEntry(
  spec: ClusterSpec,
  principal: string,
  type: 'STANDARD' | 'EC2_LINUX' | 'EC2',
  policy?: string,
): TemplateResource {
  const policies: TemplateValue[] = policy
    ? [{ PolicyArn: accessPolicy(policy), AccessScope: { Type: 'cluster' } }]
    : [];
  return {
    Type: 'AWS::EKS::AccessEntry',
    Properties: {
      ClusterName: ref('ClusterName'),
      PrincipalArn: ref(principal),
      Type: type,
      ...(policies.length > 0 ? { AccessPolicies: policies } : {}),
      Tags: tagList(spec),
    },
  };
}

/** By what it is for, not by its place in the list: taking one out must not touch the others. */
export function podIdentityLogicalId({ namespace, serviceAccount }: PodIdentitySpec): string {
  const hash = createHash('sha256').update(`${namespace}/${serviceAccount}`).digest('hex');
  return `PodIdentity${hash.slice(0, 12)}`;
}

/** Parameters that take the roles of `access.podIdentities`, with their values. */
export function podIdentityRoles({ access }: Pick<ClusterSpec, 'access'>): Record<string, string> {
  return Object.fromEntries(
    access.podIdentities.map(identity => [`${podIdentityLogicalId(identity)}RoleArn`, identity.roleArn]),
  );
}

function podIdentity(
  spec: ClusterSpec,
  { namespace, serviceAccount }: PodIdentitySpec,
  roleParameter: string,
): TemplateResource {
  return {
    Type: 'AWS::EKS::PodIdentityAssociation',
    Properties: {
      ClusterName: ref('ClusterName'),
      Namespace: namespace,
      ServiceAccount: serviceAccount,
      RoleArn: ref(roleParameter),
      Tags: tagList(spec),
    },
  };
}
