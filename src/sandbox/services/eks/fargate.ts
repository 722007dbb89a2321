import type {
  CreateNetworkInterfaceResult,
  DescribeRouteTablesResult,
  DescribeSubnetsResult,
} from '@aws-sdk/client-ec2';
import type * as Eks from '@aws-sdk/client-eks';
import { reachableRegistries } from '../../join/joinFacts.ts';
import { admits, hasInternet, obstacleToService, viewNetwork } from '../../join/reachability.ts';
import type { Account, CallContext } from '../../kernel/account.ts';
import { recordEvent } from '../../kubernetes/controllers/conditions.ts';
import { reachesAnnotation } from '../../kubernetes/controllers/images.ts';
import { fargateLabel, fargateProfileFor, type FargatePodJob } from '../../kubernetes/controllers/fargate.ts';
import { clusterObjects } from '../../kubernetes/objectStore.ts';
import { attachedPolicies } from '../../join/joinFacts.ts';
import { allowNodes, disallowFargate } from './accessEntries.ts';
import { answered, checkName, relayed, roleTrusts } from './clusterRules.ts';
import {
  asEks,
  between,
  clusters,
  dated,
  eksError,
  fargateProfiles,
  listOf,
  ofCluster,
  requireActive,
  requireCluster,
  type FargateRow,
  type Scope,
} from './eksTables.ts';
import { offeredVersion } from './versions.ts';

type Key = Eks.DescribeFargateProfileRequest;

const refuse = (message: string) => eksError('InvalidParameter', message);
const told = ({ profile }: FargateRow) => ({ fargateProfile: dated<Eks.FargateProfile>(profile) });

function requireProfile(scope: Scope, { clusterName, fargateProfileName = '' }: Key): FargateRow {
  const { name } = requireCluster(scope, clusterName);
  const row = fargateProfiles(scope).get(`${name}/${fargateProfileName}`);
  if (row) return row;
  throw eksError('ResourceNotFound', `No Fargate Profile found with name: ${fargateProfileName}.`, { clusterName });
}

function checkSubnets(SubnetIds: readonly string[], vpcId: string | undefined, context: CallContext): void {
  const { Subnets = [] } = relayed<DescribeSubnetsResult>(context, 'ec2', 'DescribeSubnets', { SubnetIds });
  if (Subnets.some(subnet => subnet.VpcId !== vpcId)) throw refuse("Subnets must be in the cluster's VPC");
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const { RouteTables = [] } = relayed<DescribeRouteTablesResult>(context, 'ec2', 'DescribeRouteTables', { Filters });
  const open = SubnetIds.find(id =>
    RouteTables.some(
      table =>
        table.Associations?.some(item => item.SubnetId === id) &&
        table.Routes?.some(route => route.GatewayId?.startsWith('igw-')),
    ),
  );
  if (open) throw refuse(`Subnet ${open} provided in Fargate Profile is not a private subnet`);
}

function createFargateProfile(input: Eks.CreateFargateProfileRequest, context: CallContext) {
  const { account, region } = context;
  const { clusterName = '', fargateProfileName: name = '', podExecutionRoleArn = '', selectors = [] } = input;
  const { cluster } = requireActive(context, clusterName);
  checkName('fargateProfileName', name, 100);
  if (selectors.length < 1 || selectors.length > 5) throw refuse('A Fargate profile has from 1 to 5 selectors.');
  if (selectors.some(({ namespace }) => !namespace)) throw refuse('Fargate profile selectors must have a namespace.');
  if (fargateProfiles(context).get(`${clusterName}/${name}`))
    throw eksError('ResourceInUse', `A Fargate Profile already exists with this name in this cluster.`, {
      clusterName,
    });
  const busy = ofCluster(fargateProfiles(context), clusterName).find(({ profile }) => profile.status !== 'ACTIVE');
  if (busy)
    throw eksError(
      'ResourceInUse',
      `Cannot create Fargate Profile ${name} because cluster ${clusterName} currently has Fargate profile ${busy.profile.fargateProfileName} in status ${busy.profile.status}`,
      { clusterName },
    );
  if (!roleTrusts(context, podExecutionRoleArn, 'eks-fargate-pods.amazonaws.com'))
    throw refuse(
      'Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal',
    );
  const subnets = input.subnets ?? cluster.resourcesVpcConfig?.subnetIds ?? [];
  checkSubnets(subnets, cluster.resourcesVpcConfig?.vpcId, context);
  allowNodes(context, clusterName, podExecutionRoleArn, 'FARGATE_LINUX');
  const uid = account.uuid();
  const row = fargateProfiles(context).set(`${clusterName}/${name}`, {
    uid,
    profile: {
      fargateProfileName: name,
      fargateProfileArn: account.arn('eks', region, `fargateprofile/${clusterName}/${name}/${uid}`),
      clusterName,
      createdAt: account.now(),
      podExecutionRoleArn,
      subnets: [...subnets],
      selectors: structuredClone(selectors),
      status: 'CREATING',
      tags: { ...input.tags },
      health: { issues: [] },
    },
  });
  account.schedule(between(account, 60, 150), 'eks.fargateProfile', { region, cluster: clusterName, name, uid });
  return told(row);
}

