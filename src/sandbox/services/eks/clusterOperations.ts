import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { addCreatorAdministrator } from './accessEntries.ts';
import * as rules from './clusterRules.ts';
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

const logTypes: readonly Eks.LogType[] = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

export const enabledLogs = (logging: Eks.Logging | undefined): Eks.LogType[] =>
  (logging?.clusterLogging ?? []).filter(setup => setup.enabled).flatMap(setup => setup.types ?? []);

/** AWS tells every type, on or off. */
function loggingOf(enabled: readonly Eks.LogType[]): Eks.Logging {
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
  const simulated = 'subnetIds endpointPublicAccess endpointPrivateAccess';
  rules.refuseOther('CreateCluster resourcesVpcConfig', asked, simulated);
  const { authenticationMode = 'CONFIG_MAP', bootstrapClusterCreatorAdminPermissions = true } =
    input.accessConfig ?? {};
  if (authenticationMode !== 'API') throw notImplemented(`eks:CreateCluster authenticationMode ${authenticationMode}`);
  if (input.bootstrapSelfManagedAddons !== false) throw notImplemented('eks:CreateCluster self-managed add-ons');
  const { version, platform } = rules.checkVersion(input.version ?? defaultVersion, context);
  const { subnetIds = [], endpointPublicAccess = true, endpointPrivateAccess = false } = asked;
  rules.checkEndpointAccess(endpointPublicAccess, endpointPrivateAccess);
  const vpc = rules.checkNetwork(subnetIds, context, name);
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
        securityGroupIds: [],
        vpcId: vpc.VpcId,
        endpointPublicAccess,
        endpointPrivateAccess,
        publicAccessCidrs: endpointPublicAccess ? ['0.0.0.0/0'] : [],
        controlPlaneEgressMode: 'AWS_MANAGED',
      },
      kubernetesNetworkConfig: {
        // Services get the range that the VPC does not use.
        serviceIpv4Cidr: vpc.CidrBlock?.startsWith('10.') ? '172.20.0.0/16' : '10.100.0.0/16',
        ipFamily: 'ipv4',
        elasticLoadBalancing: { enabled: false },
      },
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
      controlPlaneScalingConfig: { tier: 'standard' },
    },
  });
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
  if (cluster.deletionProtection)
    throw eksError('InvalidRequest', `Cannot delete cluster ${name} because deletion protection is enabled`, {
      clusterName: name,
    });
  if (ofCluster(nodegroups(context), name).length > 0) throw inUse('Cluster has nodegroups attached');
  cluster.status = 'DELETING';
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
