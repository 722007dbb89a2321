import type { CreateLaunchTemplateVersionResult, Instance } from '@aws-sdk/client-ec2';
import type * as Eks from '@aws-sdk/client-eks';
import type { Account, CallContext } from '../../kernel/account.ts';
import { putNode } from '../../join/nodeObject.ts';
import { nodeRows } from '../../join/nodeRows.ts';
import { amiOf } from '../ssm/publicParameters.ts';
import { answered } from './clusterRules.ts';
import { asEks, between, clusters, eksError, nodegroups, type NodegroupRow, type Scope } from './eksTables.ts';
import { instancesOf, nodeSource } from './nodegroupJobs.ts';
import { requireNodegroup } from './nodegroupOperations.ts';
import { launchData } from './nodegroupResources.ts';
import * as rules from './nodegroupRules.ts';
import { endUpdate, recordUpdate, toldUpdate } from './updates.ts';

const refuse = (message: string) => eksError('InvalidParameter', message);

function checkIdle({ nodegroup }: NodegroupRow): void {
  const { status, clusterName, nodegroupName } = nodegroup;
  if (status === 'ACTIVE' || status === 'DEGRADED') return;
  const message =
    status === 'UPDATING'
      ? `Nodegroup ${nodegroupName} is already being updated`
      : 'Nodegroup cannot be updated as it is currently not in Active State';
  throw eksError('ResourceInUse', message, { clusterName, nodegroupName });
}

const taintKey = ({ key, effect }: Eks.Taint): string => `${key}:${effect}`;

function updateNodegroupConfig(input: Eks.UpdateNodegroupConfigRequest, context: CallContext) {
  const { account, region } = context;
  const row = requireNodegroup(context, input);
  checkIdle(row);
  const { nodegroup } = row;
  const { clusterName: cluster = '', nodegroupName: name = '' } = nodegroup;
  const { labels: wantedLabels, taints: wantedTaints, scalingConfig: size, updateConfig, nodeRepairConfig } = input;
  const { addOrUpdateLabels = {}, removeLabels = [] } = wantedLabels ?? {};
  const { addOrUpdateTaints = [], removeTaints = [] } = wantedTaints ?? {};
  const unknown = removeLabels.filter(key => nodegroup.labels?.[key] === undefined);
  if (unknown.length > 0) throw refuse(`Label(s) [${unknown.join(', ')}] to remove are not on the node group`);
  const scalingConfig = size && rules.checkScaling({ ...nodegroup.scalingConfig, ...size });
  const labels = Object.fromEntries(
    Object.entries({ ...nodegroup.labels, ...addOrUpdateLabels }).filter(([key]) => !removeLabels.includes(key)),
  );
  const changed = new Set([...addOrUpdateTaints, ...removeTaints].map(taintKey));
  const taints = [...(nodegroup.taints ?? []).filter(taint => !changed.has(taintKey(taint))), ...addOrUpdateTaints];
  rules.checkTaints(taints);
  const made = recordUpdate(context, { cluster, nodegroup: name }, 'ConfigUpdate', {
    ...size,
    labelsToAdd: wantedLabels?.addOrUpdateLabels,
    labelsToRemove: wantedLabels?.removeLabels,
    taintsToAdd: wantedTaints?.addOrUpdateTaints,
    taintsToRemove: wantedTaints?.removeTaints,
    ...updateConfig,
    nodeRepairConfig,
  });
  Object.assign(nodegroup, { status: 'UPDATING', labels, taints, ...(scalingConfig && { scalingConfig }) });
  if (updateConfig) nodegroup.updateConfig = updateConfig;
  if (nodeRepairConfig)
    nodegroup.nodeRepairConfig = { enabled: nodeRepairConfig.enabled ?? false, ...nodeRepairConfig };
  if (scalingConfig) {
    const { minSize: MinSize, maxSize: MaxSize, desiredSize: DesiredCapacity } = scalingConfig;
    resize(asEks(context), nodegroup, { MinSize, MaxSize, DesiredCapacity });
  }
  relabel(asEks(context), row);
  const id = made.update.id ?? '';
  account.schedule(between(account, 15, 40), 'eks.updateDone', { region, cluster, id, patch: {} });
  watch(account, region, row);
  return toldUpdate(made);
}

