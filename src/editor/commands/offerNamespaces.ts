import * as vscode from 'vscode';
import type { FargateNamespaces } from '../../core/cluster/fargateNamespaces.ts';
import type { Account } from '../accounts/account.ts';
import type { EditorServices } from '../services.ts';
import type { LiveTunnel } from '../tunnels/tunnelStore.ts';

/** What a run without a way into the cluster could not make: asked once there is one. */
export async function offerNamespaces(
  { accounts, log }: EditorServices,
  account: Account,
  { record }: LiveTunnel,
): Promise<void> {
  const signal = new AbortController().signal;
  let found: FargateNamespaces;
  try {
    const { fargateNamespaces } = await import('../../core/cluster/fargateNamespaces.ts');
    found = await fargateNamespaces(await accounts.session(account), record, signal);
  } catch (error) {
    // Connected is what was asked for; an offer that cannot be made is no failure of it.
    log.info(`namespaces of ${record.cluster}: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  const { missing, make } = found;
  if (missing.length === 0) return;
  const names = missing.join(', ');
  const what = missing.length === 1 ? `namespace ${names}, which is` : `namespaces ${names}, which are`;
  const go = await vscode.window.showInformationMessage(
    `Fargate of ${record.cluster} takes pods of ${what} not there yet.`,
    missing.length === 1 ? 'Make It' : 'Make Them',
  );
  if (go === undefined) return;
  const made = await make(signal);
  vscode.window.setStatusBarMessage(`Made ${made.join(', ')}`, 5000);
}
