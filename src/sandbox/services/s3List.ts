import type { Operation } from '../kernel/account.ts';
import { findBucket, objects, type BucketInput, type StoredObject } from './s3Tables.ts';

interface ListInput extends BucketInput {
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly MaxKeys?: number;
  readonly StartAfter?: string;
  readonly ContinuationToken?: string;
}

export const listObjectsV2: Operation<ListInput> = (input, context) => {
  const { Bucket: bucket, Prefix = '', Delimiter, MaxKeys = 1000, StartAfter, ContinuationToken } = input;
  findBucket(context, bucket);
  const after =
    ContinuationToken === undefined ? (StartAfter ?? '') : Buffer.from(ContinuationToken, 'base64').toString();
  const found = objects(context.account, bucket)
    .filter(({ key }) => key.startsWith(Prefix) && key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const most = Math.min(MaxKeys, 1000);
  const shown: StoredObject[] = [];
  const prefixes = new Set<string>();
  let last = '';
  let truncated = false;
  for (const object of found) {
    const cut = Delimiter ? object.key.indexOf(Delimiter, Prefix.length) : -1;
    const group = cut === -1 ? undefined : object.key.slice(0, cut + (Delimiter ?? '').length);
    if (group === undefined || !prefixes.has(group)) {
      if ((truncated = shown.length + prefixes.size >= most)) break;
      if (group === undefined) shown.push(object);
      else prefixes.add(group);
    }
    last = object.key;
  }
  return {
    Name: bucket,
    Prefix,
    Delimiter,
    MaxKeys: most,
    KeyCount: shown.length + prefixes.size,
    IsTruncated: truncated,
    ContinuationToken,
    NextContinuationToken: truncated ? Buffer.from(last).toString('base64') : undefined,
    StartAfter,
    Contents: shown.map(({ key, size, etag, modified }) => {
      return { Key: key, Size: size, ETag: etag, LastModified: new Date(modified), StorageClass: 'STANDARD' };
    }),
    CommonPrefixes: [...prefixes].map(prefix => ({ Prefix: prefix })),
  };
};
