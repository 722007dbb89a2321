import type {
  DescribeUpdateRequest,
  DescribeUpdateResponse,
  ListUpdatesRequest,
  ListUpdatesResponse,
  Update,
  UpdateParamType,
  UpdateType,
} from '@aws-sdk/client-eks';
import type { Account, CallContext } from '../../kernel/account.ts';
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
  readonly type: UpdateType;
  readonly params: readonly (readonly [UpdateParamType, unknown])[];
  /** Seconds from and to which it takes. */
  readonly seconds: readonly [number, number];
}

/** Starts an update of a cluster, a node group or an add-on, of which each has one at a time. */
export function beginUpdate(scope: Scope, given: NewUpdate): Update {
  const { account, region } = scope;
  const { cluster, nodegroup, addon, patch } = given;
  const id = account.uuid();
  const row: UpdateRow = {
    cluster,
    nodegroup,
    addon,
    ...(patch ? { patch } : {}),
    update: {
      id,
      status: 'InProgress',
      type: given.type,
      params: given.params.map(([type, value]) => ({
        type,
        value: typeof value === 'string' ? value : JSON.stringify(value),
      })),
      createdAt: account.now(),
      errors: [],
    },
  };
  updates(scope).set(id, row);
  const [holder, resource] = updated(scope, row);
  if (holder) holder.updateId = id;
  if (resource) resource.status = 'UPDATING';
  account.schedule(between(account, ...given.seconds), 'eks.updateDone', { region, id });
  return dated<Update>(row.update);
}

function updated(scope: Scope, row: UpdateRow) {
  const nodegroup = row.nodegroup ? nodegroups(scope).get(`${row.cluster}/${row.nodegroup}`) : undefined;
  if (row.nodegroup) return [nodegroup, nodegroup?.nodegroup] as const;
  const addon = row.addon ? addons(scope).get(`${row.cluster}/${row.addon}`) : undefined;
  if (row.addon) return [addon, addon?.addon] as const;
  const cluster = clusters(scope).get(row.cluster);
  return [cluster, cluster?.cluster] as const;
}

export function updateDone({ region, id }: { region: string; id: string }, account: Account): void {
  const scope = { account, region };
  const row = updates(scope).get(id);
  if (!row) return;
  row.update.status = 'Successful';
  const [holder, resource] = updated(scope, row);
  if (holder?.updateId !== id || !resource) return;
  holder.updateId = undefined;
  if (resource.status === 'UPDATING') resource.status = 'ACTIVE';
  if (!row.patch) return;
  const cluster = clusters(scope).get(row.cluster);
  Object.assign(cluster?.cluster ?? {}, structuredClone(row.patch));
  const access = row.patch.resourcesVpcConfig;
  if (access)
    cluster?.endpointHistory.push({
      at: account.now(),
      endpointPublicAccess: access.endpointPublicAccess === true,
      endpointPrivateAccess: access.endpointPrivateAccess === true,
    });
}

function matching(scope: Scope, cluster: string, nodegroup?: string, addon?: string): UpdateRow[] {
  return updates(scope).filter(row => row.cluster === cluster && row.nodegroup === nodegroup && row.addon === addon);
}

export function describeUpdate(input: DescribeUpdateRequest, context: CallContext): DescribeUpdateResponse {
  const { name } = requireCluster(context, input.name);
  const found = matching(context, name, input.nodegroupName, input.addonName).find(
    row => row.update.id === input.updateId,
  );
  if (!found)
    throw eksError('ResourceNotFound', `No update found for ID: ${input.updateId ?? ''}`, { clusterName: name });
  return { update: dated<Update>(found.update) };
}

export function listUpdates(input: ListUpdatesRequest, context: CallContext): ListUpdatesResponse {
  const { name } = requireCluster(context, input.name);
  const ids = matching(context, name, input.nodegroupName, input.addonName).map(row => row.update.id ?? '');
  const { items, nextToken } = page(ids, input);
  return { updateIds: items, nextToken };
}
