import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { publicAmi } from '../ssm/publicParameters.ts';
import { checkName, checkVersion } from './clusterRules.ts';
import {
  asEks,
  between,
  dated,
  eksError,
  nodegroups,
  ofCluster,
  page,
  requireActive,
  requireCluster,
  type NodegroupRow,
  type Scope,
} from './eksTables.ts';
import { allowNodes } from './nodeAccess.ts';
import { launchGroup } from './nodegroupResources.ts';
import * as rules from './nodegroupRules.ts';
import { beginUpdate } from './updates.ts';

const scalingPatienceSeconds = 20 * 60;

type Key = Eks.DescribeNodegroupRequest;

const told = ({ nodegroup }: NodegroupRow) => ({ nodegroup: dated<Eks.Nodegroup>(nodegroup) });

function requireNodegroup(scope: Scope, { clusterName, nodegroupName = '' }: Key): NodegroupRow {
  const row = nodegroups(scope).get(`${requireCluster(scope, clusterName).name}/${nodegroupName}`);
  if (row) return row;
  const message = `No node group found for name: ${nodegroupName}.`;
  throw eksError('ResourceNotFound', message, { clusterName, nodegroupName });
}

function createNodegroup(input: Eks.CreateNodegroupRequest, context: CallContext) {
  const { account, region } = context;
  const { clusterName = '', nodegroupName = '', nodeRole = '', subnets = [], capacityType = 'ON_DEMAND' } = input;
  const clusterRow = requireActive(context, clusterName);
  const { cluster } = clusterRow;
  rules.refuseUnsimulatedNodes(input);
  checkName('nodegroupName', nodegroupName, 63);
  const key = `${clusterName}/${nodegroupName}`;
  const existing = nodegroups(context).get(key);
  if (existing && input.clientRequestToken && existing.requestToken === input.clientRequestToken) return told(existing);
  if (existing) {
    const message = `NodeGroup already exists with name ${nodegroupName} and cluster name ${clusterName}`;
    throw eksError('ResourceInUse', message, { clusterName, nodegroupName });
  }
  const scalingConfig = rules.checkScaling({ minSize: 1, maxSize: 2, desiredSize: 2, ...input.scalingConfig });
  rules.checkNodeSubnets(subnets, clusterRow, context);
  rules.checkNodeRole(nodeRole, context);
  const template = rules.readLaunchTemplate(input, context);
  const ownType = template?.data.InstanceType;
  const types = ownType ? [ownType] : input.instanceTypes?.length ? [...input.instanceTypes] : ['t3.medium'];
  const amiType = template?.data.ImageId ? 'CUSTOM' : (input.amiType ?? rules.defaultAmiType(types));
  rules.checkInstanceTypes(types, amiType, context);
  const { version } = checkVersion(input.version ?? cluster.version ?? '', context);
  if (Number(version.slice(2)) > Number(cluster.version?.slice(2)))
    throw eksError(
      'InvalidParameter',
      `Nodegroup Kubernetes version ${version} is above the cluster's ${cluster.version ?? ''}`,
    );
  const ami = publicAmi(region, version, amiType.includes('ARM') ? 'arm64' : 'x86_64');
  const imageId = template?.data.ImageId ?? ami.imageId;
  const { diskSize = 20, updateConfig = { maxUnavailable: 1 }, releaseVersion = ami.releaseVersion } = input;

  allowNodes(context, clusterRow, nodeRole);
  const spot = capacityType === 'SPOT';
  const wanted = { nodegroupName, nodeRole, subnets, types, scalingConfig, template, imageId, diskSize, spot };
  const { id, autoScalingGroup, ...made } = launchGroup(asEks(context), clusterRow, wanted);
  const now = account.now();
  const row = nodegroups(context).set(key, {
    uid: id,
    requestToken: input.clientRequestToken,
    ...made,
    nodegroup: {
      nodegroupName,
      nodegroupArn: account.arn('eks', region, `nodegroup/${clusterName}/${nodegroupName}/${id}`),
      clusterName,
      version,
      releaseVersion: amiType === 'CUSTOM' ? imageId : releaseVersion,
      createdAt: now,
      modifiedAt: now,
      status: 'CREATING',
      capacityType,
      scalingConfig,
      instanceTypes: ownType ? undefined : types,
      subnets: [...subnets],
      amiType,
      nodeRole,
      labels: { ...input.labels },
      taints: input.taints,
      resources: { autoScalingGroups: [{ name: autoScalingGroup }] },
      diskSize: template ? undefined : diskSize,
      health: { issues: [] },
      updateConfig,
      nodeRepairConfig: { enabled: input.nodeRepairConfig?.enabled ?? false },
      launchTemplate: template && { id: template.id, name: template.name, version: template.version },
      tags: { ...input.tags },
    },
  });
  const until = now + between(account, 15 * 60, 35 * 60) * 1000;
  account.schedule(30, 'eks.nodegroupWatch', { region, cluster: clusterName, name: nodegroupName, uid: id, until });
  return told(row);
}

