import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PrivateEksError } from '../errors.ts';
import { ensureStateDir, hasCode } from './stateFile.ts';

/**
 * Looking and taking are one act, for all processes that name the same lock file. A lock that outlived its process, killed in these few
 * milliseconds, is broken by age.
 */
export async function exclusively<T>(lock: string, act: () => Promise<T>): Promise<T> {
  await ensureStateDir(path.dirname(lock));
  const giveUpAt = Date.now() + 15_000;
  for (;;) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      break;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      const age = await stat(lock).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > 10_000) await rm(lock, { force: true });
      if (Date.now() > giveUpAt) throw new PrivateEksError('locked', `${lock} cannot be taken.`, { retryable: true });
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
  try {
    return await act();
  } finally {
    await rm(lock, { force: true });
  }
}
