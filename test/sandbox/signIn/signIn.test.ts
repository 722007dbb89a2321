import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { fromSSO } from '@aws-sdk/credential-providers';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { main } from '../../../src/cli/main.ts';
import { callerIdentity } from '../../../src/core/aws/identity.ts';
import { listStacks } from '../../../src/core/aws/stack.ts';
import type { AwsSession } from '../../../src/core/aws/awsSession.ts';
import { stateHome } from '../../../src/core/state/stateHome.ts';
import type { ControlOrder } from '../../../src/core/tunnel/process/controlMessage.ts';
import { serveControl } from '../../../src/core/tunnel/process/controlServer.ts';
import { controlPath, writeTunnelRecord } from '../../../src/core/tunnel/process/tunnelRecord.ts';
import type { TunnelStatus } from '../../../src/core/tunnel/supervisor/tunnelStatus.ts';
import { skipBecause } from '../../skipBecause.ts';
import { press, SsoBench } from './ssoBench.ts';

const run = promisify(execFile);
const whoIs = async (session: AwsSession) => {
  try {
    return (await callerIdentity(session)).arn;
  } finally {
    session.dispose();
  }
};
const administrator =
  /^arn:aws:sts::000000000000:assumed-role\/AWSReservedSSO_AdministratorAccess_[0-9a-f]{16}\/practice$/;

const waitingTunnel: Omit<TunnelStatus, 'port'> = {
  ...{ state: 'waiting-for-sign-in', detail: 'The AWS sign-in has expired.', since: 0, openedAt: 0 },
  ...{ route: undefined, latencyMs: undefined, resumes: 0, sessionsBegun: 1, sessions: [] },
  ...{ bytesIn: 0, bytesOut: 0, openConnections: 0 },
};

