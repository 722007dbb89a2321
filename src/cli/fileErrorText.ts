import { hasCode } from '../core/state/stateFile.ts';

/** Why a file could not be read or written, ending a sentence: "x.yaml cannot be read: …". */
export function fileErrorText(error: unknown, doing: 'read' | 'written' = 'read'): string {
  if (hasCode(error, 'ENOENT')) return `there is no such ${doing === 'read' ? 'file' : 'folder'}`;
  if (hasCode(error, 'EISDIR')) return 'it is a folder';
  if (hasCode(error, 'EEXIST')) return 'it is a file, not a folder';
  if (hasCode(error, 'ENOTDIR')) return 'a part of this path is a file, not a folder';
  if (hasCode(error, 'EACCES') || hasCode(error, 'EPERM')) return 'you may not';
  if (hasCode(error, 'EROFS')) return 'the file system is read-only';
  if (hasCode(error, 'ENOSPC')) return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}
