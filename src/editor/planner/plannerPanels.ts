import * as vscode from 'vscode';
import type { Account } from '../accounts/account.ts';
import type { PlannerDependencies } from './plannerDependencies.ts';
import { PlannerPanel } from './plannerPanel.ts';

export const plannerPanelType = 'privateEks.planner';

/** One planner per spec file. */
export class PlannerPanels implements vscode.Disposable {
  readonly #dependencies: PlannerDependencies;
  readonly #open = new Map<string, vscode.WebviewPanel>();

  constructor(dependencies: PlannerDependencies) {
    this.#dependencies = dependencies;
  }

  async show(document: vscode.TextDocument, account: Account | undefined): Promise<void> {
    const open = this.#open.get(document.uri.toString());
    if (open) return open.reveal();
    const panel = vscode.window.createWebviewPanel(plannerPanelType, 'Plan', vscode.ViewColumn.Active);
    this.#fill(panel, document, account);
  }

  /** A panel that the editor brought back after a reload; `uri` is what its page had kept. */
  async restore(panel: vscode.WebviewPanel, uri: string | undefined): Promise<void> {
    try {
      if (uri === undefined) return void panel.dispose();
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
      this.#fill(panel, document, this.#dependencies.accounts.list()[0]);
    } catch {
      // The file is gone: so is its planner.
      panel.dispose();
    }
  }

  dispose(): void {
    for (const panel of this.#open.values()) panel.dispose();
  }

  #fill(panel: vscode.WebviewPanel, document: vscode.TextDocument, account: Account | undefined): void {
    const key = document.uri.toString();
    const planner = new PlannerPanel(this.#dependencies, panel, document, account);
    this.#open.set(key, panel);
    panel.onDidDispose(() => {
      this.#open.delete(key);
      planner.dispose();
    });
  }
}
