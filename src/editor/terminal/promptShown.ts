import * as vscode from 'vscode';

/** For shells that the editor cannot follow: long enough for most to have shown their prompt. */
const giveUpAfterMs = 3000;

/** Waits until a new terminal's shell has shown its prompt: what is typed earlier is echoed twice. */
export async function promptShown(terminal: vscode.Terminal): Promise<void> {
  if (terminal.shellIntegration) return;
  await new Promise<void>(resolve => {
    const timer = setTimeout(done, giveUpAfterMs);
    const subscriptions = [
      vscode.window.onDidChangeTerminalShellIntegration(event => event.terminal === terminal && done()),
      vscode.window.onDidCloseTerminal(closed => closed === terminal && done()),
    ];
    function done(): void {
      clearTimeout(timer);
      for (const subscription of subscriptions) subscription.dispose();
      resolve();
    }
  });
}
