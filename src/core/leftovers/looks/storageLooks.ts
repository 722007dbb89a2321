import { callerIdentity } from '../../aws/identity.ts';
import { price } from '../../plan/prices.ts';
import { stagingBucketName } from '../../plan/stagingBucketName.ts';
import { clusterTag } from '../../spec/ownTags.ts';
import { byHand } from '../byHand.ts';
import { claimOfTags, tagMap, type Tags } from '../controllerTags.ts';
import type { Leftover } from '../leftover.ts';
import { logsMonthly, snapshotMonthly, volumeMonthly } from '../leftoverPrices.ts';
import { ec2PageSize, pages } from '../../aws/pages.ts';
import { aboutEach, ec2Find, isWanted, item, options, ownOrControllers, type Look } from '../looking.ts';

const dataWhy = 'it holds data: it goes only with --with-volumes';

/** What holds data: nothing of it goes without being asked about. */
export const storageLooks: readonly Look[] = [
  {
    what: 'volumes',
    kinds: ['volume'],
    types: [],
    find: ec2Find(async (sdk, client, looking) => {
      const Filters = [...ownOrControllers, { Name: 'status', Values: ['available'] }];
      const paged = sdk.paginateDescribeVolumes({ client, pageSize: ec2PageSize }, { Filters }, options(looking));
      const found = await pages(paged, ({ Volumes }) => Volumes);
      return found
        .filter(({ Tags }) => isWanted(looking, tagMap(Tags)))
        .map(({ VolumeId = '', VolumeType = 'gp3', Size = 0, Tags }) => {
          const claim = claimOfTags(tagMap(Tags));
          const told = item(looking, 'volume', VolumeId, tagMap(Tags), {
            monthlyUsd: volumeMonthly(VolumeType, Size),
            how: `${VolumeType}, ${Size} GiB, unused${claim === undefined ? '' : `, of claim ${claim}`}`,
          });
          return told.fate === 'goes' ? { ...told, fate: 'goes-if-asked', why: dataWhy } : told;
        });
    }),
  },
  {
    what: 'snapshots',
    kinds: ['snapshot'],
    types: [],
    find: ec2Find(async (sdk, client, looking) => {
      const input = { OwnerIds: ['self'], Filters: ownOrControllers };
      const found = await pages(
        sdk.paginateDescribeSnapshots({ client, pageSize: ec2PageSize }, input, options(looking)),
        ({ Snapshots }) => Snapshots,
      );
      return found
        .filter(({ Tags }) => isWanted(looking, tagMap(Tags)))
        .map(({ SnapshotId = '', VolumeSize = 0, Tags }) => {
          const told = item(looking, 'snapshot', SnapshotId, tagMap(Tags), {
            monthlyUsd: snapshotMonthly(VolumeSize),
            how: `at most, for ${VolumeSize} GiB`,
          });
          return told.fate === 'goes'
            ? { ...told, fate: 'stays', why: 'it holds data: no delete run removes it; delete it yourself' }
            : told;
        });
    }),
  },
  {
    what: 'log groups',
    kinds: ['log group'],
    types: ['AWS::Logs::LogGroup'],
    find: async looking => {
      const { ListTagsForResourceCommand, paginateDescribeLogGroups } = await import('@aws-sdk/client-cloudwatch-logs');
      const client = await looking.session.client('logs');
      const under = async (logGroupNamePrefix: string) =>
        pages(
          paginateDescribeLogGroups({ client }, { logGroupNamePrefix }, options(looking)),
          ({ logGroups }) => logGroups,
        );
      const [ofEks, ofInsights] = await Promise.all([under('/aws/eks/'), under('/aws/containerinsights/')]);
      const stored = (bytes = 0) => ({
        monthlyUsd: logsMonthly(bytes),
        how: `${Math.round(bytes / 2 ** 20)} MiB of logs`,
      });
      const ours = await aboutEach(
        looking,
        'log groups',
        ofEks,
        async ({ logGroupName = '', arn = '', storedBytes }) => {
          const command = new ListTagsForResourceCommand({ resourceArn: arn.replace(/:\*$/, '') });
          const tags: Tags = (await client.send(command, options(looking))).tags ?? {};
          if (tags[clusterTag] !== undefined)
            return [item(looking, 'log group', logGroupName, tags, stored(storedBytes))];
          // Written once more by EKS after its stack and cluster were gone: then it has no tag, and no end of its retention.
          const cluster = /^\/aws\/eks\/([^/]+)\/cluster$/.exec(logGroupName)?.[1];
          return byName(logGroupName, cluster, storedBytes);
        },
      );
      // Container Insights writes to groups of its own, which nobody makes and nobody removes.
      const insights = ofInsights.flatMap(({ logGroupName = '', storedBytes }) =>
        byName(logGroupName, logGroupName.split('/')[3], storedBytes),
      );
      return [...ours, ...insights];

      /** Only a name tells: of a cluster that is nowhere any more. */
      function byName(name: string, cluster: string | undefined, bytes: number | undefined): Leftover[] {
        const known = cluster !== undefined && looking.existing !== undefined;
        if (!known || looking.existing.has(cluster) || looking.living.has(cluster)) return [];
        return [
          item(looking, 'log group', name, { 'aws:eks:cluster-name': cluster }, { madeBy: 'aws', ...stored(bytes) }),
        ];
      }
    },
  },
  {
    what: 'keys',
    kinds: ['key'],
    types: ['AWS::KMS::Key'],
    find: async looking => {
      const { DescribeKeyCommand, ListResourceTagsCommand, paginateListKeys } = await import('@aws-sdk/client-kms');
      const client = await looking.session.client('kms');
      const keys = await pages(paginateListKeys({ client }, {}, options(looking)), ({ Keys }) => Keys);
      return aboutEach(looking, 'keys', keys, async ({ KeyId = '' }) => {
        const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }), options(looking));
        if (KeyMetadata?.KeyManager === 'AWS') return [];
        const { Tags = [] } = await client.send(new ListResourceTagsCommand({ KeyId }), options(looking));
        const tags = Object.fromEntries(Tags.map(({ TagKey = '', TagValue = '' }) => [TagKey, TagValue]));
        if (tags[clusterTag] === undefined) return [];
        const pending = KeyMetadata?.KeyState === 'PendingDeletion';
        const told = item(looking, 'key', KeyId, tags, {
          monthlyUsd: pending ? 0 : price.customerKeyMonth,
          how: pending
            ? `pending deletion until ${KeyMetadata.DeletionDate?.toISOString().slice(0, 10)}, costs nothing`
            : `customer key, ${KeyMetadata?.KeyState}`,
        });
        if (!pending) return [told];
        const { removable: _, ...rest } = told;
        return [{ ...rest, fate: 'stays', why: 'it goes by itself; until then it can be had back' }];
      });
    },
  },
  {
    what: 'staging bucket',
    kinds: ['bucket'],
    types: [],
    find: async looking => {
      const { accountId } = await callerIdentity(looking.session, looking.signal);
      const Bucket = stagingBucketName(accountId, looking.region);
      const { HeadBucketCommand } = await import('@aws-sdk/client-s3');
      const client = await looking.session.client('s3');
      try {
        await client.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: accountId }), options(looking));
      } catch (error) {
        // Not there, or not ours to look at.
        if (error instanceof Error && /NotFound|NoSuchBucket|^404$|^403$|Forbidden|AccessDenied/.test(error.name))
          return [];
        throw error;
      }
      const how = 'templates only, a cent or less';
      const why = `kept for the next cluster of this account and region; ${byHand('bucket', Bucket, looking.region)}`;
      return [
        {
          kind: 'bucket',
          id: Bucket,
          region: looking.region,
          madeBy: 'private-eks',
          monthlyUsd: 0,
          how,
          fate: 'stays',
          why,
        },
      ];
    },
  },
];
