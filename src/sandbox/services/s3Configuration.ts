import type { Operation } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { findBucket } from './s3Tables.ts';

interface Configuration {
  readonly put: string;
  readonly get: string;
  readonly delete: string;
  /** The member that carries it, in and out. */
  readonly member: string;
  /** Input and output may differ in shape. */
  readonly shown?: (stored: never) => object;
  /** What a bucket has from its birth. */
  readonly initial?: object;
  /** Deleting it brings the initial one back. */
  readonly resets?: boolean;
  readonly missing: readonly [code: string, message: string];
}

const allBlocked = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};
const table: readonly Configuration[] = [
  {
    put: 'PutPublicAccessBlock',
    get: 'GetPublicAccessBlock',
    delete: 'DeletePublicAccessBlock',
    member: 'PublicAccessBlockConfiguration',
    initial: allBlocked,
    missing: ['NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'],
  },
  {
    put: 'PutBucketEncryption',
    get: 'GetBucketEncryption',
    delete: 'DeleteBucketEncryption',
    member: 'ServerSideEncryptionConfiguration',
    initial: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }] },
    missing: [
      'ServerSideEncryptionConfigurationNotFoundError',
      'The server side encryption configuration was not found',
    ],
  },
  {
    put: 'PutBucketTagging',
    get: 'GetBucketTagging',
    delete: 'DeleteBucketTagging',
    member: 'Tagging',
    shown: (tagging: { TagSet: object }) => ({ TagSet: tagging.TagSet }),
    missing: ['NoSuchTagSet', 'The TagSet does not exist'],
  },
  {
    put: 'PutBucketPolicy',
    get: 'GetBucketPolicy',
    delete: 'DeleteBucketPolicy',
    member: 'Policy',
    missing: ['NoSuchBucketPolicy', 'The bucket policy does not exist'],
  },
  {
    put: 'PutBucketOwnershipControls',
    get: 'GetBucketOwnershipControls',
    delete: 'DeleteBucketOwnershipControls',
    member: 'OwnershipControls',
    initial: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    missing: ['OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'],
  },
];

type Input = { readonly Bucket: string } & Readonly<Record<string, unknown>>;

/** Bucket settings that are stored and told again as they were given. */
export const bucketConfigurations: Readonly<Record<string, Operation<Input>>> = Object.fromEntries(
  table.flatMap(
    ({ put, get, delete: remove, member, shown, initial, resets, missing: [code, message] }) =>
      [
        [
          put,
          (input: Input, context) => {
            findBucket(context, input.Bucket).configurations[member] = input[member];
            return {};
          },
        ],
        [
          get,
          (input: Input, context) => {
            const { configurations } = findBucket(context, input.Bucket);
            // Null says that it was taken away.
            const stored = configurations[member] === undefined ? initial : configurations[member];
            if (stored == null) throw new AwsError(code, message, 404, { BucketName: input.Bucket });
            return shown ? shown(stored as never) : { [member]: stored };
          },
        ],
        [
          remove,
          (input: Input, context) => {
            findBucket(context, input.Bucket).configurations[member] = resets ? undefined : null;
            return {};
          },
        ],
      ] satisfies [string, Operation<Input>][],
  ),
);
