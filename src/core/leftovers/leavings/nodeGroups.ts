import type { AwsSession } from '../../aws/awsSession.ts';
import { isAwsError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { cents, hoursPerMonth, instanceHour } from '../../plan/prices.ts';
import { clusterTag } from '../../spec/ownTags.ts';
import type { Where } from '../clusterLeavings.ts';
import type { Tags } from '../controllerTags.ts';
import type { Leftover } from '../leftover.ts';
import { pages } from '../../aws/pages.ts';
import { leaving } from './leaving.ts';

/**
 * Node groups and Fargate profiles that somebody gave to the cluster beside its stacks: EKS deletes no cluster that has one. They are the
 * cluster's own, and go with it; one that another stack made stays that stack's.
 */
export async function nodeGroupsOf(session: AwsSession, { cluster }: Where, signal?: AbortSignal): Promise<Leftover[]> {
  const eks = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const options = signalOption(signal);
  const clusterName = cluster;
  try {
    const [groups, profiles] = await Promise.all([
      pages(eks.paginateListNodegroups({ client }, { clusterName }, options), page => page.nodegroups),
      pages(eks.paginateListFargateProfiles({ client }, { clusterName }, options), page => page.fargateProfileNames),
    ]);
    const [ofGroups, ofProfiles] = await Promise.all([
      Promise.all(
        groups.map(async nodegroupName => {
          const command = new eks.DescribeNodegroupCommand({ clusterName, nodegroupName });
          const { nodegroup } = await client.send(command, options);
          const [type = ''] = nodegroup?.instanceTypes ?? [];
          const count = nodegroup?.scalingConfig?.desiredSize ?? 0;
          return told('node group', nodegroupName, nodegroup?.tags, {
            monthlyUsd: cents((instanceHour(type) ?? 0) * count * hoursPerMonth),
            how: `${count} nodes${type ? ` of ${type}` : ''}, ${nodegroup?.status}`,
          });
        }),
      ),
      Promise.all(
        profiles.map(async fargateProfileName => {
          const command = new eks.DescribeFargateProfileCommand({ clusterName, fargateProfileName });
          const { fargateProfile } = await client.send(command, options);
          const how = `costs what its pods do, ${fargateProfile?.status}`;
          return told('Fargate profile', fargateProfileName, fargateProfile?.tags, { how });
        }),
      ),
    ]);
    return [...ofGroups, ...ofProfiles].flat();
  } catch (error) {
    // The cluster, or one of them, is gone meanwhile.
    if (isAwsError(error, 'ResourceNotFoundException')) return [];
    throw error;
  }

  function told(kind: Leftover['kind'], id: string, tags: Tags = {}, more: Partial<Leftover>): Leftover[] {
    if (tags[clusterTag] === cluster) return [];
    const stack = tags['aws:cloudformation:stack-name'] ?? tags['alpha.eksctl.io/nodegroup-name'];
    const own = { ...more, cluster, madeBy: 'foreign' as const };
    if (stack === undefined) return [leaving(kind, id, session.region, { ...own, fate: 'goes' })];
    const why = `stack ${stack} made it: delete that stack first, for EKS deletes no cluster that has one`;
    return [leaving(kind, id, session.region, { ...own, fate: 'stays', why })];
  }
}
