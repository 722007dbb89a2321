import assert from 'node:assert/strict';
import { authenticate } from '../../../../src/sandbox/kubernetes/authentication.ts';
import { makeToken, testCluster, type TokenOptions } from '../../../sandbox/kubernetes/support/testCluster.ts';

const now = Date.parse('2026-11-21T08:00:00Z');
const signingDate = new Date(now);
const minutes = (count: number) => now + count * 60_000;
const id = { 'x-k8s-aws-id': 'quiet' };
const other = 'sts.us-east-2.amazonaws.com';

describe('k8s-aws-v1 token', () => {
  const user = async (options: TokenOptions = {}, at = now) => {
    const cluster = testCluster();
    return authenticate(cluster.key, await makeToken(cluster.admin, { signingDate, ...options }), at);
  };

  it('stands for its signer for a quarter of an hour, whatever X-Amz-Expires says', async () => {
    assert.equal((await user())?.name, 'arn:aws:iam::123456789012:user/practice');
    assert.deepEqual((await user())?.groups, ['system:authenticated']);
    assert.ok(await user({ expiresIn: 60 }, minutes(14)));
    assert.equal(await user({ expiresIn: 60 }, minutes(15)), undefined);
    assert.equal(await user({ expiresIn: 900 }, minutes(15)), undefined);
    assert.equal(await user({}, minutes(-20)), undefined, 'signed in the future');
  });

  const refused: [title: string, options: TokenOptions][] = [
    ['another region’s STS', { host: other }],
    ['a host that is no STS', { host: 'sts.eu-west-1.amazonaws.com.example.org' }],
    ['another cluster’s name', { headers: { 'x-k8s-aws-id': 'other' } }],
    ['no signed cluster name', { headers: {} }],
    ['another action', { query: { Action: 'AssumeRole', Version: '2011-06-15' } }],
    ['a query key too many', { query: { Action: 'GetCallerIdentity', Version: '2011-06-15', Extra: '1' } }],
    ['an expiry above 900', { expiresIn: 901 }],
    ['a key twice', { change: url => `${url}&Action=GetCallerIdentity` }],
    ['a path', { change: url => url.replace('/?', '/x?') }],
    ['plain http', { change: url => url.replace('https:', 'http:') }],
    ['a user in the URL', { change: url => url.replace('https://', 'https://a:b@') }],
    [
      'a changed signature',
      { change: url => url.replace(/Signature=./, match => `Signature=${match.endsWith('0') ? '1' : '0'}`) },
    ],
    ['a changed date', { change: url => url.replace('T080000Z', 'T080001Z') }],
    ['more than 4096 bytes', { change: url => url + ' '.repeat(4096) }],
    ['what is no URL', { change: () => 'not a url' }],
  ];
  for (const [title, options] of refused)
    it(`is refused with ${title}`, async () => {
      assert.ok(await user({ headers: id }));
      assert.equal(await user(options), undefined);
    });

  it('is refused in another form', () => {
    const { key } = testCluster();
    for (const token of ['', 'k8s-aws-v1.', 'k8s-aws-v1.!!!', 'k8s-aws-v2.aGk', 'eyJhbGciOi.J9.x'])
      assert.equal(authenticate(key, token, now), undefined);
  });

  it('maps a role’s session to the role’s entry, whatever its path, and fills in the session’s name', async () => {
    const cluster = testCluster();
    const session = cluster.role('Deployer', 'ann@example.org');
    const token = await makeToken(session);
    assert.equal(authenticate(cluster.key, token, Date.now()), undefined, 'no access entry');
    cluster.allow('arn:aws:iam::123456789012:role/teams/blue/Deployer', {
      username: 'deployer:{{SessionName}}',
      groups: ['blue'],
      policy: 'AmazonEKSEditPolicy',
    });
    const user = authenticate(cluster.key, token, Date.now());
    assert.equal(user?.name, 'deployer:ann-example.org');
    assert.deepEqual(user.groups, ['blue', 'system:authenticated']);
  });

  it('ends with the credentials that signed it', async () => {
    const cluster = testCluster();
    const session = cluster.role('Deployer', 'ann');
    cluster.allow('arn:aws:iam::123456789012:role/Deployer', {});
    const late = (session.expiresAt ?? 0) - 60_000;
    const token = await makeToken(session, { signingDate: new Date(late) });
    assert.ok(authenticate(cluster.key, token, late));
    assert.equal(authenticate(cluster.key, token, late + 120_000), undefined);
  });

  it('is refused when its key is unknown', async () => {
    const cluster = testCluster();
    assert.equal(
      authenticate(cluster.key, await makeToken({ ...cluster.admin, accessKeyId: 'AKIAUNKNOWN' }), Date.now()),
      undefined,
    );
    assert.equal(
      authenticate(cluster.key, await makeToken({ ...cluster.admin, secretAccessKey: 'wrong' }), Date.now()),
      undefined,
    );
  });
});