export const fargateOperations = {
  CreateFargateProfile: createFargateProfile,
  DescribeFargateProfile: (input: Key, context: CallContext) => told(requireProfile(context, input)),
  ListFargateProfiles: (input: Eks.ListFargateProfilesRequest, context: CallContext) =>
    listOf(context, 'fargateProfileNames', fargateProfiles, ({ profile }) => profile.fargateProfileName, input),
  DeleteFargateProfile(input: Key, context: CallContext) {
    const { account, region } = context;
    const row = requireProfile(context, input);
    const { clusterName: cluster = '', fargateProfileName: name = '', status } = row.profile;
    const busy = ofCluster(fargateProfiles(context), cluster).find(
      ({ profile }) => profile.status !== 'ACTIVE' && profile.fargateProfileName !== name,
    );
    if (busy)
      throw eksError(
        'ResourceInUse',
        `Cannot delete Fargate Profile ${name} because cluster ${cluster} currently has Fargate profile ${busy.profile.fargateProfileName} in status ${busy.profile.status}`,
        { clusterName: cluster },
      );
    const job = { region, cluster, name, uid: row.uid };
    if (status !== 'DELETING') account.schedule(between(account, 60, 180), 'eks.fargateProfile', job);
    row.profile.status = 'DELETING';
    return told(row);
  },
};

interface ProfileJob {
  readonly region: string;
  readonly cluster: string;
  readonly name: string;
  readonly uid: string;
}

/** A profile has come to be, or its pods go with it. */
function profileSettled({ region, cluster, name, uid }: ProfileJob, account: Account): void {
  const scope = { account, region };
  const row = fargateProfiles(scope).get(`${cluster}/${name}`);
  if (row?.uid !== uid) return;
  if (row.profile.status === 'CREATING') return void (row.profile.status = 'ACTIVE');
  const store = clusterObjects({ account, region, cluster });
  for (const pod of store.list('pods'))
    if (pod.metadata.labels?.[fargateLabel] === name) store.remove('pods', pod.metadata.name, pod.metadata.namespace);
  fargateProfiles(scope).delete(`${cluster}/${name}`);
  sweep({ region, cluster }, account);
  disallowFargate(scope, cluster, row.profile.podExecutionRoleArn ?? '');
}

interface FargateNode {
  readonly nodeName: string;
  readonly cluster: string;
  readonly interfaceId: string;
}
const fargateNodes = ({ account, region }: Scope) => account.regional<FargateNode>(region, 'eks.fargateNodes');

const attempts = 10;
const retrySeconds = 180;

