import type { NetworkInterface } from '@aws-sdk/client-ec2';
import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError, toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { claimOfTags, clusterOfTags, tagMap, type Tags } from './controllerTags.ts';
import { interfaceOwner, type InterfaceOwner } from './interfaceOwner.ts';
import type { Leftover } from './leftover.ts';
import { balancerMonthly, logsMonthly, snapshotMonthly, volumeMonthly } from './leftoverPrices.ts';

export interface Where {
  readonly cluster: string;
  /** The cluster's VPC; undefined where it is not known (any more). */
  readonly vpcId: string | undefined;
  /** Whether a stack of the cluster made the VPC: only then it goes, and whatever holds it is in the way. */
  readonly ownVpc: boolean;
}

/** What controllers made for a cluster and what holds its VPC, as the account shows it now. */
export interface Leavings {
  readonly balancers: readonly Leftover[];
  readonly targetGroups: readonly Leftover[];
  readonly securityGroups: readonly Leftover[];
  readonly volumes: readonly Leftover[];
  readonly interfaces: readonly SeenInterface[];
  /** What stays whatever is asked: snapshots, log groups, hosted zones, each with its cost. */
  readonly told: readonly Leftover[];
  /** Foreign things in a VPC of ours: it cannot go before they do. */
  readonly foreign: readonly Leftover[];
  /** Looks that were refused. */
  readonly unknown: readonly string[];
}

export interface SeenInterface {
  readonly id: string;
  readonly status: string;
  readonly owner: InterfaceOwner;
  readonly requesterManaged: boolean;
  readonly attachmentId: string | undefined;
}

type Part = (session: AwsSession, where: Where, signal?: AbortSignal) => Promise<Leftover[]>;

/** Looks only. A look that is refused is named in `unknown`. */
export async function findLeavings(session: AwsSession, where: Where, signal?: AbortSignal): Promise<Leavings> {
  const unknown: string[] = [];
  const look = async <T>(what: string, work: Promise<T[]>): Promise<T[]> => {
    try {
      return await work;
    } catch (error) {
      const told = toPrivateEksError(error);
      if (told.code !== 'access-denied' && told.code !== 'sandbox-not-implemented') throw told;
      unknown.push(`${what}: ${told.message}`);
      return [];
    }
  };
  const part = (what: string, find: Part) => look(what, find(session, where, signal));
  const [balancers, targetGroups, securityGroups, volumes, snapshots, logs, zones, interfaces] = await Promise.all([
    part('load balancers', balancersOf),
    part('target groups', targetGroupsOf),
    part('security groups', securityGroupsOf),
    part('volumes', volumesOf),
    part('snapshots', snapshotsOf),
    part('log groups', logGroupsOf),
    part('hosted zones', hostedZonesOf),
    look('network interfaces', interfacesOf(session, where, signal)),
  ]);
  const isOfCluster = ({ cluster }: Leftover) => cluster === where.cluster;
  const foreignBalancers = balancers.filter(item => !isOfCluster(item));
  return {
    balancers: balancers.filter(isOfCluster),
    targetGroups,
    securityGroups,
    volumes,
    interfaces,
    told: [...snapshots, ...logs, ...zones],
    foreign: where.ownVpc ? [...foreignBalancers, ...foreignInterfaces(interfaces, where, session.region)] : [],
    unknown,
  };
}

const leftover = (
  kind: Leftover['kind'],
  id: string,
  region: string,
  more: Partial<Leftover> & Pick<Leftover, 'fate'>,
): Leftover => ({ kind, id, region, madeBy: 'controller', monthlyUsd: 0, how: '', ...more });

async function balancersOf(session: AwsSession, { cluster, vpcId }: Where, signal?: AbortSignal): Promise<Leftover[]> {
  const { paginateDescribeLoadBalancers } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const client = await session.client('elasticLoadBalancing');
  const inVpc = [];
  for await (const page of paginateDescribeLoadBalancers({ client }, {}, signalOption(signal)))
    inVpc.push(...(page.LoadBalancers ?? []).filter(item => item.VpcId === vpcId));
  const tags = await tagsOf(
    session,
    inVpc.flatMap(({ LoadBalancerArn }) => LoadBalancerArn ?? []),
    signal,
  );
  return inVpc.map(({ LoadBalancerArn: id = '', LoadBalancerName: name = '', Type = 'application' }) => {
    const owner = clusterOfTags(tags.get(id) ?? {});
    const ours = owner === cluster;
    const monthlyUsd = balancerMonthly(Type);
    const about = { name, monthlyUsd, how: `${Type}, without what goes through it`, ...(vpcId ? { vpcId } : {}) };
    if (ours) return leftover('load balancer', id, session.region, { ...about, cluster, fate: 'goes' });
    const why = `${owner === undefined ? 'no tag says that it was made for this cluster' : `it belongs to cluster ${owner}`}: never deleted by a run`;
    return leftover('load balancer', id, session.region, {
      ...about,
      madeBy: 'foreign',
      fate: 'stays',
      why,
      ...(owner === undefined ? {} : { cluster: owner }),
    });
  });
}

