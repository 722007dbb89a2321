import * as vscode from 'vscode';
import { changesNothing, type ChangePlan } from '../../core/change/changePlan.ts';
import { PrivateEksError } from '../../core/errors.ts';
import { parseSpec } from '../../core/spec/parseSpec.ts';
import { isSpecFile, specFileSuffix } from '../../core/spec/specFile.ts';
import { withSignIn } from '../accounts/signIn.ts';
import type { EditorServices } from '../services.ts';
import { clusterOf, type ClusterTarget } from './commandTarget.ts';
import { cliJson } from './dryRun.ts';
import { refuseWhileBusy, startRun } from './startRun.ts';
import { showTemplateDifferences } from './templateDifference.ts';

/** *Update…*: shows what the spec would change, asks, and starts the run. */
export async function updateCluster(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target) return;
  const { account, cluster } = target;
  refuseWhileBusy(services, account.region, cluster.name);
  const document = await specOf(services, target);
  if (!document) return;
  if (document.isDirty && !(await document.save()))
    throw new PrivateEksError('not-saved', `${document.fileName} could not be saved.`);
  const file = document.uri.fsPath;
  await withSignIn(services.accounts, account, async () => {
    const title = `Asking CloudFormation what would change in ${cluster.name}`;
    const plan = await cliJson<ChangePlan>(services, account, title, ['update', '-f', file, '--dry-run'], 'stacks');
    if (changesNothing(plan))
      return void vscode.window.showInformationMessage(`Nothing to change: ${cluster.name} is what the spec says.`);
    const replace = await confirmed(plan);
    if (!replace) return;
    const run = await startRun(services, account, cluster.name, ['update', '-f', file, '--yes', ...replace]);
    await services.runPanels.show(run.runId);
  });
}

/** The spec in front, the one of the last run, or one that is chosen; it has to be this cluster's. */
export async function specOf(services: EditorServices, { cluster, account }: ClusterTarget) {
  const isIts = (document: vscode.TextDocument) => {
    const { spec } = parseSpec(document.getText());
    return spec?.name === cluster.name && spec.region === account.region;
  };
  const active = vscode.window.activeTextEditor?.document;
  if (active && isSpecFile(active.fileName) && isIts(active)) return active;
  await services.runs.load();
  const known = services.runs
    .list()
    .find(run => run.cluster === cluster.name && run.started.region === account.region && run.started.specPath);
  const paths = known?.started.specPath ? [vscode.Uri.file(known.started.specPath)] : [];
  const found = await vscode.workspace.findFiles(`**/*${specFileSuffix}`, '**/node_modules/**', 200);
  for (const uri of [...paths, ...found]) {
    const document = await vscode.workspace.openTextDocument(uri).then(
      opened => opened,
      () => undefined,
    );
    if (document && isIts(document)) return document;
  }
  throw new PrivateEksError('spec-unknown', `There is no spec of ${cluster.name} in ${account.region} here.`, {
    fix: 'Open the folder that has its file, or the file itself.',
  });
}

/** Further arguments of the run; undefined: not confirmed. What cannot be let through is told. */
async function confirmed(plan: ChangePlan): Promise<string[] | undefined> {
  const final = plan.refusals.find(({ byName }) => !byName);
  if (final) {
    const chosen = await vscode.window.showErrorMessage(`${final.message} ${final.fix}`, 'Show Differences');
    if (chosen) await showTemplateDifferences(plan);
    return undefined;
  }
  for (;;) {
    const message = `Update ${plan.cluster}?`;
    const detail = changeDetail(plan);
    const chosen = await vscode.window.showInformationMessage(
      message,
      { modal: true, detail },
      'Update',
      'Show Differences',
    );
    if (chosen === undefined) return undefined;
    if (chosen === 'Update') break;
    await showTemplateDifferences(plan);
    // The dialogue would hide what it is about.
    const later = await vscode.window.showInformationMessage(`${message} Look at the differences first.`, 'Update…');
    if (later === undefined) return undefined;
  }
  if (plan.refusals.length === 0) return [];
  const typed = await vscode.window.showInputBox({
    title: `${plan.cluster} is deleted and made anew`,
    prompt: `${plan.refusals.map(({ message }) => message).join(' ')} Type ${plan.cluster} if that is meant.`,
    placeHolder: plan.cluster,
    ignoreFocusOut: true,
    validateInput: text => (text === '' || text === plan.cluster ? undefined : `That is not ${plan.cluster}.`),
  });
  return typed === plan.cluster ? ['--replace', plan.cluster] : undefined;
}

const words = { create: 'is made', update: 'changes', replace: 'is deleted and made anew', delete: 'is deleted' };

function changeDetail({ stacks, api, oneWay, replaced, notes, monthlyUsd }: ChangePlan): string {
  const { before, after } = monthlyUsd;
  const difference = before === undefined ? 0 : Math.round(after - before);
  const more = difference === 0 ? '' : ` (${difference > 0 ? '+' : '−'}${Math.abs(difference)})`;
  const changed = stacks.flatMap(({ name, action, resources }) =>
    action === 'none'
      ? []
      : [
          `${name} ${words[action]}${action === 'update' ? `: ${resources.map(({ words: text }) => text).join(' ')}` : '.'}`,
        ],
  );
  return [
    ...changed,
    ...api.map(({ words: text }) => text),
    ...(replaced.length > 0 ? [`Replaced: ${replaced.join('; ')}.`] : []),
    ...oneWay.map(({ stack, resource, words: text }) => `Cannot be taken back: ${stack}/${resource}: ${text}`),
    ...notes,
    `About ${Math.round(after)} USD a month${more}.`,
  ].join('\n\n');
}
