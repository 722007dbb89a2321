import * as vscode from 'vscode';
import { PrivateEksError } from '../../core/errors.ts';
import { specHash } from '../../core/plan/specHash.ts';
import { parseSpec } from '../../core/spec/parseSpec.ts';
import { isRollback } from '../../core/run/runWords.ts';
import type { RunView } from '../../core/run/runView.ts';
import type { Account } from '../accounts/account.ts';
import { signIn, withSignIn } from '../accounts/signIn.ts';
import { connectCluster } from '../commands/connectCluster.ts';
import { explainSlowRun } from '../commands/explainCommand.ts';
import { confirmAndDelete } from '../commands/deleteCluster.ts';
import { startRun } from '../commands/startRun.ts';
import { showField } from '../language/showField.ts';
import type { EditorServices } from '../services.ts';
import type { RunActions } from './runActions.ts';

export function editorRunActions(services: EditorServices): RunActions {
  return {
    async carryOn(view) {
      requireOpen(services, view);
      if (await specHasChanged(view)) await planAnew(services, view);
      else await begin(services, view, carryOnArguments(view));
    },
    async rollBack(view) {
      const { specPath } = view.started;
      if (!specPath) throw specGone(view);
      const go = await vscode.window.showWarningMessage(
        `Roll back the update of ${view.cluster}?`,
        {
          modal: true,
          detail: `Every stack whose update failed goes back to what it was before, in ${accountOfRun(services, view).label}, ${view.started.region}. Stacks that the update changed with success stay as they are; an update of the former file changes those back.`,
        },
        'Roll Back',
      );
      if (go === 'Roll Back') await begin(services, view, rollBackArguments(specPath));
    },
    async deleteWhatWasMade(view) {
      await confirmAndDelete(
        services,
        accountOfRun(services, view),
        view.cluster,
        view.steps.some(step => step.id === 'key'),
      );
    },
    async openSpec(view) {
      const { specPath } = view.started;
      if (!specPath) throw specGone(view);
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(specPath));
      await showField(document, view.failure?.cause.specPath, { viewColumn: vscode.ViewColumn.Beside });
    },
    async connect(view) {
      const account = accountOfRun(services, view);
      const cluster = await services.clusters.cluster(account, view.cluster);
      if (!cluster) throw clusterGone(view.cluster, account);
      await connectCluster(services, { kind: 'cluster', account, cluster });
    },
    async signIn(view) {
      await signIn(services.accounts, accountOfRun(services, view));
    },
    explain: view => explainSlowRun(services, view),
  };
}

async function begin(services: EditorServices, view: RunView, args: readonly string[]): Promise<void> {
  const account = accountOfRun(services, view);
  await withSignIn(services.accounts, account, async () => {
    const run = await startRun(services, account, view.cluster, args);
    if (run.runId !== view.runId) await services.runPanels.show(run.runId);
  });
}

/** A button may be older than what has come since. @throws PrivateEksError `run-past` */
function requireOpen({ outlooks }: EditorServices, view: RunView): void {
  const { past } = outlooks.of(view);
  if (past === undefined) return;
  throw new PrivateEksError('run-past', `This ${view.kind} of ${view.cluster} cannot be carried on. ${past}`);
}

/** An update is carried on as it was shown; another file is another update. */
async function specHasChanged(view: RunView): Promise<boolean> {
  const { specPath, specHash: before } = view.started;
  if (view.kind !== 'update' || isRollback(view) || !specPath || !before) return false;
  const uri = vscode.Uri.file(specPath);
  const unsaved = vscode.workspace.textDocuments.find(
    document => document.isDirty && document.uri.fsPath === uri.fsPath,
  );
  const text = unsaved?.getText() ?? (await savedText(uri));
  const { spec } = parseSpec(text);
  return !spec || specHash(spec) !== before;
}

/** As it stands on the disk now: the editor learns of others' changes a little later. @throws PrivateEksError `spec-unknown` */
async function savedText(uri: vscode.Uri): Promise<string> {
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
  } catch {
    throw new PrivateEksError('spec-unknown', `The file of this run, ${uri.fsPath}, cannot be read.`, {
      fix: 'Bring it back, or begin a new update.',
    });
  }
}

async function planAnew(services: EditorServices, view: RunView): Promise<void> {
  const account = accountOfRun(services, view);
  const cluster = await services.clusters.cluster(account, view.cluster);
  if (!cluster) throw clusterGone(view.cluster, account);
  await vscode.commands.executeCommand('privateEks.cluster.update', { kind: 'cluster', account, cluster });
}

function clusterGone(cluster: string, { region }: Account): PrivateEksError {
  return new PrivateEksError('cluster-not-found', `There is no cluster ${cluster} in ${region} any more.`);
}

const rollBackArguments = (specPath: string) => ['update', '-f', specPath, '--rollback', '--yes'];

function carryOnArguments(view: RunView): string[] {
  const { specPath } = view.started;
  if (view.kind === 'delete') return ['delete', view.cluster, '--yes'];
  if (view.kind === 'upgrade') return ['upgrade', view.cluster, '--resume', '--yes'];
  if (!specPath) throw specGone(view);
  if (isRollback(view)) return rollBackArguments(specPath);
  return [view.kind, '-f', specPath, '--resume', ...(view.kind === 'update' ? ['--yes'] : [])];
}

/** The shown account with which a run was begun. */
export function accountOfRun({ accounts }: EditorServices, { started }: RunView): Account {
  const found = accounts.list().find(({ profile }) => profile === started.profile);
  if (!found)
    throw new PrivateEksError(
      'account-not-shown',
      `The profile ${started.profile ?? 'of the environment'} with which this run was begun is not shown here.`,
      {
        fix: 'Add it to the explorer, then try again.',
        actions: [{ id: 'choose-account', title: 'Add Account' }],
      },
    );
  return { ...found, region: started.region };
}

function specGone(view: RunView): PrivateEksError {
  return new PrivateEksError('spec-unknown', `The run ${view.runId} does not say which file it was made from.`);
}
