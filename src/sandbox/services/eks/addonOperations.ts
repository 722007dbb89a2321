import type {
  Addon,
  AddonPodIdentityAssociations,
  CreateAddonRequest,
  CreateAddonResponse,
  DeleteAddonRequest,
  DeleteAddonResponse,
  DescribeAddonRequest,
  DescribeAddonResponse,
  ListAddonsRequest,
  ListAddonsResponse,
  UpdateAddonRequest,
  UpdateAddonResponse,
  UpdateParamType,
} from '@aws-sdk/client-eks';
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
  requireCluster,
  type AddonRow,
  type Scope,
} from './eksTables.ts';
import { putAssociation } from './podIdentity.ts';
import { beginUpdate } from './updates.ts';
import { offeredVersion } from './versions.ts';

/** How long EKS waits for an add-on's Deployment to have its replicas. */
const patienceSeconds = 20 * 60;
const installSeconds = 5;

type AddonJob = { region: string; cluster: string; name: string; uid: string };

function requireAddon(scope: Scope, cluster = '', name = ''): AddonRow {
  requireCluster(scope, cluster);
  const row = addons(scope).get(`${cluster}/${name}`);
  if (!row)
    throw eksError('ResourceNotFound', `No addon: ${name} found in cluster: ${cluster}`, {
      clusterName: cluster,
      addonName: name,
    });
  return row;
}

function requireVersion(
  definition: AddonDefinition,
  scope: Scope,
  kubernetes: string | undefined,
  asked?: string,
): string {
  const row = offeredVersion(kubernetes ?? '', scope.account.now());
  const versions = row ? definition.versions(row) : [];
  const version = asked ?? versions[0];
  if (!version || !versions.includes(version))
    throw eksError('InvalidParameter', 'Addon version specified is not supported', { addonName: definition.name });
  return version;
}

export function createAddon(input: CreateAddonRequest, context: CallContext): CreateAddonResponse {
  const { account, region } = context;
  const { cluster } = requireCluster(context, input.clusterName);
  const { clusterName = '', addonName = '' } = input;
  const definition = addonDefinition(addonName);
  const addonVersion = requireVersion(definition, context, cluster.version, input.addonVersion);
  if (addons(context).get(`${clusterName}/${addonName}`))
    throw eksError('ResourceInUse', 'Addon already exists.', { clusterName, addonName });
  if (cluster.status !== 'ACTIVE' && cluster.status !== 'UPDATING')
    throw eksError('InvalidRequest', `Cluster ${clusterName} is not in ACTIVE status`, { clusterName, addonName });
  checkServiceAccountRole(input.serviceAccountRoleArn, context);
  const now = account.now();
  const arn = account.arn('eks', region, `addon/${clusterName}/${addonName}/${account.uuid()}`);
  const row: AddonRow = {
    uid: account.uuid(),
    deadline: now + patienceSeconds * 1000,
    addon: {
      addonName,
      clusterName,
      status: 'CREATING',
      addonVersion,
      health: { issues: [] },
      addonArn: arn,
      createdAt: now,
      modifiedAt: now,
      serviceAccountRoleArn: input.serviceAccountRoleArn,
      tags: { ...input.tags },
      configurationValues: input.configurationValues,
      podIdentityAssociations: associate(context, clusterName, arn, input.podIdentityAssociations ?? []),
      namespaceConfig: { namespace: 'kube-system' },
    },
  };
  addons(context).set(`${clusterName}/${addonName}`, row);
  const job: AddonJob = { region, cluster: clusterName, name: addonName, uid: row.uid };
  account.schedule(installSeconds, 'eks.addonInstall', job);
  account.schedule(between(account, 20, 60), 'eks.addonCheck', job);
  return { addon: dated<Addon>(row.addon) };
}

function checkServiceAccountRole(roleArn: string | undefined, context: CallContext): void {
  if (roleArn && roleTrusts(context, roleArn, '') === undefined)
    throw eksError('InvalidParameter', `The role ${roleArn} could not be found.`);
}

function associate(
  context: CallContext,
  clusterName: string,
  ownerArn: string,
  wanted: readonly AddonPodIdentityAssociations[],
) {
  return wanted.map(({ serviceAccount, roleArn }) => {
    const input = { clusterName, namespace: 'kube-system', serviceAccount, roleArn };
    return putAssociation(context, input, ownerArn).association.associationArn ?? '';
  });
}

function waiting({ region, cluster: name, name: addonName, uid }: AddonJob, account: Account) {
  const scope = { account, region };
  const row = addons(scope).get(`${name}/${addonName}`);
  const cluster = clusters(scope).get(name);
  const status = row?.addon.status;
  if (!row || !cluster || row.uid !== uid || (status !== 'CREATING' && status !== 'DEGRADED')) return undefined;
  return { scope, row, cluster, definition: addonDefinition(addonName) };
}

export function addonInstall(job: AddonJob, account: Account): void {
  const found = waiting(job, account);
  if (found) installWorkload(found.scope, found.cluster, found.definition, found.row.addon.addonVersion ?? '');
}

