import assert from 'node:assert/strict';
import { signInAdvice, signInKind } from '../../../../../src/core/aws/signIn/signInKind.ts';

type Profiles = Record<string, Record<string, string>>;
const kindOf = (profiles: Profiles, config: Profiles = {}, name = 'me') => signInKind(name, { profiles, config });
const session = { sso_start_url: 'https://corp.awsapps.com/start', sso_region: 'eu-west-1' };
const role = { role_arn: 'arn:aws:iam::111122223333:role/a' };

describe('how a profile is signed in', () => {
  it('by a session of IAM Identity Center', () => {
    const need = kindOf({ me: { sso_session: 'corp' } }, { 'sso-session.corp': session });
    assert.deepEqual(need, {
      kind: 'sso',
      profile: 'me',
      sso: {
        sessionName: 'corp',
        startUrl: session.sso_start_url,
        region: 'eu-west-1',
        scopes: ['sso:account:access'],
      },
    });
    assert.equal(signInAdvice(need), undefined);
    const scoped = { ...session, sso_registration_scopes: 'sso:account:access, other:scope' };
    const more = kindOf({ me: { sso_session: 'corp' } }, { 'sso-session.corp': scoped });
    assert.deepEqual(more.kind === 'sso' && more.sso.scopes, ['sso:account:access', 'other:scope']);
  });

  it('by a start URL of its own, the old form', () => {
    const need = kindOf({ me: { ...session, sso_account_id: '1', sso_role_name: 'r' } });
    assert.deepEqual(need.kind === 'sso' && [need.sso.sessionName, need.sso.scopes], [undefined, []]);
  });

  it('says what an incomplete one lacks', () => {
    assert.throws(() => kindOf({ me: { sso_session: 'corp' } }), {
      code: 'sso-incomplete',
      message: /sso-session "corp"/,
    });
    assert.throws(() => kindOf({ me: { sso_start_url: 'x' } }), { code: 'sso-incomplete', message: /profile "me"/ });
  });

  it('by that with whose keys it takes its role', () => {
    const profiles = {
      me: { ...role, source_profile: 'two' },
      two: { ...role, source_profile: 'base' },
      base: { sso_session: 'corp' },
    };
    const need = kindOf(profiles, { 'sso-session.corp': session });
    assert.deepEqual([need.kind, need.profile], ['sso', 'base']);
  });

  it('by a code, where a role wants one', () => {
    const serial = 'arn:aws:iam::111122223333:mfa/me';
    const profiles = {
      me: { ...role, source_profile: 'base', mfa_serial: serial },
      base: { aws_access_key_id: 'AKIA' },
    };
    assert.deepEqual(kindOf(profiles), { kind: 'mfa', profile: 'me', serial });
  });

  it('otherwise', () => {
    assert.deepEqual(kindOf({ me: { login_session: 'arn:aws:sts::1:x' } }), {
      kind: 'login-session',
      profile: 'me',
      session: 'arn:aws:sts::1:x',
    });
    assert.equal(kindOf({ me: { credential_process: '/bin/keys' } }).kind, 'credential-process');
    assert.equal(kindOf({ me: { aws_access_key_id: 'AKIA' } }).kind, 'static');
    assert.equal(kindOf({ me: { ...role, web_identity_token_file: '/t' } }).kind, 'web-identity');
    assert.equal(kindOf({ me: { ...role, credential_source: 'Environment' } }).kind, 'none');
    assert.equal(kindOf({}).kind, 'none');
  });

  it('ends in a circle of profiles', () => {
    const profiles = { me: { ...role, source_profile: 'two' }, two: { ...role, source_profile: 'me' } };
    assert.equal(kindOf(profiles).kind, 'none');
  });

  it('says what to do where we cannot', () => {
    for (const keys of [{ login_session: 'x' }, { credential_process: 'x' }, { aws_access_key_id: 'x' }, {}])
      assert.match(signInAdvice(kindOf({ me: keys })) ?? '', /\bme\b/);
  });
});
