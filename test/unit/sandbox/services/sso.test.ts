import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  SSOClient,
} from '@aws-sdk/client-sso';
import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
  type CreateTokenRequest,
} from '@aws-sdk/client-sso-oidc';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import assert from 'node:assert/strict';
import { handlerOf, virtualAccount } from '../../../sandbox/support/virtualAccount.ts';

const startUrl = 'https://sandbox.awsapps.com/start';
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const accountId = '000000000000';

async function begin(scopes?: string[]) {
  let now = Date.now();
  const account = virtualAccount({ realNow: () => now });
  const config = { region: 'us-east-1', requestHandler: handlerOf(account.sandbox), maxAttempts: 1 };
  const oidc = new SSOOIDCClient(config);
  const portal = new SSOClient(config);
  const client = await oidc.send(
    new RegisterClientCommand({ clientName: 'test', clientType: 'public', ...(scopes ? { scopes } : {}) }),
  );
  const { clientId = '', clientSecret = '' } = client;
  const begun = await oidc.send(new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl }));
  const { deviceCode = '', userCode = '' } = begun;
  const token = (more: Partial<CreateTokenRequest> = {}) =>
    oidc.send(new CreateTokenCommand({ clientId, clientSecret, grantType: deviceGrant, deviceCode, ...more }));
  const page = (method: string, target: string, body = '') =>
    account.sandbox.handle({ method, target, headers: { host: '127.0.0.1' }, body: Buffer.from(body) });
  const press = (decision: string) => page('POST', '/device', `user_code=${userCode}&decision=${decision}`);
  const pass = (seconds: number) => (now += seconds * 1000);
  return { account, oidc, portal, client, begun, token, page, press, pass };
}

describe('SSO-OIDC', () => {
  it('registers, shows a code, and gives a token once the person has pressed the button', async () => {
    const { client, begun, token, page, press, pass } = await begin();
    assert.ok((client.clientSecretExpiresAt ?? 0) - (client.clientIdIssuedAt ?? 0) === 90 * 86_400);
    assert.match(begun.userCode ?? '', /^[B-Z]{4}-[B-Z]{4}$/);
    assert.deepEqual([begun.interval, begun.expiresIn], [1, 600]);
    await assert.rejects(token(), { name: 'AuthorizationPendingException', error: 'authorization_pending' });
    const shown = await page(
      'GET',
      new URL(begun.verificationUriComplete ?? '').pathname + new URL(begun.verificationUriComplete ?? '').search,
    );
    assert.equal(shown.status, 200);
    assert.ok(String(shown.body).includes(begun.userCode ?? '?'));
    // Looking is not pressing.
    pass(2);
    await assert.rejects(token(), { name: 'AuthorizationPendingException' });
    assert.match(String((await press('approve')).body), /approved/);
    pass(2);
    const { accessToken, expiresIn, refreshToken, tokenType } = await token();
    assert.ok(accessToken);
    assert.deepEqual([expiresIn, refreshToken, tokenType], [28_800, undefined, 'Bearer']);
    pass(2);
    await assert.rejects(token(), { name: 'InvalidGrantException', error: 'invalid_grant' });
    assert.equal((await press('approve')).status, 404);
  });

  it('says to slow down, and that it was denied or has expired', async () => {
    const { token, press, pass } = await begin();
    await assert.rejects(token(), { name: 'AuthorizationPendingException' });
    await assert.rejects(token(), { name: 'SlowDownException', error: 'slow_down' });
    pass(3);
    await assert.rejects(token(), { name: 'SlowDownException' });
    pass(12);
    await press('deny');
    await assert.rejects(token(), { name: 'AccessDeniedException', error: 'access_denied' });
    pass(600);
    await assert.rejects(token(), { name: 'ExpiredTokenException', error: 'expired_token' });
  });

  it('refuses other clients, start URLs, codes and grants', async () => {
    const { oidc, client, token } = await begin();
    const { clientId = '', clientSecret = '' } = client;
    const start = (more: object) =>
      oidc.send(new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl, ...more }));
    await assert.rejects(start({ startUrl: 'https://elsewhere.awsapps.com/start' }), {
      name: 'InvalidRequestException',
    });
    await assert.rejects(start({ clientSecret: 'x' }), { name: 'InvalidClientException', error: 'invalid_client' });
    assert.ok((await start({ startUrl: `${startUrl}/#/` })).deviceCode);
    await assert.rejects(token({ deviceCode: 'x' }), { name: 'InvalidGrantException' });
    await assert.rejects(token({ grantType: 'x' }), { name: 'UnsupportedGrantTypeException' });
    await assert.rejects(token({ grantType: 'authorization_code' }), { name: 'SandboxNotImplemented' });
    const confidential = new RegisterClientCommand({ clientName: 'x', clientType: 'confidential' });
    await assert.rejects(oidc.send(confidential), { name: 'InvalidClientMetadataException' });
  });

  it('refreshes a sign-in with the scope for it for eight hours', async () => {
    const { token, press, pass } = await begin(['sso:account:access']);
    await press('approve');
    const first = await token();
    assert.equal(first.expiresIn, 3600);
    const refresh = () => token({ grantType: 'refresh_token', refreshToken: first.refreshToken });
    pass(7200);
    const second = await refresh();
    assert.notEqual(second.accessToken, first.accessToken);
    assert.equal(second.refreshToken, first.refreshToken);
    await assert.rejects(token({ grantType: 'refresh_token', refreshToken: 'x' }), { name: 'InvalidGrantException' });
    pass(7 * 3600);
    await assert.rejects(refresh(), { name: 'InvalidGrantException' });
  });
});

