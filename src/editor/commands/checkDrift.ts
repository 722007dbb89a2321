import * as vscode from 'vscode';
import type { DriftReport } from '../../core/drift/driftReport.ts';
import { withSignIn } from '../accounts/signIn.ts';
import type { EditorServices } from '../services.ts';
import { clusterOf } from './commandTarget.ts';
import { driftDocument } from './driftDocument.ts';
import { cliJson } from './dryRun.ts';
import { showReport } from './reportDocument.ts';

/** *Check Drift*: what is not as its stacks made it, as a document. */
export async function checkDrift(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target) return;
  const { account, cluster } = target;
  await withSignIn(services.accounts, account, async () => {
    const title = `Looking for drift of ${cluster.name}`;
    const report = await cliJson<DriftReport>(services, account, title, ['drift', cluster.name], 'drifted');
    const { stacks, drifted } = report;
    if (!drifted && stacks.every(({ notChecked }) => notChecked === undefined))
      return void vscode.window.showInformationMessage(
        `${cluster.name} is as its ${stacks.length} stacks made it: no drift.`,
      );
    await showReport(`Drift of ${cluster.name}.md`, driftDocument(report));
  });
}
