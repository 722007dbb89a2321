import * as vscode from 'vscode';
import type { Account } from './account.ts';
import type { AccountList } from './accountList.ts';

const lookEveryMs = 2000;

/** Looks until the account's credentials work, or the person gives up. */
export function waitUntilSignedIn(accounts: AccountList, account: Account): Promise<boolean> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Waiting for the sign-in of ${account.label}`,
    cancellable: true,
  };
  return Promise.resolve(
    vscode.window.withProgress(options, async (_progress, cancelled) => {
      while (!cancelled.isCancellationRequested) {
        accounts.forget(account.id);
        if ((await accounts.signIn(account)).state === 'signed-in') return true;
        await new Promise(resolve => setTimeout(resolve, lookEveryMs));
      }
      return false;
    }),
  );
}
