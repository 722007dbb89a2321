import * as vscode from 'vscode';
import { isSpecFile, specFileSuffix } from '../../core/spec/specFile.ts';
import { newSpecText } from '../../core/spec/newSpecText.ts';
import type { EditorServices } from '../services.ts';
import { accountOf } from './commandTarget.ts';
import { askText, choose } from '../questions.ts';

const namePattern = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?$/;

/** *Create Private EKS*: asks for an account where there is none, and for a name; everything else has a default and is seen in the planner. */
export async function createCluster(services: EditorServices, node?: unknown): Promise<void> {
  const [only, ...others] = services.accounts.list();
  const account = isAccountNode(node) || others.length > 0 || !only ? await accountOf(services, node) : only;
  if (!account) return;
  const name = await askText({
    title: `Create Private EKS in ${account.label}`,
    prompt: 'Name of the cluster. It cannot be changed later.',
    value: 'payments',
    validateInput: text =>
      namePattern.test(text)
        ? undefined
        : 'Letters, digits and hyphens, 1 to 42 of them, beginning and ending with a letter or digit.',
  });
  if (!name) return;
  const document = await newSpecDocument(services.home, name, account.region);
  await services.planners.show(document, account);
}

/** Opens the planner for a spec that exists: the active one, or the one given. */
export async function openPlanner(services: EditorServices, uri?: vscode.Uri): Promise<void> {
  const active = vscode.window.activeTextEditor?.document;
  const target = uri ?? (active && isSpecFile(active.fileName) ? active.uri : await pickSpec());
  if (!target) return;
  await services.planners.show(await vscode.workspace.openTextDocument(target), services.accounts.list()[0]);
}

async function pickSpec(): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(`**/*${specFileSuffix}`, '**/node_modules/**', 200);
  const items = found.map(uri => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  if (items.length === 0)
    void vscode.window.showInformationMessage(`There is no *${specFileSuffix} in this workspace.`);
  return items.length === 0 ? undefined : (await choose(items, { title: 'Which spec?' }))?.uri;
}

/** A new file in the workspace, or in the state folder when no folder is open; an existing file of the name is opened as it is. */
async function newSpecDocument(home: string, name: string, region: string): Promise<vscode.TextDocument> {
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri;
  const folder = workspace ?? vscode.Uri.joinPath(vscode.Uri.file(home), 'specs');
  const uri = vscode.Uri.joinPath(folder, `${name}${specFileSuffix}`);
  const exists = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  if (!exists) await vscode.workspace.fs.writeFile(uri, Buffer.from(newSpecText(name, region), 'utf8'));
  return vscode.workspace.openTextDocument(uri);
}

function isAccountNode(node: unknown): boolean {
  return typeof node === 'object' && node !== null && 'account' in node;
}
