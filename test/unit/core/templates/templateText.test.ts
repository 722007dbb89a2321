import assert from 'node:assert/strict';
import fc from 'fast-check';
import { templateText } from '../../../../src/core/templates/templateText.ts';

describe('templateText', () => {
  it('is the template in ASCII alone, whatever it says', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })), template => {
        const text = templateText({ template });
        assert.match(text, /^[\0-\x7f]*$/);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify({ template })));
      }),
    );
    assert.equal(templateText({ Ort: 'Zürich 🏔' }), '{"Ort":"Z\\u00fcrich \\ud83c\\udfd4"}');
  });
});
