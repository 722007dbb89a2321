import * as vscode from 'vscode';
import { tunnelId, type TunnelKey } from '../../core/tunnel/process/tunnelRecord.ts';
import type { Account } from '../accounts/account.ts';
import type { TunnelStore } from './tunnelStore.ts';

/** Asks once for each time at which a tunnel begins to wait for a sign-in; the tunnel goes on by itself after it. */
export function askToSignIn(
  tunnels: TunnelStore,
  accountOf: (key: TunnelKey) => Account | undefined,
  signIn: (account: Account) => Promise<unknown>,
  /** Whether a question of its own is on the screen, as for an MFA code. */
  isAsked: (account: Account) => Promise<boolean>,
): vscode.Disposable {
  const asked = new Map<string, number>();
  return tunnels.onDidChange(async key => {
    const status = tunnels.get(key)?.status;
    const account = accountOf(key);
    if (status?.state !== 'waiting-for-sign-in' || !account || asked.get(tunnelId(key)) === status.since) return;
    asked.set(tunnelId(key), status.since);
    if (await isAsked(account)) return;
    const chosen = await vscode.window.showWarningMessage(
      `The sign-in of ${account.label} has expired. The tunnel to ${key.cluster} waits for it; what is open goes on.`,
      'Sign In',
    );
    if (chosen === 'Sign In') await signIn(account);
  });
}
