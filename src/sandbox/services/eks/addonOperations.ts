import type * as Eks from '@aws-sdk/client-eks';
import type { Account, CallContext } from '../../kernel/account.ts';
import { addonDefinition, type AddonDefinition } from './addonCatalog.ts';
import { installWorkload, removeWorkload, workloadIsReady } from './addonWorkloads.ts';
import { roleTrusts } from './clusterRules.ts';
import {
  addons,
  associations,
  between,
  clusters,
  dated,
  eksError,
  ofCluster,
  page,
  requireActive,
  requireCluster,
  type AddonRow,
  type ClusterRow,
  type Scope,
} from './eksTables.ts';
import { putAssociation } from './podIdentity.ts';
import { beginUpdate } from './updates.ts';
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

function checkVersion(
  { name, versions }: AddonDefinition,
  scope: Scope,
  { cluster }: ClusterRow,
  asked?: string,
): string {
  const kubernetes = offeredVersion(cluster.version, scope.account.now());
  const offered = kubernetes ? versions(kubernetes) : [];
  const version = asked ?? offered[0];
  if (!version || !offered.includes(version))
    throw eksError('InvalidParameter', 'Addon version specified is not supported', { addonName: name });
  return version;
}

function checkServiceAccountRole(roleArn: string | undefined, context: CallContext): void {
  if (roleArn && roleTrusts(context, roleArn, '') === undefined)
    throw eksError('InvalidParameter', `The role ${roleArn} could not be found.`);
}

function associate(
  context: CallContext,
  row: ClusterRow,
  addonArn: string,
  wanted: Eks.AddonPodIdentityAssociations[] = [],
) {
  return wanted.map(({ serviceAccount, roleArn }) => {
    const input = { clusterName: row.name, namespace: 'kube-system', serviceAccount, roleArn };
    const id = putAssociation(context, input, addonArn);
    return context.account.arn('eks', context.region, `podidentityassociation/${row.name}/${id}`);
  });
}

function dropAssociations(scope: Scope, arns: readonly string[] = []): void {
  for (const [key, { association }] of associations(scope).entries())
    if (arns.includes(association.associationArn ?? '')) associations(scope).delete(key);
}

function createAddon(input: Eks.CreateAddonRequest, context: CallContext) {
  const { account, region } = context;
  const { clusterName = '', addonName = '', serviceAccountRoleArn, configurationValues } = input;
  const clusterRow = requireActive(context, clusterName);
  const addonVersion = checkVersion(addonDefinition(addonName), context, clusterRow, input.addonVersion);
  if (addons(context).get(`${clusterName}/${addonName}`))
    throw eksError('ResourceInUse', 'Addon already exists.', { clusterName, addonName });
  checkServiceAccountRole(serviceAccountRoleArn, context);
  const now = account.now();
  const uid = account.uuid();
  const addonArn = account.arn('eks', region, `addon/${clusterName}/${addonName}/${uid}`);
  const row = addons(context).set(`${clusterName}/${addonName}`, {
    uid,
    deadline: now + patienceSeconds * 1000,
    addon: {
      addonName,
      clusterName,
      status: 'CREATING',
      addonVersion,
      health: { issues: [] },
      addonArn,
      createdAt: now,
      modifiedAt: now,
      serviceAccountRoleArn,
      tags: { ...input.tags },
      configurationValues,
      podIdentityAssociations: associate(context, clusterRow, addonArn, input.podIdentityAssociations),
      namespaceConfig: { namespace: 'kube-system' },
    },
  });
  const job: AddonJob = { region, cluster: clusterName, name: addonName, uid };
  account.schedule(installSeconds, 'eks.addonInstall', job);
  account.schedule(between(account, 20, 60), 'eks.addonCheck', job);
  return told(row);
}

