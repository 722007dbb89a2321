import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blockContains, blocksCover, blocksOverlap, parseBlock } from '../../../../src/core/network/addressBlock.ts';
import { formatCidr } from '../../../../src/core/spec/cidr.ts';

const block = (text: string) => parseBlock(text) ?? assert.fail(text);

describe('an address block', () => {
  it('is read in either family', () => {
    assert.deepEqual(block('10.0.1.7/24'), { bits: 32, base: 0x0a000100n, prefix: 24 });
    assert.deepEqual(block('2001:db8::1/32'), { bits: 128, base: 0x20010db8n << 96n, prefix: 32 });
    assert.equal(block('::/0').base, 0n);
    assert.equal(block('fd00:1:2:3:4:5:6:7/128').base & 0xffffn, 7n);
    for (const text of [
      '10.0.0.0',
      '10.0.0/8',
      '256.0.0.0/8',
      '10.0.0.0/33',
      'x::/8',
      '1::2::3/8',
      '1:2:3/8',
      '::/129',
      'pl-1',
    ])
      assert.equal(parseBlock(text), undefined, text);
  });

  it('holds and meets blocks of its own family alone', () => {
    assert.equal(blockContains(block('2001:db8::/32'), block('2001:db8:a::/64')), true);
    assert.equal(blockContains(block('2001:db8:a::/64'), block('2001:db8::/32')), false);
    assert.equal(blockContains(block('0.0.0.0/0'), block('::/0')), false);
    assert.equal(blocksOverlap(block('10.1.0.0/16'), block('10.0.0.0/8')), true);
    assert.equal(blocksOverlap(block('10.1.0.0/16'), block('10.2.0.0/16')), false);
  });

  it('is filled by its two halves, and by less never', () => {
    const blocks = fc.record({ base: fc.nat(0xffffffff), prefix: fc.integer({ min: 8, max: 30 }) });
    fc.assert(
      fc.property(blocks, ({ base, prefix }) => {
        const whole = block(formatCidr({ base, prefix }));
        const half = 1n << BigInt(32 - prefix - 1);
        const low = { ...whole, prefix: prefix + 1 };
        const high = { ...low, base: whole.base + half };
        assert.equal(blocksCover([low, high], whole), true);
        assert.equal(blocksCover([low], whole), false);
        assert.equal(blocksCover([high, { ...low, prefix: prefix + 2 }], whole), false);
      }),
    );
  });
});
