import type {
  CreateNodegroupRequest,
  CreateNodegroupResponse,
  DeleteNodegroupRequest,
  DeleteNodegroupResponse,
  DescribeNodegroupRequest,
  DescribeNodegroupResponse,
  ListNodegroupsRequest,
  ListNodegroupsResponse,
  Nodegroup,
  UpdateNodegroupConfigRequest,
  UpdateNodegroupConfigResponse,
  UpdateParamType,
} from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { publicAmi } from '../ssm/publicParameters.ts';
import { checkName } from './clusterRules.ts';
import {
  asEks,
  between,
  dated,
  eksError,
  nodegroups,
  ofCluster,
  page,
  requireCluster,
  type NodegroupRow,
  type Scope,
} from './eksTables.ts';
import { allowNodes } from './nodeAccess.ts';
import { launchGroup } from './nodegroupResources.ts';
import {
  checkInstanceTypes,
  checkNodeRole,
  checkNodeSubnets,
  checkScaling,
  defaultAmiType,
  readLaunchTemplate,
  refuseUnsimulatedNodes,
} from './nodegroupRules.ts';
import { beginUpdate } from './updates.ts';
import { offeredVersion } from './versions.ts';

const usualType = 't3.medium';
const scalingPatienceSeconds = 20 * 60;

const told = (row: NodegroupRow): { nodegroup: Nodegroup } => ({ nodegroup: dated<Nodegroup>(row.nodegroup) });

function requireNodegroup(scope: Scope, cluster = '', name = ''): NodegroupRow {
  requireCluster(scope, cluster);
  const row = nodegroups(scope).get(`${cluster}/${name}`);
  if (!row)
    throw eksError('ResourceNotFound', `No node group found for name: ${name}.`, {
      clusterName: cluster,
      nodegroupName: name,
    });
  return row;
}

export function createNodegroup(input: CreateNodegroupRequest, context: CallContext): CreateNodegroupResponse {
  const { account, region } = context;
  const clusterRow = requireCluster(context, input.clusterName);
  const { clusterName = '', nodegroupName = '', nodeRole = '', subnets = [] } = input;
  const members = { clusterName, nodegroupName };
  checkName(nodegroupName, 'nodegroupName');
  if (nodegroupName.length > 63)
    throw eksError('InvalidParameter', 'nodegroupName can be at most 63 characters long.', members);
  refuseUnsimulatedNodes(input);
  const existing = nodegroups(context).get(`${clusterName}/${nodegroupName}`);
  if (existing) {
    if (input.clientRequestToken && existing.requestToken === input.clientRequestToken) return told(existing);
    const message = `NodeGroup already exists with name ${nodegroupName} and cluster name ${clusterName}`;
    throw eksError('ResourceInUse', message, members);
  }
  if (clusterRow.cluster.status !== 'ACTIVE' && clusterRow.cluster.status !== 'UPDATING')
    throw eksError('InvalidRequest', `Cluster ${clusterName} is not in ACTIVE status`, members);
  const scalingConfig = { minSize: 1, maxSize: 2, desiredSize: 2, ...input.scalingConfig };
  checkScaling(scalingConfig);
  if (subnets.length === 0) throw eksError('InvalidParameter', 'subnets cannot be empty.', members);
  checkNodeSubnets(subnets, clusterRow, context);
  checkNodeRole(nodeRole, context, members);
  const template = readLaunchTemplate(input, context);
  const asked = template?.data.InstanceType ? [template.data.InstanceType] : (input.instanceTypes ?? []);
  const types = asked.length > 0 ? asked : [usualType];
  const amiType = template?.data.ImageId ? 'CUSTOM' : (input.amiType ?? defaultAmiType(types));
  checkInstanceTypes(types, amiType, context);
  const kubernetes = offeredVersion(input.version ?? clusterRow.cluster.version ?? '', account.now());
  if (!kubernetes || Number(kubernetes.version.slice(2)) > Number(clusterRow.cluster.version?.slice(2)))
    throw eksError(
      'InvalidParameter',
      `Nodegroup Kubernetes version ${input.version ?? ''} is not supported by cluster version ${clusterRow.cluster.version ?? ''}`,
      members,
    );
  const arch = amiType.includes('ARM') ? 'arm64' : 'x86_64';
  const ami = publicAmi(region, kubernetes.version, arch);

  allowNodes(context, clusterRow, nodeRole);
  const launched = launchGroup(asEks(context), clusterRow, {
    nodegroupName,
    nodeRole,
    subnets,
    types,
    scalingConfig,
    template,
    imageId: template?.data.ImageId ?? ami.imageId,
    diskSize: input.diskSize ?? 20,
    spot: input.capacityType === 'SPOT',
  });
  const now = account.now();
  const row: NodegroupRow = {
    uid: account.uuid(),
    requestToken: input.clientRequestToken,
    launchTemplateId: launched.launchTemplateId,
    instanceProfile: launched.instanceProfile,
    securityGroupIds: launched.securityGroupIds,
    nodegroup: {
      nodegroupName,
      nodegroupArn: account.arn('eks', region, `nodegroup/${clusterName}/${nodegroupName}/${launched.id}`),
      clusterName,
      version: kubernetes.version,
      releaseVersion: amiType === 'CUSTOM' ? template?.data.ImageId : (input.releaseVersion ?? ami.releaseVersion),
      createdAt: now,
      modifiedAt: now,
      status: 'CREATING',
      capacityType: input.capacityType ?? 'ON_DEMAND',
      scalingConfig,
      instanceTypes: template?.data.InstanceType ? undefined : [...types],
      subnets: [...subnets],
      amiType,
      nodeRole,
      labels: { ...input.labels },
      taints: input.taints,
      resources: { autoScalingGroups: [{ name: launched.autoScalingGroup }] },
      diskSize: template ? undefined : (input.diskSize ?? 20),
      health: { issues: [] },
      updateConfig: input.updateConfig ?? { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: input.nodeRepairConfig?.enabled ?? false },
      launchTemplate: template && { id: template.id, name: template.name, version: template.version },
      tags: { ...input.tags },
    },
  };
  nodegroups(context).set(`${clusterName}/${nodegroupName}`, row);
  const until = now + between(account, 15 * 60, 35 * 60) * 1000;
  const whose = { region, cluster: clusterName, name: nodegroupName, uid: row.uid };
  account.schedule(30, 'eks.nodegroupWatch', { ...whose, until });
  return told(row);
}

