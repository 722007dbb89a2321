import type { Browser, Page } from '../../../tools/vscode-host/browser.ts';
import { openPanel } from '../../webview/support/openPanel.ts';
import type { PanelServer } from '../../webview/support/panelServer.ts';
import { runStates } from '../../webview/support/runStates.ts';
import type { RunPanelState } from '../../../src/protocol/runPanel.ts';

/** Milliseconds between two frames, while something goes on. */
export interface Frames {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** Tasks that held the page for longer than 50 ms, and the longest of them. */
  readonly longTasks: number;
  readonly longestTask: number;
}

export interface PanelMeasured {
  readonly events: number;
  /** From the snapshot's arrival to the frame after it was drawn, ms. */
  readonly firstPaint: number;
  readonly following: Frames;
  readonly scrolling: Frames;
  /** While a filter is on. */
  readonly filtered: Frames;
  /** From a key to the frame that shows its result: the middle one and the longest, ms. */
  readonly keys: { readonly p50: number; readonly max: number };
  readonly nodes: number;
  readonly rows: number;
  readonly heapMiB: number;
}

const secondsOfDeltas = 6;
const deltasPerSecond = 50;

/** The panel's real page with a run of so many events: deltas, scrolling, typing. */
export async function measurePanel(browser: Browser, server: PanelServer, events: number): Promise<PanelMeasured> {
  const open = await openPanel(browser, server, 'run');
  try {
    const { page } = open;
    const { endedAt: _, ...run } = runStates.long;
    const state: object = {
      ...run,
      events: runStates.long.events.slice(-events),
      clock: { realEpoch: 0, epoch: 0, speed: 1 },
    };
    await page.evaluate(watchFrames);
    const firstPaint = await page.evaluate(firstPaintOf, state);
    const template = (state as RunPanelState).events.at(-1) as object;
    const deltas = { template, seconds: secondsOfDeltas, perSecond: deltasPerSecond, steps: run.steps };
    const following = await page.evaluate(follow, { ...deltas, after: 1 });
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    const rows = await page.locator('.event').count();
    const scrolling = await page.evaluate(scroll);
    const keys = await typing(page);
    const filtered = await page.evaluate(follow, { ...deltas, after: 1 + secondsOfDeltas * deltasPerSecond });
    const heapMiB = await page.evaluate(
      () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize / 2 ** 20,
    );
    return { events, firstPaint, following, scrolling, filtered, keys, nodes, rows, heapMiB };
  } finally {
    await open.close();
  }
}

interface Watching {
  /** Counts frames from now until `read`. */
  watchFrames(): { read(): Frames };
}

/** Runs in the page. */
function watchFrames(): void {
  const here = globalThis as unknown as Watching;
  here.watchFrames = () => {
    const gaps: number[] = [];
    const tasks: number[] = [];
    const observer = new PerformanceObserver(list => tasks.push(...list.getEntries().map(entry => entry.duration)));
    observer.observe({ type: 'longtask' });
    let last = performance.now();
    let on = true;
    const frame = () => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      if (on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    const read = (): Frames => {
      on = false;
      tasks.push(...observer.takeRecords().map(entry => entry.duration));
      observer.disconnect();
      const sorted = gaps.slice(1).sort((a, b) => a - b);
      const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
      return { p50: at(0.5), p95: at(0.95), max: at(1), longTasks: tasks.length, longestTask: Math.max(0, ...tasks) };
    };
    return { read };
  };
}

/** Runs in the page. The state comes as a copy, as a message's does. */
function firstPaintOf(state: object): Promise<number> {
  const copy: unknown = structuredClone(state);
  const begun = performance.now();
  window.dispatchEvent(new MessageEvent('message', { data: { type: 'snapshot', seq: 1, state: copy } }));
  return new Promise(resolve =>
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begun))),
  );
}

/** Runs in the page: a delta as the editor sends it, with the steps and one event, so many times a second. */
async function follow(given: {
  template: object;
  seconds: number;
  perSecond: number;
  steps: readonly object[];
  /** The number of the last message. */
  after: number;
}): Promise<Frames> {
  const watching = (globalThis as unknown as Watching).watchFrames();
  const count = given.seconds * given.perSecond;
  const begun = performance.now();
  for (let sent = 0; sent < count; sent++) {
    const wait = begun + (sent * 1000) / given.perSecond - performance.now();
    if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
    const event = { ...given.template, seq: 1_000_000 + given.after + sent, logicalId: `Later${sent}` };
    const change = structuredClone({
      status: 'running',
      steps: given.steps,
      events: [event],
      failure: null,
      remaining: [],
    });
    window.dispatchEvent(new MessageEvent('message', { data: { type: 'delta', seq: given.after + 1 + sent, change } }));
  }
  return watching.read();
}

/** Runs in the page: a step for every frame, from the end of the list upwards. */
async function scroll(): Promise<Frames> {
  const list = document.querySelector('.events');
  if (!list) throw new Error('there is no list of events');
  const watching = (globalThis as unknown as Watching).watchFrames();
  for (let frame = 0; frame < 120; frame++) {
    list.scrollTop = Math.max(0, list.scrollTop - 700);
    await new Promise(resolve => requestAnimationFrame(resolve));
  }
  return watching.read();
}

async function typing(page: Page): Promise<{ p50: number; max: number }> {
  await page.locator('pe-event-stream input').focus();
  await page.evaluate(() => {
    const here = globalThis as unknown as { keyTimes: number[] };
    here.keyTimes = [];
    document.addEventListener(
      'keydown',
      () => {
        const begun = performance.now();
        requestAnimationFrame(() => requestAnimationFrame(() => here.keyTimes.push(performance.now() - begun)));
      },
      true,
    );
  });
  for (const key of 'resource199') await page.keyboard.press(key, { delay: 30 });
  await page.evaluate(() => new Promise(resolve => setTimeout(resolve, 200)));
  const times = await page.evaluate(() => (globalThis as unknown as { keyTimes: number[] }).keyTimes);
  const sorted = times.sort((a, b) => a - b);
  return { p50: sorted[Math.floor(sorted.length / 2)] ?? NaN, max: sorted.at(-1) ?? NaN };
}
