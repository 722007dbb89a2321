import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { readTemplateUrl } from '../../../../src/sandbox/services/templateUrl.ts';
import { s3 } from '../../../../src/sandbox/services/s3.ts';
import { virtualAccount } from '../../../sandbox/support/virtualAccount.ts';

describe('S3', () => {
  const setUp = () => virtualAccount({ services: [s3], publicUrl: 'http://127.0.0.1:4566' });
  const constraint = (LocationConstraint: string) => ({
    CreateBucketConfiguration: { LocationConstraint: LocationConstraint as never },
  });

  for (const [region, input, outcome] of [
    ['us-east-1', {}, 'us-east-1'],
    ['us-east-1', constraint('eu-west-1'), 'eu-west-1'],
    ['us-east-1', constraint('us-east-1'), 'InvalidLocationConstraint'],
    ['eu-west-1', constraint('eu-west-1'), 'eu-west-1'],
    ['eu-west-1', constraint('EU'), 'eu-west-1'],
    ['eu-west-1', constraint('eu-central-1'), 'IllegalLocationConstraintException'],
  ] as const) {
    it(`makes a bucket from ${region} with ${JSON.stringify(input)}: ${outcome}`, async () => {
      const account = setUp();
      const client = await account.session(region).client('s3');
      const made = client.send(new CreateBucketCommand({ Bucket: 'stage', ...input }));
      if (outcome.includes('Constraint')) await assert.rejects(made, { name: outcome });
      else {
        await made;
        assert.deepEqual(account.state().resources, [{ type: 'AWS::S3::Bucket', id: 'stage', region: outcome }]);
      }
    });
  }

  it('refuses names that S3 refuses, and tells from elsewhere where a bucket is', async () => {
    const account = setUp();
    const here = await account.session('eu-west-1').client('s3');
    for (const Bucket of ['Stage', 'ab', 'a..b', 'has_underscore', '10.0.0.1'])
      await assert.rejects(here.send(new CreateBucketCommand({ Bucket })), { name: 'InvalidBucketName' }, Bucket);
    await here.send(new CreateBucketCommand({ Bucket: 'stage' }));
    await assert.rejects(here.send(new CreateBucketCommand({ Bucket: 'stage' })), { name: 'BucketAlreadyOwnedByYou' });
    const elsewhere = await account.session('us-east-1').client('s3');
    await assert.rejects(elsewhere.send(new DeleteBucketCommand({ Bucket: 'stage' })), { name: 'PermanentRedirect' });
    await assert.rejects(here.send(new HeadBucketCommand({ Bucket: 'none' })), { name: /NotFound|NoSuchBucket/ });
  });

  it('lists in order, by prefix and delimiter, page by page', async () => {
    const client = await setUp().session('us-east-1').client('s3');
    await client.send(new CreateBucketCommand({ Bucket: 'stage' }));
    for (const Key of ['b/2', 'a', 'b/1', 'c/x/1', 'c/y'])
      await client.send(new PutObjectCommand({ Bucket: 'stage', Key, Body: Key }));
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const input = { Bucket: 'stage', Delimiter: '/', MaxKeys: 2, ContinuationToken };
      const page = await client.send(new ListObjectsV2Command(input));
      seen.push(
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    assert.deepEqual(seen, ['a', 'b/', 'c/']);
    const inner = await client.send(new ListObjectsV2Command({ Bucket: 'stage', Prefix: 'c/', Delimiter: '/' }));
    assert.deepEqual([inner.Contents?.map(({ Key }) => Key), inner.CommonPrefixes], [['c/y'], [{ Prefix: 'c/x/' }]]);
    await assert.rejects(client.send(new DeleteBucketCommand({ Bucket: 'stage' })), { name: 'BucketNotEmpty' });
    for (const Key of ['b/2', 'a', 'b/1', 'c/x/1', 'c/y', 'never there'])
      await client.send(new DeleteObjectCommand({ Bucket: 'stage', Key }));
    await client.send(new DeleteBucketCommand({ Bucket: 'stage' }));
  });

  it('gives CloudFormation the template that a URL of a real form names', async () => {
    const account = setUp();
    const client = await account.session('eu-west-1').client('s3');
    await client.send(new CreateBucketCommand({ Bucket: 'stage' }));
    await client.send(new PutObjectCommand({ Bucket: 'stage', Key: 'a b/t.json', Body: '{"é":1}' }));
    const context = account.sandbox.account.serviceContext('us-east-1', 'cloudformation.amazonaws.com');
    for (const url of [
      'https://stage.s3.eu-west-1.amazonaws.com/a%20b/t.json',
      'https://s3.eu-west-1.amazonaws.com/stage/a%20b/t.json',
      'https://s3-eu-west-1.amazonaws.com/stage/a%20b/t.json',
      'https://stage.s3.amazonaws.com/a%20b/t.json?versionId=null',
      'http://127.0.0.1:4566/stage/a%20b/t.json',
    ])
      assert.equal(readTemplateUrl(url, context), '{"é":1}', url);
    for (const url of [
      'https://example.com/stage/t.json',
      'http://stage.s3.amazonaws.com/t',
      'http://127.0.0.1:1/stage/t',
      'nonsense',
    ])
      assert.throws(
        () => readTemplateUrl(url, context),
        { code: 'ValidationError', message: 'TemplateURL must be a supported URL.' },
        url,
      );
    assert.throws(() => readTemplateUrl('https://stage.s3.amazonaws.com/none', context), {
      message: /^S3 error: The specified key does not exist\.\nFor more information/,
    });
    assert.throws(() => readTemplateUrl('https://none.s3.amazonaws.com/t', context), {
      message: /^S3 error: The specified bucket does not exist\n/,
    });
  });
});