describe('SSO', () => {
  async function signedIn() {
    const begun = await begin();
    await begun.press('approve');
    const { accessToken = '' } = await begun.token();
    return { ...begun, accessToken };
  }
  const roleName = 'PowerUserAccess';

  it('tells accounts and roles, and gives keys of a role’s session', async () => {
    const { account, portal, accessToken } = await signedIn();
    const { accountList } = await portal.send(new ListAccountsCommand({ accessToken }));
    assert.deepEqual(
      accountList?.map(one => one.accountId),
      [accountId],
    );
    const { roleList } = await portal.send(new ListAccountRolesCommand({ accessToken, accountId }));
    assert.deepEqual(
      roleList?.map(one => one.roleName),
      ['AdministratorAccess', 'PowerUserAccess'],
    );
    const command = new GetRoleCredentialsCommand({ accessToken, accountId, roleName });
    const {
      accessKeyId = '',
      secretAccessKey = '',
      sessionToken = '',
    } = (await portal.send(command)).roleCredentials ?? {};
    const session = account.session('us-east-1', { accessKeyId, secretAccessKey, sessionToken });
    const { Arn } = await (await session.client('sts')).send(new GetCallerIdentityCommand({}));
    const [, RoleName] = /assumed-role\/(AWSReservedSSO_PowerUserAccess_[0-9a-f]{16})\/practice$/.exec(Arn ?? '') ?? [];
    assert.ok(RoleName, Arn);
    const admin = await account.session().client('iam');
    const { Role } = await admin.send(new GetRoleCommand({ RoleName }));
    assert.equal(Role?.Arn, `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/${RoleName}`);
    // And it may do no more than its permission set.
    const iam = await session.client('iam');
    const create = new CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: Role.AssumeRolePolicyDocument });
    await assert.rejects(iam.send(create), { name: 'AccessDenied', message: /perform: iam:CreateRole on resource/ });
    assert.deepEqual(account.state().resources, []);
  });

  it('gives nothing without a sign-in, to another account or of another role', async () => {
    const { portal, accessToken, pass } = await signedIn();
    const keys = (more: object) =>
      portal.send(new GetRoleCredentialsCommand({ accessToken, accountId, roleName, ...more }));
    await assert.rejects(keys({ accessToken: 'x' }), {
      name: 'UnauthorizedException',
      message: 'Session token not found or invalid',
    });
    await assert.rejects(keys({ accountId: '111122223333' }), { name: 'ForbiddenException', message: 'No access' });
    await assert.rejects(keys({ roleName: 'Other' }), { name: 'ForbiddenException' });
    pass(8 * 3600 + 1);
    await assert.rejects(keys({}), { name: 'UnauthorizedException' });
  });

  it('ends a sign-in', async () => {
    const { portal, accessToken } = await signedIn();
    await portal.send(new LogoutCommand({ accessToken }));
    await assert.rejects(portal.send(new ListAccountsCommand({ accessToken })), { name: 'UnauthorizedException' });
  });

  it('takes nothing else without a signature', async () => {
    const { page } = await begin();
    for (const [method, target] of [
      ['POST', '/'],
      ['GET', '/clusters'],
      ['POST', '/token?aws_iam=t'],
      ['GET', '/bucket'],
    ] as const) {
      const answer = await page(method, target);
      assert.equal(answer.status, 403, `${method} ${target}`);
    }
  });
});
