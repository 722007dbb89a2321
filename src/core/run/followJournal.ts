import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../clock.ts';
import { hasCode } from '../state/stateFile.ts';
import { journalName, parseJournal } from './journal.ts';
import type { RunEvent } from './runEvent.ts';

export interface FollowOptions {
  /** Real time: how often the file is looked at does not depend on the account's clock. */
  readonly clock: Clock;
  /** Ends the stream without an error. */
  readonly signal: AbortSignal;
  /** Only events after this one. */
  readonly afterSeq?: number;
  readonly everyMs?: number;
}

/** The events of a journal, those to come included, until the signal. Reads only what was added since. */
export async function* followJournal(runDir: string, options: FollowOptions): AsyncGenerator<RunEvent, void> {
  const { clock, signal, afterSeq = 0, everyMs = 200 } = options;
  let offset = 0;
  let last = 0;
  while (!signal.aborted) {
    const added = await readFrom(path.join(runDir, journalName), offset);
    const { events, bytes } = parseAdded(added, last);
    offset += bytes;
    for (const event of events) {
      last = event.seq;
      if (event.seq > afterSeq) yield event;
      if (signal.aborted) return;
    }
    await clock.sleep(everyMs, signal).catch(() => undefined);
  }
}

/** As `parseJournal`, for a part of the file that begins after event `last`. */
function parseAdded(added: Buffer, last: number): { events: RunEvent[]; bytes: number } {
  if (last === 0) return parseJournal(added);
  const events: RunEvent[] = [];
  const end = added.lastIndexOf(10) + 1;
  for (const line of added.toString('utf8', 0, end).split('\n').filter(Boolean))
    events.push(JSON.parse(line) as RunEvent);
  return { events, bytes: end };
}

async function readFrom(file: string, offset: number): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      if (size <= offset) return Buffer.alloc(0);
      const buffer = Buffer.alloc(size - offset);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return Buffer.alloc(0);
    throw error;
  }
}
