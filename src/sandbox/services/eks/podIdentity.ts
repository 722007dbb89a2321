import type * as Eks from '@aws-sdk/client-eks';
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

/** `ownerArn`: the add-on that it belongs to. */
export function putAssociation(
  context: CallContext,
  input: Eks.CreatePodIdentityAssociationRequest,
  ownerArn?: string,
): string {
  const { account, region } = context;
  const { clusterName = '', namespace, serviceAccount, roleArn, tags, disableSessionTags = false } = input;
  checkRole(roleArn, context);
  const taken = ofCluster(associations(context), clusterName).some(
    ({ association }) => association.namespace === namespace && association.serviceAccount === serviceAccount,
  );
  if (taken) throw eksError('ResourceInUse', `Association already exists: ${namespace ?? ''}/${serviceAccount ?? ''}`);
  const associationId = `a-${account.hex(17)}`;
  const associationArn = account.arn('eks', region, `podidentityassociation/${clusterName}/${associationId}`);
  const now = account.now();
  const told = {
    clusterName,
    namespace,
    serviceAccount,
    roleArn,
    associationArn,
    associationId,
    ownerArn,
    disableSessionTags,
  };
  const association = { ...told, tags: { ...tags }, createdAt: now, modifiedAt: now };
  associations(context).set(`${clusterName}/${associationId}`, { association });
  return associationId;
}

function checkRole(roleArn = '', context: CallContext): void {
  const trusts = roleTrusts(context, roleArn, 'pods.eks.amazonaws.com');
  if (trusts === undefined) throw eksError('InvalidParameter', `The role ${roleArn} could not be found.`);
  if (!trusts)
    throw eksError(
      'InvalidParameter',
      `Trust policy of role ${roleArn} does not allow pods.eks.amazonaws.com to assume it.`,
    );
}

type Key = Eks.DescribePodIdentityAssociationRequest;

function requireAssociation(scope: Scope, { clusterName, associationId = '' }: Key): AssociationRow {
  const row = associations(scope).get(`${requireCluster(scope, clusterName).name}/${associationId}`);
  if (!row) throw eksError('ResourceNotFound', `No association found for ID: ${associationId}`);
  return row;
}

const told = ({ association }: AssociationRow) => ({ association: dated<Eks.PodIdentityAssociation>(association) });

export const podIdentityOperations = {
  CreatePodIdentityAssociation(input: Eks.CreatePodIdentityAssociationRequest, context: CallContext) {
    const { name: clusterName } = requireCluster(context, input.clusterName);
    if (input.targetRoleArn || input.policy)
      throw notImplemented('eks:CreatePodIdentityAssociation targetRoleArn, policy');
    return told(requireAssociation(context, { clusterName, associationId: putAssociation(context, input) }));
  },
  DescribePodIdentityAssociation: (input: Key, context: CallContext) => told(requireAssociation(context, input)),
  ListPodIdentityAssociations(input: Eks.ListPodIdentityAssociationsRequest, context: CallContext) {
    const { namespace, serviceAccount } = input;
    const found = ofCluster(associations(context), requireCluster(context, input.clusterName).name)
      .map(({ association }) => association)
      .filter(row => !namespace || row.namespace === namespace)
      .filter(row => !serviceAccount || row.serviceAccount === serviceAccount);
    const { items, nextToken } = page(found, input);
    return { associations: items, nextToken };
  },
  UpdatePodIdentityAssociation(input: Eks.UpdatePodIdentityAssociationRequest, context: CallContext) {
    const row = requireAssociation(context, input);
    if (input.roleArn) {
      checkRole(input.roleArn, context);
      row.association.roleArn = input.roleArn;
    }
    row.association.modifiedAt = context.account.now();
    return told(row);
  },
  DeletePodIdentityAssociation(input: Key, context: CallContext) {
    const row = requireAssociation(context, input);
    associations(context).delete(`${input.clusterName ?? ''}/${input.associationId ?? ''}`);
    return told(row);
  },
};
