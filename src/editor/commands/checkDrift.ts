import * as vscode from 'vscode';
import { driftWords, type DriftReport } from '../../core/drift/driftReport.ts';
import { withSignIn } from '../accounts/signIn.ts';
import type { EditorServices } from '../services.ts';
import { clusterOf } from './commandTarget.ts';
import { cliJson } from './dryRun.ts';

/** *Check Drift*: what is not as its stacks made it, as a document. */
export async function checkDrift(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target) return;
  const { account, cluster } = target;
  await withSignIn(services.accounts, account, async () => {
    const title = `Looking for drift of ${cluster.name}`;
    const report = await cliJson<DriftReport>(services, account, title, ['drift', cluster.name], 'drifted');
    const unseen = report.stacks.filter(({ notChecked }) => notChecked !== undefined);
    if (!report.drifted && unseen.length === 0)
      return void vscode.window.showInformationMessage(`${cluster.name} is as its stacks made it.`);
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: driftDocument(report) });
    await vscode.window.showTextDocument(document, { preview: true });
  });
}

function driftDocument({ cluster, stacks, findings, quiet }: DriftReport): string {
  const lines = (items: readonly string[]) => items.map(item => `- ${item}`).join('\n');
  const seen = stacks.flatMap(({ name, notChecked, resources }) => [
    ...(notChecked === undefined ? [] : [`${name}: not looked at: ${notChecked}`]),
    ...resources.flatMap(resource =>
      resource.deleted ? [driftWords(resource)] : resource.differences.map(one => driftWords(resource, one)),
    ),
  ]);
  const parts = [
    `# Drift of ${cluster}`,
    lines([...findings.map(({ words }) => words), ...seen]),
    ...(quiet.length === 0
      ? []
      : ['## Not counted', lines(quiet.map(({ resource, path, reason }) => `${resource}${path}: ${reason}`))]),
  ];
  return `${parts.join('\n\n')}\n`;
}
