import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-kms';
import assert from 'node:assert/strict';
import { kms } from '../../../../src/sandbox/services/kms.ts';
import { virtualAccount } from '../../../sandbox/support/virtualAccount.ts';

describe('KMS', () => {
  const setUp = async () => {
    const account = virtualAccount({ services: [kms] });
    const client = await account.session('us-east-1').client('kms');
    const { KeyMetadata } = await client.send(new CreateKeyCommand({ Tags: [{ TagKey: 'a', TagValue: '1' }] }));
    const KeyId = KeyMetadata?.KeyId ?? '';
    return { account, client, KeyId, arn: KeyMetadata?.Arn ?? '' };
  };

  it('finds a key by id, ARN, alias and alias ARN', async () => {
    const { client, KeyId, arn } = await setUp();
    await client.send(new CreateAliasCommand({ AliasName: 'alias/demo', TargetKeyId: arn }));
    for (const name of [KeyId, arn, 'alias/demo', arn.replace(/key\/.*/, 'alias/demo')])
      assert.equal((await client.send(new DescribeKeyCommand({ KeyId: name }))).KeyMetadata?.KeyId, KeyId);
    const { Aliases } = await client.send(new ListAliasesCommand({ KeyId }));
    assert.deepEqual(
      Aliases?.map(({ AliasName, TargetKeyId }) => [AliasName, TargetKeyId]),
      [['alias/demo', KeyId]],
    );
    await client.send(new DeleteAliasCommand({ AliasName: 'alias/demo' }));
    await assert.rejects(client.send(new DescribeKeyCommand({ KeyId: 'alias/demo' })), {
      name: 'NotFoundException',
      message: 'Alias arn:aws:kms:us-east-1:000000000000:alias/demo is not found.',
    });
  });

  it('lets a key wait for its deletion, takes it back, and deletes it in the end with its aliases', async () => {
    const { account, client, KeyId } = await setUp();
    await client.send(new CreateAliasCommand({ AliasName: 'alias/demo', TargetKeyId: KeyId }));
    await assert.rejects(client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 3 })), {
      name: 'ValidationException',
      message: /greater than or equal to 7/,
    });
    await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await assert.rejects(client.send(new EnableKeyRotationCommand({ KeyId })), {
      name: 'KMSInvalidStateException',
      message: /is pending deletion\.$/,
    });
    assert.deepEqual(account.state().resources, []);
    assert.equal(account.state().pending.length, 1);
    await client.send(new CancelKeyDeletionCommand({ KeyId }));
    await account.pass(8 * 86_400);
    assert.equal((await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState, 'Disabled');
    await client.send(new ScheduleKeyDeletionCommand({ KeyId }));
    await account.pass(30 * 86_400);
    await assert.rejects(client.send(new DescribeKeyCommand({ KeyId })), {
      name: 'NotFoundException',
      message: /does not exist$/,
    });
    assert.deepEqual((await client.send(new ListAliasesCommand({}))).Aliases, []);
  });

  it('keeps rotation, policy and tags', async () => {
    const { client, KeyId } = await setUp();
    assert.equal((await client.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled, false);
    await client.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
    assert.equal((await client.send(new GetKeyRotationStatusCommand({ KeyId }))).RotationPeriodInDays, 90);
    assert.match((await client.send(new GetKeyPolicyCommand({ KeyId }))).Policy ?? '', /"kms:\*"/);
    await assert.rejects(client.send(new PutKeyPolicyCommand({ KeyId, Policy: 'not json' })), {
      name: 'MalformedPolicyDocumentException',
    });
    await client.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'b', TagValue: '2' }] }));
    const { Tags } = await client.send(new ListResourceTagsCommand({ KeyId }));
    assert.deepEqual(
      Tags?.map(({ TagKey, TagValue }) => `${TagKey}=${TagValue}`),
      ['a=1', 'b=2'],
    );
  });

  it('pages', async () => {
    const { client } = await setUp();
    for (let i = 0; i < 4; i++) await client.send(new CreateKeyCommand({}));
    const first = await client.send(new ListKeysCommand({ Limit: 3 }));
    assert.deepEqual([first.Keys?.length, first.Truncated], [3, true]);
    const second = await client.send(new ListKeysCommand({ Limit: 3, Marker: first.NextMarker }));
    assert.deepEqual([second.Keys?.length, second.Truncated, second.NextMarker], [2, false, undefined]);
    await assert.rejects(client.send(new ListKeysCommand({ Marker: 'made up' })), { name: 'InvalidMarkerException' });
  });
});
