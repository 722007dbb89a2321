import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { addCreatorAdministrator, allowNodes } from './accessEntries.ts';
import { removeAutoNodes } from './autoMode.ts';
import * as rules from './clusterRules.ts';
import {
  between,
  clusters,
  dated,
  eksError,
  fargateProfiles,
  nodegroups,
  ofCluster,
  page,
  requireCluster,
  type ClusterRow,
} from './eksTables.ts';
import { defaultVersion } from './versions.ts';

const logTypes: readonly Eks.LogType[] = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

export const enabledLogs = (logging: Eks.Logging | undefined): Eks.LogType[] =>
  (logging?.clusterLogging ?? []).filter(setup => setup.enabled).flatMap(setup => setup.types ?? []);

/** AWS tells every type, on or off. */
export function loggingOf(enabled: readonly Eks.LogType[]): Eks.Logging {
  const setup = (on: boolean) => ({ types: logTypes.filter(type => enabled.includes(type) === on), enabled: on });
  return { clusterLogging: [setup(true), setup(false)].filter(({ types }) => types.length > 0) };
}

const told = ({ cluster }: ClusterRow) => ({ cluster: dated<Eks.Cluster>(cluster) });

function createCluster(input: Eks.CreateClusterRequest, context: CallContext) {
  const { account, region } = context;
  const { name = '', roleArn = '', resourcesVpcConfig: asked = {} } = input;
  rules.checkName('name', name, 100);
  const existing = clusters(context).get(name);
  if (existing) throw eksError('ResourceInUse', `Cluster already exists with name: ${name}`, { clusterName: name });
  const { authenticationMode = 'CONFIG_MAP', bootstrapClusterCreatorAdminPermissions = true } =
    input.accessConfig ?? {};
  if (authenticationMode !== 'API') throw notImplemented(`eks:CreateCluster authenticationMode ${authenticationMode}`);
  if (input.bootstrapSelfManagedAddons !== false) throw notImplemented('eks:CreateCluster self-managed add-ons');
  const { version, platform } = rules.checkVersion(input.version ?? defaultVersion, context);
  const { subnetIds = [], securityGroupIds = [], endpointPublicAccess = true, endpointPrivateAccess = false } = asked;
  const { publicAccessCidrs = ['0.0.0.0/0'], controlPlaneEgressMode = 'AWS_MANAGED' } = asked;
  rules.checkEndpointAccess(endpointPublicAccess, endpointPrivateAccess);
  const vpc = rules.checkNetwork(subnetIds, context, name);
  rules.checkSecurityGroups(securityGroupIds, vpc.VpcId, context);
  const kubernetesNetworkConfig = rules.serviceNetwork(input.kubernetesNetworkConfig, vpc, account);
  const autoMode = rules.checkAutoMode(input, context);
  rules.checkClusterRole(roleArn, context);
  rules.checkEncryption(input.encryptionConfig ?? [], context);
  const now = account.now();
  const uid = account.uuid();
  const row = clusters(context).set(name, {
    uid,
    name,
    networkInterfaceIds: [],
    endpointHistory: [{ at: now, endpointPublicAccess, endpointPrivateAccess }],
    cluster: {
      name,
      arn: account.arn('eks', region, `cluster/${name}`),
      createdAt: now,
      version,
      roleArn,
      resourcesVpcConfig: {
        subnetIds: [...subnetIds],
        securityGroupIds: [...securityGroupIds],
        vpcId: vpc.VpcId,
        endpointPublicAccess,
        endpointPrivateAccess,
        publicAccessCidrs: endpointPublicAccess ? [...publicAccessCidrs] : [],
        controlPlaneEgressMode,
      },
      kubernetesNetworkConfig: { ...kubernetesNetworkConfig, elasticLoadBalancing: { enabled: autoMode } },
      ...(input.computeConfig && { computeConfig: input.computeConfig }),
      ...(input.storageConfig && { storageConfig: input.storageConfig }),
      zonalShiftConfig: { enabled: input.zonalShiftConfig?.enabled ?? false },
      logging: loggingOf(enabledLogs(input.logging)),
      status: 'CREATING',
      certificateAuthority: {},
      clientRequestToken: input.clientRequestToken,
      platformVersion: platform,
      tags: { ...input.tags },
      encryptionConfig: input.encryptionConfig,
      health: { issues: [] },
      accessConfig: { bootstrapClusterCreatorAdminPermissions, authenticationMode },
      upgradePolicy: { supportType: input.upgradePolicy?.supportType ?? 'EXTENDED' },
      deletionProtection: input.deletionProtection ?? false,
      controlPlaneScalingConfig: input.controlPlaneScalingConfig ?? { tier: 'standard' },
    },
  });
  if (autoMode && input.computeConfig?.nodeRoleArn) allowNodes(context, name, input.computeConfig.nodeRoleArn, 'EC2');
  if (bootstrapClusterCreatorAdminPermissions) addCreatorAdministrator(name, context);
  account.schedule(between(account, 60, 120), 'eks.clusterNetwork', { region, name, uid });
  account.schedule(between(account, 480, 600), 'eks.clusterActive', { region, name, uid });
  return told(row);
}

function deleteCluster(input: Eks.DeleteClusterRequest, context: CallContext) {
  const { account, region } = context;
  const row = requireCluster(context, input.name);
  const { name, uid, cluster } = row;
  if (cluster.status === 'DELETING') return told(row);
  const inUse = (message: string) => eksError('ResourceInUse', message, { clusterName: name });
  if (cluster.status === 'CREATING')
    throw inUse(`Cannot delete because cluster ${name} currently has creation in progress`);
  if (row.updateId) throw inUse(`Cannot delete because cluster ${name} currently has an update in progress`);
  if (cluster.deletionProtection && cluster.status !== 'FAILED')
    throw eksError('InvalidRequest', `Cannot delete cluster ${name} because deletion protection is enabled`, {
      clusterName: name,
    });
  if (ofCluster(nodegroups(context), name).length > 0) throw inUse('Cluster has nodegroups attached');
  if (ofCluster(fargateProfiles(context), name).length > 0) throw inUse('Cluster has Fargate profiles attached');
  cluster.status = 'DELETING';
  if (cluster.computeConfig?.enabled) removeAutoNodes(context, name);
  account.schedule(between(account, 120, 240), 'eks.clusterDeleted', { region, name, uid });
  return told(row);
}

export const clusterOperations = {
  CreateCluster: createCluster,
  DescribeCluster: (input: Eks.DescribeClusterRequest, context: CallContext) =>
    told(requireCluster(context, input.name)),
  DeleteCluster: deleteCluster,
  ListClusters(input: Eks.ListClustersRequest, context: CallContext) {
    const names = clusters(context)
      .values()
      .map(row => row.name);
    const { items, nextToken } = page(names.sort(), input);
    return { clusters: items, nextToken };
  },
};
