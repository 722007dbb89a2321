import type * as Ec2Sdk from '@aws-sdk/client-ec2';
import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';
import { callerIdentity, signalOption } from '../aws/identity.ts';
import { listStacks, type StackView } from '../aws/stack.ts';
import { isCancellation } from '../errors.ts';
import { stackIdOf } from '../plan/stackName.ts';
import { cents, hoursPerMonth, instanceHour, price } from '../plan/prices.ts';
import { stagingBucketName } from '../plan/stagingBucketName.ts';
import { clusterTag, ownTagPrefix } from '../spec/ownTags.ts';
import { bastionTag } from '../tunnel/bastion/bastionNames.ts';
import { claimOfTags, clusterOfTags, tagMap, type Tags } from './controllerTags.ts';
import type { Leftover } from './leftover.ts';
import { logsMonthly, volumeMonthly } from './leftoverPrices.ts';

export interface Leftovers {
  readonly region: string;
  readonly found: readonly Leftover[];
  /** Looks that were refused. */
  readonly unknown: readonly string[];
}

interface Looking {
  readonly session: AwsSession;
  readonly region: string;
  /** Clusters of which a stack of ours lives: a delete run of theirs removes what carries their tag. */
  readonly living: ReadonlySet<string>;
  readonly signal: AbortSignal | undefined;
}
type Look = (looking: Looking) => Promise<Leftover[]>;

/**
 * Everything in the session's region that was ever made here, by its tags: what belongs to a cluster that lives, and what nothing of
 * ours remembers any more. Looks only; IAM and S3 know no region, so what is theirs is told with `home`.
 */
export async function findLeftovers(
  session: AwsSession,
  options: { readonly home: boolean },
  signal?: AbortSignal,
): Promise<Leftovers> {
  const unknown: string[] = [];
  const look = async (what: string, work: () => Promise<Leftover[]>): Promise<Leftover[]> => {
    try {
      return await work();
    } catch (error) {
      if (isCancellation(error)) throw error;
      const told = toPrivateEksError(error);
      if (!['access-denied', 'sandbox-not-implemented', 'region-not-enabled'].includes(told.code)) throw told;
      unknown.push(`${what}: ${told.message}`);
      return [];
    }
  };
  const { region } = session;
  let stacks: StackView[] = [];
  const ofStacks = await look('stacks', async () => {
    stacks = await listStacks(session, isOfOurs, signal);
    return stacks.map(stack => stackLeftover(stack, region));
  });
  const living = new Set(stacks.flatMap(({ tags }) => tags[clusterTag] ?? []));
  const looking = { session, region, living, signal };
  const parts = await Promise.all(
    Object.entries({ ...regionalLooks, ...(options.home ? globalLooks : {}) }).map(([what, work]) =>
      look(what, () => work(looking)),
    ),
  );
  return { region, found: [...ofStacks, ...parts.flat()], unknown };
}

function isOfOurs({ tags }: StackView): boolean {
  return Object.keys(tags).some(key => key.startsWith(ownTagPrefix)) || tags[bastionTag] !== undefined;
}

function stackLeftover({ name, status, tags }: StackView, region: string): Leftover {
  const cluster = tags[clusterTag];
  return {
    kind: 'stack',
    id: name,
    region,
    madeBy: 'private-eks',
    monthlyUsd: 0,
    how: status,
    ...(cluster === undefined ? {} : { cluster }),
    ...(cluster !== undefined && stackIdOf(cluster, name) !== undefined
      ? { fate: 'goes' as const }
      : { fate: 'stays' as const, why: 'private-eks bastion sweep removes it' }),
  };
}

/** What carries a cluster's tag goes with its delete run, as long as a stack remembers the cluster. */
function item(
  looking: Looking,
  kind: Leftover['kind'],
  id: string,
  tags: Tags,
  more: Partial<Leftover> = {},
): Leftover {
  const cluster = tags[clusterTag] ?? clusterOfTags(tags);
  const lives = cluster !== undefined && looking.living.has(cluster);
  return {
    kind,
    id,
    region: looking.region,
    madeBy: tags[clusterTag] === undefined ? 'controller' : 'private-eks',
    monthlyUsd: 0,
    how: '',
    fate: lives ? 'goes' : 'stays',
    ...(cluster === undefined ? {} : { cluster }),
    ...(lives ? {} : { why: 'no stack remembers its cluster: no delete run would find it' }),
    ...more,
  };
}

const ours = [{ Name: 'tag-key', Values: [clusterTag] }];

/** One kind of EC2's, by our tag. */
const ec2Look =
  (work: (sdk: typeof Ec2Sdk, looking: Looking) => Promise<Leftover[]>): Look =>
  async looking =>
    work(await import('@aws-sdk/client-ec2'), looking);

