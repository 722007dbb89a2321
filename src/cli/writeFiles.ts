import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PrivateEksError } from '../core/errors.ts';
import type { PlanFile } from '../core/plan/planFiles.ts';
import { fileErrorText } from './fileErrorText.ts';

/** Writes files into a folder, which is made when it is not there. @throws PrivateEksError `file-not-written` */
export async function writeFiles(dir: string, files: readonly PlanFile[]): Promise<void> {
  await mkdir(dir, { recursive: true }).catch((error: unknown) => {
    throw notWritten(dir, error);
  });
  for (const { path: name, content, executable } of files) {
    const file = path.join(dir, name);
    await writeOne(file, content);
    if (executable) await chmod(file, 0o755);
  }
}

/** @throws PrivateEksError `file-not-written` */
export async function writeOne(file: string, content: string): Promise<void> {
  await writeFile(file, content).catch((error: unknown) => {
    throw notWritten(file, error);
  });
}

function notWritten(file: string, error: unknown): PrivateEksError {
  const message = `${file} cannot be written: ${fileErrorText(error, 'written')}.`;
  return new PrivateEksError('file-not-written', message, { cause: error });
}
