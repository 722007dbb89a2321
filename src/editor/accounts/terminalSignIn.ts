import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import type { SignInNeed } from '../../core/aws/signIn/signInKind.ts';
import type { Account } from './account.ts';
import type { AccountList } from './accountList.ts';
import { waitUntilSignedIn } from './waitUntilSignedIn.ts';

/** The AWS command's own way; undefined where it has none. */
export function signInCommand({ kind, profile }: SignInNeed): string | undefined {
  const quoted = /^[\w.@-]+$/.test(profile) ? profile : `"${profile.replace(/["\\$`]/g, '\\$&')}"`;
  if (kind === 'sso') return `aws sso login --profile ${quoted}`;
  return kind === 'login-session' ? `aws login --profile ${quoted}` : undefined;
}

export function signInInTerminal(accounts: AccountList, account: Account, command: string): Promise<boolean> {
  const terminal = vscode.window.createTerminal({
    name: `Sign in ${account.label}`,
    iconPath: new vscode.ThemeIcon('key'),
  });
  terminal.show();
  terminal.sendText(command, true);
  return waitUntilSignedIn(accounts, account);
}

export async function findOnPath(name: string): Promise<string | undefined> {
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
