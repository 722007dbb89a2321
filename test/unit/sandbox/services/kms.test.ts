import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  ListAliasesCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
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
    await assert.rejects(client.send(new DescribeKeyCommand({ KeyId: 'alias/none' })), {
      name: 'NotFoundException',
      message: 'Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found.',
    });
  });

  it('lets a key wait for its deletion, and deletes it in the end with its aliases', async () => {
    const { account, client, KeyId } = await setUp();
    await client.send(new CreateAliasCommand({ AliasName: 'alias/demo', TargetKeyId: KeyId }));
    await assert.rejects(client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 3 })), {
      name: 'ValidationException',
      message: /greater than or equal to 7/,
    });
    await client.send(new ScheduleKeyDeletionCommand({ KeyId }));
    await assert.rejects(client.send(new EnableKeyRotationCommand({ KeyId })), {
      name: 'KMSInvalidStateException',
      message: /is pending deletion\.$/,
    });
    assert.deepEqual(account.state().resources, []);
    assert.equal(account.state().pending.length, 1);
    assert.equal((await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState, 'PendingDeletion');
    await account.pass(30 * 86_400);
    await assert.rejects(client.send(new DescribeKeyCommand({ KeyId })), {
      name: 'NotFoundException',
      message: /does not exist$/,
    });
    assert.deepEqual((await client.send(new ListAliasesCommand({}))).Aliases, []);
  });

  it('refuses a policy that is none, and what is not simulated', async () => {
    const { client, KeyId } = await setUp();
    await assert.rejects(client.send(new PutKeyPolicyCommand({ KeyId, Policy: 'not json' })), {
      name: 'MalformedPolicyDocumentException',
    });
    await assert.rejects(client.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 })), {
      message: 'SandboxNotImplemented: kms:EnableKeyRotation RotationPeriodInDays',
    });
    await assert.rejects(client.send(new CreateKeyCommand({ MultiRegion: true })), {
      message: 'SandboxNotImplemented: kms:CreateKey MultiRegion',
    });
  });

  it('pages', async () => {
    const { client, KeyId } = await setUp();
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await client.send(new CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId: KeyId }));
    const first = await client.send(new ListAliasesCommand({ Limit: 3 }));
    assert.deepEqual([first.Aliases?.length, first.Truncated], [3, true]);
    const second = await client.send(new ListAliasesCommand({ Limit: 3, Marker: first.NextMarker }));
    assert.deepEqual([second.Aliases?.length, second.Truncated, second.NextMarker], [2, false, undefined]);
    await assert.rejects(client.send(new ListAliasesCommand({ Marker: 'made up' })), {
      name: 'InvalidMarkerException',
    });
  });
});
