import path from 'node:path';
import * as vscode from 'vscode';
import { changesNothing, type ChangePlan } from '../../core/change/changePlan.ts';
import { PrivateEksError } from '../../core/errors.ts';
import type { PreflightFinding } from '../../core/preflight/preflightFinding.ts';
import type { Account } from '../accounts/account.ts';
import { withSignIn } from '../accounts/signIn.ts';
import { editorWords } from '../editorWords.ts';
import { showField } from '../language/showField.ts';
import type { EditorServices } from '../services.ts';
import { clusterOf, type ClusterTarget } from './commandTarget.ts';
import { cliJson } from './dryRun.ts';
import { planOver } from './interruptedRun.ts';
import { isSpecOf, specOf } from './specOfCluster.ts';
import { refuseWhileBusy, startRun } from './startRun.ts';
import { showTemplateDifferences } from './templateDifference.ts';
import { changeCount, updateConfirmation, updateStopped, type LookedChange } from './updateConfirmation.ts';
import { upgradeCluster } from './upgradeCluster.ts';
import { askText, choose } from '../questions.ts';

/** *Update…*: shows what the spec would change, asks, and starts the run. */
export async function updateCluster(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target) return;
  const { account, cluster } = target;
  refuseWhileBusy(services, account.region, cluster.name);
  const document = await specOrAnother(services, target);
  if (!document) return;
  if (document.isDirty && !(await document.save()))
    throw new PrivateEksError('not-saved', `${document.fileName} could not be saved.`);
  const file = document.uri.fsPath;
  await withSignIn(services.accounts, account, async () => {
    const title = `Asking AWS what would change in ${cluster.name}, and what stands in its way`;
    const call = ['update', '-f', file];
    const plan = await planOver(services, target, () =>
      cliJson<LookedChange>(services, account, title, [...call, '--dry-run'], 'stacks'),
    );
    if (!plan) return;
    const final = plan.refusals.find(({ byName }) => !byName);
    if (final) return refuse(services, target, plan, final, document);
    if (changesNothing(plan)) return tellNothing(cluster.name, document);
    const errors = (plan.preflight ?? []).filter(({ severity }) => severity === 'error');
    if (errors.length > 0) return tellStopped(plan, errors, document);
    const replace = await confirmed(plan, account, path.basename(file));
    if (!replace) return;
    const run = await startRun(services, account, cluster.name, [...call, '--yes', ...replace]);
    await services.runPanels.show(run.runId);
  });
}

/** The cluster's spec; where there is none, two ways to one are offered. */
async function specOrAnother(services: EditorServices, target: ClusterTarget) {
  try {
    return await specOf(services, target);
  } catch (error) {
    if (!(error instanceof PrivateEksError) || error.code !== 'spec-unknown') throw error;
    const [write, choose] = ['Write Its Spec…', 'Choose File…'];
    const message = `${error.message} An update needs the file that says what the cluster should be.`;
    const answer = await vscode.window.showErrorMessage(message, write, choose);
    if (answer === write)
      await vscode.commands.executeCommand('privateEks.cluster.writeSpec', { kind: 'cluster', ...target });
    if (answer !== choose) return undefined;
    const [uri] = (await vscode.window.showOpenDialog({ title: `Spec of ${target.cluster.name}` })) ?? [];
    const document = uri && (await vscode.workspace.openTextDocument(uri));
    if (!document || isSpecOf(document, target)) return document;
    const { cluster, account } = target;
    throw new PrivateEksError(
      'other-spec',
      `${path.basename(document.fileName)} is not the spec of ${cluster.name} in ${account.region}.`,
    );
  }
}

async function tellNothing(cluster: string, document: vscode.TextDocument): Promise<void> {
  const open = 'Open the File';
  const message = `Nothing to change: ${cluster} is what ${path.basename(document.fileName)} says.`;
  if ((await vscode.window.showInformationMessage(message, open)) === open)
    await vscode.window.showTextDocument(document);
}

/** What no name lets through is told, with the way there is. */
async function refuse(
  services: EditorServices,
  target: ClusterTarget,
  plan: ChangePlan,
  { code, message, fix }: ChangePlan['refusals'][number],
  document: vscode.TextDocument,
): Promise<void> {
  const [upgrade, open, show] = ['Upgrade…', 'Open the File', 'Show Differences'];
  const ways = [
    ...(code === 'version-differs' ? [upgrade] : []),
    open,
    ...(plan.stacks.some(({ action }) => action !== 'none') ? [show] : []),
  ];
  const chosen = await vscode.window.showErrorMessage(`${message} ${editorWords(fix)}`, ...ways);
  if (chosen === upgrade) await services.errors.guard(() => upgradeCluster(services, { kind: 'cluster', ...target }))();
  if (chosen === open) await vscode.window.showTextDocument(document);
  if (chosen === show) await showTemplateDifferences(plan);
}

/** What the run's first step would stop at. */
async function tellStopped(
  plan: LookedChange,
  errors: readonly PreflightFinding[],
  document: vscode.TextDocument,
): Promise<void> {
  const [open, show] = ['Open the File', 'Show Differences'];
  const options = { modal: true, detail: updateStopped(errors) };
  const chosen = await vscode.window.showErrorMessage(`${plan.cluster} cannot be updated so.`, options, open, show);
  if (chosen === open) await showField(document, errors.find(({ specPath }) => specPath !== undefined)?.specPath);
  if (chosen === show) await showTemplateDifferences(plan);
}

/** Further arguments of the run; undefined: not confirmed. */
async function confirmed(plan: LookedChange, account: Account, file: string): Promise<string[] | undefined> {
  const { cluster, refusals } = plan;
  const detail = updateConfirmation(plan, account, file);
  const show = 'Show Differences';
  const isReplaced = refusals.length > 0;
  const go = isReplaced ? 'Go On…' : 'Update';
  const tell = isReplaced ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const message = isReplaced ? `Delete ${cluster} and make it anew?` : `Update ${cluster}?`;
  const answer = await tell(message, { modal: true, detail }, go, show);
  if (answer === show) {
    await showTemplateDifferences(plan);
    if (!(await wantedStill(message, plan))) return undefined;
  } else if (answer !== go) return undefined;
  return isReplaced ? nameTyped(plan) : [];
}

/** A dialogue would hide the differences, and a message is gone before they are read: this stands above them until it is answered. */
async function wantedStill(title: string, plan: ChangePlan): Promise<boolean> {
  const go = { label: 'Update', description: changeCount(plan) };
  const leave = { label: 'Leave it as it is' };
  const options = { title, placeHolder: 'Look at the differences first' };
  return (await choose([go, leave], options)) === go;
}

async function nameTyped({ cluster, refusals }: ChangePlan): Promise<string[] | undefined> {
  const typed = await askText({
    title: `${cluster} is deleted and made anew`,
    prompt: `${refusals.map(({ message }) => message).join(' ')} Type ${cluster} if that is meant.`,
    placeHolder: cluster,
    validateInput: text => (text === '' || text === cluster ? undefined : `That is not ${cluster}.`),
  });
  return typed === cluster ? ['--replace', cluster] : undefined;
}
