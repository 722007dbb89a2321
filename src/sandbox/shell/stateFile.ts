import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Account, AccountSnapshot } from '../kernel/account.ts';

const version = 1;
const debounceMs = 500;

/** Writes a file that only its owner reads, whole or not at all. */
export function writePrivately(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}

/** Undefined when there is none; throws when there is one that cannot be read. */
export function loadState(file: string): AccountSnapshot | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const state = JSON.parse(text) as { version?: unknown; account?: AccountSnapshot };
  if (state.version === version && state.account) return state.account;
  throw new Error(`${file} is of another version of the sandbox; start with an empty account to replace it`);
}

export interface StateKeeper {
  /** The account may have changed. */
  touched(): void;
  /** Writes what is not written yet. */
  close(): void;
}

/** Keeps the account's snapshot on disk. Keys are in it, hence the modes. */
export function keepState(file: string, account: Account): StateKeeper {
  let timer: NodeJS.Timeout | undefined;
  let written = '';
  const save = (force: boolean): void => {
    clearTimeout(timer);
    timer = undefined;
    const snapshot = account.snapshot();
    const content = JSON.stringify({ ...snapshot, now: 0 });
    if (content === written && !force) return;
    writePrivately(file, JSON.stringify({ version, account: snapshot }));
    written = content;
  };
  const saveOrWarn = (): void => {
    try {
      save(false);
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error), 'SandboxState');
    }
  };
  save(true);
  return { touched: () => (timer ??= setTimeout(saveOrWarn, debounceMs)), close: () => save(true) };
}

export function removeFile(file: string): void {
  rmSync(file, { force: true });
}
