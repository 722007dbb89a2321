import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import {
  checkAutoMode,
  checkEncryption,
  checkEndpointAccess,
  checkNetwork,
  checkSecurityGroups,
  checkVersion,
} from './clusterRules.ts';
import { enabledLogs, loggingOf } from './clusterOperations.ts';
import { between, eksError, nodegroups, ofCluster, requireCluster, type ClusterRow } from './eksTables.ts';
import { rollbackDays } from './insights.ts';
import { recordUpdate, toldUpdate } from './updates.ts';

type Patch = Partial<Omit<Eks.Cluster, 'createdAt'>>;
interface Change {
  readonly type: Eks.UpdateType;
  readonly params: Readonly<Record<string, unknown>>;
  readonly patch: Patch;
  /** Account seconds from and to. */
  readonly seconds: readonly [number, number];
}

const refuse = (message: string) => eksError('InvalidParameter', message);
const already = (what: string) => refuse(`Cluster is already at the desired configuration with ${what}`);

type Input = Eks.UpdateClusterConfigRequest;
type Reader = (input: Input, row: ClusterRow, context: CallContext) => Change | undefined;

/** One kind of update to a request; each reads its own members. */
const readers: readonly Reader[] = [
  ({ resourcesVpcConfig: asked }, { cluster }) => {
    const now = cluster.resourcesVpcConfig ?? {};
    if (!asked || (asked.endpointPublicAccess ?? asked.endpointPrivateAccess ?? asked.publicAccessCidrs) === undefined)
      return undefined;
    const { endpointPublicAccess = now.endpointPublicAccess, endpointPrivateAccess = now.endpointPrivateAccess } =
      asked;
    checkEndpointAccess(endpointPublicAccess, endpointPrivateAccess);
    const publicAccessCidrs = endpointPublicAccess ? (asked.publicAccessCidrs ?? ['0.0.0.0/0']) : [];
    const next = { ...now, endpointPublicAccess, endpointPrivateAccess, publicAccessCidrs };
    if (JSON.stringify(next) === JSON.stringify(now))
      throw already(
        `endpointPrivateAccess: ${endpointPrivateAccess} , endpointPublicAccess: ${endpointPublicAccess}, and Public Endpoint Restrictions: [${publicAccessCidrs.join(', ')}]`,
      );
    const { endpointPublicAccess: open, endpointPrivateAccess: closed, publicAccessCidrs: cidrs } = asked;
    const params = { endpointPublicAccess: open, endpointPrivateAccess: closed, publicAccessCidrs: cidrs };
    return { type: 'EndpointAccessUpdate', params, patch: { resourcesVpcConfig: next }, seconds: [240, 360] };
  },
  ({ resourcesVpcConfig: asked }, { cluster, name }, context) => {
    const now = cluster.resourcesVpcConfig ?? {};
    if (!asked || (asked.subnetIds ?? asked.securityGroupIds) === undefined) return undefined;
    const { subnetIds = now.subnetIds ?? [], securityGroupIds = now.securityGroupIds ?? [] } = asked;
    if (checkNetwork(subnetIds, context, name).VpcId !== now.vpcId)
      throw refuse("Provided subnets must belong to the cluster's VPC");
    checkSecurityGroups(securityGroupIds, now.vpcId, context);
    return {
      type: 'VpcConfigUpdate',
      params: { Subnets: asked.subnetIds, SecurityGroups: asked.securityGroupIds },
      patch: { resourcesVpcConfig: { ...now, subnetIds, securityGroupIds } },
      seconds: [180, 300],
    };
  },
  ({ resourcesVpcConfig: asked }, { cluster }) => {
    const now = cluster.resourcesVpcConfig ?? {};
    const mode = asked?.controlPlaneEgressMode;
    if (mode === undefined) return undefined;
    if (mode === now.controlPlaneEgressMode) throw already(`controlPlaneEgressMode: ${mode}`);
    if (now.controlPlaneEgressMode !== 'AWS_MANAGED')
      throw refuse(`The control plane egress mode cannot be changed from ${now.controlPlaneEgressMode} to ${mode}`);
    const patch = { resourcesVpcConfig: { ...now, controlPlaneEgressMode: mode } };
    return { type: 'ControlPlaneEgressUpdate', params: {}, patch, seconds: [240, 500] };
  },
  ({ logging }, { cluster }) => {
    if (!logging) return undefined;
    const asked = (enabled: boolean) =>
      (logging.clusterLogging ?? []).filter(item => item.enabled === enabled).flatMap(item => item.types ?? []);
    const before = enabledLogs(cluster.logging);
    const after = [...new Set([...before, ...asked(true)])].filter(type => !asked(false).includes(type));
    if (after.toSorted().join() === before.toSorted().join())
      throw refuse('No changes needed for the logging config provided');
    return {
      type: 'LoggingUpdate',
      params: { ClusterLogging: logging },
      patch: { logging: loggingOf(after) },
      seconds: [60, 180],
    };
  },
  ({ accessConfig }, { cluster }) => {
    if (!accessConfig) return undefined;
    const { authenticationMode: mode } = accessConfig;
    const order = ['CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API'];
    const now = cluster.accessConfig?.authenticationMode ?? '';
    if (mode === now) throw refuse(`Cluster is already at the desired authentication mode: ${mode}`);
    if (order.indexOf(mode ?? '') < order.indexOf(now))
      throw refuse(`Unsupported authentication mode update from ${now} to ${mode ?? ''}`);
    const patch = { accessConfig: { ...cluster.accessConfig, authenticationMode: mode } };
    return { type: 'AccessConfigUpdate', params: accessConfig as Record<string, unknown>, patch, seconds: [30, 90] };
  },
  ({ upgradePolicy }, { cluster }) => {
    if (!upgradePolicy) return undefined;
    if (upgradePolicy.supportType === cluster.upgradePolicy?.supportType)
      throw already(`supportType: ${upgradePolicy.supportType}`);
    return { type: 'UpgradePolicyUpdate', params: { upgradePolicy }, patch: { upgradePolicy }, seconds: [5, 15] };
  },
  ({ zonalShiftConfig }, { cluster }) => {
    if (!zonalShiftConfig) return undefined;
    const enabled = zonalShiftConfig.enabled ?? false;
    if (enabled === (cluster.zonalShiftConfig?.enabled ?? false)) throw already(`zonalShiftConfig: ${enabled}`);
    const patch = { zonalShiftConfig: { enabled } };
    return { type: 'ZonalShiftConfigUpdate', params: { zonalShiftConfig }, patch, seconds: [30, 90] };
  },
  ({ deletionProtection }) =>
    deletionProtection === undefined
      ? undefined
      : {
          type: 'DeletionProtectionUpdate',
          params: { deletionProtection },
          patch: { deletionProtection },
          seconds: [5, 15],
        },
  ({ controlPlaneScalingConfig: asked }, { cluster }) => {
    if (!asked) return undefined;
    const before = cluster.controlPlaneScalingConfig?.tier;
    if (asked.tier === before) throw already(`tier: ${asked.tier}`);
    const params = { UpdatedTier: asked.tier, PreviousTier: before };
    const patch = { controlPlaneScalingConfig: asked };
    return { type: 'ControlPlaneScalingConfigUpdate', params, patch, seconds: [300, 900] };
  },
  (input, { cluster }, context) => {
    const { computeConfig, storageConfig, kubernetesNetworkConfig: network } = input;
    if (!computeConfig && !storageConfig && !network) return undefined;
    checkAutoMode(input, context);
    const kubernetesNetworkConfig = {
      ...cluster.kubernetesNetworkConfig,
      elasticLoadBalancing: network?.elasticLoadBalancing,
    };
    return {
      type: 'AutoModeUpdate',
      params: { computeConfig, storageConfig, kubernetesNetworkConfig: network },
      patch: { computeConfig, storageConfig, kubernetesNetworkConfig },
      seconds: [120, 300],
    };
  },
];