/** Comes after the usual time, whenever nodes become ready, and when patience runs out. */
export function addonCheck(job: AddonJob, account: Account): void {
  const found = waiting(job, account);
  if (!found) return;
  const { row, definition } = found;
  const { addon } = row;
  addon.modifiedAt = account.now();
  if (workloadIsReady(found.scope, job.cluster, definition)) {
    addon.status = 'ACTIVE';
    addon.health = { issues: [] };
    return;
  }
  const expired = account.now() >= row.deadline;
  if (addon.status === 'CREATING') account.schedule((row.deadline - account.now()) / 1000, 'eks.addonCheck', job);
  addon.status = expired ? 'CREATE_FAILED' : 'DEGRADED';
  const message = "The add-on is unhealthy because it doesn't have the desired number of replicas.";
  addon.health = { issues: [{ code: 'InsufficientNumberOfReplicas', message, resourceIds: [] }] };
}

/** Deployments find room once nodes are ready. */
export function checkAddonsSoon({ account, region }: Scope, cluster: string): void {
  for (const [, { addon, uid }] of ofCluster(addons({ account, region }), cluster))
    if (addon.status === 'DEGRADED')
      account.schedule(between(account, 20, 40), 'eks.addonCheck', { region, cluster, name: addon.addonName, uid });
}

export function describeAddon(input: DescribeAddonRequest, context: CallContext): DescribeAddonResponse {
  return { addon: dated<Addon>(requireAddon(context, input.clusterName, input.addonName).addon) };
}

export function listAddons(input: ListAddonsRequest, context: CallContext): ListAddonsResponse {
  const { name } = requireCluster(context, input.clusterName);
  const names = ofCluster(addons(context), name).map(([, { addon }]) => addon.addonName ?? '');
  const { items, nextToken } = page(names.sort(), input);
  return { addons: items, nextToken };
}

export function updateAddon(input: UpdateAddonRequest, context: CallContext): UpdateAddonResponse {
  const row = requireAddon(context, input.clusterName, input.addonName);
  const clusterRow = requireCluster(context, input.clusterName);
  const { addon } = row;
  const members = { clusterName: clusterRow.name, addonName: addon.addonName };
  if (row.updateId)
    throw eksError(
      'ResourceInUse',
      `Addon ${addon.addonName ?? ''} cannot be updated as it is currently in ${addon.status ?? ''} state`,
      members,
    );
  const definition = addonDefinition(addon.addonName ?? '', 'UpdateAddon');
  const version = requireVersion(
    definition,
    context,
    clusterRow.cluster.version,
    input.addonVersion ?? addon.addonVersion,
  );
  checkServiceAccountRole(input.serviceAccountRoleArn, context);
  const params: [UpdateParamType, unknown][] = [['AddonVersion', version]];
  if (input.resolveConflicts) params.push(['ResolveConflicts', input.resolveConflicts]);
  if (input.configurationValues !== undefined) params.push(['ConfigurationValues', input.configurationValues]);
  addon.addonVersion = version;
  addon.configurationValues = input.configurationValues ?? addon.configurationValues;
  addon.serviceAccountRoleArn = input.serviceAccountRoleArn ?? addon.serviceAccountRoleArn;
  addon.modifiedAt = context.account.now();
  if (input.podIdentityAssociations) {
    dropAssociations(context, addon.podIdentityAssociations ?? []);
    addon.podIdentityAssociations = associate(
      context,
      clusterRow.name,
      addon.addonArn ?? '',
      input.podIdentityAssociations,
    );
  }
  installWorkload(context, clusterRow, definition, version);
  const target = { cluster: clusterRow.name, addon: addon.addonName };
  return { update: beginUpdate(context, { ...target, type: 'AddonUpdate', params, seconds: [20, 40] }) };
}

export function deleteAddon(input: DeleteAddonRequest, context: CallContext): DeleteAddonResponse {
  const { account, region } = context;
  const row = requireAddon(context, input.clusterName, input.addonName);
  const { addon } = row;
  if (addon.status !== 'DELETING') {
    addon.status = 'DELETING';
    const { clusterName: cluster, addonName: name } = addon;
    const payload = { region, cluster, name, uid: row.uid, preserve: input.preserve ?? false };
    account.schedule(between(account, 10, 30), 'eks.addonDeleted', payload);
  }
  return { addon: dated<Addon>(addon) };
}

export function addonDeleted(job: AddonJob & { preserve: boolean }, account: Account): void {
  const scope = { account, region: job.region };
  const key = `${job.cluster}/${job.name}`;
  const row = addons(scope).get(key);
  if (row?.uid !== job.uid) return;
  addons(scope).delete(key);
  dropAssociations(scope, row.addon.podIdentityAssociations ?? []);
  if (!job.preserve) removeWorkload(scope, job.cluster, addonDefinition(job.name));
}

function dropAssociations(scope: Scope, arns: readonly string[]): void {
  for (const [key, { association }] of associations(scope).entries())
    if (arns.includes(association.associationArn ?? '')) associations(scope).delete(key);
}
