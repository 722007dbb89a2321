import type * as Eks from '@aws-sdk/client-eks';
import type { Account, CallContext } from '../../kernel/account.ts';
import {
  addons,
  clusters,
  dated,
  eksError,
  nodegroups,
  ofCluster,
  page,
  requireCluster,
  updates,
  type Scope,
  type UpdateRow,
} from './eksTables.ts';

/** What an update is of: the cluster, or one of its node groups or add-ons. */
export interface UpdateOf {
  readonly cluster: string;
  readonly nodegroup?: string | undefined;
  readonly addon?: string | undefined;
}

export interface UpdateJob {
  readonly region: string;
  readonly cluster: string;
  readonly id: string;
}

/** Notes an update that is in progress; whoever began it says when it is done. */
export function recordUpdate(
  { account, region }: Scope,
  of: UpdateOf,
  type: Eks.UpdateType,
  params: Readonly<Record<string, unknown>>,
): UpdateRow {
  const id = account.uuid();
  const shown = Object.entries(params).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [
          {
            type: (key.charAt(0).toUpperCase() + key.slice(1)) as Eks.UpdateParamType,
            value: typeof value === 'object' ? JSON.stringify(value) : `${value as string}`,
          },
        ],
  );
  return updates({ account, region }).set(`${of.cluster}/${id}`, {
    ...of,
    update: { id, status: 'InProgress', type, params: shown, createdAt: account.now(), errors: [] },
  });
}

export const toldUpdate = ({ update }: UpdateRow) => ({ update: dated<Eks.Update>(update) });

/** Ends an update, well or with errors. */
export function endUpdate(scope: Scope, cluster: string, id: string, errors: Eks.ErrorDetail[] = []): void {
  const row = updates(scope).get(`${cluster}/${id}`);
  if (row) Object.assign(row.update, { status: errors.length > 0 ? 'Failed' : 'Successful', errors });
}

/** A patch that was waiting with its update is applied to what the update is of. */
export function updateDone({ region, cluster, id, patch }: UpdateJob & { patch: object }, account: Account): void {
  const scope = { account, region };
  const row = updates(scope).get(`${cluster}/${id}`);
  const clusterRow = clusters(scope).get(cluster);
  if (row?.update.status !== 'InProgress' || !clusterRow) return;
  endUpdate(scope, cluster, id);
  const key = `${cluster}/${row.nodegroup ?? row.addon ?? ''}`;
  const target =
    row.nodegroup === undefined
      ? row.addon === undefined
        ? clusterRow.cluster
        : addons(scope).get(key)?.addon
      : nodegroups(scope).get(key)?.nodegroup;
  if (!target) return;
  Object.assign(target, structuredClone(patch));
  if (target.status === 'UPDATING') target.status = 'ACTIVE';
  if ('modifiedAt' in target) target.modifiedAt = account.now();
  if (target !== clusterRow.cluster) return;
  clusterRow.updateId = undefined;
  const { endpointPublicAccess = true, endpointPrivateAccess = false } = clusterRow.cluster.resourcesVpcConfig ?? {};
  const last = clusterRow.endpointHistory.at(-1);
  if (last?.endpointPublicAccess !== endpointPublicAccess || last.endpointPrivateAccess !== endpointPrivateAccess)
    clusterRow.endpointHistory.push({ at: account.now(), endpointPublicAccess, endpointPrivateAccess });
}

const matches = (row: UpdateRow, { nodegroupName, addonName }: Eks.ListUpdatesRequest): boolean =>
  row.nodegroup === nodegroupName && row.addon === addonName;

export const updateOperations = {
  DescribeUpdate(input: Eks.DescribeUpdateRequest, context: CallContext) {
    const { name } = requireCluster(context, input.name);
    const row = updates(context).get(`${name}/${input.updateId ?? ''}`);
    if (row && matches(row, input)) return toldUpdate(row);
    const of = input.nodegroupName ?? input.addonName;
    throw eksError('ResourceNotFound', `No update found for ID: ${input.updateId ?? ''}`, {
      clusterName: name,
      ...(of && { nodegroupName: input.nodegroupName, addonName: input.addonName }),
    });
  },
  ListUpdates(input: Eks.ListUpdatesRequest, context: CallContext) {
    const { name } = requireCluster(context, input.name);
    const rows = ofCluster(updates(context), name).filter(row => matches(row, input));
    const { items, nextToken } = page(rows.map(({ update }) => update.id ?? '').reverse(), input);
    return { updateIds: items, nextToken };
  },
};
