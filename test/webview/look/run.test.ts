import assert from 'node:assert/strict';
import { hasOnePrimaryAction, looksRight } from '../support/look.ts';
import { panelBench } from '../support/panelBench.ts';
import { runStates } from '../support/runStates.ts';

describe('the look of the run panel', () => {
  const bench = panelBench('run');
  looksRight(bench, runStates);
  hasOnePrimaryAction(bench, runStates);

  it('shows codicons in their own font', () =>
    bench.during({}, async open => {
      await open.snapshot(runStates.running);
      const loaded = await open.page.evaluate(async () => (await document.fonts.load('16px codicon')).length);
      assert.equal(loaded, 1);
    }));
});
