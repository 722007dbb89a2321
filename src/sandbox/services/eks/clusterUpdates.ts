import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { enabledLogs, loggingOf } from './clusterOperations.ts';
import { checkEndpointAccess, checkNetwork, checkVersion, refuseUnsimulated } from './clusterRules.ts';
import { eksError, requireCluster, type ClusterRow } from './eksTables.ts';
import { beginUpdate, type NewUpdate } from './updates.ts';

type Input = Eks.UpdateClusterConfigRequest;
type Change = Omit<NewUpdate, 'cluster'> | undefined;

const modes = ['CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API'];
const refuse = (message: string) => eksError('InvalidParameter', message);

function updateClusterConfig(input: Input, context: CallContext) {
  const row = requireCluster(context, input.name);
  refuseUnsimulated('UpdateClusterConfig', input);
  // One kind of update to a request.
  const kinds = [endpointAccess, network, logging, accessConfig, upgradePolicy, deletionProtection];
  const changes = kinds.flatMap(plan => plan(input, row, context) ?? []);
  const [change] = changes;
  if (!change) throw refuse('No changes needed for the cluster config provided');
  if (changes.length > 1) throw refuse('Only one type of update can be allowed.');
  return begin(row, change, context);
}

function begin({ name, cluster, updateId }: ClusterRow, change: NonNullable<Change>, context: CallContext) {
  if (updateId) {
    const message = `Cannot ${change.type} because cluster ${name} currently has update ${updateId} in progress`;
    throw eksError('ResourceInUse', message, { clusterName: name });
  }
  if (cluster.status !== 'ACTIVE') throw eksError('InvalidRequest', `Cluster ${name} is not in ACTIVE status`);
  return beginUpdate(context, { cluster: name, ...change });
}

function endpointAccess({ resourcesVpcConfig: asked = {} }: Input, { cluster }: ClusterRow): Change {
  const now = cluster.resourcesVpcConfig ?? {};
  if (asked.endpointPublicAccess === undefined && asked.endpointPrivateAccess === undefined && !asked.publicAccessCidrs)
    return undefined;
  const endpointPublicAccess = asked.endpointPublicAccess ?? now.endpointPublicAccess ?? true;
  const endpointPrivateAccess = asked.endpointPrivateAccess ?? now.endpointPrivateAccess ?? false;
  checkEndpointAccess(endpointPublicAccess, endpointPrivateAccess);
  const before = now.publicAccessCidrs?.length ? now.publicAccessCidrs : ['0.0.0.0/0'];
  const publicAccessCidrs = endpointPublicAccess ? (asked.publicAccessCidrs ?? before) : [];
  const access = { endpointPublicAccess, endpointPrivateAccess, publicAccessCidrs };
  if (Object.entries(access).every(([key, value]) => String(now[key as keyof typeof access]) === String(value)))
    throw refuse(
      `Cluster is already at the desired configuration with endpointPrivateAccess: ${endpointPrivateAccess} , endpointPublicAccess: ${endpointPublicAccess}, and Public Endpoint Restrictions: [${publicAccessCidrs.join(', ')}]`,
    );
  return {
    type: 'EndpointAccessUpdate',
    params: {
      EndpointPublicAccess: endpointPublicAccess,
      EndpointPrivateAccess: endpointPrivateAccess,
      PublicAccessCidrs: publicAccessCidrs,
    },
    patch: { resourcesVpcConfig: { ...now, ...access } },
    seconds: [240, 360],
  };
}

function network(
  { resourcesVpcConfig: asked = {} }: Input,
  { name, cluster }: ClusterRow,
  context: CallContext,
): Change {
  if (!asked.subnetIds && !asked.securityGroupIds) return undefined;
  const now = cluster.resourcesVpcConfig ?? {};
  const { subnetIds = now.subnetIds, securityGroupIds = now.securityGroupIds } = asked;
  const { VpcId } = checkNetwork({ subnetIds, securityGroupIds }, context, name);
  if (VpcId !== now.vpcId) throw refuse('Provided subnets belong to a different VPC than the cluster');
  return {
    type: 'VpcConfigUpdate',
    params: { Subnets: subnetIds, SecurityGroups: securityGroupIds },
    patch: { resourcesVpcConfig: { ...now, subnetIds, securityGroupIds } },
    seconds: [180, 300],
  };
}

function logging({ logging: asked }: Input, { cluster }: ClusterRow): Change {
  if (!asked?.clusterLogging) return undefined;
  const mentioned = asked.clusterLogging.flatMap(setup => setup.types ?? []);
  const now = enabledLogs(cluster.logging);
  const next = loggingOf([...now.filter(type => !mentioned.includes(type)), ...enabledLogs(asked)]);
  if (enabledLogs(next).join() === now.join()) throw refuse('No changes needed for the logging config provided');
  return { type: 'LoggingUpdate', params: { ClusterLogging: next }, patch: { logging: next }, seconds: [30, 60] };
}

function accessConfig({ accessConfig: asked }: Input, { cluster }: ClusterRow): Change {
  const authenticationMode = asked?.authenticationMode;
  if (!authenticationMode) return undefined;
  const from = cluster.accessConfig?.authenticationMode ?? '';
  if (modes.indexOf(authenticationMode) !== modes.indexOf(from) + 1)
    throw refuse(`Unsupported authentication mode update from ${from} to ${authenticationMode}`);
  return {
    type: 'AccessConfigUpdate',
    params: { AuthenticationMode: authenticationMode },
    patch: { accessConfig: { ...cluster.accessConfig, authenticationMode } },
    seconds: [30, 60],
  };
}

function upgradePolicy({ upgradePolicy: asked }: Input): Change {
  if (!asked) return undefined;
  return {
    type: 'UpgradePolicyUpdate',
    params: { UpgradePolicy: asked },
    patch: { upgradePolicy: asked },
    seconds: [10, 30],
  };
}

function deletionProtection({ deletionProtection: asked }: Input): Change {
  if (asked === undefined) return undefined;
  const params = { DeletionProtection: asked };
  return { type: 'DeletionProtectionUpdate', params, patch: { deletionProtection: asked }, seconds: [5, 15] };
}

function updateClusterVersion(input: Eks.UpdateClusterVersionRequest, context: CallContext) {
  const row = requireCluster(context, input.name);
  const { version, platform: platformVersion } = checkVersion(input.version ?? '', context);
  const from = row.cluster.version ?? '';
  const step = Number(version.slice(2)) - Number(from.slice(2));
  if (step === 0) throw refuse(`Cluster is already at version ${version}`);
  if (step !== 1) throw refuse(`Unsupported Kubernetes minor version update from ${from} to ${version}`);
  const params = { Version: version, PlatformVersion: platformVersion };
  return begin(
    row,
    { type: 'VersionUpdate', params, patch: { version, platformVersion }, seconds: [480, 720] },
    context,
  );
}

export const clusterUpdateOperations = {
  UpdateClusterConfig: updateClusterConfig,
  UpdateClusterVersion: updateClusterVersion,
};
