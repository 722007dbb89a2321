/** Milliseconds between two frames, while something goes on. */
export interface Frames {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** Tasks that held the page for longer than 50 ms. */
  readonly longTasks: number;
}

/** What the functions of this file leave in the page for each other. */
export interface InPage {
  /** Of the editor: answers what the page asks about events, with the text of a change. */
  askEditor(message: unknown): Promise<string>;
  toEditor(message: { readonly type: string; readonly filter?: string }): void;
  /** As the editor sends it, numbered. */
  sendChange(change: object): void;
  /** Counts frames from now until `read`. */
  watchFrames(): { read(): Frames };
  twoFrames(): Promise<void>;
  answered: ((filter: string) => void) | undefined;
  /** From a key to its result, by the filter's length. */
  keyTimes: number[];
}

/** Runs in the page, before the others. */
export function conversePage(): void {
  const here = globalThis as unknown as InPage;
  let seq = 1;
  here.sendChange = change =>
    void window.dispatchEvent(new MessageEvent('message', { data: { type: 'delta', seq: ++seq, change } }));
  here.toEditor = message => {
    if (message.type !== 'events') throw new Error(`the panel asks for ${message.type}: it has missed something`);
    void here.askEditor(message).then(answer => {
      here.sendChange(JSON.parse(answer) as object);
      here.answered?.(message.filter ?? '');
    });
  };
  here.twoFrames = () =>
    new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined))));
  here.watchFrames = () => {
    const gaps: number[] = [];
    let longTasks = 0;
    const observer = new PerformanceObserver(list => (longTasks += list.getEntries().length));
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
      longTasks += observer.takeRecords().length;
      observer.disconnect();
      const sorted = gaps.slice(1).sort((a, b) => a - b);
      const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
      return { p50: at(0.5), p95: at(0.95), max: at(1), longTasks };
    };
    return { read };
  };
}

/** Runs in the page. The first message comes as text: to read it is part of the time. */
export async function paint(text: string): Promise<number> {
  const begun = performance.now();
  const state: unknown = JSON.parse(text);
  window.dispatchEvent(new MessageEvent('message', { data: { type: 'snapshot', seq: 1, state } }));
  await (globalThis as unknown as InPage).twoFrames();
  return performance.now() - begun;
}

/** Runs in the page: changes as the editor sends them, so many a second. */
export async function follow(given: { changes: readonly object[]; perSecond: number }): Promise<Frames> {
  const here = globalThis as unknown as InPage;
  const watching = here.watchFrames();
  const begun = performance.now();
  for (const [index, change] of given.changes.entries()) {
    const wait = begun + (index * 1000) / given.perSecond - performance.now();
    if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
    here.sendChange(structuredClone(change));
  }
  return watching.read();
}

/** Runs in the page: 29 new rows for every frame, from the end of the list upwards, and back from its beginning. */
export async function scroll(): Promise<Frames> {
  const list = document.querySelector('.events');
  if (!list) throw new Error('there is no list of events');
  const watching = (globalThis as unknown as InPage).watchFrames();
  let step = -700;
  for (let frame = 0; frame < 120; frame++) {
    const end = list.scrollHeight - list.clientHeight;
    if (list.scrollTop + step < 0 || list.scrollTop + step > end) step = -step;
    list.scrollTop += step;
    await new Promise(resolve => requestAnimationFrame(resolve));
  }
  return watching.read();
}

/** Runs in the page: as somebody drags the scrollbar to the middle. */
export async function jump(): Promise<number> {
  const here = globalThis as unknown as InPage;
  const list = document.querySelector('.events');
  if (!list) throw new Error('there is no list of events');
  list.scrollTop = list.scrollHeight;
  await here.twoFrames();
  const begun = performance.now();
  list.scrollTop = list.scrollHeight / 2;
  do await here.twoFrames();
  while (list.querySelector('.event[aria-busy]'));
  const took = performance.now() - begun;
  list.scrollTop = list.scrollHeight;
  await here.twoFrames();
  return took;
}

/** Runs in the page: a key's time ends when the editor's answer is drawn, or its own result where nothing was asked. */
export function watchKeys(): void {
  const here = globalThis as unknown as InPage;
  const begun: number[] = [];
  const asked = new Set<number>();
  here.keyTimes = [];
  const ended = (index: number) => {
    here.keyTimes[index] ??= performance.now() - (begun[index] ?? NaN);
  };
  const toEditor = here.toEditor.bind(here);
  here.toEditor = message => {
    asked.add((message.filter ?? '').length - 1);
    toEditor(message);
  };
  here.answered = filter => void here.twoFrames().then(() => ended(filter.length - 1));
  document.addEventListener(
    'keydown',
    () => {
      const index = begun.push(performance.now()) - 1;
      void here.twoFrames().then(() => {
        if (!asked.has(index)) ended(index);
      });
    },
    true,
  );
}
