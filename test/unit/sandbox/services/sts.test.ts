import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import assert from 'node:assert/strict';
import { issueCredential } from '../../../../src/sandbox/kernel/credential.ts';
import { sts } from '../../../../src/sandbox/services/sts.ts';
import { virtualAccount } from '../../../sandbox/support/virtualAccount.ts';

describe('STS', () => {
  it('tells a session who it is until it expires in real time, in the words of the protocol', async () => {
    let now = Date.now();
    const account = virtualAccount({ services: [sts], realNow: () => now });
    const arn = 'arn:aws:sts::000000000000:assumed-role/operator/me';
    const principal = { accountId: '000000000000', arn, userId: 'AROAOPERATOR:me' };
    const { accessKeyId, secretAccessKey, sessionToken } = issueCredential(account.sandbox.account, principal, {
      expiresAt: now + 10 * 60_000,
    });
    assert.match(accessKeyId, /^ASIA[A-Z2-7]{16}$/);
    const session = account.session('us-east-1', { accessKeyId, secretAccessKey, sessionToken: sessionToken ?? '' });
    const client = await session.client('sts');
    const { Account, Arn, UserId } = await client.send(new GetCallerIdentityCommand({}));
    assert.deepEqual({ Account, Arn, UserId }, { Account: '000000000000', Arn: arn, UserId: 'AROAOPERATOR:me' });
    // The signature is still good then: only the token is too old.
    now += 12 * 60_000;
    await assert.rejects(client.send(new GetCallerIdentityCommand({})), {
      name: /^ExpiredToken/,
      message: 'The security token included in the request is expired',
    });
  });
});
