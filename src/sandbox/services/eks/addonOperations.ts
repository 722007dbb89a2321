import type * as Eks from '@aws-sdk/client-eks';
import type { Account, CallContext } from '../../kernel/account.ts';
import {
  addonDefinition,
  checkConfiguration,
  describeAddonConfiguration,
  describeAddonVersions,
} from './addonCatalog.ts';
import { associate, dissociate } from './podIdentity.ts';
import { recordUpdate, toldUpdate, endUpdate } from './updates.ts';
import { installWorkload, removeWorkload, workloadIsReady } from './addonWorkloads.ts';
import {
  addons,
  between,
  clusters,
  dated,
  eksError,
  listOf,
  ofCluster,
  requireActive,
  requireCluster,
  type AddonRow,
  type Scope,
} from './eksTables.ts';
import { offeredVersion } from './versions.ts';

/** How long EKS waits for an add-on's Deployment to have its replicas. */
const patienceSeconds = 20 * 60;
const installSeconds = 5;

interface AddonJob {
  readonly region: string;
  readonly cluster: string;
  readonly name: string;
  readonly uid: string;
}

type Key = Eks.DescribeAddonRequest;

function requireAddon(scope: Scope, { clusterName, addonName = '' }: Key): AddonRow {
  const { name } = requireCluster(scope, clusterName);
  const row = addons(scope).get(`${name}/${addonName}`);
  if (!row)
    throw eksError('ResourceNotFound', `No addon: ${addonName} found in cluster: ${name}`, { clusterName, addonName });
  return row;
}

const told = ({ addon }: AddonRow) => ({ addon: dated<Eks.Addon>(addon) });

function createAddon(input: Eks.CreateAddonRequest, context: CallContext) {
  const { account, region } = context;
  const { clusterName = '', addonName = '' } = input;
  const { cluster } = requireActive(context, clusterName);
  const definition = addonDefinition(addonName);
  const { versions, namespace } = definition;
  checkConfiguration(definition, input.configurationValues);
  const kubernetes = offeredVersion(cluster.version, account.now());
  const offered = kubernetes ? versions(kubernetes) : [];
  const addonVersion = input.addonVersion ?? offered[0] ?? '';
  if (!offered.includes(addonVersion))
    throw eksError('InvalidParameter', 'Addon version specified is not supported', { addonName });
  if (addons(context).get(`${clusterName}/${addonName}`))
    throw eksError('ResourceInUse', 'Addon already exists.', { clusterName, addonName });
  const now = account.now();
  const uid = account.uuid();
  const row = addons(context).set(`${clusterName}/${addonName}`, {
    uid,
    deadline: now + patienceSeconds * 1000,
    addon: {
      addonName,
      clusterName,
      status: 'CREATING',
      addonVersion,
      health: { issues: [] },
      addonArn: account.arn('eks', region, `addon/${clusterName}/${addonName}/${uid}`),
      createdAt: now,
      modifiedAt: now,
      tags: { ...input.tags },
      namespaceConfig: { namespace },
      configurationValues: input.configurationValues,
      serviceAccountRoleArn: input.serviceAccountRoleArn,
      podIdentityAssociations: associate(context, clusterName, addonName, input.podIdentityAssociations),
    },
  });
  const job: AddonJob = { region, cluster: clusterName, name: addonName, uid };
  account.schedule(installSeconds, 'eks.addonInstall', job);
  account.schedule(between(account, 20, 60), 'eks.addonCheck', job);
  return told(row);
}

/** An update of an add-on waits for its workload as a creation does. */
function updateAddon(input: Eks.UpdateAddonRequest, context: CallContext) {
  const { account, region } = context;
  const row = requireAddon(context, input);
  const { addon } = row;
  const { clusterName: cluster = '', addonName: name = '' } = addon;
  const { cluster: described } = requireActive(context, cluster);
  const definition = addonDefinition(name);
  const kubernetes = offeredVersion(described.version, account.now());
  const { addonVersion = addon.addonVersion, configurationValues } = input;
  if (input.addonVersion !== undefined && !(kubernetes && definition.versions(kubernetes).includes(input.addonVersion)))
    throw eksError('InvalidParameter', 'Addon version specified is not supported', { addonName: name });
  checkConfiguration(definition, configurationValues);
  if (!/^(ACTIVE|DEGRADED|UPDATE_FAILED)$/.test(addon.status ?? ''))
    throw eksError('ResourceInUse', `Cannot update because addon ${name} currently has status ${addon.status}`, {
      clusterName: cluster,
      addonName: name,
    });
  const { podIdentityAssociations, serviceAccountRoleArn, resolveConflicts } = input;
  const params = {
    addonVersion: input.addonVersion,
    configurationValues,
    serviceAccountRoleArn,
    resolveConflicts,
    podIdentityAssociations,
  };
  const made = recordUpdate(context, { cluster, addon: name }, 'AddonUpdate', params);
  if (podIdentityAssociations) {
    dissociate(context, cluster, addon.podIdentityAssociations ?? []);
    addon.podIdentityAssociations = associate(context, cluster, name, podIdentityAssociations);
  }
  Object.assign(addon, {
    status: 'UPDATING',
    addonVersion,
    configurationValues: configurationValues ?? addon.configurationValues,
    // Without one the add-on falls back to the node role's permissions.
    serviceAccountRoleArn,
  });
  row.deadline = account.now() + patienceSeconds * 1000;
  row.updateId = made.update.id;
  const job: AddonJob = { region, cluster, name, uid: row.uid };
  account.schedule(installSeconds, 'eks.addonInstall', job);
  account.schedule(between(account, 20, 60), 'eks.addonCheck', job);
  return toldUpdate(made);
}

