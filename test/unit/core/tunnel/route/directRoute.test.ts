import assert from 'node:assert/strict';
import { directFacts, type DirectFacts, type Dialled } from '../../../../../src/core/tunnel/route/directFacts.ts';
import { judgeDirect } from '../../../../../src/core/tunnel/route/directRoute.ts';
import { fromRange, group, reach, tcp443 } from './reach.ts';

const address = '10.0.1.5';
const facts = (more: Partial<DirectFacts>): DirectFacts => ({
  host: reach.host,
  resolved: { addresses: [address] },
  localAddresses: ['192.168.1.20'],
  ...more,
});
const failed = (stage: 'tcp' | 'tls', code: string): Dialled => ({ outcome: 'failed', stage, code, address });

describe('the direct way', () => {
  it('is there when the endpoint answers on a private address', () => {
    const { route, finding } = judgeDirect(facts({ dialled: { outcome: 'reached', address } }), reach, undefined);
    assert.deepEqual(route, {
      kind: 'direct',
      addresses: [address],
      reason: `the endpoint answers at ${address}, by a private network (VPN, Direct Connect, peering, or inside the VPC)`,
    });
    assert.equal(finding.verdict, 'usable');
  });

  it('says it when that is over the internet', () => {
    const dialled: Dialled = { outcome: 'reached', address: '52.1.2.3' };
    assert.match(
      judgeDirect(facts({ resolved: { addresses: ['52.1.2.3'] }, dialled }), reach, undefined).route?.reason ?? '',
      /over the internet/,
    );
  });

  const blind: readonly (readonly [string, Partial<DirectFacts>, RegExp, RegExp])[] = [
    [
      'no name',
      { resolved: { failure: 'ENOTFOUND' } },
      /does not resolve here \(ENOTFOUND\)/,
      /rebinding|inbound endpoint/,
    ],
    ['a slow name', { resolved: { failure: 'timeout' } }, /does not resolve here \(timeout\)/, /inbound endpoint/],
    ['no route', { dialled: failed('tcp', 'ENETUNREACH') }, /this machine has no route there/, /Connect the VPN/],
    ['a refusal', { dialled: failed('tcp', 'ECONNREFUSED') }, /refuses port 443/, /same addresses/],
    [
      'another’s certificate',
      { dialled: failed('tls', 'SELF_SIGNED_CERT_IN_CHAIN') },
      /not the cluster’s/,
      /proxy breaks TLS/,
    ],
    [
      'silence',
      { dialled: failed('tcp', 'timeout') },
      /no route, or no rule/,
      /sg-cluster has to admit 443 from 192\.168\.1\.20/,
    ],
    [
      'silence of a public endpoint',
      {
        resolved: { addresses: ['52.1.2.3'] },
        dialled: { outcome: 'failed', stage: 'tcp', code: 'timeout', address: '52.1.2.3' },
      },
      /public endpoint/,
      /allowed ranges/,
    ],
  ];
  for (const [what, seen, summary, fix] of blind)
    it(`is not there with ${what}, and says what would mend it`, () => {
      const { route, finding } = judgeDirect(facts(seen), reach, undefined);
      assert.equal(route, undefined);
      assert.equal(finding.verdict, 'unusable');
      assert.match(finding.summary, summary);
      assert.match(finding.fix ?? '', fix);
      assert.ok(finding.evidence.length > 0);
    });

  it('is told apart by the security group: no rule, or a rule and no route', () => {
    const silent = facts({ dialled: failed('tcp', 'timeout') });
    const closed = judgeDirect(silent, reach, [group('sg-cluster', [])]).finding;
    assert.match(closed.summary, /no rule of sg-cluster admits 192\.168\.1\.20/);
    assert.deepEqual(closed.evidence.at(-1), {
      resource: 'sg-cluster',
      attribute: 'inbound 443',
      seen: 'no rule for 192.168.1.20',
      needed: '443 from 192.168.1.20',
    });
    const open = judgeDirect(silent, reach, [group('sg-cluster', [tcp443(fromRange('192.168.0.0/16'))])]).finding;
    assert.match(open.summary, /443 192\.168\.0\.0\/16 admits it: there is no route/);
    assert.match(open.fix ?? '', /one back/);
  });

  it('is looked for at each address, and the first that answers counts', async () => {
    const dialledHosts: string[] = [];
    const probe = {
      resolve: async () => ({ addresses: ['10.0.1.5', '10.0.2.5'] }),
      dial: async (at: string): Promise<Dialled> => {
        dialledHosts.push(at);
        return at === '10.0.2.5' ? { outcome: 'reached', address: at } : { ...failed('tcp', 'timeout'), address: at };
      },
      localAddresses: () => ['192.168.1.20'],
    };
    const found = await directFacts(probe, reach, new AbortController().signal);
    assert.deepEqual(found.dialled, { outcome: 'reached', address: '10.0.2.5' });
    assert.deepEqual(dialledHosts, ['10.0.1.5', '10.0.2.5']);
    const none = await directFacts(
      { ...probe, dial: async at => ({ ...failed('tcp', 'timeout'), address: at }) },
      reach,
      new AbortController().signal,
    );
    assert.deepEqual(none.dialled, failed('tcp', 'timeout'));
  });
});