function updateAddon(input: Eks.UpdateAddonRequest, context: CallContext) {
  const { addon, updateId } = requireAddon(context, input);
  const row = requireActive(context, input.clusterName);
  const { addonName: name = '', status = '' } = addon;
  if (updateId || status === 'DELETING')
    throw eksError('ResourceInUse', `Addon ${name} cannot be updated as it is currently in ${status} state`, {
      addonName: name,
    });
  const definition = addonDefinition(name, 'UpdateAddon');
  const addonVersion = checkVersion(definition, context, row, input.addonVersion ?? addon.addonVersion);
  const { configurationValues = addon.configurationValues, serviceAccountRoleArn = addon.serviceAccountRoleArn } =
    input;
  checkServiceAccountRole(serviceAccountRoleArn, context);
  Object.assign(addon, { addonVersion, configurationValues, serviceAccountRoleArn, modifiedAt: context.account.now() });
  if (input.podIdentityAssociations) {
    dropAssociations(context, addon.podIdentityAssociations);
    addon.podIdentityAssociations = associate(context, row, addon.addonArn ?? '', input.podIdentityAssociations);
  }
  installWorkload(context, row, definition, addonVersion);
  const params = { AddonVersion: addonVersion, ResolveConflicts: input.resolveConflicts ?? 'NONE' };
  return beginUpdate(context, { cluster: row.name, addon: name, type: 'AddonUpdate', params, seconds: [20, 40] });
}

function deleteAddon(input: Eks.DeleteAddonRequest, context: CallContext) {
  const { account, region } = context;
  const row = requireAddon(context, input);
  const { clusterName: cluster, addonName: name } = row.addon;
  const job = { region, cluster, name, uid: row.uid, preserve: input.preserve ?? false };
  if (row.addon.status !== 'DELETING') account.schedule(between(account, 10, 30), 'eks.addonDeleted', job);
  row.addon.status = 'DELETING';
  return told(row);
}

export const addonOperations = {
  CreateAddon: createAddon,
  DescribeAddon: (input: Key, context: CallContext) => told(requireAddon(context, input)),
  UpdateAddon: updateAddon,
  DeleteAddon: deleteAddon,
  ListAddons(input: Eks.ListAddonsRequest, context: CallContext) {
    const rows = ofCluster(addons(context), requireCluster(context, input.clusterName).name);
    const { items, nextToken } = page(rows.map(({ addon }) => addon.addonName ?? '').sort(), input);
    return { addons: items, nextToken };
  },
};

function waiting({ region, cluster: name, name: addonName, uid }: AddonJob, account: Account) {
  const scope = { account, region };
  const row = addons(scope).get(`${name}/${addonName}`);
  const cluster = clusters(scope).get(name);
  const status = row?.addon.status;
  if (!cluster || row?.uid !== uid || (status !== 'CREATING' && status !== 'DEGRADED')) return undefined;
  return { scope, row, cluster, definition: addonDefinition(addonName) };
}

function addonInstall(job: AddonJob, account: Account): void {
  const found = waiting(job, account);
  if (found) installWorkload(found.scope, found.cluster, found.definition, found.row.addon.addonVersion ?? '');
}

/** Comes after the usual time, whenever nodes become ready, and when patience runs out. */
function addonCheck(job: AddonJob, account: Account): void {
  const found = waiting(job, account);
  if (!found) return;
  const { addon, deadline } = found.row;
  const ready = workloadIsReady(found.scope, job.cluster, found.definition);
  if (!ready && addon.status === 'CREATING') account.schedule((deadline - account.now()) / 1000, 'eks.addonCheck', job);
  addon.modifiedAt = account.now();
  addon.status = ready ? 'ACTIVE' : account.now() >= deadline ? 'CREATE_FAILED' : 'DEGRADED';
  const message = "The add-on is unhealthy because it doesn't have the desired number of replicas.";
  addon.health = { issues: ready ? [] : [{ code: 'InsufficientNumberOfReplicas', message, resourceIds: [] }] };
}

/** Deployments find room once nodes are ready. */
export function checkAddonsSoon({ account, region }: Scope, cluster: string): void {
  for (const { addon, uid } of ofCluster(addons({ account, region }), cluster))
    if (addon.status === 'DEGRADED')
      account.schedule(between(account, 20, 40), 'eks.addonCheck', { region, cluster, name: addon.addonName, uid });
}

function addonDeleted(job: AddonJob & { preserve: boolean }, account: Account): void {
  const scope = { account, region: job.region };
  const key = `${job.cluster}/${job.name}`;
  const row = addons(scope).get(key);
  if (row?.uid !== job.uid) return;
  addons(scope).delete(key);
  dropAssociations(scope, row.addon.podIdentityAssociations);
  if (!job.preserve) removeWorkload(scope, job.cluster, addonDefinition(job.name));
}

export const addonJobs = {
  'eks.addonInstall': addonInstall,
  'eks.addonCheck': addonCheck,
  'eks.addonDeleted': addonDeleted,
};
