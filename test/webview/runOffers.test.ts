import assert from 'node:assert/strict';
import type { RunPanelState } from '../../src/protocol/runPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';
import { panelBench } from './support/panelBench.ts';
import { runStates } from './support/runStates.ts';

/** What acts on a run that is over, or carries it on; what only shows something stays. */
const acts = ['Retry', 'Resume', 'Roll back', 'Delete what was made', 'Connect'];

describe('the buttons of a run that is over', () => {
  const bench = panelBench('run');
  const offered = async ({ page }: OpenPanel): Promise<string[]> =>
    (await page.locator('vscode-button').allTextContents())
      .map(text => text.trim())
      .filter(text => acts.includes(text));

  it('are those that the run offers, each once', () =>
    bench.during({}, async open => {
      const table: readonly (readonly [RunPanelState, readonly string[]])[] = [
        [runStates.running, []],
        [runStates.failed, ['Retry', 'Delete what was made']],
        [{ ...runStates.failed, failure: undefined }, ['Retry']],
        [runStates.cancelled, ['Resume', 'Delete what was made']],
        [runStates.interrupted, ['Resume', 'Delete what was made']],
        // It failed, was taken up again, failed again, and its process was killed before it could say so.
        [{ ...runStates.interrupted, failure: runStates.failed.failure }, ['Resume', 'Delete what was made']],
        [runStates.updateFailed, ['Retry', 'Roll back']],
        [runStates.upgradeFailed, ['Retry']],
        [runStates.done, ['Connect']],
        [{ ...runStates.done, offers: [] }, []],
        [runStates.superseded, []],
        [runStates.supersededCreate, []],
      ];
      for (const [state, buttons] of table) {
        await open.snapshot(state);
        assert.deepEqual(await offered(open), buttons, `${state.kind} ${state.status}`);
      }
    }));

  it('go when another run comes later, and a line says why; they come back when the run goes on', () =>
    bench.during({}, async open => {
      await open.snapshot(runStates.updateFailed);
      const line = open.page.getByText('Superseded by upgrade-payments-20261121T130000-0002.', { exact: true });
      assert.equal(await line.count(), 0);
      const { offers, past } = runStates.superseded;
      await open.send({ type: 'delta', seq: 2, change: { offers, past: past ?? null } });
      await line.waitFor();
      assert.deepEqual(await offered(open), []);
      assert.equal(await open.page.locator('.failure .fix').count(), 0);
      // What tells of the run stays.
      await open.page.getByRole('button', { name: 'Copy for support' }).waitFor();
      await open.send({ type: 'delta', seq: 3, change: { offers: ['retry'], past: null } });
      await line.waitFor({ state: 'detached' });
      assert.deepEqual(await offered(open), ['Retry']);
      await open.page.locator('.failure .fix').waitFor();
    }));
});