function updateNodegroupConfig(input: Eks.UpdateNodegroupConfigRequest, context: CallContext) {
  const { account, region } = context;
  const { nodegroup, uid } = requireNodegroup(context, input);
  const { clusterName: cluster = '', nodegroupName: name = '' } = nodegroup;
  if (nodegroup.status !== 'ACTIVE')
    throw eksError('ResourceInUse', 'Nodegroup cannot be updated as it is currently not in Active State', {
      clusterName: cluster,
      nodegroupName: name,
    });
  const params: Partial<Record<Eks.UpdateParamType, unknown>> = {};
  if (input.scalingConfig) {
    const scaling = rules.checkScaling({ ...nodegroup.scalingConfig, ...input.scalingConfig });
    const { minSize: MinSize, maxSize: MaxSize, desiredSize: DesiredCapacity } = scaling;
    const AutoScalingGroupName = nodegroup.resources?.autoScalingGroups?.[0]?.name;
    const change = { AutoScalingGroupName, MinSize, MaxSize, DesiredCapacity };
    account.call(asEks(context), 'autoscaling', 'UpdateAutoScalingGroup', change);
    nodegroup.scalingConfig = scaling;
    Object.assign(params, { MinSize, MaxSize, DesiredSize: DesiredCapacity });
  }
  if (input.labels) {
    const { addOrUpdateLabels = {}, removeLabels = [] } = input.labels;
    const kept = Object.entries(nodegroup.labels ?? {}).filter(([label]) => !removeLabels.includes(label));
    nodegroup.labels = { ...Object.fromEntries(kept), ...addOrUpdateLabels };
    Object.assign(params, { LabelsToAdd: addOrUpdateLabels, LabelsToRemove: removeLabels });
  }
  if (input.taints) {
    const { addOrUpdateTaints = [], removeTaints = [] } = input.taints;
    const same = (one: Eks.Taint) => (other: Eks.Taint) => one.key === other.key && one.effect === other.effect;
    const kept = (nodegroup.taints ?? []).filter(taint => ![...addOrUpdateTaints, ...removeTaints].some(same(taint)));
    nodegroup.taints = [...kept, ...addOrUpdateTaints];
    Object.assign(params, { TaintsToAdd: addOrUpdateTaints, TaintsToRemove: removeTaints });
  }
  if (input.updateConfig) {
    nodegroup.updateConfig = input.updateConfig;
    params.MaxUnavailable = input.updateConfig.maxUnavailable ?? 1;
  }
  nodegroup.modifiedAt = account.now();
  const until = account.now() + scalingPatienceSeconds * 1000;
  account.schedule(15, 'eks.nodegroupWatch', { region, cluster, name, uid, until });
  return beginUpdate(context, { cluster, nodegroup: name, type: 'ConfigUpdate', params, seconds: [20, 40] });
}

export const nodegroupOperations = {
  CreateNodegroup: createNodegroup,
  DescribeNodegroup: (input: Key, context: CallContext) => told(requireNodegroup(context, input)),
  UpdateNodegroupConfig: updateNodegroupConfig,
  DeleteNodegroup(input: Key, context: CallContext) {
    const { account, region } = context;
    const row = requireNodegroup(context, input);
    const { clusterName: cluster, nodegroupName: name, status } = row.nodegroup;
    const job = { region, cluster, name, uid: row.uid };
    if (status !== 'DELETING') account.schedule(between(account, 30, 60), 'eks.nodegroupDrained', job);
    row.nodegroup.status = 'DELETING';
    return told(row);
  },
  ListNodegroups(input: Eks.ListNodegroupsRequest, context: CallContext) {
    const rows = ofCluster(nodegroups(context), requireCluster(context, input.clusterName).name);
    const { items, nextToken } = page(rows.map(({ nodegroup }) => nodegroup.nodegroupName ?? '').sort(), input);
    return { nodegroups: items, nextToken };
  },
};
