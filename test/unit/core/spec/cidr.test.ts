import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addressCount,
  type Cidr,
  contains,
  formatAddress,
  formatCidr,
  isCanonical,
  overlaps,
  parseCidr,
  split,
  toCanonical,
} from '../../../../src/core/spec/cidr.ts';
import { layOutSubnets, smallestSubnetPrefix } from '../../../../src/core/spec/subnetLayout.ts';

const anyCidr = fc
  .record({ base: fc.integer({ min: 0, max: 2 ** 32 - 1 }), prefix: fc.integer({ min: 0, max: 32 }) })
  .map(toCanonical);
const read = (text: string): Cidr => {
  const cidr = parseCidr(text);
  assert.ok(cidr, text);
  return cidr;
};

describe('a CIDR block', () => {
  it('is read and written', () => {
    fc.assert(fc.property(anyCidr, cidr => assert.deepEqual(parseCidr(formatCidr(cidr)), cidr)));
    assert.equal(formatAddress(read('255.254.253.252/32').base), '255.254.253.252');
  });

  for (const text of [
    '',
    '10.0.0.0',
    '10.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '256.0.0.0/8',
    '010.0.0.0/8',
    '10.0.0.0/8 ',
    '::/0',
    '1.2.3.4.5/8',
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(parseCidr(text), undefined));
  }

  it('is canonical when nothing stands behind its prefix', () => {
    assert.ok(isCanonical(read('10.40.0.0/16')));
    assert.ok(!isCanonical(read('10.40.0.1/16')));
    fc.assert(fc.property(anyCidr, cidr => isCanonical(cidr)));
  });

  it('contains and overlaps as its addresses say', () => {
    const last = (cidr: Cidr) => cidr.base + addressCount(cidr) - 1;
    fc.assert(
      fc.property(anyCidr, anyCidr, (a, b) => {
        assert.equal(contains(a, b), a.base <= b.base && last(b) <= last(a));
        assert.equal(overlaps(a, b), a.base <= last(b) && b.base <= last(a));
      }),
    );
    assert.ok(contains(read('172.16.0.0/12'), read('172.31.255.0/24')));
    assert.ok(!contains(read('172.16.0.0/12'), read('172.32.0.0/16')));
  });

  it('splits into blocks that fill it in order and do not overlap', () => {
    fc.assert(
      fc.property(anyCidr, fc.integer({ min: 0, max: 6 }), (cidr, bits) => {
        fc.pre(cidr.prefix + bits <= 32);
        const parts = split(cidr, cidr.prefix + bits);
        assert.equal(parts.length, 2 ** bits);
        assert.equal(
          parts.reduce((sum, part) => sum + addressCount(part), 0),
          addressCount(cidr),
        );
        parts.forEach((part, index) => {
          assert.ok(contains(cidr, part) && isCanonical(part));
          const next = parts[index + 1];
          if (next) assert.equal(part.base + addressCount(part), next.base);
        });
      }),
    );
    assert.throws(() => split(read('10.0.0.0/16'), 8), RangeError);
  });
});

describe('the subnets of a VPC', () => {
  it('are one for each zone, with room left', () => {
    const layout = layOutSubnets(read('10.40.0.0/16'), 3);
    assert.deepEqual(layout.subnets.map(formatCidr), ['10.40.0.0/18', '10.40.64.0/18', '10.40.128.0/18']);
    assert.deepEqual(layout.free.map(formatCidr), ['10.40.192.0/18']);
    assert.equal(layout.usableAddresses, 16379);
  });

  it('never overlap, stay inside and leave a block free, for every VPC that a spec may ask for', () => {
    for (let prefix = 16; prefix <= 24; prefix++) {
      for (let zones = 2; zones <= 4; zones++) {
        const vpc = toCanonical({ base: read('10.40.0.0/16').base, prefix });
        const { subnets, free } = layOutSubnets(vpc, zones);
        assert.equal(subnets.length, zones);
        assert.ok(free.length >= 1);
        const all = [...subnets, ...free];
        all.forEach((a, i) => {
          assert.ok(contains(vpc, a));
          all.slice(i + 1).forEach(b => assert.ok(!overlaps(a, b)));
        });
      }
    }
    assert.equal(smallestSubnetPrefix, 26);
  });
});
