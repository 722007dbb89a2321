import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  type CloudFormationClient,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
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

const template = (retention: number, mark: string) =>
  JSON.stringify({
    Resources: {
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: {
          Description: 'for secrets',
          EnableKeyRotation: 'true',
          PendingWindowInDays: 7,
          Tags: [{ Key: 'mark', Value: mark }],
        },
      },
      Group: {
        Type: 'AWS::Logs::LogGroup',
        Properties: {
          LogGroupName: '/aws/eks/demo/cluster',
          RetentionInDays: retention,
          Tags: [{ Key: 'mark', Value: mark }],
        },
      },
    },
    Outputs: { Key: { Value: { Ref: 'Key' } }, GroupArn: { Value: { 'Fn::GetAtt': ['Group', 'Arn'] } } },
  });

describe('stacks of keys and log groups', () => {
  it('come up, change in place and go away', async () => {
    const account = virtualAccount();
    const session = account.session('eu-west-1');
    const cloudFormation = await session.client('cloudFormation');
    const logs = await session.client('logs');
    const stack = { StackName: 'small', Tags: [{ Key: 'stack', Value: 'all' }] };
    const waitFor = () => account.run(settled(account, cloudFormation, 'small'));
    await cloudFormation.send(new CreateStackCommand({ ...stack, TemplateBody: template(7, 'one') }));
    const created = await waitFor();
    assert.equal(created.StackStatus, 'CREATE_COMPLETE', created.StackStatusReason);
    const KeyId = output(created, 'Key');
    assert.equal(output(created, 'GroupArn'), 'arn:aws:logs:eu-west-1:000000000000:log-group:/aws/eks/demo/cluster:*');
    const rowOf = (table: string, id: string) =>
      account.sandbox.account.regional<{ tags: Record<string, string>; rotates?: boolean }>('eu-west-1', table).get(id);
    const state = async () => {
      const [group] = (await logs.send(new DescribeLogGroupsCommand({}))).logGroups ?? [];
      const rows = [rowOf('logs.groups', '/aws/eks/demo/cluster'), rowOf('kms.keys', KeyId)];
      return [
        group?.retentionInDays,
        rows[1]?.rotates,
        ...rows.map(row => `${row?.tags['mark']} ${row?.tags['stack']}`),
      ];
    };
    assert.deepEqual(await state(), [7, true, 'one all', 'one all']);

    await cloudFormation.send(new UpdateStackCommand({ ...stack, TemplateBody: template(30, 'two') }));
    const updated = await waitFor();
    assert.equal(updated.StackStatus, 'UPDATE_COMPLETE', updated.StackStatusReason);
    assert.equal(output(updated, 'Key'), KeyId);
    assert.deepEqual(await state(), [30, true, 'two all', 'two all']);

    await cloudFormation.send(new DeleteStackCommand({ StackName: 'small' }));
    await assert.rejects(waitFor(), { name: 'ValidationError' });
    assert.deepEqual(account.state().resources, []);
    assert.deepEqual(
      account.state().pending.map(({ name }) => name),
      ['kms.deleteKey'],
    );
  });

  const groupOnly = JSON.stringify({ Resources: { Group: { Type: 'AWS::Logs::LogGroup' } } });

  it('fail, and take longer, where a fault says so', async () => {
    const account = virtualAccount();
    const cloudFormation = await account.session('eu-west-1').client('cloudFormation');
    const create = async (StackName: string) => {
      await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: groupOnly }));
      return account.run(settled(account, cloudFormation, StackName));
    };
    account.fault({ type: 'AWS::Logs::LogGroup', fail: 'no room for groups' });
    const failed = await create('failing');
    assert.equal(failed.StackStatus, 'ROLLBACK_COMPLETE');
    const { StackEvents } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: 'failing' }));
    const event = StackEvents?.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
    assert.match(event?.ResourceStatusReason ?? '', /no room for groups/);
    assert.ok(
      !account.state().resources.some(({ type }) => type === 'AWS::Logs::LogGroup'),
      'what failed was cleaned up',
    );

    account.fault({ logicalId: 'Group', delaySeconds: 3600 });
    const begun = account.clock.now();
    assert.equal((await create('slow')).StackStatus, 'CREATE_COMPLETE');
    assert.ok(account.clock.now() - begun > 3_600_000);

    account.fault({ type: 'AWS::Logs::LogGroup', action: 'DELETE', fail: 'still in use' });
    await cloudFormation.send(new DeleteStackCommand({ StackName: 'slow' }));
    const stuck = await account.run(settled(account, cloudFormation, 'slow'));
    assert.equal(stuck.StackStatus, 'DELETE_FAILED');
    await cloudFormation.send(new DeleteStackCommand({ StackName: 'slow' }));
    await assert.rejects(account.run(settled(account, cloudFormation, 'slow')), { name: 'ValidationError' });
  });
});
