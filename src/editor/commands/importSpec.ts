import * as vscode from 'vscode';
import { specFileSuffix } from '../../core/spec/specFile.ts';
import { withSignIn } from '../accounts/signIn.ts';
import type { EditorServices } from '../services.ts';
import { clusterOf, type ClusterTarget } from './commandTarget.ts';
import { countWords } from '../words.ts';
import { homeOfPages, newPage } from './newPage.ts';

/** *Write Spec of This Cluster…*: an existing cluster read back into a spec, as a page to look at and save. */
export async function importSpec(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target) return;
  const { name } = target.cluster;
  await withSignIn(services.accounts, target.account, async () => {
    const { text, losses, proven } = await readCluster(services, target);
    await newPage(homeOfPages(services.home), `${name}${specFileSuffix}`, text);
    const told =
      losses.length === 0
        ? `Everything that ${name} has is in its spec.`
        : `${countWords(losses.length, 'thing')} of ${name} ${losses.length === 1 ? 'is' : 'are'} not in its spec. The head of the page says which.`;
    const is = proven ? `This is the very spec that made ${name}.` : told;
    void vscode.window.showInformationMessage(`${is} The page is not saved yet.`);
  });
}

function readCluster({ accounts }: EditorServices, { account, cluster }: ClusterTarget) {
  const location = vscode.ProgressLocation.Notification;
  const title = `Reading ${cluster.name}`;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort(new vscode.CancellationError()));
    const { gatherClusterFacts } = await import('../../core/import/gatherClusterFacts.ts');
    const { specFromCluster } = await import('../../core/import/specFromCluster.ts');
    const session = await accounts.session(account);
    return specFromCluster(await gatherClusterFacts(session, cluster.name, abort.signal));
  });
}
