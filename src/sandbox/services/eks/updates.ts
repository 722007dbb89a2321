import type * as Eks from '@aws-sdk/client-eks';
import type { Account, CallContext } from '../../kernel/account.ts';
import { writeLogs } from './clusterJobs.ts';
import { enabledLogs } from './clusterOperations.ts';
import {
  addons,
  between,
  clusters,
  dated,
  eksError,
  nodegroups,
  page,
  requireCluster,
  updates,
  type Scope,
  type UpdateRow,
} from './eksTables.ts';

export interface NewUpdate extends Pick<UpdateRow, 'cluster' | 'nodegroup' | 'addon' | 'patch'> {
  readonly type: Eks.UpdateType;
  readonly params: Partial<Record<Eks.UpdateParamType, unknown>>;
  /** Seconds from and to which it takes. */
  readonly seconds: readonly [number, number];
}

/** Starts an update of a cluster, a node group or an add-on, of which each has one at a time. */
export function beginUpdate(scope: Scope, { type, params, seconds, ...target }: NewUpdate): { update: Eks.Update } {
  const { account, region } = scope;
  const id = account.uuid();
  const given = Object.entries(params).map(([name, value]) => ({
    type: name as Eks.UpdateParamType,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  const update: UpdateRow['update'] = {
    id,
    status: 'InProgress',
    type,
    params: given,
    createdAt: account.now(),
    errors: [],
  };
  const row = updates(scope).set(id, { ...target, update });
  const { holder, resource } = updated(scope, row);
  if (holder) holder.updateId = id;
  if (resource) resource.status = 'UPDATING';
  account.schedule(between(account, ...seconds), 'eks.updateDone', { region, id });
  return { update: dated<Eks.Update>(update) };
}

/** What an update is of: its row, and what is told of it. */
function updated(scope: Scope, { cluster, nodegroup, addon }: UpdateRow) {
  if (nodegroup) {
    const holder = nodegroups(scope).get(`${cluster}/${nodegroup}`);
    return { holder, resource: holder?.nodegroup };
  }
  if (addon) {
    const holder = addons(scope).get(`${cluster}/${addon}`);
    return { holder, resource: holder?.addon };
  }
  const holder = clusters(scope).get(cluster);
  return { holder, resource: holder?.cluster };
}

export function updateDone({ region, id }: { region: string; id: string }, account: Account): void {
  const scope = { account, region };
  const row = updates(scope).get(id);
  if (!row) return;
  row.update.status = 'Successful';
  const { holder, resource } = updated(scope, row);
  if (holder?.updateId !== id || !resource) return;
  holder.updateId = undefined;
  if (resource.status === 'UPDATING') resource.status = 'ACTIVE';
  Object.assign(resource, structuredClone(row.patch));
  if (enabledLogs(row.patch?.logging).length > 0) writeLogs(scope, row.cluster);
  const access = row.patch?.resourcesVpcConfig;
  if (!access || !('endpointHistory' in holder)) return;
  const { endpointPublicAccess = true, endpointPrivateAccess = false } = access;
  holder.endpointHistory.push({ at: account.now(), endpointPublicAccess, endpointPrivateAccess });
}

function updatesOf(scope: Scope, input: Eks.ListUpdatesRequest): Eks.Update[] {
  const { name } = requireCluster(scope, input.name);
  return updates(scope)
    .filter(row => row.cluster === name && row.nodegroup === input.nodegroupName && row.addon === input.addonName)
    .map(row => dated<Eks.Update>(row.update));
}

export const updateOperations = {
  DescribeUpdate(input: Eks.DescribeUpdateRequest, context: CallContext) {
    const update = updatesOf(context, input).find(({ id }) => id === input.updateId);
    if (!update) throw eksError('ResourceNotFound', `No update found for ID: ${input.updateId ?? ''}`);
    return { update };
  },
  ListUpdates(input: Eks.ListUpdatesRequest, context: CallContext) {
    const ids = updatesOf(context, input).map(({ id }) => id);
    const { items, nextToken } = page(ids, input);
    return { updateIds: items, nextToken };
  },
};
