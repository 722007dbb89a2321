import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endpointOverride, isLoopback } from '../../../../src/core/aws/endpointOverride.ts';
import { openSession } from '../../../../src/core/aws/openSession.ts';
import { proxyFor, proxySettings } from '../../../../src/core/aws/proxySettings.ts';
import { listProfiles } from '../../../../src/core/aws/sharedConfig.ts';

describe('openSession', () => {
  let dir: string;
  let place: { configFile: string; credentialsFile: string };
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'private-eks-aws-'));
    place = { configFile: path.join(dir, 'config'), credentialsFile: path.join(dir, 'credentials') };
    await writeFile(
      place.configFile,
      [
        '[default]\nregion = eu-central-1\n',
        '[profile corp]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\nregion = eu-west-3\n',
        '[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://x\n',
        '[profile deploy]\nrole_arn = arn:aws:iam::1:role/d\nsource_profile = keys\n',
        '[profile tool]\ncredential_process = /bin/tool\n',
        '[profile session]\nlogin_session = arn:aws:iam::1:user/me\n',
        '[profile practice]\nregion = us-east-1\nendpoint_url = http://127.0.0.1:4566\nservices = local\n',
        '[services local]\neks =\n  endpoint_url = http://127.0.0.1:9999\n',
      ].join('\n'),
    );
    await writeFile(place.credentialsFile, '[keys]\naws_access_key_id = AKIA1\naws_secret_access_key = secret\n');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('lists profiles and how each signs in', async () => {
    assert.deepEqual(await listProfiles(place), [
      { name: 'default', kind: 'none', region: 'eu-central-1', endpoint: undefined },
      { name: 'corp', kind: 'sso', region: 'eu-west-3', endpoint: undefined },
      { name: 'deploy', kind: 'role', region: undefined, endpoint: undefined },
      { name: 'tool', kind: 'process', region: undefined, endpoint: undefined },
      { name: 'session', kind: 'login', region: undefined, endpoint: undefined },
      { name: 'practice', kind: 'none', region: 'us-east-1', endpoint: 'http://127.0.0.1:4566' },
      { name: 'keys', kind: 'static', region: undefined, endpoint: undefined },
    ]);
  });

  it('takes region and endpoint from where AWS takes them', async () => {
    const open = async (env: Record<string, string>, more = {}) => {
      const { region, endpoint } = await openSession({ ...place, env, ...more });
      return { region, endpoint };
    };
    assert.deepEqual(await open({}), { region: 'eu-central-1', endpoint: undefined });
    assert.deepEqual(await open({ AWS_REGION: 'ap-south-1' }), { region: 'ap-south-1', endpoint: undefined });
    const practice = { region: 'us-east-1', endpoint: 'http://127.0.0.1:4566' };
    assert.deepEqual(await open({ AWS_PROFILE: 'practice' }), practice);
    assert.deepEqual(await open({ AWS_PROFILE: 'corp' }, { profile: 'practice' }), practice);
    const ignored = { AWS_PROFILE: 'practice', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' };
    assert.deepEqual(await open(ignored), { region: 'us-east-1', endpoint: undefined });
  });

  it('signs with the profile that was asked for', async () => {
    const session = await openSession({ ...place, profile: 'keys', region: 'eu-west-1', env: {} });
    assert.equal((await session.credentials()).accessKeyId, 'AKIA1');
  });

  it('reads the sign-in anew after renew', async () => {
    const session = await openSession({ ...place, profile: 'keys', region: 'eu-west-1', env: {} });
    await session.credentials();
    const before = await session.client('sts');
    await writeFile(place.credentialsFile, '[keys]\naws_access_key_id = AKIA2\naws_secret_access_key = secret\n');
    session.renew?.();
    assert.equal((await session.credentials()).accessKeyId, 'AKIA2');
    assert.notEqual(await session.client('sts'), before);
  });

  it('makes one client for each service', async () => {
    const session = await openSession({ ...place, profile: 'keys', region: 'eu-west-1', env: {} });
    assert.equal(await session.client('eks'), await session.client('eks'));
    session.dispose();
  });

  it('says which profile or region is missing', async () => {
    await assert.rejects(openSession({ ...place, profile: 'nobody', env: {} }), { code: 'profile-not-found' });
    await assert.rejects(openSession({ ...place, profile: 'keys', env: {} }), { code: 'no-region' });
  });

  it('prefers the service’s endpoint, then the environment’s, then the profile’s', () => {
    const source = {
      env: {},
      profile: 'p',
      config: { 'services.local': { 'eks.endpoint_url': 'http://eks' } },
      profiles: { p: { endpoint_url: 'http://all', services: 'local' } },
    };
    assert.equal(endpointOverride(source, 'EKS'), 'http://eks');
    assert.equal(endpointOverride(source, 'EC2'), 'http://all');
    const env = { AWS_ENDPOINT_URL: 'http://env', AWS_ENDPOINT_URL_AUTO_SCALING: 'http://asg' };
    assert.equal(endpointOverride({ ...source, env }, 'EKS'), 'http://env');
    assert.equal(endpointOverride({ ...source, env }, 'Auto Scaling'), 'http://asg');
  });
});

describe('isLoopback', () => {
  for (const url of ['http://127.0.0.1:80', 'http://localhost:1', 'http://[::1]:2', 'http://127.9.9.9'])
    it(`takes ${url}`, () => assert.ok(isLoopback(url)));
  for (const url of ['http://127.0.0.1.evil.example', 'https://sts.amazonaws.com', 'nonsense'])
    it(`refuses ${url}`, () => assert.ok(!isLoopback(url)));
});

describe('proxyFor', () => {
  const settings = proxySettings({ HTTPS_PROXY: 'http://p:3128', NO_PROXY: 'corp.example, .internal,10.0.0.1' });
  const rows: readonly (readonly [string, string, string | undefined])[] = [
    ['https:', 'eks.eu-west-1.amazonaws.com', 'http://p:3128'],
    ['https:', 'a.corp.example', undefined],
    ['https:', 'corp.example', undefined],
    ['https:', 'notcorp.example', 'http://p:3128'],
    ['https:', 'x.internal', undefined],
    ['https:', '10.0.0.1', undefined],
    ['https:', '127.0.0.1', undefined],
    ['http:', 'eks.eu-west-1.amazonaws.com', undefined],
  ];
  for (const [protocol, host, expected] of rows)
    it(`sends ${protocol}//${host} ${expected ?? 'straight'}`, () =>
      assert.equal(proxyFor(settings, protocol, host), expected));

  it('lets the environment win over the editor, and lower case over upper', () => {
    assert.equal(proxySettings({ https_proxy: 'a', HTTPS_PROXY: 'b' }, 'http://c').https, 'a');
    assert.equal(proxySettings({}, 'http://c').https, 'http://c');
    assert.equal(proxyFor(proxySettings({ https_proxy: 'a:1' }), 'https:', 'x.example'), 'http://a:1');
  });
});
