import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { clusterTag } from '../spec/ownTags.ts';
import { deny, policyDocument, type PolicyDocument, type PolicyStatement } from './policyDocument.ts';

/**
 * What an organization forbids so that its clusters stay private, whoever makes them: a service control policy, or a permissions boundary's
 * denials. With a spec its one-way choices are held, too. Condition keys: EKS's table in the Service Authorization Reference.
 *
 * A create that leaves a field out gets EKS's default, which is the open one: hence `IfExists`, which holds where the key is missing. An
 * update that leaves it out changes nothing of it: there the key has to be present.
 */
export function guardrailPolicy(spec?: ClusterSpec): PolicyDocument {
  return policyDocument([...endpointDenials, ...accessDenials, ...(spec ? choiceDenials(spec) : []), ...wayOutDenials]);
}

const create = ['eks:CreateCluster'];
const update = ['eks:UpdateClusterConfig'];

const endpointDenials: readonly PolicyStatement[] = [
  deny('NoPublicEndpointAtCreate', create, '*', { BoolIfExists: { 'eks:endpointPublicAccess': 'true' } }),
  deny('NoPublicEndpointLater', update, '*', { Bool: { 'eks:endpointPublicAccess': 'true' } }),
  deny('PrivateEndpointAtCreate', create, '*', { BoolIfExists: { 'eks:endpointPrivateAccess': 'false' } }),
  deny('PrivateEndpointForGood', update, '*', { Bool: { 'eks:endpointPrivateAccess': 'false' } }),
];

const accessDenials: readonly PolicyStatement[] = [
  // A negated operator holds where the key is missing.
  deny('AccessEntriesOnly', create, '*', { StringNotEquals: { 'eks:authenticationMode': 'API' } }),
  deny('NoHiddenAdministrator', create, '*', {
    BoolIfExists: { 'eks:bootstrapClusterCreatorAdminPermissions': 'true' },
  }),
];

/** What cannot be taken back, or costs six times as much when nobody looks. */
function choiceDenials({ controlPlane: { egress, support } }: ClusterSpec): PolicyStatement[] {
  const mode = egress.replaceAll('-', '_').toUpperCase();
  return [
    ...(egress === 'aws-managed'
      ? []
      : [deny('EgressOfTheSpec', create, '*', { StringNotEquals: { 'eks:controlPlaneEgressMode': mode } })]),
    deny('EgressStays', update, '*', {
      Null: { 'eks:controlPlaneEgressMode': 'false' },
      StringNotEquals: { 'eks:controlPlaneEgressMode': mode },
    }),
    ...(support === 'standard'
      ? [deny('NoExtendedSupport', create, '*', { StringNotEquals: { 'eks:supportType': 'STANDARD' } })]
      : []),
  ];
}

/** A way out of a VPC that this product made; `aws:ResourceTag` is of the VPC or subnet that the call names. */
const wayOutDenials: readonly PolicyStatement[] = [
  deny(
    'NoInternetForPrivateVpcs',
    ['ec2:AttachInternetGateway', 'ec2:CreateEgressOnlyInternetGateway', 'ec2:CreateNatGateway'],
    ['arn:*:ec2:*:*:vpc/*', 'arn:*:ec2:*:*:subnet/*'],
    { Null: { [`aws:ResourceTag/${clusterTag}`]: 'false' } },
  ),
];
