import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import assert from 'node:assert/strict';
import { Account } from '../../../../src/sandbox/kernel/account.ts';
import { issueCredential, type Credential } from '../../../../src/sandbox/kernel/credential.ts';
import { verifySignature } from '../../../../src/sandbox/wire/sigV4.ts';
import { toWireRequest } from '../../../sandbox/support/virtualAccount.ts';

const now = Date.UTC(2026, 0, 2, 3, 4, 5);

function setUp(session?: { expiresAt: number }): {
  account: Account;
  credential: Credential;
  signer: (service: string) => SignatureV4;
} {
  const account = new Account([], { accountId: '000000000000', now: 0 });
  const principal = { accountId: '000000000000', arn: 'arn:aws:iam::000000000000:user/u', userId: 'AIDAU' };
  const credential = issueCredential(account, principal, session);
  const { accessKeyId, secretAccessKey, sessionToken } = credential;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  const signer = (service: string) =>
    new SignatureV4({ service, region: 'eu-west-1', credentials, sha256: Sha256, uriEscapePath: service !== 's3' });
  return { account, credential, signer };
}

function request(overrides: Partial<HttpRequest> = {}): HttpRequest {
  return new HttpRequest({
    method: 'POST',
    protocol: 'https:',
    hostname: 'eks.eu-west-1.amazonaws.com',
    path: '/clusters/a%2Fb/x y',
    query: { b: 'two words', a: ['1', '&='], empty: '' },
    headers: {
      host: 'eks.eu-west-1.amazonaws.com',
      'x-amz-meta': '  many   blanks ',
      'content-type': 'application/json',
    },
    body: '{"é":1}',
    ...overrides,
  });
}

describe('signature version 4', () => {
  for (const service of ['eks', 's3']) {
    it(`accepts what the SDK's signer signs for ${service}, and tells who it is`, async () => {
      const { account, signer, credential } = setUp();
      const path = service === 's3' ? '/bucket/a%20b/%2F+(1)' : '/clusters/a%2Fb';
      const signed = await signer(service).sign(request({ path }), { signingDate: new Date(now) });
      const verified = verifySignature(await toWireRequest(signed as HttpRequest), account, now);
      assert.ok('principal' in verified, JSON.stringify(verified));
      assert.equal(verified.principal.arn, credential.principal.arn);
      assert.deepEqual(verified.scope, {
        accessKeyId: credential.accessKeyId,
        date: '20260102',
        region: 'eu-west-1',
        service,
      });
    });
  }

  const tamperings: [string, (request: HttpRequest) => void][] = [
    ['body', r => (r.body = '{"é":2}')],
    ['path', r => (r.path = '/clusters/other')],
    ['query', r => (r.query['b'] = 'three words')],
    ['method', r => (r.method = 'PUT')],
    ['signed header', r => (r.headers['content-type'] = 'text/plain')],
    ['signature', r => (r.headers['authorization'] = `${r.headers['authorization']?.slice(0, -1)}`)],
  ];
  for (const [what, tamper] of tamperings) {
    it(`refuses a changed ${what}`, async () => {
      const { account, signer } = setUp();
      const signed = (await signer('eks').sign(request(), { signingDate: new Date(now) })) as HttpRequest;
      tamper(signed);
      assert.deepEqual(verifySignature(await toWireRequest(signed), account, now), { fault: 'bad-signature' });
    });
  }

  it('refuses an unknown key, a missing or wrong session token and an unsigned request', async () => {
    const { account, signer } = setUp({ expiresAt: now + 60_000 });
    const signed = (await signer('eks').sign(request(), { signingDate: new Date(now) })) as HttpRequest;
    const wire = await toWireRequest(signed);
    assert.ok('principal' in verifySignature(wire, account, now));
    const stranger = new Account([], { accountId: '000000000000', now: 0 });
    assert.deepEqual(verifySignature(wire, stranger, now), { fault: 'unknown-key' });
    const { 'x-amz-security-token': _, ...without } = wire.headers;
    assert.deepEqual(verifySignature({ ...wire, headers: without }, account, now), { fault: 'unknown-key' });
    const { authorization: __, ...unsigned } = wire.headers;
    assert.deepEqual(verifySignature({ ...wire, headers: unsigned }, account, now), { fault: 'missing-auth' });
  });

  it('knows an expired session from a wrong one', async () => {
    const { account, signer } = setUp({ expiresAt: now - 1 });
    const signed = (await signer('eks').sign(request(), { signingDate: new Date(now) })) as HttpRequest;
    assert.deepEqual(verifySignature(await toWireRequest(signed), account, now), { fault: 'expired-token' });
  });

  it('allows fifteen minutes of skew, either way', async () => {
    const { account, signer } = setUp();
    const at = async (offsetMinutes: number) => {
      const signed = await signer('eks').sign(request(), { signingDate: new Date(now + offsetMinutes * 60_000) });
      return verifySignature(await toWireRequest(signed as HttpRequest), account, now);
    };
    assert.ok('principal' in (await at(-15)));
    assert.ok('principal' in (await at(15)));
    const [late, early] = [await at(-16), await at(16)];
    assert.ok(
      'fault' in late &&
        late.fault === 'skewed' &&
        /^Signature expired: 20260102T024805Z is now earlier than 20260102T024905Z \(20260102T030405Z - 15 min\.\)$/.test(
          late.detail ?? '',
        ),
      JSON.stringify(late),
    );
    assert.ok('fault' in early && /^Signature not yet current/.test(early.detail ?? ''));
  });

  it('verifies presigned URLs until they expire, and not with another header', async () => {
    const { account, signer } = setUp();
    const url = request({
      method: 'GET',
      path: '/',
      hostname: 'sts.eu-west-1.amazonaws.com',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: 'sts.eu-west-1.amazonaws.com', 'x-k8s-aws-id': 'demo' },
      body: '',
    });
    const options = { signingDate: new Date(now), expiresIn: 60, unhoistableHeaders: new Set(['x-k8s-aws-id']) };
    const presigned = (await signer('sts').presign(url, options)) as HttpRequest;
    presigned.headers['x-k8s-aws-id'] = 'demo';
    const wire = await toWireRequest(presigned);
    assert.ok(
      'principal' in verifySignature(wire, account, now + 60_000),
      JSON.stringify(verifySignature(wire, account, now)),
    );
    const late = verifySignature(wire, account, now + 61_000);
    assert.ok('fault' in late && late.fault === 'skewed');
    const other = { ...wire, headers: { ...wire.headers, 'x-k8s-aws-id': 'other' } };
    assert.deepEqual(verifySignature(other, account, now), { fault: 'bad-signature' });
  });
});
