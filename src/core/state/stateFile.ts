import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Makes the folder and its missing parents, readable by their owner alone. */
export async function ensureStateDir(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
}

/** Replaces a file (0600) as a whole: a reader, or a crash at any moment, sees the old text or the new. */
export async function writeStateFile(file: string, text: string, mode = 0o600): Promise<void> {
  await ensureStateDir(path.dirname(file));
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', mode);
  try {
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await replace(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The file's text, or undefined where there is none. */
export async function readStateFile(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** A JSON file, or undefined where there is none or it does not parse: records are memories, and the cloud is the truth. */
export async function readStateJson(file: string): Promise<unknown> {
  const text = await readStateFile(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** On Windows a file that somebody reads at this moment cannot be replaced; a few tries later it can. */
export async function replace(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (attempt === 10 || !(hasCode(error, 'EPERM') || hasCode(error, 'EACCES') || hasCode(error, 'EBUSY')))
        throw error;
      await delay(attempt * 10);
    }
  }
}
