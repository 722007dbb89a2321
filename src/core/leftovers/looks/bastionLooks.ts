import { bastionTag } from '../../tunnel/bastion/bastionNames.ts';
import type { Leftover } from '../leftover.ts';
import { bastionTaskMonthly } from '../leftoverPrices.ts';
import { pages } from '../../aws/pages.ts';
import { item, options, type Look, type Looking } from '../looking.ts';

/** `bastionNames` calls everything of a VPC's bastion after its stack. */
const vpcOf = (name: string): string | undefined => /^private-eks-bastion-(vpc-\w+)/.exec(name)?.[1];

export const bastionLooks: readonly Look[] = [
  {
    what: 'bastions',
    kinds: ['ECS cluster'],
    types: ['AWS::ECS::Cluster'],
    find: async looking => {
      const { DescribeClustersCommand, paginateListClusters } = await import('@aws-sdk/client-ecs');
      const client = await looking.session.client('ecs');
      const arns = await pages(paginateListClusters({ client }, {}, options(looking)), page => page.clusterArns);
      const ours = arns.filter(arn => vpcOf(arn.slice(arn.lastIndexOf('/') + 1)) !== undefined);
      const found: Leftover[] = [];
      // AWS takes a hundred at a time.
      for (let from = 0; from < ours.length; from += 100) {
        const command = new DescribeClustersCommand({ clusters: ours.slice(from, from + 100), include: ['TAGS'] });
        for (const { clusterName = '', runningTasksCount = 0, tags = [] } of (
          await client.send(command, options(looking))
        ).clusters ?? []) {
          const own = Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));
          if (own[bastionTag] === undefined) continue;
          found.push(
            item(looking, 'ECS cluster', clusterName, own, {
              monthlyUsd: bastionTaskMonthly * runningTasksCount,
              how: runningTasksCount === 0 ? 'costs nothing' : `${runningTasksCount} bastions, each for its time only`,
            }),
          );
        }
      }
      return found;
    },
  },
  {
    what: 'task definitions',
    kinds: ['task definition'],
    types: ['AWS::ECS::TaskDefinition'],
    find: async looking => {
      const { paginateListTaskDefinitions, paginateListTaskDefinitionFamilies } = await import('@aws-sdk/client-ecs');
      const client = await looking.session.client('ecs');
      const input = { familyPrefix: 'private-eks-bastion-', status: 'ACTIVE' as const };
      const families = await pages(
        paginateListTaskDefinitionFamilies({ client }, input, options(looking)),
        page => page.families,
      );
      const found = families.map(async family => {
        const ofFamily = { familyPrefix: family, status: 'ACTIVE' as const };
        const paged = paginateListTaskDefinitions({ client }, ofFamily, options(looking));
        return (await pages(paged, page => page.taskDefinitionArns)).map(arn => taskDefinition(looking, arn, family));
      });
      return (await Promise.all(found)).flat();
    },
  },
];

function taskDefinition(looking: Looking, arn: string, family: string): Leftover {
  const tags = { [bastionTag]: vpcOf(family) ?? family };
  return item(looking, 'task definition', arn.slice(arn.lastIndexOf('/') + 1), tags);
}
