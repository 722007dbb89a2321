import { randomBytes } from 'node:crypto';
import { lstat, open, readFile, readlink, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PrivateEksError } from '../../errors.ts';
import { hasCode, replace } from '../../state/stateFile.ts';

export interface KubeconfigFile {
  /** Where the bytes are: the end of all symbolic links. */
  readonly target: string;
  /** Undefined: there is no such file. */
  readonly text: string | undefined;
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

const mostBytes = 16 * 1024 * 1024;

/** @throws PrivateEksError `kubeconfig-unreadable` for what is no UTF-8 text, or no file */
export async function readKubeconfigFile(file: string): Promise<KubeconfigFile> {
  const target = await linkTarget(file);
  const found = await stat(target).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (!found) return { target, text: undefined, mode: 0o600, owner: undefined };
  if (!found.isFile()) throw unreadable(file, 'is not a file');
  if (found.size > mostBytes) throw unreadable(file, 'is larger than 16 MiB');
  const bytes = await readFile(target);
  return {
    target,
    text: decode(bytes, file),
    mode: found.mode & 0o777,
    owner: { uid: found.uid, gid: found.gid },
  };
}

/** Every byte must come back as it was, so nothing that does not decode is let through. */
function decode(bytes: Buffer, file: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw unreadable(file, 'is UTF-16, as PowerShell’s > writes it; save it as UTF-8');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw unreadable(file, 'holds bytes that are not UTF-8', error);
  }
}

/**
 * Replaces the file as a whole, in its own folder, with its mode and owner: whoever reads it, and a crash at any moment, finds the old
 * text or the new. An edit that was saved since it was read is not overwritten.
 * @throws PrivateEksError `kubeconfig-busy`
 */
export async function writeKubeconfigText(before: KubeconfigFile, text: string): Promise<void> {
  const { target, mode, owner } = before;
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      // Only root can give a file back to whom it belonged; for anybody else it is theirs already.
      if (owner && process.getuid?.() === 0) await handle.chown(owner.uid, owner.gid);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await refuseEdited(before);
    await replace(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export async function removeKubeconfigFile(before: KubeconfigFile): Promise<void> {
  await refuseEdited(before);
  await rm(before.target, { force: true });
}

async function refuseEdited({ target, text }: KubeconfigFile): Promise<void> {
  const now = await readFile(target, 'utf8').catch(() => undefined);
  if (now?.replace(/^\uFEFF/, '') !== text?.replace(/^\uFEFF/, ''))
    throw new PrivateEksError('kubeconfig-busy', `${target} was saved by another program at this moment.`, {
      retryable: true,
      fix: 'Try again.',
    });
}

/** Follows links also to a file that does not exist yet. */
async function linkTarget(file: string): Promise<string> {
  let at = path.resolve(file);
  for (let hops = 0; hops < 40; hops++) {
    try {
      return await realpath(at);
    } catch (error) {
      if (!hasCode(error, 'ENOENT'))
        throw hasCode(error, 'ELOOP') ? unreadable(file, 'is a circle of links', error) : error;
    }
    const link = await lstat(at).catch(() => undefined);
    if (!link?.isSymbolicLink()) return at;
    at = path.resolve(path.dirname(at), await readlink(at));
  }
  throw unreadable(file, 'is a circle of links');
}

function unreadable(file: string, why: string, cause?: unknown): PrivateEksError {
  return new PrivateEksError('kubeconfig-unreadable', `${file} ${why}. Nothing was written.`, { cause });
}
