import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  type Credentials,
} from '@aws-sdk/client-sts';
import assert from 'node:assert/strict';
import type { Service } from '../../../../src/sandbox/kernel/account.ts';
import { AwsError } from '../../../../src/sandbox/kernel/awsError.ts';
import { sts } from '../../../../src/sandbox/services/sts.ts';
import { virtualAccount, type SessionCredentials } from '../../../sandbox/support/virtualAccount.ts';

const trusting = (principal: string) =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' }] });
const roles: Readonly<Record<string, object>> = {
  operator: {
    Arn: 'arn:aws:iam::000000000000:role/team/operator',
    RoleId: 'AROAOPERATOR',
    AssumeRolePolicyDocument: encodeURIComponent(trusting('arn:aws:iam::000000000000:root')),
  },
  stranger: {
    Arn: 'arn:aws:iam::000000000000:role/stranger',
    RoleId: 'AROASTRANGER',
    AssumeRolePolicyDocument: trusting('arn:aws:iam::111111111111:root'),
  },
};
const iam: Service = {
  name: 'iam',
  operations: {
    GetRole: ({ RoleName }: { RoleName: string }) => {
      const Role = roles[RoleName];
      if (!Role) throw new AwsError('NoSuchEntity', `The role with name ${RoleName} cannot be found.`, 404);
      return { Role };
    },
  },
};

describe('STS', () => {
  const setUp = (realNow?: () => number) => {
    const account = virtualAccount({ services: [sts, iam], ...(realNow ? { realNow } : {}) });
    const client = (credentials?: SessionCredentials) => account.session('us-east-1', credentials).client('sts');
    return { account, client };
  };
  const keysOf = (credentials: Credentials | undefined) => ({
    accessKeyId: credentials?.AccessKeyId ?? '',
    secretAccessKey: credentials?.SecretAccessKey ?? '',
    sessionToken: credentials?.SessionToken ?? '',
  });

  it('gives a session of a role that trusts the account, which then is the caller', async () => {
    const { client } = setUp();
    const RoleArn = 'arn:aws:iam::000000000000:role/team/operator';
    const assumed = await (await client()).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }));
    assert.equal(assumed.AssumedRoleUser?.Arn, 'arn:aws:sts::000000000000:assumed-role/operator/me');
    assert.match(assumed.Credentials?.AccessKeyId ?? '', /^ASIA[A-Z2-7]{16}$/);
    const caller = await (await client(keysOf(assumed.Credentials))).send(new GetCallerIdentityCommand({}));
    assert.equal(caller.Arn, 'arn:aws:sts::000000000000:assumed-role/operator/me');
    assert.equal(caller.UserId, 'AROAOPERATOR:me');
  });

  for (const [what, input, name, message] of [
    [
      'a role that does not trust',
      { RoleArn: 'arn:aws:iam::000000000000:role/stranger' },
      'AccessDenied',
      /^User: arn:aws:iam::000000000000:user\/practice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role\/stranger$/,
    ],
    ['a role that is not there', { RoleArn: 'arn:aws:iam::000000000000:role/none' }, 'AccessDenied', /not authorized/],
    [
      'a role without its path',
      { RoleArn: 'arn:aws:iam::000000000000:role/operator' },
      'AccessDenied',
      /not authorized/,
    ],
    ['no ARN', { RoleArn: 'operator-of-the-team' }, 'ValidationError', /is invalid/],
    [
      'a short session',
      { RoleArn: 'arn:aws:iam::000000000000:role/team/operator', DurationSeconds: 60 },
      'ValidationError',
      /greater than or equal to 900/,
    ],
    [
      'a session beyond the role',
      { RoleArn: 'arn:aws:iam::000000000000:role/team/operator', DurationSeconds: 7200 },
      'ValidationError',
      /MaxSessionDuration/,
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { client } = setUp();
      const assuming = (await client()).send(new AssumeRoleCommand({ RoleSessionName: 'me', ...input }));
      await assert.rejects(assuming, { name, message });
    });
  }

  it('lets session credentials expire in real time, in the words of the protocol', async () => {
    let now = Date.now();
    const { client, account } = setUp(() => now);
    const { Credentials } = await (await client()).send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
    // Signed anew after they expired: only the token is too old, not the signature.
    now += 14 * 60_000;
    const caller = await client(keysOf(Credentials));
    assert.equal((await caller.send(new GetCallerIdentityCommand({}))).Arn, account.sandbox.credential.principal.arn);
    const { accessKeyId } = keysOf(Credentials);
    assert.equal(
      account.sandbox.account.table<{ expiresAt: number }>('sts.credentials').get(accessKeyId)?.expiresAt !== undefined,
      true,
    );
    account.sandbox.account
      .table<{ expiresAt: number }>('sts.credentials')
      .values()
      .forEach(row => {
        if (row.expiresAt !== undefined) row.expiresAt = now - 1;
      });
    await assert.rejects(caller.send(new GetCallerIdentityCommand({})), {
      name: /^ExpiredToken/,
      message: 'The security token included in the request is expired',
    });
  });
});
