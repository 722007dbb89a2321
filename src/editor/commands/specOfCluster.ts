import path from 'node:path';
import * as vscode from 'vscode';
import { PrivateEksError } from '../../core/errors.ts';
import { parseSpec } from '../../core/spec/parseSpec.ts';
import { isSpecFile, specFileSuffix } from '../../core/spec/specFile.ts';
import type { EditorServices } from '../services.ts';
import type { ClusterTarget } from './commandTarget.ts';
import { choose } from '../questions.ts';

/**
 * The spec in front, the one of the last run, or one of this workspace, asked for where several are of this cluster; undefined: nobody chose.
 * @throws PrivateEksError `spec-unknown`, `spec-invalid`
 */
export async function specOf(
  services: EditorServices,
  target: ClusterTarget,
): Promise<vscode.TextDocument | undefined> {
  const { cluster, account } = target;
  const active = vscode.window.activeTextEditor?.document;
  if (active && isSpecFile(active.fileName) && isSpecOf(active, target)) return active;
  await services.runs.load();
  const known = services.runs
    .list()
    .find(run => run.cluster === cluster.name && run.started.region === account.region && run.started.specPath);
  const last = known?.started.specPath ? await opened(vscode.Uri.file(known.started.specPath)) : undefined;
  if (last && isSpecOf(last, target)) return last;
  const uris = await vscode.workspace.findFiles(`**/*${specFileSuffix}`, '**/node_modules/**', 200);
  const documents = (await Promise.all(uris.map(opened))).filter(document => document !== undefined);
  const found = documents.filter(document => isSpecOf(document, target));
  if (found.length > 1) return chosen(found, cluster.name);
  if (found[0]) return found[0];
  const broken = [active, last, ...documents].find(document => document && isBrokenSpecOf(document, cluster.name));
  if (broken) throw invalid(broken);
  throw new PrivateEksError('spec-unknown', `There is no spec of ${cluster.name} in ${account.region} here.`, {
    fix: 'Open the folder that has its file, or the file itself.',
  });
}

export function isSpecOf(document: vscode.TextDocument, { cluster, account }: ClusterTarget): boolean {
  const { spec } = parseSpec(document.getText());
  return spec?.name === cluster.name && spec.region === account.region;
}

async function opened(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  return vscode.workspace.openTextDocument(uri).then(
    document => document,
    () => undefined,
  );
}

async function chosen(documents: readonly vscode.TextDocument[], cluster: string) {
  const items = documents.map(document => ({ label: vscode.workspace.asRelativePath(document.uri), document }));
  const title = `Several files are of ${cluster}`;
  return (await choose(items, { title, placeHolder: 'Which one says what it should be?' }))?.document;
}

/** It cannot be read, and names this cluster all the same. */
function isBrokenSpecOf(document: vscode.TextDocument, cluster: string): boolean {
  if (!isSpecFile(document.fileName) || parseSpec(document.getText()).spec) return false;
  const named = /^name:[ \t]*["']?([A-Za-z0-9-]+)/m.exec(document.getText())?.[1];
  return named === cluster || path.basename(document.fileName) === `${cluster}${specFileSuffix}`;
}

function invalid(document: vscode.TextDocument): PrivateEksError {
  const first = parseSpec(document.getText()).problems.find(({ severity }) => severity === 'error');
  const { line = 1, column = 1 } = first?.start ?? {};
  const where = `${path.basename(document.fileName)}, line ${line}`;
  return new PrivateEksError('spec-invalid', `${where}: ${first?.message ?? 'it cannot be read.'}`, {
    fix: 'Nothing was looked up or changed.',
    actions: [{ id: 'open-spec', title: 'Show', target: `${document.uri.fsPath}:${line}:${column}` }],
  });
}
