import { tagMap, type Tags } from '../controllerTags.ts';
import type { Leftover } from '../leftover.ts';
import { balancerMonthly } from '../leftoverPrices.ts';
import { interfaceOwner } from '../interfaceOwner.ts';
import { balancingTags } from '../balancingTags.ts';
import { ec2PageSize, pages } from '../../aws/pages.ts';
import { isWanted, item, options, ec2Find, type Look, type Looking } from '../looking.ts';

/** Load balancers of clusters that are gone go on costing, and nobody's stack knows of them. */
export const balancerLooks: readonly Look[] = [
  {
    what: 'load balancers',
    kinds: ['load balancer'],
    types: [],
    find: async looking => {
      const { paginateDescribeLoadBalancers } = await import('@aws-sdk/client-elastic-load-balancing-v2');
      const client = await looking.session.client('elasticLoadBalancing');
      const paged = paginateDescribeLoadBalancers({ client }, {}, options(looking));
      const all = await pages(paged, ({ LoadBalancers }) => LoadBalancers);
      return tagged(
        looking,
        all,
        ({ LoadBalancerArn }) => LoadBalancerArn,
        ({ LoadBalancerArn = '', LoadBalancerName = '', Type = 'application', VpcId }, tags) =>
          item(looking, 'load balancer', LoadBalancerArn, tags, {
            name: LoadBalancerName,
            ...(VpcId === undefined ? {} : { vpcId: VpcId }),
            monthlyUsd: balancerMonthly(Type),
            how: `${Type}, without what goes through it`,
          }),
      );
    },
  },
  {
    what: 'target groups',
    kinds: ['target group'],
    types: [],
    find: async looking => {
      const { paginateDescribeTargetGroups } = await import('@aws-sdk/client-elastic-load-balancing-v2');
      const client = await looking.session.client('elasticLoadBalancing');
      const paged = paginateDescribeTargetGroups({ client }, {}, options(looking));
      const all = await pages(paged, ({ TargetGroups }) => TargetGroups);
      return tagged(
        looking,
        all,
        ({ TargetGroupArn }) => TargetGroupArn,
        ({ TargetGroupArn = '', TargetGroupName = '' }, tags) =>
          item(looking, 'target group', TargetGroupArn, tags, { name: TargetGroupName }),
      );
    },
  },
  {
    what: 'classic load balancers',
    kinds: ['classic load balancer'],
    types: [],
    // By the interfaces that they hold: those are in a group whose tag tells the cluster.
    find: ec2Find(async (sdk, client, looking) => {
      const ofBalancers = [{ Name: 'description', Values: ['ELB *'] }];
      const paged = sdk.paginateDescribeNetworkInterfaces(
        { client, pageSize: ec2PageSize },
        { Filters: ofBalancers },
        options(looking),
      );
      const seen = (await pages(paged, ({ NetworkInterfaces }) => NetworkInterfaces)).filter(
        found => interfaceOwner(found).kind === 'classic-balancer',
      );
      if (seen.length === 0) return [];
      const groups = await pages(
        sdk.paginateDescribeSecurityGroups(
          { client, pageSize: ec2PageSize },
          { Filters: [{ Name: 'group-name', Values: ['k8s-elb-*'] }] },
          options(looking),
        ),
        ({ SecurityGroups }) => SecurityGroups,
      );
      const names = new Set(seen.map(({ Description = '' }) => Description.replace(/^ELB /, '')));
      return [...names].flatMap(name => {
        const tags = tagMap(groups.find(({ GroupName }) => GroupName === `k8s-elb-${name}`)?.Tags);
        if (!isWanted(looking, tags)) return [];
        return [
          item(looking, 'classic load balancer', name, tags, {
            monthlyUsd: balancerMonthly('classic'),
            how: 'classic, without what goes through it',
          }),
        ];
      });
    }),
  },
];

async function tagged<Row>(
  looking: Looking,
  all: readonly Row[],
  arnOf: (row: Row) => string | undefined,
  made: (row: Row, tags: Tags) => Leftover,
): Promise<Leftover[]> {
  const arns = all.flatMap(row => arnOf(row) ?? []);
  const tags = await balancingTags(looking.session, arns, looking.signal);
  return all.flatMap(row => {
    const own = tags.get(arnOf(row) ?? '') ?? {};
    return isWanted(looking, own) ? [made(row, own)] : [];
  });
}
