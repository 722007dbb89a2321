import type {
  CreatePodIdentityAssociationRequest,
  CreatePodIdentityAssociationResponse,
  DeletePodIdentityAssociationRequest,
  DeletePodIdentityAssociationResponse,
  DescribePodIdentityAssociationRequest,
  DescribePodIdentityAssociationResponse,
  ListPodIdentityAssociationsRequest,
  ListPodIdentityAssociationsResponse,
  PodIdentityAssociation,
  UpdatePodIdentityAssociationRequest,
  UpdatePodIdentityAssociationResponse,
} from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { roleTrusts } from './clusterRules.ts';
import {
  associations,
  dated,
  eksError,
  ofCluster,
  page,
  requireCluster,
  type AssociationRow,
  type Scope,
} from './eksTables.ts';

export function putAssociation(
  scope: Scope,
  input: CreatePodIdentityAssociationRequest,
  ownerArn?: string,
): AssociationRow {
  const { account, region } = scope;
  const { clusterName = '', namespace = '', serviceAccount = '', roleArn, tags } = input;
  const taken = ofCluster(associations(scope), clusterName).some(
    ([, { association }]) => association.namespace === namespace && association.serviceAccount === serviceAccount,
  );
  if (taken)
    throw eksError('ResourceInUse', `Association already exists: ${namespace}/${serviceAccount}`, { clusterName });
  const associationId = `a-${account.hex(17)}`;
  const now = account.now();
  const row: AssociationRow = {
    association: {
      clusterName,
      namespace,
      serviceAccount,
      roleArn,
      associationArn: account.arn('eks', region, `podidentityassociation/${clusterName}/${associationId}`),
      associationId,
      tags: { ...tags },
      createdAt: now,
      modifiedAt: now,
      ownerArn,
      disableSessionTags: input.disableSessionTags ?? false,
    },
  };
  return associations(scope).set(`${clusterName}/${associationId}`, row);
}

function checkRole(roleArn: string | undefined, context: CallContext): void {
  const trusts = roleTrusts(context, roleArn ?? '', 'pods.eks.amazonaws.com');
  if (trusts === undefined) throw eksError('InvalidParameter', `The role ${roleArn ?? ''} could not be found.`);
  if (!trusts)
    throw eksError(
      'InvalidParameter',
      `Trust policy of role ${roleArn ?? ''} does not allow pods.eks.amazonaws.com to assume it.`,
    );
}

function requireAssociation(scope: Scope, cluster = '', id = ''): AssociationRow {
  requireCluster(scope, cluster);
  const row = associations(scope).get(`${cluster}/${id}`);
  if (!row) throw eksError('ResourceNotFound', `No association found for ID: ${id}`, { clusterName: cluster });
  return row;
}

const told = ({ association }: AssociationRow) => ({ association: dated<PodIdentityAssociation>(association) });

export function createPodIdentityAssociation(
  input: CreatePodIdentityAssociationRequest,
  context: CallContext,
): CreatePodIdentityAssociationResponse {
  requireCluster(context, input.clusterName);
  if (input.targetRoleArn || input.policy)
    throw notImplemented('eks:CreatePodIdentityAssociation targetRoleArn, policy');
  checkRole(input.roleArn, context);
  return told(putAssociation(context, input));
}

export function describePodIdentityAssociation(
  input: DescribePodIdentityAssociationRequest,
  context: CallContext,
): DescribePodIdentityAssociationResponse {
  return told(requireAssociation(context, input.clusterName, input.associationId));
}

export function listPodIdentityAssociations(
  input: ListPodIdentityAssociationsRequest,
  context: CallContext,
): ListPodIdentityAssociationsResponse {
  const { name } = requireCluster(context, input.clusterName);
  const found = ofCluster(associations(context), name)
    .map(([, { association }]) => association)
    .filter(({ namespace }) => !input.namespace || namespace === input.namespace)
    .filter(({ serviceAccount }) => !input.serviceAccount || serviceAccount === input.serviceAccount);
  const { items, nextToken } = page(found, input);
  const summaries = items.map(
    ({ clusterName, namespace, serviceAccount, associationArn, associationId, ownerArn }) => ({
      clusterName,
      namespace,
      serviceAccount,
      associationArn,
      associationId,
      ownerArn,
    }),
  );
  return { associations: summaries, nextToken };
}

export function updatePodIdentityAssociation(
  input: UpdatePodIdentityAssociationRequest,
  context: CallContext,
): UpdatePodIdentityAssociationResponse {
  const row = requireAssociation(context, input.clusterName, input.associationId);
  if (input.roleArn) {
    checkRole(input.roleArn, context);
    row.association.roleArn = input.roleArn;
  }
  row.association.modifiedAt = context.account.now();
  return told(row);
}

export function deletePodIdentityAssociation(
  input: DeletePodIdentityAssociationRequest,
  context: CallContext,
): DeletePodIdentityAssociationResponse {
  const row = requireAssociation(context, input.clusterName, input.associationId);
  associations(context).delete(`${input.clusterName ?? ''}/${input.associationId ?? ''}`);
  return told(row);
}
