import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../state/stateFile.ts';
import { journalName, parseJournal } from './journal.ts';
import type { RunEvent } from './runEvent.ts';

/**
 * A journal as it grows: each read gives what was added since the last one. That it is still the same is seen by the last line that was
 * read: a journal that lost it, or has another one there, is read again from its head, which begins with event 1.
 */
export class JournalReader {
  readonly #file: string;
  #offset = 0;
  #lastSeq = 0;
  #lastLine = Buffer.alloc(0);
  #reading: Promise<unknown> = Promise.resolve();

  constructor(runDir: string) {
    this.#file = path.join(runDir, journalName);
  }

  /** One read at a time: whoever comes meanwhile gets what that one left. */
  read(): Promise<RunEvent[]> {
    const reading = this.#reading.then(() => this.#readAdded());
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  async #readAdded(): Promise<RunEvent[]> {
    const seen = this.#lastLine.length;
    const begin = this.#offset - seen;
    const content = await readFrom(this.#file, begin);
    if (this.#lastLine.equals(content.subarray(0, seen))) return this.#take(content, seen);
    this.#offset = 0;
    this.#lastSeq = 0;
    this.#lastLine = Buffer.alloc(0);
    return this.#take(await readFrom(this.#file, 0), 0);
  }

  /** Takes what stands behind the first `seen` bytes. */
  #take(content: Buffer, seen: number): RunEvent[] {
    const added = content.subarray(seen);
    const { events, bytes } = parseJournal(added, this.#lastSeq);
    if (bytes === 0) return [];
    const lines = added.subarray(0, bytes);
    this.#offset += bytes;
    this.#lastSeq += events.length;
    // A copy, so that what was read is not held by its last line.
    this.#lastLine = Buffer.from(lines.subarray(lines.lastIndexOf(10, -2) + 1));
    return events;
  }
}

/** From an offset to the end; nothing where there is no such file, or nothing so far behind. */
async function readFrom(file: string, offset: number): Promise<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size <= offset) return Buffer.alloc(0);
    const buffer = Buffer.alloc(size - offset);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return Buffer.alloc(0);
    throw error;
  } finally {
    await handle?.close();
  }
}
