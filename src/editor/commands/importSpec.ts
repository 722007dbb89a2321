import * as vscode from 'vscode';
import type { EditorServices } from '../services.ts';
import { clusterOf } from './commandTarget.ts';

/** *Write Spec of This Cluster…*: an existing cluster read back into a spec, as a page to look at and save. */
export async function importSpec(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target) return;
  const title = `Reading ${target.cluster.name}`;
  const imported = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const { gatherClusterFacts } = await import('../../core/import/gatherClusterFacts.ts');
      const { specFromCluster } = await import('../../core/import/specFromCluster.ts');
      const session = await services.accounts.session(target.account);
      return specFromCluster(await gatherClusterFacts(session, target.cluster.name, abort.signal));
    },
  );
  const page = await vscode.workspace.openTextDocument({ language: 'yaml', content: imported.text });
  await vscode.window.showTextDocument(page);
  const told = imported.proven
    ? `This is the very spec that made ${target.cluster.name}.`
    : `${imported.losses.length} things of ${target.cluster.name} are not in its spec. They stand at the head of the file.`;
  void vscode.window.showInformationMessage(told);
}
