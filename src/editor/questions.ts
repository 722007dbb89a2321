import * as vscode from 'vscode';

/*
 * A panel that had the focus gets it back when the palette, or the question before, closes: a moment later, when the next question may be
 * open, and VS Code takes that for somebody leaving it (microsoft/vscode#93950). So every question stays until it is answered or left with
 * Escape. (VS Code's command that would give it the focus again, `workbench.action.focusQuickOpen`, gives it to the list, where nothing
 * can be typed.)
 */

/** Asks for one of several. Undefined: left. */
export function choose<T extends vscode.QuickPickItem>(
  items: readonly T[] | Thenable<readonly T[]>,
  options: Omit<vscode.QuickPickOptions, 'ignoreFocusOut' | 'canPickMany'>,
): Thenable<T | undefined> {
  return vscode.window.showQuickPick(items, { ...options, ignoreFocusOut: true });
}

/** Asks for a text. Undefined: left. */
export function askText(
  options: Omit<vscode.InputBoxOptions, 'ignoreFocusOut'>,
  token?: vscode.CancellationToken,
): Thenable<string | undefined> {
  return vscode.window.showInputBox({ ...options, ignoreFocusOut: true }, token);
}
