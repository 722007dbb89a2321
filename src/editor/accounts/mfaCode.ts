import type * as vscode from 'vscode';
import { deviceName } from '../../core/aws/mfa/codeDesk.ts';
import { askText } from '../questions.ts';

export interface CodeQuestion {
  /** What the code is for: "Sign in prod", "create payments". */
  readonly title: string;
  readonly serial: string;
  /** AWS's reason against the code before. */
  readonly refusal?: string | undefined;
  /** Closes the question: somebody else has answered it. */
  readonly token?: vscode.CancellationToken;
}

/** Asks for a code of an MFA device. Hidden while it is typed, used once, kept nowhere. @throws AbortError when none is given */
export async function askForMfaCode({ title, serial, refusal, token }: CodeQuestion): Promise<string> {
  const prompt = `Code of ${deviceName(serial)}, one that was not used yet`;
  const code = await askText(
    {
      title,
      prompt: refusal === undefined ? prompt : `${refusal} ${prompt}`,
      placeHolder: '6 digits',
      password: true,
      validateInput: text => (/^\d{6}$/.test(text.trim()) || text === '' ? undefined : 'Six digits.'),
    },
    token,
  );
  if (!code) throw new DOMException('No code was given.', 'AbortError');
  return code.trim();
}