async function targetGroupsOf(
  session: AwsSession,
  { cluster, vpcId }: Where,
  signal?: AbortSignal,
): Promise<Leftover[]> {
  const { paginateDescribeTargetGroups } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const client = await session.client('elasticLoadBalancing');
  const inVpc = [];
  for await (const page of paginateDescribeTargetGroups({ client }, {}, signalOption(signal)))
    inVpc.push(...(page.TargetGroups ?? []).filter(item => item.VpcId === vpcId));
  const tags = await tagsOf(
    session,
    inVpc.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []),
    signal,
  );
  return inVpc
    .filter(({ TargetGroupArn = '' }) => clusterOfTags(tags.get(TargetGroupArn) ?? {}) === cluster)
    .map(({ TargetGroupArn: id = '', TargetGroupName: name = '' }) =>
      leftover('target group', id, session.region, { name, cluster, how: 'costs nothing', fate: 'goes' }),
    );
}

/** AWS takes twenty at a time. One that is gone meanwhile has no tags, and takes nobody else's along. */
async function tagsOf(session: AwsSession, arns: readonly string[], signal?: AbortSignal): Promise<Map<string, Tags>> {
  const { DescribeTagsCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const client = await session.client('elasticLoadBalancing');
  const found = new Map<string, Tags>();
  for (let from = 0; from < arns.length; from += 20) {
    const ResourceArns = arns.slice(from, from + 20);
    try {
      const { TagDescriptions = [] } = await client.send(
        new DescribeTagsCommand({ ResourceArns }),
        signalOption(signal),
      );
      for (const { ResourceArn = '', Tags } of TagDescriptions) found.set(ResourceArn, tagMap(Tags));
    } catch (error) {
      const gone = isAwsError(
        error,
        'LoadBalancerNotFound',
        'LoadBalancerNotFoundException',
        'TargetGroupNotFound',
        'TargetGroupNotFoundException',
      );
      if (!gone) throw error;
      if (ResourceArns.length > 1)
        for (const arn of ResourceArns)
          for (const [key, tags] of await tagsOf(session, [arn], signal)) found.set(key, tags);
    }
  }
  return found;
}

/** Groups of controllers, and the cluster's own that EKS could not delete because something used it. */
async function securityGroupsOf(
  session: AwsSession,
  { cluster, vpcId }: Where,
  signal?: AbortSignal,
): Promise<Leftover[]> {
  if (vpcId === undefined) return [];
  const { paginateDescribeSecurityGroups } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const found: Leftover[] = [];
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  for await (const page of paginateDescribeSecurityGroups({ client }, { Filters }, signalOption(signal)))
    for (const { GroupId = '', GroupName = '', Tags } of page.SecurityGroups ?? []) {
      const tags = tagMap(Tags);
      if (clusterOfTags(tags) !== cluster || tags['aws:cloudformation:stack-name'] !== undefined) continue;
      found.push(
        leftover('security group', GroupId, session.region, {
          name: GroupName,
          cluster,
          vpcId,
          how: 'costs nothing',
          fate: 'goes',
        }),
      );
    }
  return found;
}

async function volumesOf(session: AwsSession, { cluster }: Where, signal?: AbortSignal): Promise<Leftover[]> {
  const { paginateDescribeVolumes } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const keys = [
    `kubernetes.io/cluster/${cluster}`,
    'ebs.csi.aws.com/cluster-name',
    'eks:eks-cluster-name',
    'KubernetesCluster',
  ];
  const found = new Map<string, Leftover>();
  for await (const page of paginateDescribeVolumes(
    { client },
    { Filters: [{ Name: 'tag-key', Values: [...keys, 'ebs.csi.aws.com/cluster'] }] },
    signalOption(signal),
  ))
    for (const { VolumeId = '', VolumeType = 'gp3', Size = 0, State, Tags } of page.Volumes ?? []) {
      const tags = tagMap(Tags);
      if (clusterOfTags(tags) !== cluster) continue;
      // A node's own disk carries the cluster's tag too, and goes with its instance.
      const claim = claimOfTags(tags);
      if (claim === undefined && tags['ebs.csi.aws.com/cluster'] === undefined && tags['CSIVolumeName'] === undefined)
        continue;
      found.set(
        VolumeId,
        leftover('volume', VolumeId, session.region, {
          cluster,
          monthlyUsd: volumeMonthly(VolumeType, Size),
          how: `${VolumeType}, ${Size} GiB, ${State}${claim === undefined ? '' : `, of claim ${claim}`}`,
          fate: 'goes-if-asked',
          why: 'it holds data: it goes only with --with-volumes',
        }),
      );
    }
  return [...found.values()];
}

async function snapshotsOf(session: AwsSession, { cluster }: Where, signal?: AbortSignal): Promise<Leftover[]> {
  const { paginateDescribeSnapshots } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const found: Leftover[] = [];
  const Filters = [
    {
      Name: 'tag-key',
      Values: [`kubernetes.io/cluster/${cluster}`, 'ebs.csi.aws.com/cluster', 'ebs.csi.aws.com/cluster-name'],
    },
  ];
  for await (const page of paginateDescribeSnapshots({ client }, { OwnerIds: ['self'], Filters }, signalOption(signal)))
    for (const { SnapshotId = '', VolumeSize = 0, Tags } of page.Snapshots ?? [])
      if (clusterOfTags(tagMap(Tags)) === cluster)
        found.push(
          leftover('snapshot', SnapshotId, session.region, {
            cluster,
            monthlyUsd: snapshotMonthly(VolumeSize),
            how: `at most, for ${VolumeSize} GiB`,
            fate: 'stays',
            why: 'it holds data: delete it yourself',
          }),
        );
  return found;
}

/** Container Insights writes to groups of its own, which nobody makes and nobody removes. */
async function logGroupsOf(session: AwsSession, { cluster }: Where, signal?: AbortSignal): Promise<Leftover[]> {
  const { DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const client = await session.client('logs');
  const logGroupNamePrefix = `/aws/containerinsights/${cluster}/`;
  const { logGroups = [] } = await client.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix }),
    signalOption(signal),
  );
  return logGroups.map(({ logGroupName = '', storedBytes = 0 }) =>
    leftover('log group', logGroupName, session.region, {
      cluster,
      monthlyUsd: logsMonthly(storedBytes),
      how: `${Math.round(storedBytes / 2 ** 20)} MiB of Container Insights`,
      fate: 'stays',
      why: 'delete it yourself once nobody reads it',
    }),
  );
}