describe('signing in against the sandbox', function () {
  this.timeout(20_000);
  let bench: SsoBench;
  beforeEach(async () => (bench = await SsoBench.open()));
  afterEach(() => bench.close());

  it('lets a profile with a session call AWS, by our session and by the SDK alone', async () => {
    await assert.rejects(whoIs(await bench.session('corp')), { code: 'signed-out' });
    const { prompts, expiresAt, refreshed } = await bench.signIn('corp');
    assert.match(prompts[0]?.url ?? '', new RegExp(`^${bench.running.endpoint}/device\\?user_code=[A-Z]{4}-[A-Z]{4}$`));
    assert.equal(refreshed, false);
    assert.ok(Math.abs(expiresAt - Date.now() - 3_600_000) < 10_000);
    assert.match(await whoIs(await bench.session('corp')), administrator);
    const chain = fromSSO({ profile: 'corp', ignoreCache: true, clientConfig: { endpoint: bench.running.endpoint } });
    const keys = await chain();
    assert.match(keys.accessKeyId, /^ASIA/);
    assert.ok((keys.expiration?.getTime() ?? 0) > Date.now());
  });

  it('lets the old form of profile do so, too', async () => {
    const { expiresAt } = await bench.signIn('legacy');
    assert.ok(expiresAt - Date.now() > 7 * 3_600_000);
    assert.match(await whoIs(await bench.session('legacy')), administrator);
  });

  it('lets a role be taken with such a sign-in', async () => {
    const admin = await bench.session('base');
    const Statement = { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await (await admin.client('iam')).send(new CreateRoleCommand({ RoleName: 'operator', AssumeRolePolicyDocument }));
    admin.dispose();
    const { profile } = await bench.signIn('operator');
    assert.equal(profile, 'corp');
    assert.match(await whoIs(await bench.session('operator')), /:assumed-role\/operator\//);
  });

  it('is refreshed without asking, and asks again when that is over', async () => {
    await bench.signIn('corp');
    bench.endSignIn({ refreshToken: false });
    const again = await bench.signIn('corp');
    assert.deepEqual([again.refreshed, again.prompts.length], [true, 0]);
    bench.endSignIn();
    const anew = await bench.signIn('corp');
    assert.deepEqual([anew.refreshed, anew.prompts.length], [false, 1]);
    assert.match(await whoIs(await bench.session('corp')), administrator);
  });

  it('is denied, and cancelled', async () => {
    await assert.rejects(bench.signIn('corp', { open: prompt => press(prompt, 'deny') }), { code: 'sign-in-denied' });
    const abort = new AbortController();
    const waiting = bench.signIn('corp', { open: () => abort.abort(), signal: abort.signal });
    await assert.rejects(waiting, { name: 'AbortError' });
    await assert.rejects(whoIs(await bench.session('corp')), { code: 'signed-out' });
  });

  it('says what to do for a profile that is signed in otherwise', async () => {
    await assert.rejects(bench.signIn('base'), { code: 'sign-in-elsewhere', fix: /keys of its own/ });
    await assert.rejects(bench.signIn('nobody'), { code: 'profile-not-found' });
  });

  it('asks for an MFA code once for all clients, and again after a wrong one', async () => {
    const admin = await bench.session('base');
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const Statement = { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole', Condition };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await (await admin.client('iam')).send(new CreateRoleCommand({ RoleName: 'operator', AssumeRolePolicyDocument }));
    admin.dispose();
    const asked: string[] = [];
    const codes = ['000000', '123456'];
    const refusals: string[] = [];
    const session = await bench.session('mfa', {
      code: async serial => {
        asked.push(serial);
        return codes.shift() ?? '';
      },
      refused: async (_serial, reason) => void refusals.push(reason),
    });
    await assert.rejects(callerIdentity(session), { code: 'signed-out', message: 'The MFA code was not accepted.' });
    assert.deepEqual(refusals, ['MultiFactorAuthentication failed with invalid MFA one time pass code.']);
    const denied = { code: 'access-denied' };
    await Promise.all([
      callerIdentity(session),
      assert.rejects(
        listStacks(session, () => true),
        denied,
      ),
    ]);
    // Whoever waited for the same code begins anew, and asks for no other.
    session.renew?.();
    await callerIdentity(session);
    assert.deepEqual(asked, Array(2).fill('arn:aws:iam::000000000000:mfa/practice'));
    // The role's hour is over on AWS's side.
    codes.push('234567');
    bench.endSignIn();
    await assert.rejects(callerIdentity(session), { code: 'signed-out' });
    session.renew?.();
    await Promise.all([callerIdentity(session), session.credentials()]);
    assert.equal(asked.length, 3);
    session.dispose();
    await assert.rejects(whoIs(await bench.session('mfa')), { code: 'no-credentials', message: /multi-factor/ });
  });

  it('is what the aws command reads, too', async function () {
    if (!(await run('aws', ['--version']).catch(() => undefined))) skipBecause(this, 'no aws command on PATH');
    await bench.signIn('corp');
    await bench.signIn('legacy');
    for (const profile of ['corp', 'legacy']) {
      const { stdout } = await run('aws', ['sts', 'get-caller-identity', '--output', 'json', '--profile', profile], {
        env: bench.env,
      });
      assert.match((JSON.parse(stdout) as { Arn: string }).Arn, administrator);
    }
  });

  it('is a command that tells the address, the code and until when, and no secret', async () => {
    let text = '';
    const io = {
      env: bench.env,
      isTerminal: false,
      columns: () => 80,
      out: (line: string) => void (text += line),
      err: (line: string) => {
        text += line;
        const [, url = ''] = /Open (\S+)/.exec(line) ?? [];
        const [, userCode = ''] = /code ([A-Z-]+)/.exec(line) ?? [];
        void press({ url, userCode, expiresAt: 0 });
      },
      ask: () => Promise.reject(new Error('nobody to ask')),
      input: () => Promise.reject(new Error('nothing comes in')),
      onInterrupt: () => () => undefined,
    };
    assert.equal(await main(['login', '--profile', 'corp', '--no-browser'], io), 0);
    assert.match(
      text,
      /^Open http\S+\nand check that it shows the code [A-Z]{4}-[A-Z]{4}\. Waiting until .+\.\ncorp is signed in until .+\.\n$/,
    );
    const dir = path.join(bench.home, '.aws', 'sso', 'cache');
    const files = await Promise.all((await readdir(dir)).map(file => readFile(path.join(dir, file), 'utf8')));
    const secrets = files.flatMap(file => {
      const { accessToken, refreshToken, clientSecret } = JSON.parse(file) as Record<string, string | undefined>;
      return [accessToken, refreshToken, clientSecret].filter(one => one !== undefined);
    });
    assert.equal(secrets.length, 4);
    for (const secret of secrets) assert.ok(!text.includes(secret));
    text = '';
    assert.equal(await main(['login', '--profile', 'corp', '--json'], io), 0);
    const { type, refreshed } = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual([type, refreshed], ['signed-in', true]);
  });

  it('is told by the command to the tunnels of this machine, so that the one that waits goes on at once', async () => {
    const orders: ControlOrder[] = [];
    const home = stateHome({ env: bench.env });
    const key = { accountId: '000000000000', region: 'eu-west-1', cluster: 'demo' };
    const control = controlPath(home, key, process.platform);
    const server = await serveControl({
      ...{ path: control, token: 'right', onAttached: () => undefined, onOrder: order => orders.push(order) },
      current: () => [{ type: 'status', status: { ...waitingTunnel, port: 50_443 } }],
    });
    try {
      const times = { pid: process.pid, port: 50_443, startedAt: 0 };
      await writeTunnelRecord(home, { version: 1, ...key, ...times, control, token: 'right', kubeconfig: '' });
      await bench.signIn('corp');
      let text = '';
      const say = (line: string) => void (text += line);
      const io = { env: bench.env, isTerminal: false, columns: () => 80, out: say, err: say };
      const ask = () => Promise.reject(new Error('nobody to ask'));
      const rest = { ask, input: () => Promise.resolve(''), onInterrupt: () => () => undefined };
      assert.equal(await main(['login', '--profile', 'corp'], { ...io, ...rest }), 0);
      assert.match(text, /It was waited for, and is tried at once: the tunnel to demo\.\n$/);
      while (server.attached > 0) await new Promise(setImmediate);
      assert.deepEqual(orders, [{ type: 'signed-in' }]);
    } finally {
      await server.close();
    }
  });
});