function resize(context: CallContext, nodegroup: NodegroupRow['nodegroup'], input: object): void {
  const AutoScalingGroupName = nodegroup.resources?.autoScalingGroups?.[0]?.name;
  context.account.call(context, 'autoscaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName, ...input });
}

/** EKS itself changes labels and taints on the nodes that are there. */
function relabel(context: CallContext, row: NodegroupRow): void {
  for (const instance of instancesOf(context, row)) {
    const node = nodeRows(context).get(instance.InstanceId);
    if (node?.registeredAt === undefined) continue;
    putNode(context, nodeSource(row.nodegroup, instance), instance, node.readyAt !== undefined);
  }
}

function watch(account: Account, region: string, { nodegroup, uid }: NodegroupRow): void {
  const { clusterName: cluster, nodegroupName: name } = nodegroup;
  const until = account.now() + between(account, 15 * 60, 35 * 60) * 1000;
  account.schedule(30, 'eks.nodegroupWatch', { region, cluster, name, uid, until });
}

const minorOf = (version = ''): number => Number(version.split('.')[1]);
const rollSeconds = 15;
const rollPatienceSeconds = 35 * 60;

function updateNodegroupVersion(input: Eks.UpdateNodegroupVersionRequest, context: CallContext) {
  const { account, region } = context;
  const row = requireNodegroup(context, input);
  checkIdle(row);
  const { nodegroup } = row;
  const { clusterName: cluster = '', nodegroupName: name = '', amiType = '' } = nodegroup;
  const clusterRow = clusters(context).get(cluster);
  if (!clusterRow) throw refuse('The cluster is gone.');
  const template = rules.readLaunchTemplate(input.launchTemplate, context);
  if (template && template.id !== nodegroup.launchTemplate?.id)
    throw refuse(
      nodegroup.launchTemplate
        ? 'Launch template id must match the one the node group was created with.'
        : "You cannot specify a launch template for a node group that wasn't created with one.",
    );
  const own = template?.data.ImageId;
  if ((own !== undefined || amiType === 'CUSTOM') && (input.version ?? input.releaseVersion) !== undefined)
    throw refuse('You cannot specify the field version or releaseVersion when using custom AMIs.');
  if ((own !== undefined) !== (amiType === 'CUSTOM') && template)
    throw refuse('The AMI of the launch template cannot be added or removed by an update of the node group.');
  const version = input.version ?? nodegroup.version ?? '';
  if (minorOf(version) > minorOf(clusterRow.cluster.version))
    throw refuse(`Nodegroup version ${version} cannot be newer than cluster version ${clusterRow.cluster.version}`);
  if (minorOf(version) < minorOf(nodegroup.version) && !clusterRow.upgradedAt)
    if (minorOf(version) < minorOf(clusterRow.cluster.version))
      throw refuse(`Nodegroup version ${nodegroup.version} cannot be changed to the older version ${version}`);
  const image = own === undefined ? amiOf(region, version, amiType) : undefined;
  if (own === undefined && !image) throw refuse(`Requested AMI for this version ${version} is not supported`);
  const releaseVersion = image?.releaseVersion ?? nodegroup.releaseVersion ?? '';
  if (input.releaseVersion !== undefined && input.releaseVersion !== releaseVersion)
    throw refuse(`Requested release version ${input.releaseVersion} is not valid for kubernetes version ${version}.`);
  const made = recordUpdate(context, { cluster, nodegroup: name }, 'VersionUpdate', {
    ...(own === undefined && { version, releaseVersion }),
    launchTemplateName: template?.name,
    launchTemplateVersion: template?.version,
  });
  const id = made.update.id ?? '';
  const sameImage = version === nodegroup.version && releaseVersion === nodegroup.releaseVersion;
  nodegroup.status = 'UPDATING';
  if (sameImage && (!template || template.version === nodegroup.launchTemplate?.version)) {
    account.schedule(5, 'eks.updateDone', { region, cluster, id, patch: {} });
    return toldUpdate(made);
  }
  const given = template ?? (nodegroup.launchTemplate && rules.readLaunchTemplate(nodegroup.launchTemplate, context));
  const ec2 = asEks(context);
  const { LaunchTemplateVersion } = account.call<CreateLaunchTemplateVersionResult>(
    ec2,
    'ec2',
    'CreateLaunchTemplateVersion',
    {
      LaunchTemplateId: row.launchTemplateId,
      LaunchTemplateData: launchData(clusterRow, nodegroup, row.instanceProfile, given, image?.imageId ?? own ?? ''),
    },
  );
  const launchVersion = String(LaunchTemplateVersion?.VersionNumber);
  resize(ec2, nodegroup, {
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: { LaunchTemplateId: row.launchTemplateId, Version: launchVersion },
        Overrides: (nodegroup.instanceTypes ?? []).map(InstanceType => ({ InstanceType })),
      },
    },
  });
  if (template) nodegroup.launchTemplate = { id: template.id, name: template.name, version: template.version };
  const patch = { version, releaseVersion };
  const until = account.now() + rollPatienceSeconds * 1000;
  account.schedule(rollSeconds, 'eks.nodegroupRoll', {
    region,
    cluster,
    name,
    uid: row.uid,
    id,
    launchVersion,
    patch,
    until,
  });
  return toldUpdate(made);
}