const regionalLooks: Readonly<Record<string, Look>> = {
  clusters: async looking => {
    const { session, signal } = looking;
    const { DescribeClusterCommand, paginateListClusters } = await import('@aws-sdk/client-eks');
    const client = await session.client('eks');
    const found: Leftover[] = [];
    for await (const page of paginateListClusters({ client }, {}, signalOption(signal)))
      for (const name of page.clusters ?? []) {
        const { cluster } = await client.send(new DescribeClusterCommand({ name }), signalOption(signal));
        const tags = cluster?.tags ?? {};
        if (tags[clusterTag] !== undefined)
          found.push(
            item(looking, 'cluster', name, tags, {
              monthlyUsd: cents(price.controlPlaneHour * hoursPerMonth),
              how: `control plane, ${cluster?.status}`,
            }),
          );
      }
    return found;
  },
  VPCs: ec2Look(async (sdk, looking) => {
    const ec2 = await looking.session.client('ec2');
    const { Vpcs = [] } = await ec2.send(new sdk.DescribeVpcsCommand({ Filters: ours }), signalOption(looking.signal));
    return Vpcs.map(({ VpcId = '', Tags }) => item(looking, 'VPC', VpcId, tagMap(Tags), { how: 'costs nothing' }));
  }),
  endpoints: ec2Look(async (sdk, looking) => {
    const ec2 = await looking.session.client('ec2');
    const command = new sdk.DescribeVpcEndpointsCommand({ Filters: ours });
    const { VpcEndpoints = [] } = await ec2.send(command, signalOption(looking.signal));
    return VpcEndpoints.map(({ VpcEndpointId = '', VpcEndpointType, ServiceName = '', SubnetIds = [], VpcId, Tags }) =>
      item(looking, 'endpoint', VpcEndpointId, tagMap(Tags), {
        name: ServiceName,
        ...(VpcId === undefined ? {} : { vpcId: VpcId }),
        monthlyUsd:
          VpcEndpointType === 'Interface' ? cents(price.interfaceEndpointHour * SubnetIds.length * hoursPerMonth) : 0,
        how: `${VpcEndpointType}, ${SubnetIds.length} zones`,
      }),
    );
  }),
  instances: ec2Look(async (sdk, looking) => {
    const ec2 = await looking.session.client('ec2');
    const states = { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] };
    const command = new sdk.DescribeInstancesCommand({ Filters: [...ours, states] });
    const { Reservations = [] } = await ec2.send(command, signalOption(looking.signal));
    return Reservations.flatMap(({ Instances = [] }) => Instances).map(
      ({ InstanceId = '', InstanceType = '', State, Tags }) =>
        item(looking, 'instance', InstanceId, tagMap(Tags), {
          monthlyUsd: State?.Name === 'running' ? cents((instanceHour(InstanceType) ?? 0) * hoursPerMonth) : 0,
          how: `${InstanceType}, ${State?.Name}${instanceHour(InstanceType) === undefined ? ', price not known' : ''}`,
        }),
    );
  }),
  'launch templates': ec2Look(async (sdk, looking) => {
    const ec2 = await looking.session.client('ec2');
    const command = new sdk.DescribeLaunchTemplatesCommand({ Filters: ours });
    const { LaunchTemplates = [] } = await ec2.send(command, signalOption(looking.signal));
    return LaunchTemplates.map(({ LaunchTemplateId = '', LaunchTemplateName = '', Tags }) =>
      item(looking, 'launch template', LaunchTemplateId, tagMap(Tags), {
        name: LaunchTemplateName,
        how: 'costs nothing',
      }),
    );
  }),
  'security groups': ec2Look(async (sdk, looking) => {
    const ec2 = await looking.session.client('ec2');
    const command = new sdk.DescribeSecurityGroupsCommand({ Filters: ours });
    const { SecurityGroups = [] } = await ec2.send(command, signalOption(looking.signal));
    return SecurityGroups.map(({ GroupId = '', GroupName = '', Tags }) =>
      item(looking, 'security group', GroupId, tagMap(Tags), { name: GroupName, how: 'costs nothing' }),
    );
  }),
  'network interfaces': ec2Look(async (sdk, looking) => {
    const ec2 = await looking.session.client('ec2');
    const Filters = [{ Name: 'status', Values: ['available'] }];
    const { NetworkInterfaces = [] } = await ec2.send(
      new sdk.DescribeNetworkInterfacesCommand({ Filters }),
      signalOption(looking.signal),
    );
    return NetworkInterfaces.filter(
      ({ TagSet, Description = '' }) =>
        clusterOfTags(tagMap(TagSet)) !== undefined || /^(aws-K8S-|Amazon EKS )/i.test(Description),
    ).map(({ NetworkInterfaceId = '', Description = '', VpcId, TagSet }) =>
      item(looking, 'network interface', NetworkInterfaceId, tagMap(TagSet), {
        name: Description,
        ...(VpcId === undefined ? {} : { vpcId: VpcId }),
        how: 'unused, costs nothing',
      }),
    );
  }),
  volumes: ec2Look(async (sdk, looking) => {
    const ec2 = await looking.session.client('ec2');
    const Filters = [
      { Name: 'tag-key', Values: ['ebs.csi.aws.com/cluster', 'kubernetes.io/created-for/pvc/name', clusterTag] },
      { Name: 'status', Values: ['available'] },
    ];
    const { Volumes = [] } = await ec2.send(new sdk.DescribeVolumesCommand({ Filters }), signalOption(looking.signal));
    return Volumes.map(({ VolumeId = '', VolumeType = 'gp3', Size = 0, Tags }) => {
      const claim = claimOfTags(tagMap(Tags));
      return item(looking, 'volume', VolumeId, tagMap(Tags), {
        monthlyUsd: volumeMonthly(VolumeType, Size),
        how: `${VolumeType}, ${Size} GiB, unused${claim === undefined ? '' : `, of claim ${claim}`}`,
        fate: 'goes-if-asked',
        why: 'it holds data: it goes only with --with-volumes',
      });
    });
  }),
  'Auto Scaling groups': async looking => {
    const { paginateDescribeAutoScalingGroups } = await import('@aws-sdk/client-auto-scaling');
    const client = await looking.session.client('autoScaling');
    const found: Leftover[] = [];
    for await (const page of paginateDescribeAutoScalingGroups({ client }, {}, signalOption(looking.signal)))
      for (const { AutoScalingGroupName = '', Tags } of page.AutoScalingGroups ?? [])
        if (tagMap(Tags)[clusterTag] !== undefined)
          found.push(
            item(looking, 'Auto Scaling group', AutoScalingGroupName, tagMap(Tags), {
              how: 'costs what its instances do',
            }),
          );
    return found;
  },
  'log groups': async looking => {
    const { DescribeLogGroupsCommand, ListTagsForResourceCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const client = await looking.session.client('logs');
    const options = signalOption(looking.signal);
    const { logGroups = [] } = await client.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/eks/' }),
      options,
    );
    const found = logGroups.map(async ({ logGroupName = '', arn = '', storedBytes = 0 }) => {
      const { tags = {} } = await client.send(
        new ListTagsForResourceCommand({ resourceArn: arn.replace(/:\*$/, '') }),
        options,
      );
      if (tags[clusterTag] === undefined) return [];
      return [
        item(looking, 'log group', logGroupName, tags, { monthlyUsd: logsMonthly(storedBytes), how: 'stored logs' }),
      ];
    });
    return (await Promise.all(found)).flat();
  },
  keys: async looking => {
    const { DescribeKeyCommand, ListResourceTagsCommand, paginateListKeys } = await import('@aws-sdk/client-kms');
    const client = await looking.session.client('kms');
    const options = signalOption(looking.signal);
    const found: Leftover[] = [];
    for await (const page of paginateListKeys({ client }, {}, options))
      for (const { KeyId = '' } of page.Keys ?? []) {
        const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }), options);
        if (KeyMetadata?.KeyManager === 'AWS') continue;
        const { Tags = [] } = await client.send(new ListResourceTagsCommand({ KeyId }), options);
        const tags = Object.fromEntries(Tags.map(({ TagKey = '', TagValue = '' }) => [TagKey, TagValue]));
        if (tags[clusterTag] === undefined) continue;
        const pending = KeyMetadata?.KeyState === 'PendingDeletion';
        found.push(
          item(looking, 'key', KeyId, tags, {
            monthlyUsd: pending ? 0 : price.customerKeyMonth,
            how: pending
              ? `pending deletion until ${KeyMetadata.DeletionDate?.toISOString().slice(0, 10)}`
              : 'customer key',
            ...(pending ? { fate: 'stays', why: 'it goes by itself; until then it can be had back' } : {}),
          }),
        );
      }
    return found;
  },
  'staging bucket': async looking => {
    const { accountId } = await callerIdentity(looking.session, looking.signal);
    const Bucket = stagingBucketName(accountId, looking.region);
    const { HeadBucketCommand } = await import('@aws-sdk/client-s3');
    const client = await looking.session.client('s3');
    try {
      await client.send(
        new HeadBucketCommand({ Bucket, ExpectedBucketOwner: accountId }),
        signalOption(looking.signal),
      );
    } catch (error) {
      if (error instanceof Error && /NotFound|NoSuchBucket|^404$|^403$|Forbidden|AccessDenied/.test(error.name))
        return [];
      throw error;
    }
    const how = 'templates only, a cent or less';
    return [
      item(
        looking,
        'bucket',
        Bucket,
        {},
        { madeBy: 'private-eks', how, why: 'kept for the next cluster of this account and region' },
      ),
    ];
  },
};

/** IAM's things are in no region: they are looked for once, in the first. */
const globalLooks: Readonly<Record<string, Look>> = {
  roles: async looking => {
    const { GetRoleCommand, paginateListRoles } = await import('@aws-sdk/client-iam');
    const client = await looking.session.client('iam');
    const found: Leftover[] = [];
    for await (const page of paginateListRoles({ client }, {}, signalOption(looking.signal)))
      for (const { RoleName = '' } of page.Roles ?? []) {
        // CloudFormation names them after their stack.
        if (!RoleName.startsWith('private-eks-')) continue;
        // A list tells no tags.
        const { Role } = await client.send(new GetRoleCommand({ RoleName }), signalOption(looking.signal));
        const tags = tagMap(Role?.Tags);
        if (tags[clusterTag] !== undefined || tags[bastionTag] !== undefined)
          found.push(item(looking, 'role', RoleName, tags, { how: 'costs nothing' }));
      }
    return found;
  },
};
