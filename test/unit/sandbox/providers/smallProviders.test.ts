import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  type CloudFormationClient,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { DescribeLogGroupsCommand, ListTagsForResourceCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeKeyCommand, GetKeyRotationStatusCommand, ListResourceTagsCommand } from '@aws-sdk/client-kms';
import { GetBucketEncryptionCommand, GetBucketTaggingCommand } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { virtualAccount, type VirtualAccount } from '../../../sandbox/support/virtualAccount.ts';

const output = (stack: Stack, key: string) =>
  stack.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue ?? '';

/** Waits as any client does: by asking. */
async function settled(account: VirtualAccount, client: CloudFormationClient, StackName: string): Promise<Stack> {
  for (;;) {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    const [stack] = Stacks ?? [];
    if (stack && !stack.StackStatus?.endsWith('_IN_PROGRESS')) return stack;
    await account.clock.sleep(5000);
  }
}

const template = (changes: { retention: number; rotation: boolean; mark: string }) =>
  JSON.stringify({
    Resources: {
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: {
          Description: changes.mark,
          EnableKeyRotation: String(changes.rotation),
          PendingWindowInDays: 7,
          Tags: [{ Key: 'mark', Value: changes.mark }],
        },
      },
      Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/demo', TargetKeyId: { Ref: 'Key' } } },
      Group: {
        Type: 'AWS::Logs::LogGroup',
        Properties: {
          LogGroupName: '/aws/eks/demo/cluster',
          RetentionInDays: changes.retention,
          KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
          Tags: [{ Key: 'mark', Value: changes.mark }],
        },
      },
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: 'true' },
            ],
          },
          PublicAccessBlockConfiguration: { BlockPublicAcls: true },
          Tags: [{ Key: 'mark', Value: changes.mark }],
        },
      },
    },
    Outputs: {
      Key: { Value: { Ref: 'Key' } },
      Alias: { Value: { Ref: 'Alias' } },
      Bucket: { Value: { Ref: 'Bucket' } },
      BucketDomain: { Value: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] } },
      GroupArn: { Value: { 'Fn::GetAtt': ['Group', 'Arn'] } },
    },
  });

describe('stacks of keys, log groups and buckets', () => {
  it('come up, change in place and go away', async () => {
    const account = virtualAccount();
    const session = account.session('eu-west-1');
    const [cloudFormation, kms, logs, s3] = await Promise.all([
      session.client('cloudFormation'),
      session.client('kms'),
      session.client('logs'),
      session.client('s3'),
    ]);
    const StackName = 'small';
    const Tags = [{ Key: 'stack', Value: 'all' }];
    const waitFor = () => account.run(settled(account, cloudFormation, StackName));
    await cloudFormation.send(
      new CreateStackCommand({
        StackName,
        Tags,
        TemplateBody: template({ retention: 7, rotation: true, mark: 'one' }),
      }),
    );
    const created = await waitFor();
    assert.equal(created.StackStatus, 'CREATE_COMPLETE', created.StackStatusReason);
    const KeyId = output(created, 'Key');
    const Bucket = output(created, 'Bucket');
    assert.equal(output(created, 'Alias'), 'alias/demo');
    assert.equal(output(created, 'GroupArn'), 'arn:aws:logs:eu-west-1:000000000000:log-group:/aws/eks/demo/cluster:*');
    assert.match(Bucket, /^small-bucket-[a-z0-9]+$/);
    assert.equal(output(created, 'BucketDomain'), `${Bucket}.s3.eu-west-1.amazonaws.com`);
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    assert.equal(ServerSideEncryptionConfiguration?.Rules?.[0]?.BucketKeyEnabled, true);

    const state = async () => {
      const [group] = (await logs.send(new DescribeLogGroupsCommand({}))).logGroups ?? [];
      const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: group?.logGroupArn }));
      const { Tags: keyTags } = await kms.send(new ListResourceTagsCommand({ KeyId }));
      const { TagSet } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
      return {
        retention: group?.retentionInDays,
        rotation: (await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled,
        description: (await kms.send(new DescribeKeyCommand({ KeyId: 'alias/demo' }))).KeyMetadata?.Description,
        marks: [
          tags?.['mark'],
          keyTags?.find(tag => tag.TagKey === 'mark')?.TagValue,
          TagSet?.find(tag => tag.Key === 'mark')?.Value,
        ],
        stackTags: [
          tags?.['stack'],
          keyTags?.find(tag => tag.TagKey === 'stack')?.TagValue,
          TagSet?.find(tag => tag.Key === 'stack')?.Value,
        ],
      };
    };
    const expected = (retention: number, rotation: boolean, mark: string) => {
      return { retention, rotation, description: mark, marks: [mark, mark, mark], stackTags: ['all', 'all', 'all'] };
    };
    assert.deepEqual(await state(), expected(7, true, 'one'));

    await cloudFormation.send(
      new UpdateStackCommand({
        StackName,
        Tags,
        TemplateBody: template({ retention: 30, rotation: false, mark: 'two' }),
      }),
    );
    const updated = await waitFor();
    assert.equal(updated.StackStatus, 'UPDATE_COMPLETE', updated.StackStatusReason);
    assert.equal(output(updated, 'Key'), KeyId);
    assert.deepEqual(await state(), expected(30, false, 'two'));

    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    await assert.rejects(waitFor(), { name: 'ValidationError' });
    assert.deepEqual(account.state().resources, []);
    assert.deepEqual(
      account.state().pending.map(({ name }) => name),
      ['kms.deleteKey'],
    );
  });

  const bucketOnly = JSON.stringify({ Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } });

  it('fail, and take longer, where a fault says so', async () => {
    const account = virtualAccount();
    const cloudFormation = await account.session('eu-west-1').client('cloudFormation');
    const create = async (StackName: string) => {
      await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: bucketOnly }));
      return account.run(settled(account, cloudFormation, StackName));
    };
    account.fault({ type: 'AWS::S3::Bucket', fail: 'no room for buckets' });
    const failed = await create('failing');
    assert.equal(failed.StackStatus, 'ROLLBACK_COMPLETE');
    const { StackEvents } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: 'failing' }));
    const event = StackEvents?.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
    assert.match(event?.ResourceStatusReason ?? '', /no room for buckets/);
    assert.ok(!account.state().resources.some(({ type }) => type === 'AWS::S3::Bucket'), 'what failed was cleaned up');

    account.fault({ logicalId: 'Bucket', delaySeconds: 3600 });
    const begun = account.clock.now();
    assert.equal((await create('slow')).StackStatus, 'CREATE_COMPLETE');
    assert.ok(account.clock.now() - begun > 3_600_000);

    account.fault({ type: 'AWS::S3::Bucket', action: 'DELETE', fail: 'still in use' });
    await cloudFormation.send(new DeleteStackCommand({ StackName: 'slow' }));
    const stuck = await account.run(settled(account, cloudFormation, 'slow'));
    assert.equal(stuck.StackStatus, 'DELETE_FAILED');
    await cloudFormation.send(new DeleteStackCommand({ StackName: 'slow' }));
    await assert.rejects(account.run(settled(account, cloudFormation, 'slow')), { name: 'ValidationError' });
  });
});
