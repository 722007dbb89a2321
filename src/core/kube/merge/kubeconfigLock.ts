import { mkdir, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../clock.ts';
import { PrivateEksError } from '../../errors.ts';
import { hasCode } from '../../state/stateFile.ts';

/** kubectl holds its lock for milliseconds. */
const patienceMs = 5_000;

/**
 * Acts while nobody else writes these files, kubectl included: its lock is `<file>.lock`, made exclusively beside the file and removed
 * afterwards (client-go, `lockFile` in tools/clientcmd). It never breaks one that was left behind, and neither do we: that one is named.
 * @throws PrivateEksError `kubeconfig-locked`
 */
export async function withKubeconfigLock<T>(files: readonly string[], clock: Clock, act: () => Promise<T>): Promise<T> {
  const locks = [...new Set(files)].toSorted().map(file => `${file}.lock`);
  const taken: string[] = [];
  const giveUpAt = clock.now() + patienceMs;
  try {
    for (const lock of locks) {
      await mkdir(path.dirname(lock), { recursive: true, mode: 0o700 });
      while (!(await take(lock))) {
        if (clock.now() >= giveUpAt) throw await locked(lock);
        await clock.sleep(50);
      }
      taken.push(lock);
    }
    return await act();
  } finally {
    for (const lock of taken) await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function locked(lock: string): Promise<PrivateEksError> {
  const since = await stat(lock).then(
    ({ mtime }) => `, since ${mtime.toISOString()}`,
    () => '',
  );
  return new PrivateEksError(
    'kubeconfig-locked',
    `Another program is writing this kubeconfig: ${lock} exists${since}.`,
    {
      retryable: true,
      fix: `If no kubectl is running, it was left behind, and kubectl cannot write either: delete ${lock}.`,
    },
  );
}
