import * as vscode from 'vscode';
import type { Account } from '../accounts/account.ts';
import { withSignIn } from '../accounts/signIn.ts';
import { editorWords } from '../editorWords.ts';
import type { EditorServices } from '../services.ts';
import { clusterOf } from './commandTarget.ts';
import { refuseWhileBusy, startRun } from './startRun.ts';
import { askText, choose } from '../questions.ts';

/** *Delete*: says what goes and what stays, and asks for the name to be typed. */
export async function deleteCluster(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (target) await confirmAndDelete(services, target.account, target.cluster.name, target.cluster.customerKey);
}

export async function confirmAndDelete(
  services: EditorServices,
  account: Account,
  cluster: string,
  hasKey: boolean,
): Promise<void> {
  refuseWhileBusy(services, account.region, cluster);
  await withSignIn(services.accounts, account, async () => {
    const state = await services.accounts.signIn(account);
    if (state.state !== 'signed-in') throw state.error;
    const where = `account ${state.accountId} (${account.label}), region ${account.region}`;
    const outlook = await outlookOf(services, account, cluster);
    if (!outlook) return;
    const typed = await askText({
      title: `Delete ${cluster}`,
      prompt: `Everything that was made for it goes: nodes, control plane, network, logs, in ${where}. This cannot be undone. Type ${cluster} to delete it.`,
      placeHolder: cluster,
      validateInput: text => (text === '' || text === cluster ? undefined : `That is not ${cluster}.`),
    });
    if (typed !== cluster) return;
    const keep = hasKey ? await keyChoice() : [];
    if (!keep) return;
    services.tunnels.stop({ accountId: state.accountId, region: account.region, cluster });
    const run = await startRun(services, account, cluster, ['delete', cluster, '--yes', ...keep, ...outlook.args]);
    await services.runPanels.show(run.runId);
  });
}

/** Says what goes and stays besides the stacks, and asks about volumes where there are any; undefined when it was left. */
async function outlookOf(
  services: EditorServices,
  account: Account,
  cluster: string,
): Promise<{ readonly args: readonly string[] } | undefined> {
  const { deleteOutlook, outlookLines } = await import('../../core/leftovers/deleteOutlook.ts');
  const { session } = await services.bastions.deps(account);
  const title = `Looking at what ${cluster} leaves besides its stacks`;
  const outlook = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    deleteOutlook(session, cluster, { withVolumes: false }),
  );
  const lines = outlookLines(outlook).map(editorWords);
  if (lines.length === 0) return { args: [] };
  const hasVolumes = outlook.stays.some(({ kind }) => kind === 'volume');
  const answers = hasVolumes ? ['Go On, Keep Volumes', 'Delete Volumes, Too'] : ['Go On'];
  const options = { modal: true, detail: lines.join('\n\n') };
  const answer = await vscode.window.showWarningMessage(
    `What ${cluster} leaves besides its stacks`,
    options,
    ...answers,
  );
  if (answer === undefined) return undefined;
  return { args: answer === 'Delete Volumes, Too' ? ['--with-volumes'] : [] };
}

/** A key's deletion is the one part that waits: 7 days at least, and until then it can be called back. */
async function keyChoice(): Promise<string[] | undefined> {
  const items = [
    { label: 'Schedule the key for deletion', description: 'in 30 days; it can be called back until then', args: [] },
    { label: 'Keep the key', description: 'about 1 USD a month', args: ['--keep-key'] },
  ];
  return (await choose(items, { title: 'What about the key of your own?' }))?.args;
}