/** How many kinds of update a request asks for. */
function kindsAsked(input: Input): number {
  const { resourcesVpcConfig: vpc = {}, logging, accessConfig, upgradePolicy, zonalShiftConfig } = input;
  const { deletionProtection, controlPlaneScalingConfig } = input;
  const kinds = [
    vpc.endpointPublicAccess ?? vpc.endpointPrivateAccess ?? vpc.publicAccessCidrs,
    vpc.subnetIds ?? vpc.securityGroupIds,
    vpc.controlPlaneEgressMode,
    input.computeConfig ?? input.storageConfig ?? input.kubernetesNetworkConfig,
    ...[logging, accessConfig, upgradePolicy, zonalShiftConfig, deletionProtection, controlPlaneScalingConfig],
  ];
  return kinds.filter(kind => kind !== undefined).length;
}

/** A cluster has one update at a time, and one kind of update to a request. */
function updateClusterConfig(input: Input, context: CallContext) {
  const row = requireCluster(context, input.name);
  if (input.remoteNetworkConfig) throw notImplemented('eks:UpdateClusterConfig remoteNetworkConfig');
  if (kindsAsked(input) > 1) throw refuse('Only one type of update can be allowed.');
  const [change] = readers.flatMap(read => read(input, row, context) ?? []);
  if (!change) throw refuse('No changes needed for the cluster config provided');
  return begin(row, change, context);
}

