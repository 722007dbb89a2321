import type {
  UpdateClusterConfigRequest,
  UpdateClusterConfigResponse,
  UpdateClusterVersionRequest,
  UpdateClusterVersionResponse,
  UpdateParamType,
  UpdateType,
} from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { enabledLogs, loggingOf } from './clusterOperations.ts';
import { checkEndpointAccess, checkNetwork, checkVersion } from './clusterRules.ts';
import { eksError, requireCluster, type ClusterRow } from './eksTables.ts';
import { beginUpdate, type NewUpdate } from './updates.ts';

type Change = Pick<NewUpdate, 'type' | 'params' | 'patch' | 'seconds'>;
type Planner = (input: UpdateClusterConfigRequest, row: ClusterRow, context: CallContext) => Change | undefined;

const modes = ['CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API'] as const;

/** One planner per kind of update; a request may be of one kind only. */
const planners: readonly Planner[] = [
  endpointAccess,
  subnetsAndGroups,
  logging,
  accessConfig,
  upgradePolicy,
  deletionProtection,
];

export function updateClusterConfig(
  input: UpdateClusterConfigRequest,
  context: CallContext,
): UpdateClusterConfigResponse {
  const row = requireCluster(context, input.name);
  const clusterName = row.name;
  const unsimulated = (
    [
      'zonalShiftConfig',
      'computeConfig',
      'kubernetesNetworkConfig',
      'storageConfig',
      'remoteNetworkConfig',
      'controlPlaneScalingConfig',
      'kubeApiServerConfig',
      'kubeSchedulerConfig',
      'kubeControllerManagerConfig',
    ] as const
  ).find(member => input[member] !== undefined);
  if (unsimulated) throw notImplemented(`eks:UpdateClusterConfig ${unsimulated}`);
  const changes = planners.flatMap(plan => plan(input, row, context) ?? []);
  const [change] = changes;
  if (changes.length > 1)
    throw eksError('InvalidParameter', 'Only one type of update can be allowed.', { clusterName });
  if (!change) throw eksError('InvalidParameter', 'No changes needed for the cluster config provided', { clusterName });
  requireIdle(row, change.type);
  return { update: beginUpdate(context, { cluster: clusterName, ...change }) };
}

function requireIdle({ name, cluster, updateId }: ClusterRow, type: UpdateType): void {
  const clusterName = name;
  if (updateId)
    throw eksError(
      'ResourceInUse',
      `Cannot ${type} because cluster ${name} currently has update ${updateId} in progress`,
      { clusterName },
    );
  if (cluster.status !== 'ACTIVE')
    throw eksError('InvalidRequest', `Cluster ${name} is not in ACTIVE status`, { clusterName });
}

function endpointAccess(
  { resourcesVpcConfig: asked }: UpdateClusterConfigRequest,
  row: ClusterRow,
): Change | undefined {
  const now = row.cluster.resourcesVpcConfig ?? {};
  const { endpointPublicAccess, endpointPrivateAccess, publicAccessCidrs } = asked ?? {};
  if (endpointPublicAccess === undefined && endpointPrivateAccess === undefined && !publicAccessCidrs) return undefined;
  const isPublic = endpointPublicAccess ?? now.endpointPublicAccess ?? true;
  const isPrivate = endpointPrivateAccess ?? now.endpointPrivateAccess ?? false;
  checkEndpointAccess(isPublic, isPrivate, row.name);
  const before = now.publicAccessCidrs?.length ? now.publicAccessCidrs : ['0.0.0.0/0'];
  const cidrs = isPublic ? (publicAccessCidrs ?? before) : [];
  const same = isPublic === now.endpointPublicAccess && isPrivate === now.endpointPrivateAccess;
  if (same && cidrs.join() === (now.publicAccessCidrs ?? []).join())
    throw eksError(
      'InvalidParameter',
      `Cluster is already at the desired configuration with endpointPrivateAccess: ${isPrivate} , endpointPublicAccess: ${isPublic}, and Public Endpoint Restrictions: [${cidrs.join(', ')}]`,
      { clusterName: row.name },
    );
  return {
    type: 'EndpointAccessUpdate',
    params: [
      ['EndpointPublicAccess', isPublic],
      ['EndpointPrivateAccess', isPrivate],
      ['PublicAccessCidrs', cidrs],
    ],
    patch: {
      resourcesVpcConfig: {
        ...now,
        endpointPublicAccess: isPublic,
        endpointPrivateAccess: isPrivate,
        publicAccessCidrs: cidrs,
      },
    },
    seconds: [240, 360],
  };
}

