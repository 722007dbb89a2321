import type { ProviderContext, ResourceProvider, ResourceProviders } from '../cloudformation/resourceProvider.ts';
import { asBoolean, ignoring, tagsOf, type CfnBoolean, type CfnTag, words } from './property.ts';

interface BucketProperties {
  readonly BucketName?: string;
  readonly BucketEncryption?: {
    readonly ServerSideEncryptionConfiguration: readonly {
      readonly ServerSideEncryptionByDefault?: object;
      readonly BucketKeyEnabled?: CfnBoolean;
    }[];
  };
  readonly PublicAccessBlockConfiguration?: Readonly<Record<string, CfnBoolean>>;
  readonly OwnershipControls?: object;
  readonly Tags?: readonly CfnTag[];
}

function configure(Bucket: string, properties: BucketProperties, context: ProviderContext): void {
  const { BucketEncryption, PublicAccessBlockConfiguration, OwnershipControls } = properties;
  if (BucketEncryption) {
    const Rules = BucketEncryption.ServerSideEncryptionConfiguration.map(rule => ({
      ApplyServerSideEncryptionByDefault: rule.ServerSideEncryptionByDefault,
      BucketKeyEnabled: asBoolean(rule.BucketKeyEnabled, false),
    }));
    context.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules } });
  } else context.call('s3', 'DeleteBucketEncryption', { Bucket });
  if (PublicAccessBlockConfiguration) {
    const blocks = Object.entries(PublicAccessBlockConfiguration).map(([name, value]) => [
      name,
      asBoolean(value, false),
    ]);
    const configuration = Object.fromEntries(blocks) as object;
    context.call('s3', 'PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration: configuration });
  }
  if (OwnershipControls) context.call('s3', 'PutBucketOwnershipControls', { Bucket, OwnershipControls });
  context.call('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet: tagsOf(properties.Tags, context.stackTags) } });
}

const unsupported = words(
  'AbacStatus AccelerateConfiguration AccessControl AnalyticsConfigurations BucketNamePrefix ' +
    'BucketNamespace CorsConfiguration IntelligentTieringConfigurations InventoryConfigurations ' +
    'LifecycleConfiguration LoggingConfiguration MetadataConfiguration MetadataTableConfiguration ' +
    'MetricsConfigurations NotificationConfiguration ObjectLockConfiguration ObjectLockEnabled ' +
    'ReplicationConfiguration VersioningConfiguration WebsiteConfiguration',
);

const bucket: ResourceProvider = {
  properties: [
    'BucketEncryption',
    'BucketName',
    'OwnershipControls',
    'PublicAccessBlockConfiguration',
    'Tags',
    ...unsupported,
  ],
  required: [],
  createOnly: ['BucketName'],
  unsupported,
  seconds: { create: 20 },
  create(properties: BucketProperties, context) {
    const Bucket = properties.BucketName ?? context.generatedName(63).toLowerCase();
    const { region } = context;
    const home = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };
    context.call('s3', 'CreateBucket', { Bucket, ...home });
    configure(Bucket, properties, context);
    return Bucket;
  },
  update(Bucket, next: BucketProperties, _previous, context) {
    configure(Bucket, next, context);
  },
  delete(Bucket, _properties, context) {
    ignoring(['NoSuchBucket'], () => context.call('s3', 'DeleteBucket', { Bucket }));
  },
  attributes: (name, _properties, { region, account }) => ({
    Arn: `arn:${account.partition}:s3:::${name}`,
    DomainName: `${name}.s3.amazonaws.com`,
    DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
  }),
};

export const s3Providers: ResourceProviders = { 'AWS::S3::Bucket': bucket };
