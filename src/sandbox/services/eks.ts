import type { Account, SandboxResource, Service } from '../kernel/account.ts';
import {
  associateAccessPolicy,
  createAccessEntry,
  deleteAccessEntry,
  describeAccessEntry,
  disassociateAccessPolicy,
  listAccessEntries,
  listAssociatedAccessPolicies,
  updateAccessEntry,
} from './eks/accessEntries.ts';
import { listAccessPolicies } from './eks/accessPolicies.ts';
import { describeAddonConfiguration, describeAddonVersions } from './eks/addonCatalog.ts';
import {
  addonCheck,
  addonDeleted,
  addonInstall,
  createAddon,
  deleteAddon,
  describeAddon,
  listAddons,
  updateAddon,
} from './eks/addonOperations.ts';
import { clusterActive, clusterDeleted, clusterNetwork, lateLogs } from './eks/clusterJobs.ts';
import { createCluster, deleteCluster, describeCluster, listClusters } from './eks/clusterOperations.ts';
import { updateClusterConfig, updateClusterVersion } from './eks/clusterUpdates.ts';
import { accessEntries, addons, associations, clusters, nodegroups } from './eks/eksTables.ts';
import { nodegroupDeleted, nodegroupDrained, nodegroupWatch } from './eks/nodegroupJobs.ts';
import {
  createNodegroup,
  deleteNodegroup,
  describeNodegroup,
  listNodegroups,
  updateNodegroupConfig,
} from './eks/nodegroupOperations.ts';
import {
  createPodIdentityAssociation,
  deletePodIdentityAssociation,
  describePodIdentityAssociation,
  listPodIdentityAssociations,
  updatePodIdentityAssociation,
} from './eks/podIdentity.ts';
import { listTagsForResource, tagResource, untagResource } from './eks/tags.ts';
import { describeUpdate, listUpdates, updateDone } from './eks/updates.ts';
import { describeClusterVersions } from './eks/versions.ts';

export const eks: Service = {
  name: 'eks',
  operations: {
    CreateCluster: createCluster,
    DescribeCluster: describeCluster,
    ListClusters: listClusters,
    DeleteCluster: deleteCluster,
    UpdateClusterConfig: updateClusterConfig,
    UpdateClusterVersion: updateClusterVersion,
    DescribeUpdate: describeUpdate,
    ListUpdates: listUpdates,
    DescribeClusterVersions: describeClusterVersions,
    CreateNodegroup: createNodegroup,
    DescribeNodegroup: describeNodegroup,
    ListNodegroups: listNodegroups,
    DeleteNodegroup: deleteNodegroup,
    UpdateNodegroupConfig: updateNodegroupConfig,
    CreateAddon: createAddon,
    DescribeAddon: describeAddon,
    ListAddons: listAddons,
    DeleteAddon: deleteAddon,
    UpdateAddon: updateAddon,
    DescribeAddonVersions: describeAddonVersions,
    DescribeAddonConfiguration: describeAddonConfiguration,
    CreateAccessEntry: createAccessEntry,
    DescribeAccessEntry: describeAccessEntry,
    ListAccessEntries: listAccessEntries,
    UpdateAccessEntry: updateAccessEntry,
    DeleteAccessEntry: deleteAccessEntry,
    AssociateAccessPolicy: associateAccessPolicy,
    DisassociateAccessPolicy: disassociateAccessPolicy,
    ListAssociatedAccessPolicies: listAssociatedAccessPolicies,
    ListAccessPolicies: listAccessPolicies,
    CreatePodIdentityAssociation: createPodIdentityAssociation,
    DescribePodIdentityAssociation: describePodIdentityAssociation,
    ListPodIdentityAssociations: listPodIdentityAssociations,
    UpdatePodIdentityAssociation: updatePodIdentityAssociation,
    DeletePodIdentityAssociation: deletePodIdentityAssociation,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsForResource: listTagsForResource,
  },
  jobs: {
    'eks.clusterNetwork': clusterNetwork,
    'eks.clusterActive': clusterActive,
    'eks.clusterDeleted': clusterDeleted,
    'eks.lateLogs': lateLogs,
    'eks.updateDone': updateDone,
    'eks.addonInstall': addonInstall,
    'eks.addonCheck': addonCheck,
    'eks.addonDeleted': addonDeleted,
    'eks.nodegroupWatch': nodegroupWatch,
    'eks.nodegroupDrained': nodegroupDrained,
    'eks.nodegroupDeleted': nodegroupDeleted,
  },
  resources: existing,
};

function existing(account: Account): SandboxResource[] {
  return account.regionsOf('eks.clusters').flatMap(region => {
    const scope = { account, region };
    const made = (type: string, id: string | undefined, detail: object = {}): SandboxResource => ({
      type: `AWS::EKS::${type}`,
      id: id ?? '',
      region,
      ...detail,
    });
    return [
      ...clusters(scope)
        .values()
        .map(({ name, cluster, endpointHistory }) =>
          made('Cluster', name, {
            status: cluster.status,
            endpointPublicAccess: cluster.resourcesVpcConfig?.endpointPublicAccess,
            endpointPublicAccessEver: endpointHistory.some(access => access.endpointPublicAccess),
            endpointHistory,
          }),
        ),
      ...nodegroups(scope)
        .entries()
        .map(([id, { nodegroup }]) => made('Nodegroup', id, { status: nodegroup.status })),
      ...addons(scope)
        .values()
        .map(({ addon }) =>
          made('Addon', `${addon.clusterName ?? ''}|${addon.addonName ?? ''}`, { status: addon.status }),
        ),
      ...accessEntries(scope)
        .values()
        .map(({ entry }) => made('AccessEntry', `${entry.principalArn ?? ''}|${entry.clusterName ?? ''}`)),
      ...associations(scope)
        .values()
        .map(({ association }) => made('PodIdentityAssociation', association.associationArn)),
    ];
  });
}
