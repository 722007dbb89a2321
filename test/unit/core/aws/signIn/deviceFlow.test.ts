import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  refreshSignIn,
  signInByDevice,
  tokenFile,
  type DevicePrompt,
} from '../../../../../src/core/aws/signIn/deviceFlow.ts';
import type { SsoSettings } from '../../../../../src/core/aws/signIn/signInKind.ts';
import { homeFolder, ssoCacheFile } from '../../../../../src/core/aws/signIn/ssoCache.ts';
import { fakeOidc, jumpingClock, oidcError } from './fakeOidc.ts';

const start = Date.UTC(2026, 5, 1);
const sso: SsoSettings = {
  sessionName: 'corp',
  startUrl: 'https://corp.awsapps.com/start',
  region: 'eu-west-1',
  scopes: ['sso:account:access'],
};
const legacy: SsoSettings = { ...sso, sessionName: undefined, scopes: [] };
const token = { accessToken: 'access-1', expiresIn: 3600, refreshToken: 'refresh-1' };
const pending = oidcError('AuthorizationPendingException');

describe('sign-in by device', () => {
  let home: string;
  beforeEach(async () => (home = await mkdtemp(path.join(tmpdir(), 'private-eks-signin-'))));
  afterEach(() => rm(home, { recursive: true, force: true }));

  const begin = (script: Parameters<typeof fakeOidc>[0], settings = sso, signal?: AbortSignal) => {
    const clock = jumpingClock(start);
    const { oidc, calls } = fakeOidc(script);
    const flow = { sso: settings, oidc, clock, env: { HOME: home }, signal };
    const prompts: DevicePrompt[] = [];
    return { flow, clock, calls, prompts, run: () => signInByDevice(flow, prompt => void prompts.push(prompt)) };
  };
  const cached = async (settings = sso) =>
    JSON.parse(await readFile(tokenFile(settings, { HOME: home }), 'utf8')) as Record<string, unknown>;

  it('shows the code, waits for the person, and writes what every AWS tool reads', async () => {
    const { run, prompts, clock } = begin({ takes: [pending, pending, token] });
    await run();
    assert.deepEqual(prompts, [
      { url: 'https://device.example/?user_code=ABCD-EFGH', userCode: 'ABCD-EFGH', expiresAt: start + 600_000 },
    ]);
    assert.deepEqual(clock.slept, [1, 1, 1]);
    assert.deepEqual(await cached(), {
      startUrl: sso.startUrl,
      region: 'eu-west-1',
      accessToken: 'access-1',
      expiresAt: '2026-06-01T01:00:03Z',
      clientId: 'client-1',
      clientSecret: 'client-secret',
      registrationExpiresAt: '2026-12-01T00:00:00Z',
      refreshToken: 'refresh-1',
    });
  });

  it('names the file by the session, or by the start URL where there is none', async () => {
    assert.equal(path.basename(tokenFile(sso, { HOME: home })), 'ee0bfd2552fbd840c02cc48b6e823320543c450f.json');
    const { run } = begin({ takes: [token] }, legacy);
    await run();
    assert.equal((await cached(legacy)).accessToken, 'access-1');
    assert.equal(tokenFile(legacy, { HOME: home }), ssoCacheFile(sso.startUrl, { HOME: home }));
  });

  it('writes for the owner’s eyes alone and leaves nothing half-written', async function () {
    if (process.platform === 'win32') this.skip();
    await begin({ takes: [token] }).run();
    const dir = path.join(home, '.aws', 'sso', 'cache');
    const files = await readdir(dir);
    assert.equal(files.length, 2);
    for (const file of files) {
      assert.match(file, /^[0-9a-f]{40}\.json$/);
      assert.equal((await stat(path.join(dir, file))).mode & 0o777, 0o600);
    }
    assert.equal((await stat(dir)).mode & 0o777, 0o700);
  });

  it('registers once, and anew where the server does not know it any more', async () => {
    await begin({ takes: [token] }).run();
    const again = begin({ takes: [token] });
    await again.run();
    assert.deepEqual(again.calls, [`authorize client-1 ${sso.startUrl}`, 'take device']);
    const forgotten = begin({ authorizes: [oidcError('InvalidClientException')], takes: [token] });
    await forgotten.run();
    assert.deepEqual(forgotten.calls.slice(0, 3), [
      `authorize client-1 ${sso.startUrl}`,
      'register private-eks sso:account:access',
      `authorize client-2 ${sso.startUrl}`,
    ]);
    // Other scopes are another registration.
    const other = begin({ takes: [token] }, { ...sso, scopes: ['sso:account:access', 'codewhisperer:all'] });
    await other.run();
    assert.equal(other.calls[0], 'register private-eks sso:account:access codewhisperer:all');
  });

  it('slows down by five seconds each time it is told to', async () => {
    const slow = oidcError('SlowDownException');
    const { run, clock } = begin({ takes: [pending, slow, pending, slow, token] });
    await run();
    assert.deepEqual(clock.slept, [1, 1, 6, 6, 11]);
  });

  it('goes on when the network fails for a moment', async () => {
    const lost = Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' });
    await begin({ takes: [lost, oidcError('TooManyRequestsException'), token] }).run();
    assert.equal((await cached()).accessToken, 'access-1');
  });

  it('ends when nobody comes, when it is denied, and when the start URL is wrong', async () => {
    await assert.rejects(begin({}).run(), { code: 'sign-in-timeout', retryable: true });
    const expired = begin({ takes: [pending, oidcError('ExpiredTokenException')] });
    await assert.rejects(expired.run(), { code: 'sign-in-timeout' });
    await assert.rejects(begin({ takes: [oidcError('AccessDeniedException')] }).run(), { code: 'sign-in-denied' });
    const wrong = begin({ authorizes: [oidcError('InvalidRequestException')] });
    await assert.rejects(wrong.run(), {
      code: 'sign-in-refused',
      message: /eu-west-1 does not take the sign-in at https:/,
    });
    await assert.rejects(cached(), { code: 'ENOENT' });
  });

  it('is cancelled by the signal, with its own reason', async () => {
    const abort = new AbortController();
    const { flow, prompts } = begin({}, sso, abort.signal);
    const running = signInByDevice(flow, prompt => {
      prompts.push(prompt);
      abort.abort();
    });
    await assert.rejects(running, { name: 'AbortError' });
    assert.equal(prompts.length, 1);
  });

  it('never tells a secret in an error', async () => {
    const failing = begin({ takes: [Object.assign(new Error('boom'), { name: 'InternalServerException' })] });
    const error = await failing.run().catch((reason: unknown) => reason);
    assert.ok(error instanceof Error);
    for (const secret of ['client-secret', 'device', 'access-1', 'refresh-1'])
      assert.ok(!error.message.includes(secret), error.message);
  });

  describe('in silence', () => {
    const kept = async (more: object = {}) => {
      await begin({ takes: [token] }).run();
      await writeFile(tokenFile(sso, { HOME: home }), JSON.stringify({ ...(await cached()), ...more }));
    };

    it('renews by the refresh token, and keeps it where no other comes', async () => {
      await kept();
      const { flow, calls } = begin({
        refreshes: [{ accessToken: 'access-2', expiresIn: 60, refreshToken: undefined }],
      });
      assert.equal((await refreshSignIn(flow))?.accessToken, 'access-2');
      assert.deepEqual(calls, ['refresh client-1 refresh-1']);
      const { accessToken, refreshToken, expiresAt } = await cached();
      assert.deepEqual([accessToken, refreshToken, expiresAt], ['access-2', 'refresh-1', '2026-06-01T00:01:00Z']);
    });

    it('takes a new refresh token where one comes', async () => {
      await kept();
      await refreshSignIn(begin({ refreshes: [{ ...token, refreshToken: 'refresh-2' }] }).flow);
      assert.equal((await cached()).refreshToken, 'refresh-2');
    });

    it('cannot without a token, a refresh token, or a registration that is good, nor when it is refused', async () => {
      const cannot = async (script: Parameters<typeof fakeOidc>[0] = {}) => {
        const { flow, calls } = begin(script);
        assert.equal(await refreshSignIn(flow), undefined);
        return calls.length;
      };
      assert.equal(await cannot(), 0);
      await kept({ refreshToken: undefined });
      assert.equal(await cannot(), 0);
      await kept({ registrationExpiresAt: '2026-05-01T00:00:00Z' });
      assert.equal(await cannot(), 0);
      await kept({ registrationExpiresAt: 'soon' });
      assert.equal(await cannot(), 0);
      await kept();
      assert.equal(await cannot({ refreshes: [oidcError('InvalidGrantException')] }), 1);
      assert.equal((await cached()).accessToken, 'access-1');
      await writeFile(tokenFile(sso, { HOME: home }), '{"accessToken":');
      assert.equal(await cannot(), 0);
    });

    it('says so where the network is in the way', async () => {
      await kept();
      const lost = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
      await assert.rejects(refreshSignIn(begin({ refreshes: [lost] }).flow), { code: 'network' });
    });
  });
});

describe('home folder', () => {
  it('is where the AWS tools look', () => {
    assert.equal(homeFolder({ HOME: '/home/me', USERPROFILE: 'C:\\Users\\me' }), '/home/me');
    assert.equal(homeFolder({ USERPROFILE: 'C:\\Users\\me' }), 'C:\\Users\\me');
    assert.equal(homeFolder({ HOMEDRIVE: 'D:', HOMEPATH: '\\me' }), 'D:\\me');
    assert.ok(homeFolder({}).length > 0);
  });
});
