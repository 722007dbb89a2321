import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../clock.ts';
import { readStateFile, writeStateFile } from '../state/stateFile.ts';

const cancelFile = (runDir: string) => path.join(runDir, 'requests', 'cancel');

/** Asks the process that holds the run to start nothing more. */
export async function requestCancel(runDir: string): Promise<void> {
  await writeStateFile(cancelFile(runDir), new Date().toISOString());
}

export async function clearCancel(runDir: string): Promise<void> {
  await rm(cancelFile(runDir), { force: true });
}

/** Calls `onCancel` once when another process asks for it; looks until the signal. */
export async function watchCancel(
  runDir: string,
  clock: Clock,
  signal: AbortSignal,
  onCancel: () => void,
): Promise<void> {
  while (!signal.aborted) {
    if ((await readStateFile(cancelFile(runDir))) !== undefined) {
      if (!signal.aborted) onCancel();
      return;
    }
    await clock.sleep(500, signal).catch(() => undefined);
  }
}
