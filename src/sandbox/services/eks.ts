import type { Account, SandboxResource, Service } from '../kernel/account.ts';
import { accessEntryOperations } from './eks/accessEntries.ts';
import { accessPolicyOperations } from './eks/accessPolicies.ts';
import { addonJobs, addonOperations } from './eks/addonOperations.ts';
import { clusterJobs } from './eks/clusterJobs.ts';
import { clusterOperations } from './eks/clusterOperations.ts';
import { clusterUpdateDone, updateClusterConfig } from './eks/clusterUpdates.ts';
import { accessEntries, addons, clusters, nodegroups } from './eks/eksTables.ts';
import { nodegroupJobs } from './eks/nodegroupJobs.ts';
import { nodegroupOperations } from './eks/nodegroupOperations.ts';
import { describeClusterVersions } from './eks/versions.ts';
import { simulatedOperations } from './simulatedOperations.ts';

const operations: Service['operations'] = {
  DescribeClusterVersions: describeClusterVersions,
  UpdateClusterConfig: updateClusterConfig,
  ...clusterOperations,
  ...nodegroupOperations,
  ...addonOperations,
  ...accessEntryOperations,
  ...accessPolicyOperations,
};

/** What each operation reads of its input; whatever else is asked for is refused. */
const members: Readonly<Record<string, string>> = {
  CreateCluster:
    'accessConfig bootstrapSelfManagedAddons clientRequestToken deletionProtection encryptionConfig logging name resourcesVpcConfig roleArn tags upgradePolicy version',
  UpdateClusterConfig: 'clientRequestToken deletionProtection name resourcesVpcConfig',
  CreateNodegroup:
    'amiType capacityType clientRequestToken clusterName instanceTypes labels launchTemplate nodeRole nodegroupName scalingConfig subnets tags updateConfig',
  CreateAddon: 'addonName addonVersion clientRequestToken clusterName resolveConflicts tags',
  DeleteAddon: 'addonName clusterName',
  CreateAccessEntry: 'clientRequestToken clusterName kubernetesGroups principalArn tags type',
  ListAccessEntries: 'clusterName maxResults nextToken',
  DescribeClusterVersions: 'maxResults nextToken',
};

export const eks: Service = {
  name: 'eks',
  operations: simulatedOperations('eks', operations, members),
  jobs: { 'eks.updateDone': clusterUpdateDone, ...clusterJobs, ...nodegroupJobs, ...addonJobs },
  resources: existing,
};

function existing(account: Account): SandboxResource[] {
  return account.regionsOf('eks.clusters').flatMap(region => {
    const scope = { account, region };
    const made = (type: string, id: string, status?: string): SandboxResource => ({
      type: `AWS::EKS::${type}`,
      id,
      region,
      ...(status && { status }),
    });
    return [
      ...clusters(scope)
        .entries()
        .map(([name, { cluster }]) => made('Cluster', name, cluster.status)),
      ...nodegroups(scope)
        .entries()
        .map(([id, { nodegroup }]) => made('Nodegroup', id, nodegroup.status)),
      ...addons(scope)
        .entries()
        .map(([id, { addon }]) => made('Addon', id.replace('/', '|'), addon.status)),
      ...accessEntries(scope)
        .values()
        .map(({ entry }) => made('AccessEntry', `${entry.principalArn ?? ''}|${entry.clusterName ?? ''}`)),
    ];
  });
}
