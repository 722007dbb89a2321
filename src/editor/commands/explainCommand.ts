import * as vscode from 'vscode';
import type { RunView } from '../../core/run/runView.ts';
import { withSignIn } from '../accounts/signIn.ts';
import { accountOfRun } from '../runs/editorRunActions.ts';
import type { EditorServices } from '../services.ts';
import { showReport } from './reportDocument.ts';

/** *Why Is This Slow?*: what each step of a run waits for, looked up in the account now, as a document. */
export async function explainSlowRun(services: EditorServices, view: RunView): Promise<void> {
  const account = accountOfRun(services, view);
  await withSignIn(services.accounts, account, async () => {
    const { explainRun, explanationText } = await import('../../core/run/explainRun.ts');
    const { session, clock } = await services.bastions.deps(account);
    const options = { location: vscode.ProgressLocation.Notification, title: `Looking at ${view.cluster}` };
    const found = await vscode.window.withProgress(options, () => explainRun(view.cluster, view, { session, clock }));
    await showReport(`Why ${view.cluster} is slow.txt`, explanationText(view.cluster, found), {
      viewColumn: vscode.ViewColumn.Beside,
    });
  });
}
