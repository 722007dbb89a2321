import fc from 'fast-check';
import assert from 'node:assert/strict';
import { accountEnvironment, profileAccount, type Account } from '../../../src/editor/accounts/account.ts';

const prod = profileAccount({ profile: 'prod', region: 'eu-central-1' });
const sandbox: Account = {
  ...profileAccount({ profile: 'private-eks-sandbox', region: 'eu-west-1' }),
  isSandbox: true,
  place: { configFile: '/home/sandbox/config', credentialsFile: '/home/sandbox/credentials' },
};
const secret = fc.stringMatching(/^[A-Za-z0-9/+]{40}$/);

describe('the environment of a child process', () => {
  it('names profile, region and files', () => {
    assert.deepEqual(accountEnvironment(sandbox, { PATH: '/bin' }), {
      PATH: '/bin',
      AWS_PROFILE: 'private-eks-sandbox',
      AWS_REGION: 'eu-west-1',
      AWS_CONFIG_FILE: '/home/sandbox/config',
      AWS_SHARED_CREDENTIALS_FILE: '/home/sandbox/credentials',
    });
  });

  it('never holds a key of the editor’s own environment', () => {
    fc.assert(
      fc.property(secret, secret, fc.constantFrom(prod, sandbox), (key, token, account) => {
        const environment = accountEnvironment(account, {
          AWS_ACCESS_KEY_ID: key,
          AWS_SECRET_ACCESS_KEY: key,
          AWS_SESSION_TOKEN: token,
          AWS_CREDENTIAL_EXPIRATION: '2026-11-21T00:00:00Z',
          AWS_DEFAULT_PROFILE: 'other',
          AWS_DEFAULT_REGION: 'us-east-1',
        });
        const text = JSON.stringify(environment);
        assert.ok(
          !text.includes(key) && !text.includes(token) && !text.includes('other') && !text.includes('us-east-1'),
        );
      }),
    );
  });

  it('sends the sandbox’s calls nowhere else, and leaves a profile’s own endpoint alone', () => {
    const base = {
      AWS_ENDPOINT_URL: 'https://elsewhere',
      AWS_ENDPOINT_URL_EKS: 'https://elsewhere/eks',
      AWS_CA_BUNDLE: '/ca',
    };
    assert.ok(!JSON.stringify(accountEnvironment(sandbox, base)).includes('elsewhere'));
    assert.equal(accountEnvironment(prod, base)['AWS_ENDPOINT_URL'], 'https://elsewhere');
    assert.equal(accountEnvironment(sandbox, base)['AWS_CA_BUNDLE'], '/ca');
  });

  it('leaves the given environment as it was', () => {
    const base = { AWS_PROFILE: 'other' };
    accountEnvironment(prod, base);
    assert.deepEqual(base, { AWS_PROFILE: 'other' });
  });
});