function deleteAddon(input: Eks.DeleteAddonRequest, context: CallContext) {
  const { account, region } = context;
  const row = requireAddon(context, input);
  const { clusterName: cluster, addonName: name } = row.addon;
  const job = { region, cluster, name, uid: row.uid };
  if (row.addon.status !== 'DELETING') account.schedule(between(account, 10, 30), 'eks.addonDeleted', job);
  row.addon.status = 'DELETING';
  row.preserve = input.preserve ?? false;
  return told(row);
}

export const addonOperations = {
  CreateAddon: createAddon,
  DescribeAddon: (input: Key, context: CallContext) => told(requireAddon(context, input)),
  UpdateAddon: updateAddon,
  DeleteAddon: deleteAddon,
  DescribeAddonVersions: describeAddonVersions,
  DescribeAddonConfiguration: describeAddonConfiguration,
  ListAddons: (input: Eks.ListAddonsRequest, context: CallContext) =>
    listOf(context, 'addons', addons, ({ addon }) => addon.addonName, input),
};

function waiting({ region, cluster: name, name: addonName, uid }: AddonJob, account: Account) {
  const scope = { account, region };
  const row = addons(scope).get(`${name}/${addonName}`);
  const cluster = clusters(scope).get(name);
  const status = row?.addon.status;
  if (!cluster || row?.uid !== uid || !/^(CREATING|DEGRADED|UPDATING)$/.test(status ?? '')) return undefined;
  return { scope, row, cluster, definition: addonDefinition(addonName) };
}

function addonInstall(job: AddonJob, account: Account): void {
  const found = waiting(job, account);
  if (!found) return;
  const { addonVersion = '', configurationValues } = found.row.addon;
  const { replicaCount } = checkConfiguration(found.definition, configurationValues);
  const replicas = typeof replicaCount === 'number' ? replicaCount : undefined;
  installWorkload(found.scope, found.cluster, found.definition, addonVersion, replicas);
}

/** Comes after the usual time, whenever nodes become ready, and when patience runs out. */
function addonCheck(job: AddonJob, account: Account): void {
  const found = waiting(job, account);
  if (!found) return;
  const { addon, deadline } = found.row;
  const ready = workloadIsReady(found.scope, job.cluster, found.definition);
  const { updateId } = found.row;
  if (!ready && addon.status !== 'DEGRADED') account.schedule((deadline - account.now()) / 1000, 'eks.addonCheck', job);
  addon.modifiedAt = account.now();
  const late = account.now() >= deadline;
  addon.status = ready ? 'ACTIVE' : !late ? 'DEGRADED' : updateId ? 'UPDATE_FAILED' : 'CREATE_FAILED';
  const message = "The add-on is unhealthy because it doesn't have the desired number of replicas.";
  if (updateId && (ready || late)) {
    const errors = [{ errorCode: 'InsufficientNumberOfReplicas' as const, errorMessage: message, resourceIds: [] }];
    endUpdate(found.scope, job.cluster, updateId, ready ? [] : errors);
    found.row.updateId = undefined;
  }
  addon.health = { issues: ready ? [] : [{ code: 'InsufficientNumberOfReplicas', message, resourceIds: [] }] };
}

/** Deployments find room once nodes are ready. */
export function checkAddonsSoon({ account, region }: Scope, cluster: string): void {
  for (const { addon, uid } of ofCluster(addons({ account, region }), cluster))
    if (addon.status === 'DEGRADED')
      account.schedule(between(account, 20, 40), 'eks.addonCheck', { region, cluster, name: addon.addonName, uid });
}

function addonDeleted(job: AddonJob, account: Account): void {
  const scope = { account, region: job.region };
  const key = `${job.cluster}/${job.name}`;
  const row = addons(scope).get(key);
  if (row?.uid !== job.uid) return;
  dissociate(scope, job.cluster, row.addon.podIdentityAssociations ?? []);
  addons(scope).delete(key);
  if (!row.preserve) removeWorkload(scope, job.cluster, addonDefinition(job.name));
}

export const addonJobs = {
  'eks.addonInstall': addonInstall,
  'eks.addonCheck': addonCheck,
  'eks.addonDeleted': addonDeleted,
};
