import fc from 'fast-check';
import assert from 'node:assert/strict';
import { textDifference } from '../../../src/editor/planner/textDifference.ts';

describe('the difference of two texts', () => {
  it('gives the second when its stretch is put in the place of the first’s', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'é', '🙂'), maxLength: 20 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { start, endBefore, endAfter } = textDifference(before, after);
        assert.ok(start <= endBefore && start <= endAfter);
        assert.equal(before.slice(0, start) + after.slice(start, endAfter) + before.slice(endBefore), after);
      }),
    );
  });

  it('is the smallest stretch', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (head, middle, tail) => {
        const { start, endBefore, endAfter } = textDifference(head + tail, head + middle + tail);
        assert.equal(endBefore, start);
        assert.equal(endAfter - start, middle.length);
      }),
    );
  });

  it('is empty for equal texts', () => {
    assert.deepEqual(textDifference('abc', 'abc'), { start: 3, endBefore: 3, endAfter: 3 });
  });
});
