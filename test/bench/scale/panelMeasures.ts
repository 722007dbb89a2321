import type { Browser, Page } from '../../../tools/vscode-host/browser.ts';
import { EventLedger } from '../../../src/editor/runs/eventLedger.ts';
import { runPanelChange, runPanelState } from '../../../src/editor/runs/runPanelState.ts';
import { readRunPanelRequest, type RunPanelChange } from '../../../src/protocol/runPanel.ts';
import { openPanel } from '../../webview/support/openPanel.ts';
import type { PanelServer } from '../../webview/support/panelServer.ts';
import { laterEvents, longRun } from '../../webview/support/runStates.ts';
import { conversePage, follow, jump, paint, scroll, watchKeys, type Frames, type InPage } from './panelPage.ts';

export interface PanelMeasured {
  readonly events: number;
  /** Of the first message, KiB. */
  readonly snapshotKiB: number;
  readonly following: Frames;
  readonly scrolling: Frames;
  /** While a filter is on. */
  readonly filtered: Frames;
  /** From a key to the frame that shows its result: the middle one and the longest, ms. */
  readonly keys: { readonly p50: number; readonly max: number };
  /** From the end into the middle of the list, until its rows are drawn, ms. */
  readonly jump: number;
  readonly nodes: number;
  readonly rows: number;
  readonly heapMiB: number;
}

const secondsOfDeltas = 6;
const deltasPerSecond = 50;

/** The panel's real page with a run of so many events, and the product's own end of it here: first paint, deltas, scrolling, typing. */
export async function measurePanel(browser: Browser, server: PanelServer, events: number): Promise<PanelMeasured> {
  const open = await openPanel(browser, server, 'run');
  try {
    const { page } = open;
    const { view } = longRun(events);
    // The clock runs, so that the panel draws each second.
    const surroundings = { account: 'Sandbox', clock: { realEpoch: 0, epoch: 0, speed: 1 } };
    const ledger = new EventLedger(view.stackEvents);
    await page.exposeFunction('askEditor', (message: unknown): string => {
      const request = readRunPanelRequest(message);
      if (request?.type !== 'events') throw new Error('the panel asks for what is no window of events');
      const change: RunPanelChange = { window: ledger.window(request, request.from, request.count) };
      return JSON.stringify(change);
    });
    await page.evaluate(conversePage);
    const snapshot = JSON.stringify(runPanelState(view, surroundings, ledger));
    const count = secondsOfDeltas * deltasPerSecond;
    const later = laterEvents(view, 2 * count).map(event => runPanelChange(view, [event], ledger));
    await page.evaluate(paint, snapshot);
    const pace = { perSecond: deltasPerSecond };
    const following = await page.evaluate(follow, { ...pace, changes: later.slice(0, count) });
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    const rows = await page.locator('.event').count();
    const scrolling = await page.evaluate(scroll);
    const jumped = await page.evaluate(jump);
    const keys = await typing(page);
    const filtered = await page.evaluate(follow, { ...pace, changes: later.slice(count) });
    const heapMiB = await page.evaluate(
      () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize / 2 ** 20,
    );
    return {
      events: view.stackEvents.length,
      snapshotKiB: snapshot.length / 1024,
      following,
      scrolling,
      filtered,
      keys,
      jump: jumped,
      nodes,
      rows,
      heapMiB,
    };
  } finally {
    await open.close();
  }
}

/** From the first message's text to the frame after it was drawn, in a page that was just loaded, ms. */
export async function measureFirstPaint(browser: Browser, server: PanelServer, events: number): Promise<number> {
  const open = await openPanel(browser, server, 'run');
  try {
    const { view, surroundings } = longRun(events);
    await open.page.evaluate(conversePage);
    return await open.page.evaluate(paint, JSON.stringify(runPanelState(view, surroundings)));
  } finally {
    await open.close();
  }
}

async function typing(page: Page): Promise<PanelMeasured['keys']> {
  await page.locator('pe-event-stream input').focus();
  await page.evaluate(watchKeys);
  const word = 'resource19';
  for (const key of word) await page.keyboard.press(key, { delay: 30 });
  await page.waitForFunction(
    length => (globalThis as unknown as InPage).keyTimes.filter(Boolean).length === length,
    word.length,
  );
  const times = await page.evaluate(() => (globalThis as unknown as InPage).keyTimes);
  const sorted = times.sort((a, b) => a - b);
  return { p50: sorted[Math.floor(sorted.length / 2)] ?? NaN, max: sorted.at(-1) ?? NaN };
}
