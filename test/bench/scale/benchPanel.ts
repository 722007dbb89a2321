import { launchBrowser, type Browser } from '../../../tools/vscode-host/browser.ts';
import { servePanels, type PanelServer } from '../../webview/support/panelServer.ts';
import { benchTable } from './benchTable.ts';
import { measureJournal } from './journalMeasures.ts';
import { measurePanel, type PanelMeasured } from './panelMeasures.ts';
import type { Frames } from './panelPage.ts';

const few = 100;
/** Messages of an editor that is asked often should stay small. */
const mostKiB = 300;

/** The run panel with so many events beside one with a hundred, from the journal to the last frame. */
export async function benchPanel(many: number): Promise<boolean> {
  const journal = [await measureJournal(few), await measureJournal(many)] as const;
  const [browser, server] = await Promise.all([launchBrowser(), servePanels()]);
  try {
    // The browser's first page is slower than any other.
    await openOnce(browser, server);
    const panel = [await measurePanel(browser, server, few), await measurePanel(browser, server, many)] as const;
    const rows: string[][] = [];
    const row = <T>(what: string, [a, b]: readonly [T, T], of: (one: T) => number, digits = 1) =>
      rows.push([
        what,
        of(a).toFixed(digits),
        of(b).toFixed(digits),
        of(a) > 0 ? `${(of(b) / of(a)).toFixed(2)} ×` : '',
      ]);
    row('editor: reading the journal, ms', journal, one => one.load);
    row('editor: one event more, to the panel’s message, ms', journal, one => one.oneMore, 2);
    row('editor: the same by folding all events again, ms', journal, one => one.fromScratch, 2);
    row('first message, KiB', panel, one => one.snapshotKiB);
    row('first paint, ms', panel, one => one.firstPaint);
    for (const [what, of] of [
      ['50 deltas a second', one => one.following],
      ['the same under a filter', one => one.filtered],
      ['scrolling', one => one.scrolling],
    ] satisfies [string, (one: PanelMeasured) => Frames][]) {
      row(`${what}: frame p50, ms`, panel, one => of(one).p50);
      row(`${what}: frame p95, ms`, panel, one => of(one).p95);
      row(`${what}: longest frame, ms`, panel, one => of(one).max);
      row(`${what}: tasks over 50 ms`, panel, one => of(one).longTasks, 0);
    }
    row('a jump into the middle, to its rows, ms', panel, one => one.jump);
    row('a key in the filter, to its rows, p50, ms', panel, one => one.keys.p50);
    row('a key in the filter, to its rows, longest, ms', panel, one => one.keys.max);
    row('elements', panel, one => one.nodes, 0);
    row('rows drawn', panel, one => one.rows, 0);
    row('heap of the page, MiB', panel, one => one.heapMiB);
    console.log(
      `\n${benchTable(['the run panel, by events', ...panel.map(one => String(one.events)), 'ratio'], rows)}`,
    );
    const [small, large] = panel;
    const claims: [string, boolean][] = [
      [`the first message stays under ${mostKiB} KiB`, large.snapshotKiB < mostKiB],
      ['the first paint takes at most twice as long', large.firstPaint <= 2 * small.firstPaint],
      ['frames under deltas take at most twice as long', large.following.p95 <= 2 * small.following.p95],
      ['frames while scrolling take at most twice as long', large.scrolling.p95 <= 2 * small.scrolling.p95],
      ['one event more costs at most four times as much', journal[1].oneMore <= 4 * journal[0].oneMore],
    ];
    for (const [claim, holds] of claims) console.log(`${holds ? 'holds' : 'FAILS'}: ${claim}`);
    return claims.every(([, holds]) => holds);
  } finally {
    await browser.close();
    await server.close();
  }
}

async function openOnce(browser: Browser, server: PanelServer): Promise<void> {
  const page = await browser.newPage();
  await page.goto(server.address('run'));
  await page.close();
}
