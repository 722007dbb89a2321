import { createHash } from 'node:crypto';
import type { Operation, Service } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { listObjectsV2 } from './s3List.ts';
import { buckets, findBucket, findObject, objects, type BucketInput } from './s3Tables.ts';

interface KeyInput extends BucketInput {
  readonly Key: string;
}

type CreateBucketInput = BucketInput & {
  readonly CreateBucketConfiguration?: { readonly LocationConstraint?: string };
};

const createBucket: Operation<CreateBucketInput> = ({ Bucket: name, CreateBucketConfiguration }, context) => {
  const { account, region } = context;
  const asked = CreateBucketConfiguration?.LocationConstraint;
  const plain = /^(?!xn--|\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..');
  if (!plain) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
  const home = asked === 'EU' ? 'eu-west-1' : (asked ?? 'us-east-1');
  // Only the endpoint in us-east-1 makes buckets elsewhere, and it alone takes no constraint for itself.
  if (asked === 'us-east-1' && region === 'us-east-1')
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', 400, {
      LocationConstraint: asked,
    });
  if (region !== 'us-east-1' && home !== region) {
    const message = `The ${asked ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`;
    throw new AwsError('IllegalLocationConstraintException', message);
  }
  const known = buckets(account).get(name);
  if (known && !(region === 'us-east-1' && known.region === 'us-east-1')) {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw new AwsError('BucketAlreadyOwnedByYou', message, 409, { BucketName: name });
  }
  if (!known) buckets(account).set(name, { name, region: home, created: account.now(), configurations: {} });
  return { Location: `/${name}` };
};

const deleteBucket: Operation<BucketInput> = ({ Bucket: name }, context) => {
  findBucket(context, name);
  if (objects(context.account, name).size > 0)
    throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, { BucketName: name });
  buckets(context.account).delete(name);
  return {};
};

type PutInput = KeyInput & {
  readonly Body?: Uint8Array;
  readonly ContentType?: string;
  readonly ContentMD5?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
};

const putObject: Operation<PutInput> = (input, context) => {
  const { Bucket: bucket, Key: key, Body = new Uint8Array(), ContentType = 'binary/octet-stream', ContentMD5 } = input;
  findBucket(context, bucket);
  const md5 = createHash('md5').update(Body).digest();
  if (ContentMD5 !== undefined && ContentMD5 !== md5.toString('base64'))
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  const etag = `"${md5.toString('hex')}"`;
  objects(context.account, bucket).set(key, {
    key,
    body: Buffer.from(Body).toString('base64'),
    size: Body.byteLength,
    etag,
    modified: context.account.now(),
    contentType: ContentType,
    metadata: input.Metadata ?? {},
  });
  return { ETag: etag, ServerSideEncryption: 'AES256' };
};

const headObject: Operation<KeyInput> = ({ Bucket: bucket, Key: key }, context) => {
  findBucket(context, bucket);
  const { size, etag, modified, contentType, metadata } = findObject(context.account, bucket, key);
  const described = { ETag: etag, LastModified: new Date(modified), ContentType: contentType, Metadata: metadata };
  return { ...described, ContentLength: size, AcceptRanges: 'bytes', ServerSideEncryption: 'AES256' };
};

const getObject: Operation<KeyInput> = (input, context) => {
  const head = headObject(input, context);
  return { ...head, Body: Buffer.from(findObject(context.account, input.Bucket, input.Key).body, 'base64') };
};

const deleteObject: Operation<KeyInput> = ({ Bucket: bucket, Key: key }, context) => {
  findBucket(context, bucket);
  objects(context.account, bucket).delete(key);
  return {};
};

/** Bucket settings are kept as they were given, and change nothing here. */
const configure =
  (member: string): Operation<BucketInput & Readonly<Record<string, unknown>>> =>
  (input, context) => {
    findBucket(context, input.Bucket).configurations[member] = input[member];
    return {};
  };

export const s3: Service = {
  name: 's3',
  operations: {
    ListBuckets: (_input, { account }) => ({
      Buckets: buckets(account)
        .values()
        .map(({ name, region, created }) => ({ Name: name, CreationDate: new Date(created), BucketRegion: region })),
      Owner: { ID: createHash('sha256').update(account.accountId).digest('hex') },
    }),
    CreateBucket: createBucket,
    HeadBucket: (({ Bucket: name }, context) => ({
      BucketRegion: findBucket(context, name).region,
    })) satisfies Operation<BucketInput>,
    DeleteBucket: deleteBucket,
    PutObject: putObject,
    HeadObject: headObject,
    GetObject: getObject,
    DeleteObject: deleteObject,
    ListObjectsV2: listObjectsV2,
    PutPublicAccessBlock: configure('PublicAccessBlockConfiguration'),
    PutBucketPolicy: configure('Policy'),
    GetBucketPolicy: (({ Bucket: name }, context) => {
      const { Policy } = findBucket(context, name).configurations;
      if (typeof Policy === 'string') return { Policy };
      throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { BucketName: name });
    }) satisfies Operation<BucketInput>,
  },
  resources: account =>
    buckets(account)
      .values()
      .map(({ name, region }) => ({ type: 'AWS::S3::Bucket', id: name, region })),
};
