import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../clock.ts';
import { ensureStateDir, hasCode } from '../state/stateFile.ts';
import type { RunEvent, RunEventBody } from './runEvent.ts';

export const journalName = 'journal.ndjson';

/**
 * A run's memory: one event a line, only ever appended, by the one process that holds the lease. Writing is synchronous, so that
 * an event which a view has seen is in the file; what a kill leaves of a last line is cut off when the journal is opened again.
 */
export class Journal {
  readonly #fd: number;
  readonly #clock: Clock;
  readonly #events: RunEvent[];
  readonly #listeners = new Set<(event: RunEvent) => void>();

  private constructor(fd: number, clock: Clock, events: RunEvent[]) {
    this.#fd = fd;
    this.#clock = clock;
    this.#events = events;
  }

  static async open(runDir: string, clock: Clock): Promise<Journal> {
    await ensureStateDir(runDir);
    const file = path.join(runDir, journalName);
    const fd = openSync(file, 'a+', 0o600);
    const { events, bytes } = parseJournal(readFileSync(file));
    ftruncateSync(fd, bytes);
    return new Journal(fd, clock, events);
  }

  get events(): readonly RunEvent[] {
    return this.#events;
  }

  append(body: RunEventBody): RunEvent {
    const event: RunEvent = { seq: this.#events.length + 1, at: Math.round(this.#clock.now()), ...body };
    writeSync(this.#fd, `${JSON.stringify(event)}\n`);
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  /** Tells every event from now on. */
  onEvent(listener: (event: RunEvent) => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

export async function readJournal(runDir: string): Promise<RunEvent[]> {
  try {
    return parseJournal(await readFile(path.join(runDir, journalName))).events;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/**
 * Reads up to the first line that is torn or out of sequence; `bytes` is the length of what was read. `after`: the event before the
 * content's first.
 */
export function parseJournal(content: Uint8Array, after = 0): { events: RunEvent[]; bytes: number } {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const events: RunEvent[] = [];
  let bytes = 0;
  for (let end = buffer.indexOf(10); end !== -1; end = buffer.indexOf(10, bytes)) {
    const event = parseLine(buffer.toString('utf8', bytes, end));
    if (event?.seq !== after + events.length + 1) break;
    events.push(event);
    bytes = end + 1;
  }
  return { events, bytes };
}

function parseLine(line: string): RunEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isEvent = typeof value === 'object' && value !== null && 'seq' in value && 'type' in value;
    return isEvent ? (value as RunEvent) : undefined;
  } catch {
    return undefined;
  }
}
