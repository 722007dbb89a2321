import assert from 'node:assert/strict';
import { editorWords } from '../../../src/editor/editorWords.ts';

describe('advice in the editor', () => {
  for (const [said, shown] of [
    [
      'Or take a-network back to what it was: private-eks update --rollback -f FILE.',
      'Or take a-network back to what it was: Roll back.',
    ],
    [
      'Go on with it: private-eks update -f /home/me/a.private-eks.yaml --resume. Or give it up, and plan anew from what is there: private-eks update -f /home/me/a.private-eks.yaml --give-up.',
      'Go on with it: Resume. Or give it up, and plan anew from what is there: Give it up.',
    ],
    [
      'Go on with it: private-eks update -f a.private-eks.yaml --rollback. Or wait.',
      'Go on with it: Roll back. Or wait.',
    ],
    ['For 7 days: private-eks upgrade a --rollback. For that', 'For 7 days: Upgrade…, then Roll back. For that'],
    ['private-eks upgrade a, or set version: "1.36" in the spec.', 'Use Upgrade…, or set version: "1.36" in the spec.'],
    ['If it is meant, name the cluster: --replace a.', 'If it is meant, type its name when asked.'],
    ['Mend it, or go on with --force.', 'Mend it, or go on all the same.'],
    ['Finish it first: private-eks delete a --yes', 'Finish it first: Delete Cluster…'],
    ['it holds data: it goes only with --with-volumes', 'it holds data: it goes only when you say so'],
  ] as const)
    it(`says “${shown}”`, () => assert.equal(editorWords(said), shown));

  it('leaves alone what has no counterpart here', () => {
    const said = 'Or let it stay: private-eks delete a --retain Vpc';
    assert.equal(editorWords(said), said);
  });
});
