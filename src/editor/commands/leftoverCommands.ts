import * as vscode from 'vscode';
import { leftoverText, totalMonthlyUsd, type Leftover } from '../../core/leftovers/leftover.ts';
import type { Account } from '../accounts/account.ts';
import { withSignIn } from '../accounts/signIn.ts';
import type { EditorServices } from '../services.ts';
import { accountOf } from './commandTarget.ts';

interface Item extends vscode.QuickPickItem {
  readonly leftover: Leftover;
}

/** *Find Leftovers*: everything in the account's region that was ever made here, with its cost; removed one at a time, when it may be. */
export async function findLeftovers(services: EditorServices, node?: unknown): Promise<void> {
  const account = await accountOf(services, node);
  if (!account) return;
  await withSignIn(services.accounts, account, async () => {
    const { session } = await services.bastions.deps(account);
    const { findLeftovers: find } = await import('../../core/leftovers/findLeftovers.ts');
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Looking for leftovers in ${account.region}`,
    };
    const { found, unknown } = await vscode.window.withProgress(options, () => find(session, { home: true }));
    if (found.length === 0 && unknown.length === 0)
      return void vscode.window.showInformationMessage(`Nothing that was made here is left in ${account.region}.`);
    const items: Item[] = found.map(leftover => ({
      label: `${leftover.kind} ${leftover.name ?? leftover.id}`,
      description: [leftover.cluster, leftover.monthlyUsd > 0 ? `${leftover.monthlyUsd.toFixed(2)} USD a month` : '']
        .filter(Boolean)
        .join(' · '),
      detail: leftover.fate === 'goes' ? 'Goes when its cluster is deleted.' : (leftover.why ?? leftover.how),
      leftover,
    }));
    const unseen = unknown.length > 0 ? ` · ${unknown.length} looks were refused` : '';
    const chosen = await vscode.window.showQuickPick(items, {
      title: `Left in ${account.region}: about ${totalMonthlyUsd(found).toFixed(2)} USD a month (US list prices)${unseen}`,
      placeHolder: 'Choose one to remove it',
      matchOnDescription: true,
    });
    if (chosen) await removeOne(services, account, chosen.leftover);
  });
}

async function removeOne(services: EditorServices, account: Account, leftover: Leftover): Promise<void> {
  const { isRemovable, removeLeftover } = await import('../../core/leftovers/removeLeftover.ts');
  if (!isRemovable(leftover)) {
    const how =
      leftover.fate === 'goes'
        ? `Delete the cluster ${leftover.cluster ?? ''}: it goes with it.`
        : (leftover.why ?? '');
    return void vscode.window.showInformationMessage(`${leftoverText(leftover)}. ${how}`);
  }
  const detail = `${leftoverText(leftover)}\n\nIn account ${account.label}, ${leftover.region}. This cannot be undone.`;
  const question = `Remove ${leftover.kind} ${leftover.id}?`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Remove')) !== 'Remove') return;
  const { session } = await services.bastions.deps(account);
  await removeLeftover(session, leftover);
  void vscode.window.showInformationMessage(`${leftover.kind} ${leftover.id} is gone.`);
}
