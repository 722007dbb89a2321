import { chmod } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { PlanFile } from '../../core/plan/planFiles.ts';
import { countWords } from '../words.ts';
import { exists } from './newPage.ts';

/** Asks where and writes the files into a folder of their own; before one that is there already is replaced, it asks. Undefined: given up. */
export async function saveFiles(
  files: readonly PlanFile[],
  name: string,
  defaultUri: vscode.Uri,
): Promise<vscode.Uri | undefined> {
  const [parent] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: 'Export Here',
      title: `Where should the folder ${name} be?`,
      defaultUri,
    })) ?? [];
  const folder = parent && vscode.Uri.joinPath(parent, name);
  if (!folder || !(await mayReplace(files, folder))) return undefined;
  for (const { path, content, executable } of files) {
    const uri = vscode.Uri.joinPath(folder, path);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(content, 'utf8'));
    if (executable && uri.scheme === 'file') await chmod(uri.fsPath, 0o755);
  }
  return folder;
}

async function mayReplace(files: readonly PlanFile[], folder: vscode.Uri): Promise<boolean> {
  const found = await Promise.all(files.map(({ path }) => exists(vscode.Uri.joinPath(folder, path))));
  const there = files.filter((_, index) => found[index]).map(({ path }) => path);
  if (there.length === 0) return true;
  const question = `Replace ${countWords(there.length, 'file')} in ${folder.fsPath}?`;
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail: there.join('\n') }, 'Replace');
  return answer === 'Replace';
}