function begin(row: ClusterRow, { type, params, patch, seconds }: Change, context: CallContext) {
  const { account, region } = context;
  const { name, cluster, updateId } = row;
  if (updateId)
    throw eksError(
      'ResourceInUse',
      `Cannot ${type} because cluster ${name} currently has update ${updateId} in progress`,
      { clusterName: name },
    );
  if (cluster.status !== 'ACTIVE') throw eksError('InvalidRequest', `Cluster ${name} is not in ACTIVE status`);
  const made = recordUpdate(context, { cluster: name }, type, params);
  row.updateId = made.update.id;
  cluster.status = 'UPDATING';
  account.schedule(between(account, ...seconds), 'eks.updateDone', { region, cluster: name, id: row.updateId, patch });
  return toldUpdate(made);
}

/** A key once and for all: it cannot be changed, nor taken away. */
function associateEncryptionConfig(input: Eks.AssociateEncryptionConfigRequest, context: CallContext) {
  const row = requireCluster(context, input.clusterName);
  const { encryptionConfig = [] } = input;
  if (row.cluster.encryptionConfig?.length) throw refuse('Encryption is already enabled on the cluster');
  checkEncryption(encryptionConfig, context);
  const params = { encryptionConfig };
  // Every secret is written anew.
  return begin(
    row,
    { type: 'AssociateEncryptionConfig', params, patch: { encryptionConfig }, seconds: [600, 1500] },
    context,
  );
}

const minorOf = (version = ''): number => Number(version.split('.')[1]);
/** How far kubelets may be behind the control plane. */
const skew = 3;

/** One minor up; or one down, soon after it went up. */
function updateClusterVersion(input: Eks.UpdateClusterVersionRequest, context: CallContext) {
  const { account } = context;
  const row = requireCluster(context, input.name);
  const { cluster, name } = row;
  const { version = '', force = false } = input;
  const { platform } = checkVersion(version, context);
  const [from, to] = [minorOf(cluster.version), minorOf(version)];
  if (to === from) throw refuse(`Cluster is already at version ${version}`);
  if (Math.abs(to - from) > 1 || (to < from && row.upgradedAt === undefined))
    throw refuse(`Unsupported Kubernetes minor version update from ${cluster.version} to ${version}`);
  const groups = ofCluster(nodegroups(context), name).map(({ nodegroup }) => nodegroup);
  const named = (wrong: typeof groups) => wrong.map(({ nodegroupName }) => nodegroupName).join(', ');
  if (to < from) {
    const late = account.now() - (row.upgradedAt ?? 0) > rollbackDays * 86_400_000;
    if (late)
      throw eksError(
        'InvalidRequest',
        `Cluster ${name} cannot be rolled back to version ${version}: more than ${rollbackDays} days have passed since the upgrade`,
      );
    const ahead = groups.filter(group => minorOf(group.version) > to);
    if (ahead.length > 0 && !force)
      throw eksError(
        'InvalidRequest',
        `Nodegroups [${named(ahead)}] must be rolled back to version ${version} before rolling back the cluster version`,
      );
  }
  const behind = groups.filter(group => to - minorOf(group.version) > skew);
  if (behind.length > 0 && !force)
    throw eksError(
      'InvalidRequest',
      `Nodegroups [${named(behind)}] must be updated to match cluster version ${cluster.version} before updating cluster version`,
    );
  const answer = begin(
    row,
    {
      type: to > from ? 'VersionUpdate' : 'VersionRollback',
      params: { Version: version, PlatformVersion: platform },
      patch: { version, platformVersion: platform },
      seconds: [480, 660],
    },
    context,
  );
  row.upgradedAt = to > from ? account.now() : undefined;
  return answer;
}

export const clusterUpdateOperations = {
  UpdateClusterConfig: updateClusterConfig,
  UpdateClusterVersion: updateClusterVersion,
  AssociateEncryptionConfig: associateEncryptionConfig,
};
