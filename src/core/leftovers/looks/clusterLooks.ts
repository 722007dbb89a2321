import { cents, hoursPerMonth, price } from '../../plan/prices.ts';
import { clusterTag } from '../../spec/ownTags.ts';
import { aboutEach, item, options, type Look } from '../looking.ts';

/** The costliest of all that may be left: a control plane without its stacks. */
export const clusterLooks: readonly Look[] = [
  {
    what: 'clusters',
    kinds: ['cluster'],
    types: ['AWS::EKS::Cluster'],
    find: async looking => {
      const { DescribeClusterCommand } = await import('@aws-sdk/client-eks');
      const client = await looking.session.client('eks');
      return aboutEach(looking, 'clusters', [...(looking.existing ?? [])], async name => {
        const { cluster } = await client.send(new DescribeClusterCommand({ name }), options(looking));
        const tags = cluster?.tags ?? {};
        if (tags[clusterTag] === undefined) return [];
        const monthlyUsd = cents(price.controlPlaneHour * hoursPerMonth);
        return [
          item({ ...looking, existing: undefined }, 'cluster', name, tags, {
            monthlyUsd,
            how: `control plane, ${cluster?.status}`,
          }),
        ];
      });
    },
  },
];
