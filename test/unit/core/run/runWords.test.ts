import assert from 'node:assert/strict';
import { wordsOf } from '../../../../src/core/run/runWords.ts';
import type { RunView } from '../../../../src/core/run/runView.ts';

describe('what a run is called', () => {
  const run = (kind: RunView['kind'], ids: readonly string[]) =>
    wordsOf({ kind, steps: ids.map(id => ({ id }) as RunView['steps'][number]) }).verb;

  it('is its kind, but for a run that takes a failed update back', () => {
    assert.equal(run('update', ['preflight', 'logs', 'verify']), 'Update');
    assert.equal(run('update', ['rollback-endpoints', 'rollback-network']), 'Roll back');
    assert.equal(run('update', []), 'Update');
    assert.equal(run('upgrade', ['control-plane']), 'Upgrade');
  });
});
