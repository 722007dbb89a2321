import type * as Eks from '@aws-sdk/client-eks';
import type { Account, CallContext } from '../../kernel/account.ts';
import { checkEndpointAccess, refuseOther } from './clusterRules.ts';
import { between, clusters, eksError, requireCluster } from './eksTables.ts';

/** What becomes of the cluster once an update is through. */
type Patch = Pick<Eks.Cluster, 'resourcesVpcConfig' | 'deletionProtection'>;

interface UpdateJob {
  readonly region: string;
  readonly name: string;
  readonly id: string;
  readonly patch: Patch;
}

const refuse = (message: string) => eksError('InvalidParameter', message);

/** A cluster has one update at a time, and one kind of update to a request. */
export function updateClusterConfig(input: Eks.UpdateClusterConfigRequest, context: CallContext) {
  const { account, region } = context;
  const row = requireCluster(context, input.name);
  const { name, cluster, updateId } = row;
  const { deletionProtection, resourcesVpcConfig: access } = input;
  if (access && deletionProtection !== undefined) throw refuse('Only one type of update can be allowed.');
  if (!access && deletionProtection === undefined) throw refuse('No changes needed for the cluster config provided');
  const type: Eks.UpdateType = access ? 'EndpointAccessUpdate' : 'DeletionProtectionUpdate';
  const patch = access ? endpointAccess(access, cluster.resourcesVpcConfig) : { deletionProtection };
  if (updateId)
    throw eksError(
      'ResourceInUse',
      `Cannot ${type} because cluster ${name} currently has update ${updateId} in progress`,
      { clusterName: name },
    );
  if (cluster.status !== 'ACTIVE') throw eksError('InvalidRequest', `Cluster ${name} is not in ACTIVE status`);
  const id = (row.updateId = account.uuid());
  cluster.status = 'UPDATING';
  const seconds = access ? between(account, 240, 360) : between(account, 5, 15);
  account.schedule(seconds, 'eks.updateDone', { region, name, id, patch });
  const asked = Object.entries(access ?? { deletionProtection });
  const params = asked.map(([key, value]) => ({
    type: key.charAt(0).toUpperCase() + key.slice(1),
    value: String(value),
  }));
  return { update: { id, status: 'InProgress', type, params, createdAt: new Date(account.now()), errors: [] } };
}

function endpointAccess(asked: Eks.VpcConfigRequest, now: Eks.VpcConfigResponse = {}): Patch {
  refuseOther('UpdateClusterConfig', asked, 'endpointPublicAccess endpointPrivateAccess');
  const { endpointPublicAccess = now.endpointPublicAccess, endpointPrivateAccess = now.endpointPrivateAccess } = asked;
  checkEndpointAccess(endpointPublicAccess, endpointPrivateAccess);
  const publicAccessCidrs = endpointPublicAccess ? ['0.0.0.0/0'] : [];
  if (endpointPublicAccess === now.endpointPublicAccess && endpointPrivateAccess === now.endpointPrivateAccess)
    throw refuse(
      `Cluster is already at the desired configuration with endpointPrivateAccess: ${endpointPrivateAccess} , endpointPublicAccess: ${endpointPublicAccess}, and Public Endpoint Restrictions: [${publicAccessCidrs.join(', ')}]`,
    );
  return { resourcesVpcConfig: { ...now, endpointPublicAccess, endpointPrivateAccess, publicAccessCidrs } };
}

export function clusterUpdateDone({ region, name, id, patch }: UpdateJob, account: Account): void {
  const row = clusters({ account, region }).get(name);
  if (row?.updateId !== id) return;
  row.updateId = undefined;
  row.cluster.status = 'ACTIVE';
  Object.assign(row.cluster, structuredClone(patch));
  if (!patch.resourcesVpcConfig) return;
  const { endpointPublicAccess = true, endpointPrivateAccess = false } = patch.resourcesVpcConfig;
  row.endpointHistory.push({ at: account.now(), endpointPublicAccess, endpointPrivateAccess });
}
