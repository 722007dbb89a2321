import { CreateRoleCommand, PutRolePolicyCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, type AssumeRoleRequest } from '@aws-sdk/client-sts';
import assert from 'node:assert/strict';
import { iam } from '../../../../src/sandbox/services/iam.ts';
import { sts } from '../../../../src/sandbox/services/sts.ts';
import { virtualAccount, type SessionCredentials } from '../../../sandbox/support/virtualAccount.ts';

const account = '000000000000';
const user = `arn:aws:iam::${account}:user/practice`;
const RoleArn = `arn:aws:iam::${account}:role/operator`;
const denied = (arn = RoleArn, caller = user) => ({
  name: 'AccessDenied',
  message: `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
});

function begin(realNow: () => number = Date.now) {
  const virtual = virtualAccount({ services: [iam, sts], realNow });
  const assume = async (input: Partial<AssumeRoleRequest> = {}, credentials?: SessionCredentials) => {
    const client = await virtual.session('us-east-1', credentials).client('sts');
    const { Credentials, AssumedRoleUser } = await client.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me', ...input }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = Credentials ?? {};
    const session = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    return { session, AssumedRoleUser, Expiration };
  };
  const role = async (RoleName: string, Principal: unknown, more: object = {}) => {
    const client = await virtual.session().client('iam');
    const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    return client;
  };
  return { virtual, assume, role };
}

describe('sts:AssumeRole', () => {
  it('gives a session that is the role, for as long as was asked for', async () => {
    // Before now, so that a signature made now is still good when the keys are not.
    let now = Date.now() - 60_000;
    const { virtual, assume, role } = begin(() => now);
    await role('operator', { AWS: user });
    const { session, AssumedRoleUser, Expiration } = await assume({ DurationSeconds: 900 });
    assert.equal(AssumedRoleUser?.Arn, `arn:aws:sts::${account}:assumed-role/operator/me`);
    assert.match(AssumedRoleUser?.AssumedRoleId ?? '', /^AROA[0-9A-Z]{17}:me$/);
    assert.equal(Expiration?.getTime(), Math.floor(now / 1000) * 1000 + 900_000);
    const client = await virtual.session('us-east-1', session).client('sts');
    const { Arn, UserId } = await client.send(new GetCallerIdentityCommand({}));
    assert.deepEqual([Arn, UserId], [AssumedRoleUser?.Arn, AssumedRoleUser?.AssumedRoleId]);
    now += 901_000;
    await assert.rejects(client.send(new GetCallerIdentityCommand({})), { name: /^ExpiredToken/ });
  });

  it('is for whom the trust means, in their account or by name', async () => {
    const { assume, role } = begin();
    await role('operator', { Service: 'ec2.amazonaws.com' });
    await assert.rejects(assume(), denied());
    await assert.rejects(assume({ RoleArn: `${RoleArn}2` }), denied(`${RoleArn}2`));
    await role('elsewhere', { AWS: '111122223333' });
    await assert.rejects(
      assume({ RoleArn: RoleArn.replace('operator', 'elsewhere') }),
      denied(RoleArn.replace('operator', 'elsewhere')),
    );
    for (const [name, principal] of Object.entries({
      root: `arn:aws:iam::${account}:root`,
      number: account,
      any: '*',
    })) {
      await role(name, { AWS: principal });
      assert.ok((await assume({ RoleArn: RoleArn.replace('operator', name) })).session);
    }
  });

  it('reads the conditions of the trust', async () => {
    const { assume, role } = begin();
    await role('operator', { AWS: user }, { Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } });
    await assert.rejects(assume(), denied());
    await assert.rejects(assume({ ExternalId: 'x2' }), denied());
    assert.ok((await assume({ ExternalId: 'x1' })).session);
    await role('mfa', { AWS: user }, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } });
    const mfa = RoleArn.replace('operator', 'mfa');
    const SerialNumber = `arn:aws:iam::${account}:mfa/practice`;
    await assert.rejects(assume({ RoleArn: mfa }), denied(mfa));
    await assert.rejects(assume({ RoleArn: mfa, SerialNumber, TokenCode: '000000' }), {
      name: 'AccessDenied',
      message: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    });
    await assert.rejects(
      assume({ RoleArn: mfa, SerialNumber: `${SerialNumber}2`, TokenCode: '123456' }),
      /unable to validate MFA code/,
    );
    assert.ok((await assume({ RoleArn: mfa, SerialNumber, TokenCode: '123456' })).session);
  });

  it('needs the caller’s own leave where only the account is trusted, and not where the caller is named', async () => {
    const { assume, role } = begin();
    const client = await role('operator', { AWS: user });
    const { session } = await assume();
    const caller = `arn:aws:sts::${account}:assumed-role/operator/me`;
    const next = RoleArn.replace('operator', 'next');
    await role('next', { AWS: account });
    await assert.rejects(assume({ RoleArn: next }, session), denied(next, caller));
    const put = (Effect: string) => {
      const Statement = { Effect, Action: 'sts:AssumeRole', Resource: '*' };
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      return client.send(new PutRolePolicyCommand({ RoleName: 'operator', PolicyName: 'p', PolicyDocument }));
    };
    await put('Allow');
    assert.ok((await assume({ RoleArn: next }, session)).session);
    await put('Deny');
    await role('named', { AWS: RoleArn });
    await assert.rejects(assume({ RoleArn: RoleArn.replace('operator', 'named') }, session), /is not authorized/);
  });

  it('holds the session to the role’s policies, as they are at each call', async () => {
    const { virtual, assume, role } = begin();
    const admin = await role('operator', { AWS: user });
    const { session } = await assume();
    const client = await virtual.session('us-east-1', session).client('iam');
    const tag = () => client.send(new TagRoleCommand({ RoleName: 'operator', Tags: [{ Key: 'team', Value: 'red' }] }));
    const caller = `arn:aws:sts::${account}:assumed-role/operator/me`;
    const sentence = `User: ${caller} is not authorized to perform: iam:TagRole on resource: ${RoleArn}`;
    await assert.rejects(tag(), {
      name: 'AccessDenied',
      message: `${sentence} because no identity-based policy allows the iam:TagRole action`,
    });
    const put = (PolicyName: string, Statement: object) => {
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      return admin.send(new PutRolePolicyCommand({ RoleName: 'operator', PolicyName, PolicyDocument }));
    };
    const teams = { 'aws:RequestTag/team': ['red', 'blue'] };
    await put('allow', { Effect: 'Allow', Action: 'iam:*', Resource: RoleArn, Condition: { StringEquals: teams } });
    await tag();
    const owned = { StringEquals: { 'aws:ResourceTag/team': 'red' } };
    await put('deny', { Effect: 'Deny', Action: 'iam:TagRole', Resource: '*', Condition: owned });
    await assert.rejects(tag(), {
      name: 'AccessDenied',
      message: `${sentence} with an explicit deny in an identity-based policy`,
    });
  });

  it('refuses sessions that are too short, too long or ill-named', async () => {
    const { assume, role } = begin();
    await role('operator', { AWS: account });
    await assert.rejects(assume({ DurationSeconds: 899 }), /greater than or equal to 900/);
    await assert.rejects(assume({ DurationSeconds: 7200 }), /exceeds the MaxSessionDuration set for this role/);
    await assert.rejects(assume({ RoleSessionName: 'a b' }), /roleSessionName/);
    await assert.rejects(assume({ Policy: '{}' }), { name: 'SandboxNotImplemented' });
  });
});