/** Gives a pod its own piece of Fargate: a node of its own with an interface in the profile's subnets. */
function placePod(job: FargatePodJob, account: Account): void {
  const { region, cluster, namespace, name, attempt = 1 } = job;
  const scope = { account, region };
  const context = asEks(scope);
  const row = clusters(scope).get(cluster);
  if (!row) return;
  const store = clusterObjects({ account, region, cluster });
  const pod = store.get('pods', name, namespace);
  const profile = pod && fargateProfileFor(store.key, pod);
  if (!profile || (pod['spec'] as { nodeName?: string }).nodeName) return;
  const groups = [row.cluster.resourcesVpcConfig?.clusterSecurityGroupId ?? ''];
  const subnets = profile.subnets ?? [];
  const SubnetId = subnets[account.nextNumber() % subnets.length] ?? '';
  const input = { SubnetId, Groups: groups, Description: `fargate-${cluster}` };
  const eni = answered<CreateNetworkInterfaceResult>(context, 'ec2', 'CreateNetworkInterface', input)?.NetworkInterface;
  const address = eni?.PrivateIpAddress ?? '';
  const view = viewNetwork(context, row.cluster.resourcesVpcConfig?.vpcId ?? '');
  const peer = { address, subnetId: SubnetId, groupIds: groups };
  const policies = attachedPolicies(context, profile.podExecutionRoleArn ?? '');
  if (!eni || !admits(view, groups, peer)) {
    if (eni) answered(context, 'ec2', 'DeleteNetworkInterface', { NetworkInterfaceId: eni.NetworkInterfaceId });
    const message = `Pod provisioning timed out (will retry) for pod: ${namespace}/${name}`;
    recordEvent(store, pod, 'fargate-scheduler', 'Warning', 'FailedScheduling', message);
    if (attempt < attempts) account.schedule(retrySeconds, 'eks.fargatePod', { ...job, attempt: attempt + 1 });
    return;
  }
  const nodeName = `fargate-ip-${address.replaceAll('.', '-')}.${region}.compute.internal`;
  fargateNodes(scope).set(`${cluster}/${nodeName}`, { nodeName, cluster, interfaceId: eni.NetworkInterfaceId ?? '' });
  const obstacle = (service: string) => obstacleToService(view, peer, service);
  const pullImages = policies.has('AmazonEKSFargatePodExecutionRolePolicy') || policies.has('AdministratorAccess');
  const registries = reachableRegistries(
    {
      obstacles: { 'ecr.api': obstacle('ecr.api'), 'ecr.dkr': obstacle('ecr.dkr'), s3: obstacle('s3') },
      role: { pullImages },
      internet: hasInternet(view, peer),
    },
    region,
  );
  const patch = offeredVersion(row.cluster.version, account.now())?.patch ?? row.cluster.version;
  const zone = eni.AvailabilityZone ?? '';
  store.put('nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName,
      labels: {
        'eks.amazonaws.com/compute-type': 'fargate',
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': nodeName.replace(/^fargate-(ip-[\d-]+)\..*$/, '$1.') + `${region}.compute.internal`,
        'topology.kubernetes.io/region': region,
        'topology.kubernetes.io/zone': zone,
      },
      annotations: { [reachesAnnotation]: registries },
    },
    spec: {
      providerID: `aws:///${zone}/${account.hex(10)}-${account.hex(32)}/${nodeName}`,
      taints: [{ key: 'eks.amazonaws.com/compute-type', value: 'fargate', effect: 'NoSchedule' }],
    },
    status: {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: nodeName },
      ],
      capacity: { cpu: '2', memory: '3977628Ki', pods: '1' },
      allocatable: { cpu: '2', memory: '3875228Ki', pods: '1' },
      conditions: [
        { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
      ],
      nodeInfo: {
        architecture: 'amd64',
        containerRuntimeVersion: 'containerd://2.1.5',
        kubeletVersion: `v${patch}-eks-ecaa3a6`,
        operatingSystem: 'linux',
        osImage: 'Amazon Linux 2',
      },
    },
  });
  const labels = { ...pod.metadata.labels, [fargateLabel]: profile.fargateProfileName ?? '' };
  const spec = { ...(pod['spec'] as object), nodeName, schedulerName: 'fargate-scheduler' };
  store.put('pods', { ...pod, metadata: { ...pod.metadata, labels }, spec });
  recordEvent(
    store,
    pod,
    'fargate-scheduler',
    'Normal',
    'Scheduled',
    `Successfully assigned ${namespace}/${name} to ${nodeName}`,
  );
}

/** Fargate's nodes go with their pods. */
function sweep({ region, cluster }: { readonly region: string; readonly cluster: string }, account: Account): void {
  const scope = { account, region };
  const store = clusterObjects({ account, region, cluster });
  const used = new Set(store.list('pods').map(pod => (pod['spec'] as { nodeName?: string }).nodeName));
  for (const [key, { nodeName, cluster: owner, interfaceId }] of fargateNodes(scope).entries()) {
    if (owner !== cluster || used.has(nodeName)) continue;
    store.remove('nodes', nodeName);
    answered(asEks(scope), 'ec2', 'DeleteNetworkInterface', { NetworkInterfaceId: interfaceId });
    fargateNodes(scope).delete(key);
  }
}

export const fargateJobs = {
  'eks.fargateProfile': profileSettled,
  'eks.fargatePod': placePod,
  'eks.fargateSweep': sweep,
};
