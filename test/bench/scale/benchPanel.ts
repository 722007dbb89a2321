import { launchBrowser } from '../../../tools/vscode-host/browser.ts';
import { servePanels } from '../../webview/support/panelServer.ts';
import { recentEvents } from '../../../src/protocol/runPanel.ts';
import { benchTable } from './benchTable.ts';
import { measureJournal } from './journalMeasures.ts';
import { measureFirstPaint, measurePanel, type PanelMeasured } from './panelMeasures.ts';
import type { Frames } from './panelPage.ts';

/** With those of the run's beginning, as many as come with the first message: its page never asks for more. */
const few = recentEvents - 8;
/** Messages of an editor that is asked often should stay small. */
const mostKiB = 300;

/** The run panel with so many events beside one that has all of its events at once, from the journal to the last frame. */
export async function benchPanel(many: number): Promise<boolean> {
  const journal = [await measureJournal(few), await measureJournal(many)] as const;
  const [browser, server] = await Promise.all([launchBrowser(), servePanels()]);
  try {
    // The browser's first page is slower than any other.
    await measureFirstPaint(browser, server, few);
    const paints: [number[], number[]] = [[], []];
    for (let turn = 0; turn < 5; turn++) {
      paints[0].push(await measureFirstPaint(browser, server, few));
      paints[1].push(await measureFirstPaint(browser, server, many));
    }
    const firstPaint = [middle(paints[0]), middle(paints[1])] as const;
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
    row('first paint, the middle of five, ms', firstPaint, one => one);
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
      ['the first paint takes at most twice as long', firstPaint[1] <= 2 * firstPaint[0]],
      ['under deltas, frames take at most twice as long', isSmooth(small.following, large.following)],
      ['while scrolling, frames take at most twice as long', isSmooth(small.scrolling, large.scrolling)],
      ['one event more costs at most four times as much', journal[1].oneMore <= 4 * journal[0].oneMore],
    ];
    for (const [claim, holds] of claims) console.log(`${holds ? 'holds' : 'FAILS'}: ${claim}`);
    return claims.every(([, holds]) => holds);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** One frame that is left out is not seen: two frames' time is always well. */
function isSmooth(small: Frames, large: Frames): boolean {
  return large.p95 <= Math.max(2 * small.p95, 2000 / 60 + 1);
}

function middle(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}
