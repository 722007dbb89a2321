import type { Account, SandboxResource, Service } from '../kernel/account.ts';
import { accessEntryOperations } from './eks/accessEntries.ts';
import { accessPolicyOperations } from './eks/accessPolicies.ts';
import { addonJobs, addonOperations } from './eks/addonOperations.ts';
import { clusterJobs } from './eks/clusterJobs.ts';
import { clusterOperations } from './eks/clusterOperations.ts';
import { clusterUpdateOperations } from './eks/clusterUpdates.ts';
import { accessEntries, addons, clusters, fargateProfiles, nodegroups, podIdentities } from './eks/eksTables.ts';
import { nodegroupJobs } from './eks/nodegroupJobs.ts';
import { nodegroupOperations } from './eks/nodegroupOperations.ts';
import { podIdentityOperations } from './eks/podIdentity.ts';
import { insightOperations } from './eks/insights.ts';
import { tagOperations } from './eks/tags.ts';
import { updateDone, updateOperations } from './eks/updates.ts';
import { fargateJobs, fargateOperations } from './eks/fargate.ts';
import { autoModeJobs } from './eks/autoMode.ts';
import { selfManagedJobs } from '../join/selfManaged.ts';
import { nodegroupUpdateOperations } from './eks/nodegroupUpdates.ts';
import { describeClusterVersions } from './eks/versions.ts';
import { simulatedOperations } from './simulatedOperations.ts';

const operations: Service['operations'] = {
  DescribeClusterVersions: describeClusterVersions,
  ...clusterUpdateOperations,
  ...updateOperations,
  ...podIdentityOperations,
  ...insightOperations,
  ...tagOperations,
  ...fargateOperations,
  ...clusterOperations,
  ...nodegroupOperations,
  ...nodegroupUpdateOperations,
  ...addonOperations,
  ...accessEntryOperations,
  ...accessPolicyOperations,
};

/** What each operation reads of its input; whatever else is asked for is refused. */
const members: Readonly<Record<string, string>> = {
  CreateCluster:
    'accessConfig bootstrapSelfManagedAddons clientRequestToken computeConfig controlPlaneScalingConfig deletionProtection encryptionConfig kubernetesNetworkConfig logging name resourcesVpcConfig roleArn storageConfig tags upgradePolicy version zonalShiftConfig',
  UpdateClusterConfig:
    'accessConfig clientRequestToken computeConfig controlPlaneScalingConfig deletionProtection kubernetesNetworkConfig logging name resourcesVpcConfig storageConfig upgradePolicy zonalShiftConfig',
  CreateNodegroup:
    'amiType capacityType clientRequestToken clusterName diskSize instanceTypes labels launchTemplate nodeRepairConfig nodeRole nodegroupName releaseVersion scalingConfig subnets tags taints updateConfig version',
  AssociateEncryptionConfig: 'clientRequestToken clusterName encryptionConfig',
  UpdateClusterVersion: 'clientRequestToken force name version',
  CreateFargateProfile: 'clientRequestToken clusterName fargateProfileName podExecutionRoleArn selectors subnets tags',
  UpdateAccessEntry: 'clientRequestToken clusterName kubernetesGroups principalArn username',
  UpdatePodIdentityAssociation: 'associationId clientRequestToken clusterName disableSessionTags roleArn targetRoleArn',
  UpdateNodegroupConfig:
    'clientRequestToken clusterName labels nodeRepairConfig nodegroupName scalingConfig taints updateConfig',
  UpdateNodegroupVersion: 'clientRequestToken clusterName force launchTemplate nodegroupName releaseVersion version',
  CreateAddon:
    'addonName addonVersion clientRequestToken clusterName configurationValues podIdentityAssociations resolveConflicts serviceAccountRoleArn tags',
  UpdateAddon:
    'addonName addonVersion clientRequestToken clusterName configurationValues podIdentityAssociations resolveConflicts serviceAccountRoleArn',
  DeleteAddon: 'addonName clusterName preserve',
  CreateAccessEntry: 'clientRequestToken clusterName kubernetesGroups principalArn tags type username',
  CreatePodIdentityAssociation:
    'clientRequestToken clusterName disableSessionTags namespace roleArn serviceAccount tags targetRoleArn',
  ListAccessEntries: 'clusterName maxResults nextToken',
  DescribeClusterVersions: 'maxResults nextToken',
};

export const eks: Service = {
  name: 'eks',
  operations: simulatedOperations('eks', operations, members),
  jobs: {
    'eks.updateDone': updateDone,
    ...fargateJobs,
    ...autoModeJobs,
    ...selfManagedJobs,
    ...clusterJobs,
    ...nodegroupJobs,
    ...addonJobs,
  },
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
      ...fargateProfiles(scope)
        .entries()
        .map(([id, { profile }]) => made('FargateProfile', id, profile.status)),
      ...podIdentities(scope)
        .values()
        .map(({ association }) => made('PodIdentityAssociation', association.associationId ?? '')),
      ...accessEntries(scope)
        .values()
        .map(({ entry }) => made('AccessEntry', `${entry.principalArn ?? ''}|${entry.clusterName ?? ''}`)),
    ];
  });
}