function subnetsAndGroups(
  { resourcesVpcConfig: asked }: UpdateClusterConfigRequest,
  { name, cluster }: ClusterRow,
  context: CallContext,
): Change | undefined {
  if (!asked?.subnetIds && !asked?.securityGroupIds) return undefined;
  const now = cluster.resourcesVpcConfig ?? {};
  const subnetIds = asked.subnetIds ?? now.subnetIds ?? [];
  const securityGroupIds = asked.securityGroupIds ?? now.securityGroupIds ?? [];
  const { vpcId } = checkNetwork({ subnetIds, securityGroupIds }, context, name);
  if (vpcId !== now.vpcId)
    throw eksError('InvalidParameter', 'Provided subnets belong to a different VPC than the cluster', {
      clusterName: name,
    });
  const params: [UpdateParamType, unknown][] = [
    ['Subnets', subnetIds],
    ['SecurityGroups', securityGroupIds],
  ];
  return {
    type: 'VpcConfigUpdate',
    params,
    patch: { resourcesVpcConfig: { ...now, subnetIds, securityGroupIds } },
    seconds: [180, 300],
  };
}

function logging({ logging: asked }: UpdateClusterConfigRequest, { name, cluster }: ClusterRow): Change | undefined {
  if (!asked?.clusterLogging) return undefined;
  const mentioned = new Set(asked.clusterLogging.flatMap(setup => setup.types ?? []));
  const now = enabledLogs(cluster.logging);
  const next = loggingOf([...now.filter(type => !mentioned.has(type)), ...enabledLogs(asked)]);
  if (enabledLogs(next).join() === now.join())
    throw eksError('InvalidParameter', 'No changes needed for the logging config provided', { clusterName: name });
  return { type: 'LoggingUpdate', params: [['ClusterLogging', next]], patch: { logging: next }, seconds: [30, 60] };
}

function accessConfig(
  { accessConfig: asked }: UpdateClusterConfigRequest,
  { name, cluster }: ClusterRow,
): Change | undefined {
  const mode = asked?.authenticationMode;
  if (!mode) return undefined;
  const from = cluster.accessConfig?.authenticationMode ?? 'CONFIG_MAP';
  if (modes.indexOf(mode) !== modes.indexOf(from) + 1)
    throw eksError('InvalidParameter', `Unsupported authentication mode update from ${from} to ${mode}`, {
      clusterName: name,
    });
  const patch = { accessConfig: { ...cluster.accessConfig, authenticationMode: mode } };
  return { type: 'AccessConfigUpdate', params: [['AuthenticationMode', mode]], patch, seconds: [30, 60] };
}

function upgradePolicy({ upgradePolicy: asked }: UpdateClusterConfigRequest): Change | undefined {
  if (!asked) return undefined;
  return {
    type: 'UpgradePolicyUpdate',
    params: [['UpgradePolicy', asked]],
    patch: { upgradePolicy: asked },
    seconds: [10, 30],
  };
}

function deletionProtection({ deletionProtection: asked }: UpdateClusterConfigRequest): Change | undefined {
  if (asked === undefined) return undefined;
  return {
    type: 'DeletionProtectionUpdate',
    params: [['DeletionProtection', asked]],
    patch: { deletionProtection: asked },
    seconds: [5, 15],
  };
}

export function updateClusterVersion(
  input: UpdateClusterVersionRequest,
  context: CallContext,
): UpdateClusterVersionResponse {
  const row = requireCluster(context, input.name);
  const version = checkVersion(input.version ?? '', context, row.name);
  const minor = (text = '') => Number(text.split('.')[1]);
  const step = minor(version.version) - minor(row.cluster.version);
  if (step !== 1)
    throw eksError(
      'InvalidParameter',
      step === 0
        ? `Cluster is already at version ${version.version}`
        : `Unsupported Kubernetes minor version update from ${row.cluster.version ?? ''} to ${version.version}`,
      { clusterName: row.name },
    );
  requireIdle(row, 'VersionUpdate');
  const patch = { version: version.version, platformVersion: version.platform };
  const params: [UpdateParamType, unknown][] = [
    ['Version', version.version],
    ['PlatformVersion', version.platform],
  ];
  return {
    update: beginUpdate(context, { cluster: row.name, type: 'VersionUpdate', params, patch, seconds: [480, 720] }),
  };
}
