import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatCidr, overlaps, parseCidr, toCanonical } from '../../../../src/core/spec/cidr.ts';
import { clusterDnsOf, serviceCidrOf } from '../../../../src/core/templates/serviceCidr.ts';
import { specOf } from './specGrid.ts';

const chosen = (vpcCidrs: readonly string[], lines = '') => serviceCidrOf(specOf(`${lines}\n`), vpcCidrs);

describe('the block of services', () => {
  it('is the first of EKS’s own two that is clear of the VPC, else another private one', () => {
    assert.equal(chosen(['10.40.0.0/16']), '172.20.0.0/16');
    assert.equal(chosen(['172.20.8.0/24']), '10.100.0.0/16');
    assert.equal(chosen(['172.16.0.0/12', '10.100.0.0/16']), '10.0.0.0/16');
    assert.equal(chosen(['172.16.0.0/12', '10.0.0.0/8']), '192.168.0.0/18');
  });

  it('is clear of those who reach the API from outside, too, where that can be had', () => {
    assert.equal(chosen(['10.40.0.0/16'], 'network: {apiAccess: {cidrs: [172.20.0.0/24]}}'), '10.100.0.0/16');
    const everything = 'network: {apiAccess: {cidrs: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]}}';
    assert.equal(chosen(['10.40.0.0/16'], everything), '172.20.0.0/16');
  });

  it('is the spec’s where it says one, and none with IPv6', () => {
    assert.equal(chosen([], 'network: {serviceCidr: 10.200.0.0/16}'), '10.200.0.0/16');
    assert.equal(chosen([], 'network: {ipFamily: ipv6}'), undefined);
  });

  it('never overlaps a VPC of up to five blocks', () => {
    const base = fc.constantFrom(0x0a000000, 0xac100000, 0xc0a80000);
    const block = fc
      .tuple(base, fc.nat({ max: 0xfffff }), fc.integer({ min: 16, max: 28 }))
      .map(([start, offset, prefix]) => formatCidr(toCanonical({ base: start + offset, prefix })));
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 5 }), blocks => {
        const service = parseCidr(chosen(blocks) ?? '');
        assert.ok(service);
        for (const text of blocks) {
          const vpc = parseCidr(text);
          assert.ok(vpc && !overlaps(vpc, service));
        }
      }),
    );
  });

  it('has the cluster’s DNS at its tenth address', () => {
    assert.equal(clusterDnsOf('172.20.0.0/16'), '172.20.0.10');
    assert.equal(clusterDnsOf('10.200.4.0/24'), '10.200.4.10');
  });
});
