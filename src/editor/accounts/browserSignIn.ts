import * as vscode from 'vscode';
import type { DevicePrompt } from '../../core/aws/signIn/deviceFlow.ts';
import { isCancellation, PrivateEksError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import { findOnPath } from './terminalSignIn.ts';

export type BrowserOutcome = 'signed-in' | 'given-up' | 'terminal';

const browser = 'Open Browser';
const copyCode = 'Copy Code';
const command = 'Use aws in a Terminal';

/**
 * IAM Identity Center's device flow: a code is shown here and on the page that is opened, and the token is written where every AWS tool
 * finds it. Asks nobody where the last sign-in can be refreshed.
 * @throws PrivateEksError `sign-in-denied`, `sign-in-timeout`, `sign-in-refused`, `network`
 */
export function signInInBrowser(account: Account): Promise<BrowserOutcome> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Signing in ${account.label}`,
    cancellable: true,
  };
  return Promise.resolve(
    vscode.window.withProgress(options, async (progress, token) => {
      const end = new AbortController();
      token.onCancellationRequested(() => end.abort());
      let outcome: BrowserOutcome = 'given-up';
      try {
        const { signIn } = await import('../../core/aws/signIn/signIn.ts');
        const proxy = vscode.workspace.getConfiguration('http').get<string>('proxy');
        await signIn({
          profile: account.profile,
          ...account.place,
          ...(proxy ? { proxy } : {}),
          signal: end.signal,
          open: async prompt => {
            const answer = await ask(account, prompt);
            if (answer === 'browser')
              return progress.report({ message: `waiting for the browser, code ${prompt.userCode}` });
            outcome = answer;
            end.abort();
          },
        });
        return 'signed-in';
      } catch (error) {
        if (isCancellation(error) && end.signal.aborted) return outcome;
        throw error;
      }
    }),
  );
}

/** Shows the code until something is decided: copying it decides nothing. */
async function ask(account: Account, prompt: DevicePrompt): Promise<'browser' | 'terminal' | 'given-up'> {
  const page = safePage(prompt.url);
  const hasCommand = (await findOnPath('aws')) !== undefined;
  const minutes = Math.max(1, Math.round((prompt.expiresAt - Date.now()) / 60_000));
  for (;;) {
    const chosen = await vscode.window.showInformationMessage(
      `Sign in ${account.label} with code ${prompt.userCode}`,
      {
        modal: true,
        detail: `A page of ${page.authority} opens in the browser. Go on there only if it shows the same code. It is good for ${minutes} minutes.`,
      },
      browser,
      copyCode,
      ...(hasCommand ? [command] : []),
    );
    if (chosen === copyCode) await vscode.env.clipboard.writeText(prompt.userCode);
    else if (chosen === browser) {
      await vscode.env.openExternal(page);
      return 'browser';
    } else return chosen === command ? 'terminal' : 'given-up';
  }
}

/** What a service sends is opened only if it is a web page: never a program, a file or a command. */
function safePage(url: string): vscode.Uri {
  const page = vscode.Uri.parse(url, true);
  const isLoopback = page.scheme === 'http' && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(page.authority);
  if (page.scheme === 'https' || isLoopback) return page;
  throw new PrivateEksError(
    'sign-in-refused',
    `The sign-in service named ${page.scheme}: for its page, which is not opened.`,
  );
}
