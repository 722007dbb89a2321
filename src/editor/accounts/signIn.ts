import * as vscode from 'vscode';
import type { SignInNeed } from '../../core/aws/signIn/signInKind.ts';
import { PrivateEksError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import type { AccountList } from './accountList.ts';
import { signInInBrowser } from './browserSignIn.ts';
import { findOnPath, signInCommand, signInInTerminal } from './terminalSignIn.ts';
import { waitUntilSignedIn } from './waitUntilSignedIn.ts';

/** Sign-ins that are going on, by account: asked for twice, one is waited for by both. */
const goingOn = new Map<string, Promise<boolean>>();

/**
 * Helps a person to sign in, in whichever way their profile wants, and resolves once the account's credentials work. False when they gave up.
 * @throws PrivateEksError `sign-in-denied`, `sign-in-timeout` and what else can go wrong on the way
 */
export function signIn(accounts: AccountList, account: Account): Promise<boolean> {
  let going = goingOn.get(account.id);
  if (!going) {
    going = help(accounts, account)
      .then(isIn => {
        if (isIn) accounts.tellSignedIn(account);
        return isIn;
      })
      .finally(() => goingOn.delete(account.id));
    goingOn.set(account.id, going);
  }
  return going;
}

async function help(accounts: AccountList, account: Account): Promise<boolean> {
  if (accounts.codes.list(account.profile).length > 0) {
    // What waits is a run or a tunnel: a code serves once, and theirs is not ours.
    if (!(await accounts.codes.askAll(account.profile))) return false;
    if ((await accounts.signIn(account)).state === 'signed-in') return true;
  }
  const { signInNeed } = await import('../../core/aws/signIn/signIn.ts');
  const need = await signInNeed({ profile: account.profile, ...account.place });
  return byKind(accounts, account, need);
}

async function byKind(accounts: AccountList, account: Account, need: SignInNeed): Promise<boolean> {
  switch (need.kind) {
    case 'sso': {
      const outcome = await signInInBrowser(account);
      if (outcome === 'terminal') return inTerminal(accounts, account, need);
      return outcome === 'signed-in' && check(accounts, account);
    }
    case 'mfa':
      // The code is asked for when the role is taken.
      return check(accounts, account);
    case 'login-session':
      return inTerminal(accounts, account, need);
    case 'credential-process':
    case 'static':
    case 'web-identity':
    case 'none':
      return waitForOthers(accounts, account, need);
  }
}

/** @throws PrivateEksError when what was renewed does not work */
async function check(accounts: AccountList, account: Account): Promise<boolean> {
  const state = await accounts.signInAnew(account);
  if (state.state === 'signed-in') return true;
  throw state.error;
}

async function inTerminal(accounts: AccountList, account: Account, need: SignInNeed): Promise<boolean> {
  const command = signInCommand(need);
  if (!command || !(await findOnPath('aws'))) return waitForOthers(accounts, account, need);
  return signInInTerminal(accounts, account, command);
}

/** The credentials are renewed by something else: says what, and looks now and then. */
async function waitForOthers(accounts: AccountList, account: Account, need: SignInNeed): Promise<boolean> {
  const { signInAdvice } = await import('../../core/aws/signIn/signInKind.ts');
  const advice = signInAdvice(need) ?? `Run ${signInCommand(need) ?? 'aws sso login'}; aws was not found on PATH here.`;
  void vscode.window.showInformationMessage(`${advice} What was going on then goes on.`);
  return waitUntilSignedIn(accounts, account);
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
