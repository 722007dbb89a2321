import type { Account, SandboxResource, Service } from '../kernel/account.ts';
import { accessEntryOperations } from './eks/accessEntries.ts';
import { accessPolicyOperations } from './eks/accessPolicies.ts';
import { addonCatalogOperations } from './eks/addonCatalog.ts';
import { addonJobs, addonOperations } from './eks/addonOperations.ts';
import { clusterJobs } from './eks/clusterJobs.ts';
import { clusterOperations } from './eks/clusterOperations.ts';
import { clusterUpdateOperations } from './eks/clusterUpdates.ts';
import { accessEntries, addons, associations, clusters, nodegroups } from './eks/eksTables.ts';
import { nodegroupJobs } from './eks/nodegroupJobs.ts';
import { nodegroupOperations } from './eks/nodegroupOperations.ts';
import { podIdentityOperations } from './eks/podIdentity.ts';
import { tagOperations } from './eks/tags.ts';
import { updateDone, updateOperations } from './eks/updates.ts';
import { describeClusterVersions } from './eks/versions.ts';

export const eks: Service = {
  name: 'eks',
  operations: {
    DescribeClusterVersions: describeClusterVersions,
    ...clusterOperations,
    ...clusterUpdateOperations,
    ...updateOperations,
    ...nodegroupOperations,
    ...addonOperations,
    ...addonCatalogOperations,
    ...accessEntryOperations,
    ...accessPolicyOperations,
    ...podIdentityOperations,
    ...tagOperations,
  },
  jobs: { 'eks.updateDone': updateDone, ...clusterJobs, ...nodegroupJobs, ...addonJobs },
  resources: existing,
};

function existing(account: Account): SandboxResource[] {
  return account.regionsOf('eks.clusters').flatMap(region => {
    const scope = { account, region };
    const made = (type: string, id: string | undefined, detail = {}): SandboxResource => ({
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
        .entries()
        .map(([id, { addon }]) => made('Addon', id.replace('/', '|'), { status: addon.status })),
      ...accessEntries(scope)
        .values()
        .map(({ entry }) => made('AccessEntry', `${entry.principalArn ?? ''}|${entry.clusterName ?? ''}`)),
      ...associations(scope)
        .values()
        .map(row => made('PodIdentityAssociation', row.association.associationArn)),
    ];
  });
}
