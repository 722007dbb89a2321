import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { amiOf } from '../ssm/publicParameters.ts';
import { allowNodes } from './accessEntries.ts';
import { checkName } from './clusterRules.ts';
import {
  asEks,
  between,
  dated,
  eksError,
  listOf,
  nodegroups,
  requireActive,
  requireCluster,
  type NodegroupRow,
  type Scope,
} from './eksTables.ts';
import { launchGroup } from './nodegroupResources.ts';
import * as rules from './nodegroupRules.ts';

type Key = Eks.DescribeNodegroupRequest;

const told = ({ nodegroup }: NodegroupRow) => ({ nodegroup: dated<Eks.Nodegroup>(nodegroup) });

export function requireNodegroup(scope: Scope, { clusterName, nodegroupName = '' }: Key): NodegroupRow {
  const row = nodegroups(scope).get(`${requireCluster(scope, clusterName).name}/${nodegroupName}`);
  if (row) return row;
  const message = `No node group found for name: ${nodegroupName}.`;
  throw eksError('ResourceNotFound', message, { clusterName, nodegroupName });
}

function createNodegroup(input: Eks.CreateNodegroupRequest, context: CallContext) {
  const { account, region } = context;
  const { clusterName = '', nodegroupName = '', nodeRole = '', subnets = [], capacityType = 'ON_DEMAND' } = input;
  const clusterRow = requireActive(context, clusterName);
  checkName('nodegroupName', nodegroupName, 63);
  if (capacityType === 'CAPACITY_BLOCK') throw notImplemented(`eks:CreateNodegroup capacityType ${capacityType}`);
  const key = `${clusterName}/${nodegroupName}`;
  if (nodegroups(context).get(key)) {
    const message = `NodeGroup already exists with name ${nodegroupName} and cluster name ${clusterName}`;
    throw eksError('ResourceInUse', message, { clusterName, nodegroupName });
  }
  const scalingConfig = rules.checkScaling({ minSize: 1, maxSize: 2, desiredSize: 2, ...input.scalingConfig });
  rules.checkNodeSubnets(subnets, clusterRow, context);
  rules.checkNodeRole(nodeRole, context);
  const template = rules.readLaunchTemplate(input.launchTemplate, context);
  const ownType = template?.data.InstanceType;
  if (ownType && input.instanceTypes?.length)
    throw eksError(
      'InvalidParameter',
      'You cannot specify an instance type in both the launch template and the request.',
    );
  if (template && input.diskSize !== undefined)
    throw eksError('InvalidParameter', 'Disk size must be specified within the launch template.');
  const types = input.instanceTypes?.length ? [...input.instanceTypes] : [ownType ?? 't3.medium'];
  const own = template?.data.ImageId;
  const amiType = rules.checkImage(input.amiType, types, context, own !== undefined);
  rules.checkTaints(input.taints ?? []);
  if (own !== undefined && (input.version ?? input.releaseVersion) !== undefined)
    throw eksError(
      'InvalidParameter',
      'You cannot specify the field version or releaseVersion when using custom AMIs.',
    );
  const version = input.version ?? clusterRow.cluster.version ?? '';
  if (Number(version.split('.')[1]) > Number(clusterRow.cluster.version?.split('.')[1]))
    throw eksError(
      'InvalidParameter',
      `Nodegroup version ${version} cannot be newer than cluster version ${clusterRow.cluster.version}`,
    );
  const image = own === undefined ? amiOf(region, version, amiType) : undefined;
  const imageId = own ?? image?.imageId ?? '';
  const releaseVersion = image?.releaseVersion ?? imageId;
  if (input.releaseVersion !== undefined && input.releaseVersion !== releaseVersion)
    throw eksError(
      'InvalidParameter',
      `Requested release version ${input.releaseVersion} is not valid for kubernetes version ${version}.`,
    );

  allowNodes(context, clusterName, nodeRole);
  const spot = capacityType === 'SPOT';
  const wanted = { nodegroupName, nodeRole, subnets, types, scalingConfig, template, imageId, spot };
  const { id, autoScalingGroup, ...made } = launchGroup(asEks(context), clusterRow, wanted);
  const now = account.now();
  const row = nodegroups(context).set(key, {
    uid: id,
    ...made,
    nodegroup: {
      nodegroupName,
      nodegroupArn: account.arn('eks', region, `nodegroup/${clusterName}/${nodegroupName}/${id}`),
      clusterName,
      version,
      releaseVersion,
      createdAt: now,
      modifiedAt: now,
      status: 'CREATING',
      capacityType,
      scalingConfig,
      instanceTypes: types,
      subnets: [...subnets],
      amiType,
      nodeRole,
      labels: { ...input.labels },
      resources: { autoScalingGroups: [{ name: autoScalingGroup }] },
      diskSize: template ? undefined : (input.diskSize ?? 20),
      taints: structuredClone(input.taints ?? []),
      health: { issues: [] },
      updateConfig: input.updateConfig ?? { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: false, ...input.nodeRepairConfig },
      launchTemplate: template && { id: template.id, name: template.name, version: template.version },
      tags: { ...input.tags },
    },
  });
  const until = now + between(account, 15 * 60, 35 * 60) * 1000;
  account.schedule(30, 'eks.nodegroupWatch', { region, cluster: clusterName, name: nodegroupName, uid: id, until });
  return told(row);
}

export const nodegroupOperations = {
  CreateNodegroup: createNodegroup,
  DescribeNodegroup: (input: Key, context: CallContext) => told(requireNodegroup(context, input)),
  DeleteNodegroup(input: Key, context: CallContext) {
    const { account, region } = context;
    const row = requireNodegroup(context, input);
    const { clusterName: cluster, nodegroupName: name, status } = row.nodegroup;
    const job = { region, cluster, name, uid: row.uid };
    if (status !== 'DELETING') account.schedule(between(account, 30, 60), 'eks.nodegroupDrained', job);
    row.nodegroup.status = 'DELETING';
    return told(row);
  },
  ListNodegroups: (input: Eks.ListNodegroupsRequest, context: CallContext) =>
    listOf(context, 'nodegroups', nodegroups, ({ nodegroup }) => nodegroup.nodegroupName, input),
};
