import assert from 'node:assert/strict';
import { admits, contains, isPrivateAddress } from '../../../../../src/core/tunnel/route/securityGroups.ts';
import { everywhere, fromGroup, fromRange, group, tcp443 } from './reach.ts';

describe('what security groups let through', () => {
  const peer = { groupIds: ['sg-node'], addresses: ['10.0.1.7'] };
  const verdict = (...permissions: Parameters<typeof group>[1]) =>
    admits([group('sg-x', permissions)], 'ingress', 443, peer).verdict;

  it('goes by group, by range, by port and by protocol', () => {
    assert.equal(verdict(tcp443(fromGroup('sg-node'))), 'yes');
    assert.equal(verdict(tcp443(fromGroup('sg-other'))), 'no');
    assert.equal(verdict(tcp443(fromRange('10.0.0.0/16'))), 'yes');
    assert.equal(verdict(tcp443(fromRange('10.1.0.0/16'))), 'no');
    assert.equal(verdict({ ...tcp443(fromRange('10.0.0.0/16')), FromPort: 400, ToPort: 442 }), 'no');
    assert.equal(verdict({ ...tcp443(fromRange('10.0.0.0/16')), IpProtocol: 'udp' }), 'no');
    assert.equal(verdict({ IpProtocol: '-1', ...fromRange('10.0.1.7/32') }), 'yes');
    assert.equal(verdict(), 'no');
  });

  it('adds up over rules and groups', () => {
    const groups = [group('sg-a', [tcp443(fromRange('10.1.0.0/16'))]), group('sg-b', [tcp443(fromGroup('sg-node'))])];
    assert.deepEqual(admits(groups, 'ingress', 443, peer), { verdict: 'yes', by: 'sg-b: 443 sg-node' });
  });

  it('cannot be judged by prefix list, or by range without an address', () => {
    assert.equal(verdict(tcp443({ PrefixListIds: [{ PrefixListId: 'pl-1' }] })), 'unknown');
    const stranger = { groupIds: [], addresses: [] };
    assert.equal(
      admits([group('sg-x', [tcp443(fromRange('10.0.0.0/8'))])], 'ingress', 443, stranger).verdict,
      'unknown',
    );
    assert.equal(admits([group('sg-x', [everywhere])], 'ingress', 443, stranger).verdict, 'yes');
  });

  it('reads ranges of both families', () => {
    assert.ok(contains('fd00::/8', 'fd12::1'));
    assert.ok(!contains('fd00::/8', '10.0.0.1'));
    assert.ok(!contains('nonsense', '10.0.0.1'));
    for (const address of ['10.1.2.3', '172.31.0.1', '192.168.1.1', '100.64.0.1', 'fd00::1'])
      assert.ok(isPrivateAddress(address));
    for (const address of ['8.8.8.8', '172.32.0.1', '2600::1', '']) assert.ok(!isPrivateAddress(address));
  });
});
