import assert from 'node:assert/strict';
import { assertAccessible, assertFits } from './checks.ts';
import { themes, type OpenPanel } from './openPanel.ts';
import type { PanelBench } from './panelBench.ts';

/** CSS pixels: a wide, a usual and a narrow editor, and the narrow one at 150 %; 900 at 200 % is 450. */
const widths = [1400, 900, 480, 450, 320];

/** What every panel is held to in each of its states: to be had by everybody in every theme, and whole in every width. */
export function looksRight(bench: PanelBench, states: Readonly<Record<string, object>>): void {
  for (const theme of themes)
    it(`axe-core finds nothing in any state, ${theme}`, () =>
      bench.during({ theme }, async open => {
        await assertAccessible(open.page, 'loading');
        for (const [name, state] of Object.entries(states)) {
          await open.snapshot(state);
          await openDetails(open);
          await assertAccessible(open.page, name);
        }
      }));

  for (const width of widths)
    it(`nothing is cut off at ${width} px`, () =>
      bench.during({ width }, async open => {
        for (const [name, state] of Object.entries(states)) {
          await open.snapshot(state);
          await assertFits(open.page, name);
          await openDetails(open);
          await assertFits(open.page, `${name}, opened`);
        }
      }));
}

export function hasOnePrimaryAction(bench: PanelBench, states: Readonly<Record<string, object>>): void {
  it('has one primary action at a time', () =>
    bench.during({}, async open => {
      for (const [name, state] of Object.entries(states)) {
        await open.snapshot(state);
        const primary = await open.page.locator('vscode-button[appearance="primary"]').allTextContents();
        assert.ok(primary.length <= 1, `${name}: ${primary.join(', ')}`);
      }
    }));
}

/** Unfolds everything that can be. */
export function openDetails({ page }: OpenPanel): Promise<void> {
  return page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}
