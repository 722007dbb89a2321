import type { AwsSession } from '../../aws/awsSession.ts';
import { signalOption } from '../../aws/identity.ts';
import { balancingTags } from '../balancingTags.ts';
import { clusterOfTags, tagMap } from '../controllerTags.ts';
import type { Where } from '../clusterLeavings.ts';
import { interfaceOwner } from '../interfaceOwner.ts';
import type { Leftover } from '../leftover.ts';
import { balancerMonthly } from '../leftoverPrices.ts';
import { ec2PageSize, pages } from '../../aws/pages.ts';
import { leaving } from './leaving.ts';

/** All of the VPC: the cluster's, and others, which are told apart by `cluster`. */
export async function balancersOf(
  session: AwsSession,
  { cluster, vpcId }: Where,
  signal?: AbortSignal,
): Promise<Leftover[]> {
  const { paginateDescribeLoadBalancers } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const client = await session.client('elasticLoadBalancing');
  const all = await pages(
    paginateDescribeLoadBalancers({ client }, {}, signalOption(signal)),
    page => page.LoadBalancers,
  );
  const inVpc = all.filter(item => item.VpcId === vpcId);
  const arns = inVpc.flatMap(({ LoadBalancerArn }) => LoadBalancerArn ?? []);
  const tags = await balancingTags(session, arns, signal);
  return inVpc.map(({ LoadBalancerArn: id = '', LoadBalancerName: name = '', Type = 'application' }) => {
    const owner = clusterOfTags(tags.get(id) ?? {});
    const monthlyUsd = balancerMonthly(Type);
    const about = { name, monthlyUsd, how: `${Type}, without what goes through it`, ...(vpcId ? { vpcId } : {}) };
    if (owner === cluster) return leaving('load balancer', id, session.region, { ...about, cluster, fate: 'goes' });
    const why = `${owner === undefined ? 'no tag says that it was made for this cluster' : `it belongs to cluster ${owner}`}: never deleted by a run`;
    return leaving('load balancer', id, session.region, {
      ...about,
      madeBy: 'foreign',
      fate: 'stays',
      why,
      ...(owner === undefined ? {} : { cluster: owner }),
    });
  });
}

export async function targetGroupsOf(
  session: AwsSession,
  { cluster, vpcId }: Where,
  signal?: AbortSignal,
): Promise<Leftover[]> {
  const { paginateDescribeTargetGroups } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const client = await session.client('elasticLoadBalancing');
  const all = await pages(
    paginateDescribeTargetGroups({ client }, {}, signalOption(signal)),
    page => page.TargetGroups,
  );
  const inVpc = all.filter(item => item.VpcId === vpcId);
  const arns = inVpc.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
  const tags = await balancingTags(session, arns, signal);
  return inVpc
    .filter(({ TargetGroupArn = '' }) => clusterOfTags(tags.get(TargetGroupArn) ?? {}) === cluster)
    .map(({ TargetGroupArn: id = '', TargetGroupName: name = '' }) =>
      leaving('target group', id, session.region, { name, cluster, fate: 'goes' }),
    );
}

/**
 * Classic ones, by the interfaces that they hold. Kubernetes' own cloud provider puts each into a security group `k8s-elb-NAME` that carries
 * the cluster's tag (`ensureLoadBalancer` of cloud-provider-aws): that is what proves whose it is. Others are told, and never deleted.
 */
export async function classicBalancersOf(
  session: AwsSession,
  { cluster, vpcId }: Where,
  signal?: AbortSignal,
): Promise<Leftover[]> {
  if (vpcId === undefined) return [];
  const { paginateDescribeNetworkInterfaces, paginateDescribeSecurityGroups } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const inVpc = { Name: 'vpc-id', Values: [vpcId] };
  const ofBalancers = { Filters: [inVpc, { Name: 'description', Values: ['ELB *'] }] };
  const held = await pages(
    paginateDescribeNetworkInterfaces({ client, pageSize: ec2PageSize }, ofBalancers, signalOption(signal)),
    page => page.NetworkInterfaces,
  );
  const classic = held.filter(seen => interfaceOwner(seen).kind === 'classic-balancer');
  if (classic.length === 0) return [];
  const named = { Filters: [inVpc, { Name: 'group-name', Values: ['k8s-elb-*'] }] };
  const groups = await pages(
    paginateDescribeSecurityGroups({ client, pageSize: ec2PageSize }, named, signalOption(signal)),
    page => page.SecurityGroups,
  );
  return [...Map.groupBy(classic, ({ Description = '' }) => Description.replace(/^ELB /, ''))].map(([name, seen]) => {
    const group = groups.find(({ GroupName }) => GroupName === `k8s-elb-${name}`);
    const owner = clusterOfTags(tagMap(group?.Tags));
    const holds = seen.some(({ Groups = [] }) => Groups.some(({ GroupId }) => GroupId === group?.GroupId));
    const ours = owner === cluster && holds;
    return leaving('classic load balancer', name, session.region, {
      vpcId,
      monthlyUsd: balancerMonthly('classic'),
      how: `classic, without what goes through it; holds ${seen.map(({ NetworkInterfaceId }) => NetworkInterfaceId).join(', ')}`,
      ...(ours
        ? { cluster, fate: 'goes' as const }
        : {
            madeBy: 'foreign' as const,
            fate: 'stays' as const,
            why: `no security group says that it was made for this cluster: never deleted by a run; by hand: aws elb delete-load-balancer --load-balancer-name ${name} --region ${session.region}`,
          }),
    });
  });
}
