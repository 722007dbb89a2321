import type { AwsSession } from '../../aws/awsSession.ts';
import { signalOption } from '../../aws/identity.ts';
import { ec2PageSize, pages } from '../../aws/pages.ts';
import { readHostedZones } from '../../network/hostedZoneLooks.ts';
import { byHand } from '../byHand.ts';
import type { Where } from '../clusterLeavings.ts';
import { claimOfTags, clusterOfTags, tagMap } from '../controllerTags.ts';
import type { Leftover } from '../leftover.ts';
import { logsMonthly, snapshotMonthly, volumeMonthly } from '../leftoverPrices.ts';
import { leaving } from './leaving.ts';

export async function volumesOf(session: AwsSession, { cluster }: Where, signal?: AbortSignal): Promise<Leftover[]> {
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
    { client, pageSize: ec2PageSize },
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
        leaving('volume', VolumeId, session.region, {
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

export async function snapshotsOf(session: AwsSession, { cluster }: Where, signal?: AbortSignal): Promise<Leftover[]> {
  const { paginateDescribeSnapshots } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const found: Leftover[] = [];
  const Filters = [
    {
      Name: 'tag-key',
      Values: [`kubernetes.io/cluster/${cluster}`, 'ebs.csi.aws.com/cluster', 'ebs.csi.aws.com/cluster-name'],
    },
  ];
  for await (const page of paginateDescribeSnapshots(
    { client, pageSize: ec2PageSize },
    { OwnerIds: ['self'], Filters },
    signalOption(signal),
  ))
    for (const { SnapshotId = '', VolumeSize = 0, Tags } of page.Snapshots ?? [])
      if (clusterOfTags(tagMap(Tags)) === cluster)
        found.push(
          leaving('snapshot', SnapshotId, session.region, {
            cluster,
            monthlyUsd: snapshotMonthly(VolumeSize),
            how: `at most, for ${VolumeSize} GiB`,
            fate: 'stays',
            why: `it holds data: aws ec2 delete-snapshot --snapshot-id ${SnapshotId} --region ${session.region}`,
          }),
        );
  return found;
}

/** Container Insights writes to groups of its own, which nobody makes and nobody removes. */
export async function logGroupsOf(session: AwsSession, { cluster }: Where, signal?: AbortSignal): Promise<Leftover[]> {
  const { paginateDescribeLogGroups } = await import('@aws-sdk/client-cloudwatch-logs');
  const client = await session.client('logs');
  const logGroupNamePrefix = `/aws/containerinsights/${cluster}/`;
  const paged = paginateDescribeLogGroups({ client }, { logGroupNamePrefix }, signalOption(signal));
  const logGroups = await pages(paged, page => page.logGroups);
  return logGroups.map(({ logGroupName = '', storedBytes = 0 }) =>
    leaving('log group', logGroupName, session.region, {
      cluster,
      monthlyUsd: logsMonthly(storedBytes),
      how: `${Math.round(storedBytes / 2 ** 20)} MiB of Container Insights`,
      fate: 'stays',
      why: 'delete it yourself once nobody reads it',
    }),
  );
}

/** Private zones of the VPC: external-dns may have written records there. */
export async function hostedZonesOf(
  session: AwsSession,
  { vpcId, ownVpc }: Where,
  signal?: AbortSignal,
): Promise<Leftover[]> {
  if (vpcId === undefined || !ownVpc) return [];
  const zones = await readHostedZones(session, vpcId, signalOption(signal));
  return zones
    .filter(({ Owner }) => Owner?.OwningService === undefined)
    .map(({ HostedZoneId = '', Name = '' }) =>
      leaving('hosted zone', HostedZoneId, session.region, {
        name: Name,
        vpcId,
        madeBy: 'foreign',
        monthlyUsd: 0.5,
        how: 'with the records that external-dns may have written',
        fate: 'stays',
        why: `no run deletes zones or records; ${byHand('hosted zone', HostedZoneId, session.region)}`,
      }),
    );
}
