import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import { listProfiles, type ProfileKind } from '../../core/aws/sharedConfig.ts';
import { PrivateEksError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import type { AccountList } from './accountList.ts';

const lookEveryMs = 2000;

/** Sign-ins that are going on, by account: asked for twice, one is waited for by both. */
const waitingFor = new Map<string, Promise<boolean>>();

/**
 * Helps a person to sign in and waits until the account's credentials work. SSO and login sessions are renewed by `aws` in a terminal where
 * it is found; otherwise the words say what to do. False when the person gave up.
 */
export function signIn(accounts: AccountList, account: Account): Promise<boolean> {
  let waiting = waitingFor.get(account.id);
  if (!waiting) {
    waiting = help(accounts, account).finally(() => waitingFor.delete(account.id));
    waitingFor.set(account.id, waiting);
  }
  return waiting;
}

async function help(accounts: AccountList, account: Account): Promise<boolean> {
  const profiles = await listProfiles(account.place);
  const kind = profiles.find(({ name }) => name === account.profile)?.kind ?? 'none';
  const command = signInCommand(kind, account.profile);
  const aws = command && (await findOnPath('aws'));
  if (command && aws) {
    const terminal = vscode.window.createTerminal({
      name: `Sign in ${account.label}`,
      iconPath: new vscode.ThemeIcon('key'),
    });
    terminal.show();
    terminal.sendText(command, true);
  } else {
    const words = command
      ? `Sign in with the AWS command line: ${command}. It was not found on this machine's PATH.`
      : `The credentials of ${account.profile} are renewed outside of this editor (${kind}). Renew them; what was going on then goes on.`;
    void vscode.window.showInformationMessage(words);
  }
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Waiting for the sign-in of ${account.label}`,
      cancellable: true,
    },
    async (_progress, cancelled) => {
      while (!cancelled.isCancellationRequested) {
        accounts.forget(account.id);
        if ((await accounts.signIn(account)).state === 'signed-in') return true;
        await new Promise(resolve => setTimeout(resolve, lookEveryMs));
      }
      return false;
    },
  );
}

/** Runs an action, and once more after a sign-in when AWS said that the old one had expired. */
export async function withSignIn<T>(accounts: AccountList, account: Account, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof PrivateEksError) || error.code !== 'signed-out') throw error;
    accounts.report(account, error);
    const chosen = await vscode.window.showWarningMessage(`The sign-in of ${account.label} has expired.`, 'Sign In');
    if (chosen !== 'Sign In' || !(await signIn(accounts, account))) throw new vscode.CancellationError();
    return action();
  }
}

function signInCommand(kind: ProfileKind, profile: string): string | undefined {
  const quoted = /^[\w.@-]+$/.test(profile) ? profile : `"${profile.replace(/["\\$`]/g, '\\$&')}"`;
  if (kind === 'sso') return `aws sso login --profile ${quoted}`;
  return kind === 'login' ? `aws login --profile ${quoted}` : undefined;
}

async function findOnPath(name: string): Promise<string | undefined> {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  for (const folder of (process.env.PATH ?? process.env.Path ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, file);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}