/** Private zones of the VPC: external-dns may have written records there. */
async function hostedZonesOf(session: AwsSession, { vpcId, ownVpc }: Where, signal?: AbortSignal): Promise<Leftover[]> {
  if (vpcId === undefined || !ownVpc) return [];
  const { ListHostedZonesByVPCCommand } = await import('@aws-sdk/client-route-53');
  const client = await session.client('route53');
  const input = { VPCId: vpcId, VPCRegion: session.region as never };
  const { HostedZoneSummaries = [] } = await client.send(new ListHostedZonesByVPCCommand(input), signalOption(signal));
  return HostedZoneSummaries.filter(({ Owner }) => Owner?.OwningService === undefined).map(
    ({ HostedZoneId = '', Name = '' }) =>
      leftover('hosted zone', HostedZoneId, session.region, {
        name: Name,
        vpcId,
        madeBy: 'foreign',
        monthlyUsd: 0.5,
        how: 'with the records that external-dns may have written',
        fate: 'stays',
        why: 'no run deletes zones or records',
      }),
  );
}

async function interfacesOf(session: AwsSession, { vpcId }: Where, signal?: AbortSignal): Promise<SeenInterface[]> {
  if (vpcId === undefined) return [];
  const { paginateDescribeNetworkInterfaces } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const all: NetworkInterface[] = [];
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  for await (const page of paginateDescribeNetworkInterfaces({ client }, { Filters }, signalOption(signal)))
    all.push(...(page.NetworkInterfaces ?? []));
  return all.map(seen => ({
    id: seen.NetworkInterfaceId ?? '',
    status: seen.Status ?? '',
    owner: interfaceOwner(seen),
    requesterManaged: seen.RequesterManaged ?? false,
    attachmentId: seen.Attachment?.AttachmentId,
  }));
}

function foreignInterfaces(interfaces: readonly SeenInterface[], where: Where, region: string): Leftover[] {
  const classic = (owner: InterfaceOwner) => owner.kind === 'classic-balancer';
  return interfaces
    .filter(({ owner }) => owner.kind === 'foreign' || classic(owner))
    .map(({ id, owner }) =>
      leftover(classic(owner) ? 'classic load balancer' : 'network interface', id, region, {
        madeBy: 'foreign',
        how: `of ${owner.of}`,
        ...(where.vpcId === undefined ? {} : { vpcId: where.vpcId }),
        ...(classic(owner) ? { monthlyUsd: balancerMonthly('classic') } : {}),
        fate: 'stays',
        why: classic(owner)
          ? `delete it: aws elb delete-load-balancer --load-balancer-name ${owner.of.replace('classic load balancer ', '')}`
          : 'not made for this cluster: never deleted by a run',
      }),
    );
}
