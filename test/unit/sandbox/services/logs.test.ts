import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import assert from 'node:assert/strict';
import { logs } from '../../../../src/sandbox/services/logs.ts';
import { virtualAccount } from '../../../sandbox/support/virtualAccount.ts';

describe('Logs', () => {
  const setUp = () => virtualAccount({ services: [logs] });
  const logGroupName = '/aws/eks/demo/cluster';

  it('creates, describes, tags and deletes a log group', async () => {
    const account = setUp();
    const client = await account.session('eu-west-1').client('logs');
    await client.send(new CreateLogGroupCommand({ logGroupName, tags: { a: '1' } }));
    await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 30 }));
    const [group] =
      (await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/eks' }))).logGroups ?? [];
    assert.equal(group?.arn, `arn:aws:logs:eu-west-1:000000000000:log-group:${logGroupName}:*`);
    assert.deepEqual([group?.retentionInDays, group?.creationTime], [30, account.clock.now()]);
    const resourceArn = group?.logGroupArn ?? '';
    await client.send(new TagResourceCommand({ resourceArn, tags: { b: '2' } }));
    const [row] = account.sandbox.account.regional<{ tags: object }>('eu-west-1', 'logs.groups').values();
    assert.deepEqual(row?.tags, { a: '1', b: '2' });
    assert.deepEqual(account.state().resources, [
      { type: 'AWS::Logs::LogGroup', id: logGroupName, region: 'eu-west-1' },
    ]);
    await client.send(new DeleteLogGroupCommand({ logGroupName }));
    await assert.rejects(client.send(new DeleteLogGroupCommand({ logGroupName })), {
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  });

  it('refuses what Logs refuses', async () => {
    const client = await setUp().session('eu-west-1').client('logs');
    await client.send(new CreateLogGroupCommand({ logGroupName }));
    await assert.rejects(client.send(new CreateLogGroupCommand({ logGroupName })), {
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
    });
    await assert.rejects(client.send(new CreateLogGroupCommand({ logGroupName: 'no blanks' })), {
      name: 'InvalidParameterException',
      message: /regular expression pattern/,
    });
    await assert.rejects(client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 8 })), {
      name: 'InvalidParameterException',
    });
    const kmsKeyId = 'arn:aws:kms:eu-west-1:000000000000:key/00000000-0000-4000-a000-000000000000';
    await assert.rejects(client.send(new CreateLogGroupCommand({ logGroupName: 'x', kmsKeyId })), {
      message: 'SandboxNotImplemented: logs:CreateLogGroup kmsKeyId',
    });
  });

  it('pages in the order of names', async () => {
    const client = await setUp().session('eu-west-1').client('logs');
    for (const name of ['c', 'a', 'b']) await client.send(new CreateLogGroupCommand({ logGroupName: name }));
    const first = await client.send(new DescribeLogGroupsCommand({ limit: 2 }));
    const second = await client.send(new DescribeLogGroupsCommand({ limit: 2, nextToken: first.nextToken }));
    const names = [first, second].map(page => page.logGroups?.map(group => group.logGroupName));
    assert.deepEqual([names, second.nextToken], [[['a', 'b'], ['c']], undefined]);
  });
});