interface RollJob {
  readonly region: string;
  readonly cluster: string;
  readonly name: string;
  readonly uid: string;
  readonly id: string;
  /** Version of EKS's own launch template that new instances have. */
  readonly launchVersion: string;
  readonly patch: { readonly version: string; readonly releaseVersion: string };
  /** Account time (ms) by which the next node must be Ready. */
  readonly until: number;
  readonly done?: number;
}

const versionOf = ({ Tags = [] }: Instance): string | undefined =>
  Tags.find(({ Key }) => Key === 'aws:ec2launchtemplate:version')?.Value;

/** Exchanges nodes, as many at a time as may be unavailable. On AWS the new ones come first. */
export function nodegroupRoll(job: RollJob, account: Account): void {
  const { region, cluster, name, uid, id, launchVersion, patch } = job;
  const scope: Scope = { account, region };
  const row = nodegroups(scope).get(`${cluster}/${name}`);
  if (row?.uid !== uid || row.nodegroup.status !== 'UPDATING') return;
  const context = asEks(scope);
  const { nodegroup } = row;
  // New nodes report the new version.
  Object.assign(nodegroup, patch);
  const instances = instancesOf(context, row);
  const old = instances.filter(instance => versionOf(instance) !== launchVersion);
  const ready = instances.filter(({ InstanceId }) => nodeRows(scope).get(InstanceId)?.readyAt !== undefined);
  const wanted = nodegroup.scalingConfig?.desiredSize ?? 0;
  const fresh = ready.filter(instance => versionOf(instance) === launchVersion).length;
  if (old.length === 0 && fresh >= wanted) {
    nodegroup.status = 'ACTIVE';
    nodegroup.modifiedAt = account.now();
    return endUpdate(scope, cluster, id);
  }
  if (account.now() > job.until) {
    nodegroup.status = 'DEGRADED';
    const resourceIds = instances
      .filter(instance => !ready.includes(instance))
      .map(({ InstanceId = '' }) => InstanceId);
    const errorMessage = "Couldn't proceed with upgrade process as new nodes are not joining node group";
    return endUpdate(scope, cluster, id, [{ errorCode: 'NodeCreationFailure', errorMessage, resourceIds }]);
  }
  const { maxUnavailable = 1, maxUnavailablePercentage: percent } = nodegroup.updateConfig ?? {};
  const most = percent === undefined ? maxUnavailable : Math.max(1, Math.floor((wanted * percent) / 100));
  const room = most - (wanted - ready.length);
  for (const { InstanceId } of room > 0 ? old.slice(0, room) : [])
    answered(context, 'ec2', 'TerminateInstances', { InstanceIds: [InstanceId] });
  watch(account, region, row);
  const progressed = fresh > (job.done ?? 0);
  const until = progressed ? account.now() + rollPatienceSeconds * 1000 : job.until;
  account.schedule(rollSeconds, 'eks.nodegroupRoll', { ...job, until, done: fresh });
}

export const nodegroupUpdateOperations = {
  UpdateNodegroupConfig: updateNodegroupConfig,
  UpdateNodegroupVersion: updateNodegroupVersion,
};
