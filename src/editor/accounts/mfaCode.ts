import * as vscode from 'vscode';

/** Asks for a code of an MFA device. Hidden while it is typed, used once, kept nowhere. @throws AbortError when none is given */
export async function askForMfaCode(label: string, serial: string): Promise<string> {
  const code = await vscode.window.showInputBox({
    title: `Sign in ${label}`,
    prompt: `Code of the MFA device ${serial.split('/').at(-1) ?? serial}`,
    placeHolder: '6 digits',
    password: true,
    ignoreFocusOut: true,
    validateInput: text => (/^\d{6}$/.test(text.trim()) || text === '' ? undefined : 'Six digits.'),
  });
  if (!code) throw new DOMException('No code was given.', 'AbortError');
  return code.trim();
}
