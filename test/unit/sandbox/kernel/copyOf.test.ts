import assert from 'node:assert/strict';
import fc from 'fast-check';
import { copyOf } from '../../../../src/sandbox/kernel/copyOf.ts';

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined));
const { row } = fc.letrec<{ row: unknown }>(tie => ({
  row: fc.oneof(
    scalar,
    fc.date({ noInvalidDate: true }),
    fc.uint8Array(),
    fc.array(tie('row'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('row'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe('copyOf', () => {
  it('gives what structuredClone gives', () => {
    fc.assert(fc.property(row, value => assert.deepEqual(copyOf(value), structuredClone(value))));
  });

  it('shares nothing with what it copied', () => {
    const original = { Tags: [{ Key: 'a' }], At: new Date(0), Blob: Uint8Array.of(1) };
    const copy = copyOf(original);
    original.Tags[0] = { Key: 'b' };
    original.At.setTime(1);
    original.Blob[0] = 2;
    assert.deepEqual(copy, { Tags: [{ Key: 'a' }], At: new Date(0), Blob: Uint8Array.of(1) });
  });
});
