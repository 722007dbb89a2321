import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { addonDefinition } from './addonCatalog.ts';
import { roleTrusts } from './clusterRules.ts';
import {
  dated,
  eksError,
  ofCluster,
  page,
  podIdentities,
  requireCluster,
  type PodIdentityRow,
  type Scope,
} from './eksTables.ts';

const told = ({ association }: PodIdentityRow) => ({ association: dated<Eks.PodIdentityAssociation>(association) });

function checkRole(roleArn: string, context: CallContext): void {
  if (roleTrusts(context, roleArn, 'pods.eks.amazonaws.com')) return;
  throw eksError(
    'InvalidParameter',
    roleTrusts(context, roleArn, '') === undefined
      ? `Role provided in the request does not exist.`
      : 'Trust policy of role provided in the request does not have pods.eks.amazonaws.com as a trusted service principal.',
  );
}

function create(
  input: Eks.CreatePodIdentityAssociationRequest,
  context: CallContext,
  ownerArn?: string,
): PodIdentityRow {
  const { account, region } = context;
  const { namespace = '', serviceAccount = '', roleArn = '', targetRoleArn, disableSessionTags = false } = input;
  const { name: clusterName } = requireCluster(context, input.clusterName);
  checkRole(roleArn, context);
  const taken = ofCluster(podIdentities(context), clusterName).find(
    ({ association }) => association.namespace === namespace && association.serviceAccount === serviceAccount,
  );
  if (taken)
    throw eksError('ResourceInUse', `Association already exists: ${taken.association.associationId}`, { clusterName });
  const associationId = `a-${account.hex(17)}`;
  const now = account.now();
  return podIdentities(context).set(`${clusterName}/${associationId}`, {
    association: {
      clusterName,
      namespace,
      serviceAccount,
      roleArn,
      associationArn: account.arn('eks', region, `podidentityassociation/${clusterName}/${associationId}`),
      associationId,
      tags: { ...input.tags },
      createdAt: now,
      modifiedAt: now,
      disableSessionTags,
      ...(targetRoleArn && { targetRoleArn, externalId: account.uuid() }),
      ...(ownerArn && { ownerArn }),
    },
  });
}

function requireAssociation(context: CallContext, input: Eks.DescribePodIdentityAssociationRequest): PodIdentityRow {
  const { name } = requireCluster(context, input.clusterName);
  const row = podIdentities(context).get(`${name}/${input.associationId ?? ''}`);
  if (row) return row;
  throw eksError('ResourceNotFound', `Pod identity association ${input.associationId ?? ''} not found`, {
    clusterName: name,
  });
}

/** Those that an add-on owns; the answer holds their ARNs. */
export function associate(
  context: CallContext,
  clusterName: string,
  addon: string,
  asked: readonly Eks.AddonPodIdentityAssociations[] | undefined,
): string[] | undefined {
  const ownerArn = context.account.arn('eks', context.region, `addon/${clusterName}/${addon}`);
  return asked?.map(({ serviceAccount, roleArn }) => {
    const input = { clusterName, namespace: addonDefinition(addon).namespace, serviceAccount, roleArn };
    return create(input, context, ownerArn).association.associationArn ?? '';
  });
}

export function dissociate(scope: Scope, cluster: string, arns: readonly string[]): void {
  for (const arn of arns) podIdentities(scope).delete(`${cluster}/${arn.slice(arn.lastIndexOf('/') + 1)}`);
}

const refuseOwned = ({ association: { ownerArn, associationId, clusterName } }: PodIdentityRow): void => {
  if (ownerArn !== undefined)
    throw eksError('InvalidRequest', `Association ${associationId} is owned by ${ownerArn}`, { clusterName });
};

export const podIdentityOperations = {
  CreatePodIdentityAssociation: (input: Eks.CreatePodIdentityAssociationRequest, context: CallContext) =>
    told(create(input, context)),
  DescribePodIdentityAssociation: (input: Eks.DescribePodIdentityAssociationRequest, context: CallContext) =>
    told(requireAssociation(context, input)),
  UpdatePodIdentityAssociation(input: Eks.UpdatePodIdentityAssociationRequest, context: CallContext) {
    const row = requireAssociation(context, input);
    refuseOwned(row);
    const { roleArn, targetRoleArn, disableSessionTags } = input;
    if (roleArn !== undefined) checkRole(roleArn, context);
    const given = Object.entries({ roleArn, targetRoleArn, disableSessionTags }).filter(
      ([, value]) => value !== undefined,
    );
    Object.assign(row.association, Object.fromEntries(given), { modifiedAt: context.account.now() });
    return told(row);
  },
  DeletePodIdentityAssociation(input: Eks.DeletePodIdentityAssociationRequest, context: CallContext) {
    const row = requireAssociation(context, input);
    refuseOwned(row);
    const { clusterName = '', associationId = '' } = row.association;
    podIdentities(context).delete(`${clusterName}/${associationId}`);
    return told(row);
  },
  ListPodIdentityAssociations(input: Eks.ListPodIdentityAssociationsRequest, context: CallContext) {
    const { name } = requireCluster(context, input.clusterName);
    const rows = ofCluster(podIdentities(context), name)
      .map(({ association }) => association)
      .filter(
        ({ namespace, serviceAccount }) =>
          (input.namespace ?? namespace) === namespace && (input.serviceAccount ?? serviceAccount) === serviceAccount,
      )
      .map(({ clusterName, namespace, serviceAccount, associationArn, associationId, ownerArn }) => ({
        clusterName,
        namespace,
        serviceAccount,
        associationArn,
        associationId,
        ownerArn,
      }));
    const { items, nextToken } = page(rows, input);
    return { associations: items, nextToken };
  },
};
