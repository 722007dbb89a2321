import { createHash } from 'node:crypto';
import process from 'node:process';
import * as vscode from 'vscode';
import { accountEnvironment, type Account } from '../accounts/account.ts';
import { cliAnswer } from '../cliAnswer.ts';
import { logFile, startCli } from '../cliProcess.ts';
import type { EditorServices } from '../services.ts';

/**
 * Asks the command line, in a process of its own, for one line of JSON that has the member `mark`; shows that it takes a while, and ends
 * the process when that is cancelled. @throws PrivateEksError what the process said instead
 */
export async function cliJson<T>(
  { place }: EditorServices,
  account: Account,
  title: string,
  args: readonly string[],
  mark: string,
): Promise<T> {
  const env = accountEnvironment(account, process.env);
  const logName = `ask-${createHash('sha256')
    .update(`${account.id}/${args.join(' ')}`)
    .digest('hex')
    .slice(0, 12)}.log`;
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
    const child = startCli(place, { args: [...args, '--json'], env, logName, fresh: true });
    const cancel = new AbortController();
    token.onCancellationRequested(() => {
      child.kill();
      cancel.abort(new vscode.CancellationError());
    });
    let answer: T | undefined;
    const onLine = (line: object) => {
      if (mark in line) answer = line as T;
    };
    return cliAnswer(child, logFile(place, logName), () => Promise.resolve(answer), { onLine, signal: cancel.signal });
  });
}
