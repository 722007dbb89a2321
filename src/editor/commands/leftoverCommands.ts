import * as vscode from 'vscode';
import type { Leftovers } from '../../core/leftovers/findLeftovers.ts';
import { leftoverText, type Leftover } from '../../core/leftovers/leftover.ts';
import type { Account } from '../accounts/account.ts';
import { withSignIn } from '../accounts/signIn.ts';
import { editorWords } from '../editorWords.ts';
import { countWords, sentence } from '../words.ts';
import type { EditorServices } from '../services.ts';
import { accountOf } from './commandTarget.ts';
import { costWords, leftoverLabel, leftWords, sortLeftovers, type SortedLeftovers } from './leftoverItems.ts';
import { choose } from '../questions.ts';

interface Item extends vscode.QuickPickItem {
  readonly act?: () => Promise<'look-again' | 'done'>;
}

/**
 * *Find Leftovers…*: everything in the account's region that was ever made here, with its cost. What is left behind comes first and is removed
 * one at a time, when it may be; then it is looked again. What clusters have that live is told, and is theirs.
 */
export async function findLeftovers(services: EditorServices, node?: unknown): Promise<void> {
  const account = await accountOf(services, node);
  if (!account) return;
  await withSignIn(services.accounts, account, async () => {
    while ((await lookAndChoose(services, account)) === 'look-again');
  });
}

async function lookAndChoose(services: EditorServices, account: Account): Promise<'look-again' | 'done'> {
  const leftovers = await look(services, account);
  if (!leftovers) return 'done';
  const { found, unknown } = leftovers;
  const sorted = sortLeftovers(found);
  const title = leftWords(sorted, account.region);
  if (sorted.removable.length + sorted.others.length === 0 && unknown.length === 0) {
    void vscode.window.showInformationMessage(`${title}. ${livingWords(sorted)}`.trim());
    return 'done';
  }
  const items = [
    ...section(
      'Can be removed here',
      sorted.removable.map(left => removableItem(services, account, left)),
    ),
    ...section('Stays, or goes in another way', sorted.others.map(tellingItem)),
    ...section(
      'Of clusters that stand',
      sorted.living.map(({ cluster, items: own }) => ({
        label: cluster || 'No cluster’s',
        description: `${countWords(own.length, 'thing')} · ${costWords(own)}`,
        detail: 'Goes when the cluster is deleted',
        act: () => tellLiving(cluster, own),
      })),
    ),
    ...section(
      'Not looked at',
      unknown.map(words => ({ label: words, act: () => tell(`Not looked at in ${account.region}: ${words}`) })),
    ),
  ];
  const chosen = await choose(items, {
    title: `${title} (US list prices)`,
    placeHolder: sorted.removable.length > 0 ? 'Choose one to remove it' : 'Nothing of this is removed here',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return (await chosen?.act?.()) ?? 'done';
}

/** Undefined: cancelled. */
function look(services: EditorServices, account: Account): Thenable<Leftovers | undefined> {
  const location = vscode.ProgressLocation.Notification;
  const title = `Looking for leftovers in ${account.region}`;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const { session } = await services.bastions.deps(account);
    const { findLeftovers: find } = await import('../../core/leftovers/findLeftovers.ts');
    return find(session, { home: true }, abort.signal);
  });
}

function section(label: string, items: readonly Item[]): Item[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

function removableItem(services: EditorServices, account: Account, leftover: Leftover): Item {
  return {
    ...tellingItem(leftover),
    detail: sentence(leftover.how),
    iconPath: new vscode.ThemeIcon('trash'),
    act: () => removeOne(services, account, leftover),
  };
}

function tellingItem(leftover: Leftover): Item {
  const { cluster, monthlyUsd, how, why = how } = leftover;
  return {
    label: leftoverLabel(leftover),
    description: [cluster && `of ${cluster}`, monthlyUsd > 0 && costWords([leftover])].filter(Boolean).join(' · '),
    detail: sentence(editorWords(why)),
    iconPath: new vscode.ThemeIcon('info'),
    act: () => tell(`${sentence(editorWords(leftoverText(leftover)))}.`),
  };
}

function livingWords({ living }: SortedLeftovers): string {
  if (living.length === 0) return '';
  const names = living.map(({ cluster }) => cluster).join(', ');
  return living.length === 1
    ? `What ${names} has goes when it is deleted.`
    : `What ${names} have goes when they are deleted.`;
}

async function tellLiving(cluster: string, items: readonly Leftover[]): Promise<'look-again' | 'done'> {
  const chosen = await choose(items.map(tellingItem), {
    title: `Goes when ${cluster} is deleted: ${costWords(items)}`,
    placeHolder: 'Choose one to read all of it',
    matchOnDetail: true,
  });
  return (await chosen?.act?.()) ?? 'done';
}

async function tell(text: string): Promise<'done'> {
  void vscode.window.showInformationMessage(text);
  return 'done';
}

async function removeOne(
  services: EditorServices,
  account: Account,
  leftover: Leftover,
): Promise<'look-again' | 'done'> {
  const { kind, id, region } = leftover;
  const detail = `${sentence(editorWords(leftoverText(leftover)))}.\n\nIn account ${account.label}, ${region}. This cannot be undone.`;
  if ((await vscode.window.showWarningMessage(`Remove ${kind} ${id}?`, { modal: true, detail }, 'Remove')) !== 'Remove')
    return 'done';
  const location = vscode.ProgressLocation.Notification;
  const told = await vscode.window.withProgress({ location, title: `Removing ${kind} ${id}` }, async () => {
    const { session } = await services.bastions.deps(account);
    const { removeLeftover } = await import('../../core/leftovers/removeLeftover.ts');
    return removeLeftover(session, leftover);
  });
  void vscode.window.showInformationMessage(told);
  return 'look-again';
}