export function describeNodegroup(input: DescribeNodegroupRequest, context: CallContext): DescribeNodegroupResponse {
  return told(requireNodegroup(context, input.clusterName, input.nodegroupName));
}

export function listNodegroups(input: ListNodegroupsRequest, context: CallContext): ListNodegroupsResponse {
  const { name } = requireCluster(context, input.clusterName);
  const names = ofCluster(nodegroups(context), name).map(([, { nodegroup }]) => nodegroup.nodegroupName ?? '');
  const { items, nextToken } = page(names.sort(), input);
  return { nodegroups: items, nextToken };
}

export function updateNodegroupConfig(
  input: UpdateNodegroupConfigRequest,
  context: CallContext,
): UpdateNodegroupConfigResponse {
  const { account, region } = context;
  const row = requireNodegroup(context, input.clusterName, input.nodegroupName);
  const { nodegroup } = row;
  const { clusterName: cluster = '', nodegroupName: name = '' } = nodegroup;
  if (nodegroup.status !== 'ACTIVE')
    throw eksError('ResourceInUse', `Nodegroup cannot be updated as it is currently not in Active State`, {
      clusterName: cluster,
      nodegroupName: name,
    });
  const params: [UpdateParamType, unknown][] = [];
  if (input.scalingConfig) {
    const scaling = { ...nodegroup.scalingConfig, ...input.scalingConfig };
    checkScaling(scaling);
    nodegroup.scalingConfig = scaling;
    params.push(['MinSize', scaling.minSize], ['MaxSize', scaling.maxSize], ['DesiredSize', scaling.desiredSize]);
    context.account.call(asEks(context), 'autoscaling', 'UpdateAutoScalingGroup', {
      AutoScalingGroupName: nodegroup.resources?.autoScalingGroups?.[0]?.name,
      MinSize: scaling.minSize,
      MaxSize: scaling.maxSize,
      DesiredCapacity: scaling.desiredSize,
    });
  }
  if (input.labels) {
    const { addOrUpdateLabels = {}, removeLabels = [] } = input.labels;
    const kept = Object.entries(nodegroup.labels ?? {}).filter(([key]) => !removeLabels.includes(key));
    nodegroup.labels = { ...Object.fromEntries(kept), ...addOrUpdateLabels };
    params.push(['LabelsToAdd', addOrUpdateLabels], ['LabelsToRemove', removeLabels]);
  }
  if (input.taints) {
    const { addOrUpdateTaints = [], removeTaints = [] } = input.taints;
    const gone = new Set(
      [...addOrUpdateTaints, ...removeTaints].map(({ key, effect }) => `${key ?? ''}:${effect ?? ''}`),
    );
    const kept = (nodegroup.taints ?? []).filter(({ key, effect }) => !gone.has(`${key ?? ''}:${effect ?? ''}`));
    nodegroup.taints = [...kept, ...addOrUpdateTaints];
    params.push(['TaintsToAdd', addOrUpdateTaints], ['TaintsToRemove', removeTaints]);
  }
  if (input.updateConfig) {
    nodegroup.updateConfig = input.updateConfig;
    params.push(['MaxUnavailable', input.updateConfig.maxUnavailable ?? input.updateConfig.maxUnavailablePercentage]);
  }
  nodegroup.modifiedAt = account.now();
  const target = { cluster, nodegroup: name };
  const update = beginUpdate(context, { ...target, type: 'ConfigUpdate', params, seconds: [20, 40] });
  const until = account.now() + scalingPatienceSeconds * 1000;
  account.schedule(15, 'eks.nodegroupWatch', { region, cluster, name, uid: row.uid, until });
  return { update };
}

export function deleteNodegroup(input: DeleteNodegroupRequest, context: CallContext): DeleteNodegroupResponse {
  const { account, region } = context;
  const row = requireNodegroup(context, input.clusterName, input.nodegroupName);
  const { nodegroup } = row;
  if (nodegroup.status !== 'DELETING') {
    nodegroup.status = 'DELETING';
    const whose = { region, cluster: nodegroup.clusterName, name: nodegroup.nodegroupName, uid: row.uid };
    account.schedule(between(account, 30, 60), 'eks.nodegroupDrained', whose);
  }
  return told(row);
}
