import * as vscode from 'vscode';
import type { Account } from '../accounts/account.ts';
import type { PlannerDependencies } from './plannerDependencies.ts';
import { PlannerPanel, type PlannedDocument } from './plannerPanel.ts';

export const plannerPanelType = 'privateEks.planner';

/** One planner per spec file. */
export class PlannerPanels implements vscode.Disposable {
  readonly #dependencies: PlannerDependencies;
  readonly #open = new Map<string, { readonly panel: vscode.WebviewPanel; readonly planner: PlannerPanel }>();

  constructor(dependencies: PlannerDependencies) {
    this.#dependencies = dependencies;
  }

  async show(document: vscode.TextDocument, account: Account | undefined): Promise<void> {
    const open = this.#open.get(document.uri.toString());
    if (open) return open.panel.reveal();
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

  /** What the planner of a file shows; without a file, the one in front. */
  shown(uri?: vscode.Uri): PlannedDocument | undefined {
    const open = uri ? this.#open.get(uri.toString()) : [...this.#open.values()].find(({ panel }) => panel.active);
    return open?.planner.shown;
  }

  dispose(): void {
    for (const { panel } of this.#open.values()) panel.dispose();
  }

  #fill(panel: vscode.WebviewPanel, document: vscode.TextDocument, account: Account | undefined): void {
    const key = document.uri.toString();
    const planner = new PlannerPanel(this.#dependencies, panel, document, account);
    this.#open.set(key, { panel, planner });
    panel.onDidDispose(() => {
      this.#open.delete(key);
      planner.dispose();
    });
  }
}
