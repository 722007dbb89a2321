import type { Account, CallContext } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';

export interface StoredObject {
  readonly key: string;
  readonly body: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: number;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}
export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly created: number;
  readonly configurations: Record<string, unknown>;
  /** The account that has it, where it is not this one: names are one for all accounts. */
  readonly owner?: string;
}
export interface BucketInput {
  readonly Bucket: string;
}
export const buckets = (account: Account) => account.table<Bucket>('s3.buckets');
export const objects = (account: Account, bucket: string) => account.table<StoredObject>(`s3.objects/${bucket}`);

export const noSuchBucket = (name: string) =>
  new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });

/** A bucket answers only to its own region; anywhere else AWS tells where to go. */
export function findBucket({ account, region }: CallContext, name: string): Bucket {
  const bucket = buckets(account).get(name);
  if (!bucket) throw noSuchBucket(name);
  if (bucket.owner !== undefined) throw new AwsError('AccessDenied', 'Access Denied', 403);
  if (bucket.region === region) return bucket;
  const message =
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
  throw new AwsError('PermanentRedirect', message, 301, {
    Endpoint: `${name}.s3.${bucket.region}.amazonaws.com`,
    Bucket: name,
    BucketRegion: bucket.region,
  });
}

export function findObject(account: Account, bucket: string, key: string): StoredObject {
  const found = objects(account, bucket).get(key);
  if (!found) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
  return found;
}

/** An object's text, for CloudFormation, which reads from any region. */
export function readObject(account: Account, bucket: string, key: string): string {
  if (!buckets(account).get(bucket)) throw noSuchBucket(bucket);
  return Buffer.from(findObject(account, bucket, key).body, 'base64').toString('utf8');
}
