import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { journalName } from '../../../src/core/run/journal.ts';
import { JournalReader } from '../../../src/core/run/journalReader.ts';
import type { RunEvent, RunStarted } from '../../../src/core/run/runEvent.ts';
import { RunFold } from '../../../src/core/run/runFold.ts';
import { runView } from '../../../src/core/run/runView.ts';
import { EventLedger } from '../../../src/editor/runs/eventLedger.ts';
import { runPanelChange } from '../../../src/editor/runs/runPanelState.ts';
import { laterEvents, longRun } from '../../webview/support/runStates.ts';

export interface JournalMeasured {
  /** From the file to the first view, ms. */
  readonly load: number;
  /** From one more line in the file to the panel's message, ms, the middle one. */
  readonly oneMore: number;
  /** All events folded again, as a check of the former, ms. */
  readonly fromScratch: number;
}

/** What the extension host does with a journal of so many events: reads it, and then a hundred times one event more. */
export async function measureJournal(events: number): Promise<JournalMeasured> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'private-eks-scale-'));
  const file = path.join(folder, journalName);
  try {
    const { view } = longRun(events);
    const started: RunStarted = { ...view.started, seq: 1 };
    const told = view.stackEvents.map((event, index): RunEvent => ({ ...event, seq: index + 2 }));
    const line = (event: RunEvent) => `${JSON.stringify(event)}\n`;
    fs.writeFileSync(file, [started, ...told].map(line).join(''));
    const begun = performance.now();
    const reader = new JournalReader(folder);
    const all = await reader.read();
    const fold = new RunFold(started).add(all.slice(1));
    const ledger = new EventLedger(fold.view({ live: true }).stackEvents);
    const load = performance.now() - begun;
    const times: number[] = [];
    for (const [index, event] of laterEvents(view, 100).entries()) {
      const more: RunEvent = { ...event, seq: all.length + 1 + index };
      fs.appendFileSync(file, line(more));
      const before = performance.now();
      const added = await reader.read();
      runPanelChange(fold.add(added).view({ live: true }), added, ledger);
      times.push(performance.now() - before);
    }
    if (ledger.count !== told.length + 100) throw new Error('events were lost on the way');
    const scratch = performance.now();
    runView(all, { live: true });
    return { load, oneMore: times.sort((a, b) => a - b)[50] ?? NaN, fromScratch: performance.now() - scratch };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
