import assert from 'node:assert/strict';
import { countWords, escapeMarkdown, sentence } from '../../../src/editor/words.ts';

describe('words of the editor', () => {
  it('count, begin sentences, and leave names as they are', () => {
    assert.deepEqual(
      [countWords(1, 'file'), countWords(2, 'file'), countWords(0, 'entry', 'entries')],
      ['1 file', '2 files', '0 entries'],
    );
    assert.deepEqual(['costs nothing', 'gp3, 20 GiB', 'vpc-1: a VPC', '', 'a'].map(sentence), [
      'Costs nothing',
      'gp3, 20 GiB',
      'vpc-1: a VPC',
      '',
      'A',
    ]);
  });

  it('stay what they are in Markdown', () => {
    assert.equal(escapeMarkdown('*a*_b_ [c](d) <e> /16'), '\\*a\\*\\_b\\_ \\[c\\]\\(d\\) \\<e\\> /16');
  });
});
