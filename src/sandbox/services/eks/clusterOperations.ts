import type {
  Cluster,
  CreateClusterRequest,
  CreateClusterResponse,
  DeleteClusterRequest,
  DeleteClusterResponse,
  DescribeClusterRequest,
  DescribeClusterResponse,
  ListClustersRequest,
  ListClustersResponse,
  Logging,
  LogType,
} from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { addCreatorAdministrator } from './accessEntries.ts';
import {
  checkClusterRole,
  checkEncryption,
  checkEndpointAccess,
  checkName,
  checkNetwork,
  checkVersion,
  defaultServiceCidr,
  refuseUnsimulated,
} from './clusterRules.ts';
import {
  between,
  clusters,
  dated,
  eksError,
  nodegroups,
  ofCluster,
  page,
  requireCluster,
  type ClusterRow,
} from './eksTables.ts';
import { defaultVersion } from './versions.ts';

const logTypes: readonly LogType[] = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

export const describedCluster = (row: ClusterRow): Cluster => dated<Cluster>(row.cluster);

export const enabledLogs = (logging: Logging | undefined): LogType[] =>
  (logging?.clusterLogging ?? []).filter(setup => setup.enabled).flatMap(setup => setup.types ?? []);

/** AWS tells every type, on or off. */
export function loggingOf(enabled: readonly LogType[]): Logging {
  const off = logTypes.filter(type => !enabled.includes(type));
  const setups = [
    { types: logTypes.filter(type => enabled.includes(type)), enabled: true },
    { types: off, enabled: false },
  ];
  return { clusterLogging: setups.filter(setup => setup.types.length > 0) };
}

export function createCluster(input: CreateClusterRequest, context: CallContext): CreateClusterResponse {
  const { account, region } = context;
  const { name = '', roleArn = '', resourcesVpcConfig = {} } = input;
  checkName(name);
  refuseUnsimulated(input);
  const existing = clusters(context).get(name);
  if (existing) {
    if (input.clientRequestToken && existing.requestToken === input.clientRequestToken)
      return { cluster: describedCluster(existing) };
    throw eksError('ResourceInUse', `Cluster already exists with name: ${name}`, { clusterName: name });
  }
  const version = checkVersion(input.version ?? defaultVersion, context, name);
  const publicAccess = resourcesVpcConfig.endpointPublicAccess ?? true;
  const privateAccess = resourcesVpcConfig.endpointPrivateAccess ?? false;
  checkEndpointAccess(publicAccess, privateAccess, name);
  const network = checkNetwork(resourcesVpcConfig, context, name);
  checkClusterRole(roleArn, context, name);
  checkEncryption(input.encryptionConfig ?? [], context, name);

  const authenticationMode = input.accessConfig?.authenticationMode ?? 'CONFIG_MAP';
  const creatorAdmin = input.accessConfig?.bootstrapClusterCreatorAdminPermissions ?? true;
  if (authenticationMode === 'CONFIG_MAP' && !creatorAdmin)
    throw eksError(
      'InvalidParameter',
      'bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to CONFIG_MAP',
      { clusterName: name },
    );
  const now = account.now();
  const row: ClusterRow = {
    uid: account.uuid(),
    name,
    requestToken: input.clientRequestToken,
    selfManagedAddons: input.bootstrapSelfManagedAddons ?? true,
    networkInterfaceIds: [],
    endpointHistory: [{ at: now, endpointPublicAccess: publicAccess, endpointPrivateAccess: privateAccess }],
    cluster: {
      name,
      arn: account.arn('eks', region, `cluster/${name}`),
      createdAt: now,
      version: version.version,
      roleArn,
      resourcesVpcConfig: {
        subnetIds: [...(resourcesVpcConfig.subnetIds ?? [])],
        securityGroupIds: [...(resourcesVpcConfig.securityGroupIds ?? [])],
        vpcId: network.vpcId,
        endpointPublicAccess: publicAccess,
        endpointPrivateAccess: privateAccess,
        publicAccessCidrs: publicAccess ? (resourcesVpcConfig.publicAccessCidrs ?? ['0.0.0.0/0']) : [],
        controlPlaneEgressMode: 'AWS_MANAGED',
      },
      kubernetesNetworkConfig: {
        serviceIpv4Cidr: input.kubernetesNetworkConfig?.serviceIpv4Cidr ?? defaultServiceCidr(network.vpcCidr),
        ipFamily: 'ipv4',
        elasticLoadBalancing: { enabled: false },
      },
      logging: loggingOf(enabledLogs(input.logging)),
      status: 'CREATING',
      certificateAuthority: {},
      clientRequestToken: input.clientRequestToken,
      platformVersion: version.platform,
      tags: { ...input.tags },
      encryptionConfig: input.encryptionConfig,
      health: { issues: [] },
      accessConfig: { bootstrapClusterCreatorAdminPermissions: creatorAdmin, authenticationMode },
      upgradePolicy: { supportType: input.upgradePolicy?.supportType ?? 'EXTENDED' },
      deletionProtection: input.deletionProtection ?? false,
      controlPlaneScalingConfig: { tier: 'standard' },
    },
  };
  clusters(context).set(name, row);
  if (creatorAdmin) addCreatorAdministrator(name, context);
  const whose = { region, name, uid: row.uid };
  const total = between(account, 480, 600);
  account.schedule(between(account, 60, 120), 'eks.clusterNetwork', whose);
  account.schedule(total, 'eks.clusterActive', whose);
  return { cluster: describedCluster(row) };
}

export function describeCluster(input: DescribeClusterRequest, context: CallContext): DescribeClusterResponse {
  return { cluster: describedCluster(requireCluster(context, input.name)) };
}

export function listClusters(input: ListClustersRequest, context: CallContext): ListClustersResponse {
  const names = clusters(context)
    .values()
    .map(row => row.name);
  const { items, nextToken } = page(names.sort(), input);
  return { clusters: items, nextToken };
}

export function deleteCluster(input: DeleteClusterRequest, context: CallContext): DeleteClusterResponse {
  const { account, region } = context;
  const row = requireCluster(context, input.name);
  const { name, cluster } = row;
  const inUse = (message: string) => eksError('ResourceInUse', message, { clusterName: name });
  if (cluster.status === 'DELETING') return { cluster: describedCluster(row) };
  if (cluster.deletionProtection)
    throw eksError('InvalidRequest', `Cannot delete cluster ${name} because deletion protection is enabled`, {
      clusterName: name,
    });
  if (cluster.status === 'CREATING')
    throw inUse(`Cannot delete because cluster ${name} currently has creation in progress`);
  if (row.updateId) throw inUse(`Cannot delete because cluster ${name} currently has an update in progress`);
  if (ofCluster(nodegroups(context), name).length > 0) throw inUse('Cluster has nodegroups attached');
  cluster.status = 'DELETING';
  account.schedule(between(account, 120, 240), 'eks.clusterDeleted', { region, name, uid: row.uid });
  return { cluster: describedCluster(row) };
}
