import * as vscode from 'vscode';
import { networkTicket } from '../../core/network/networkTicket.ts';
import type { Plan } from '../../core/plan/plan.ts';

/** Puts what the network team must do into the clipboard, as Markdown. */
export async function copyTicket(plan: Plan): Promise<void> {
  await vscode.env.clipboard.writeText(networkTicket(plan));
  vscode.window.setStatusBarMessage('$(check) The ticket for the network team is in the clipboard', 5000);
}

/** Asks where, writes the ticket and opens it. */
export async function saveTicket(plan: Plan): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${plan.spec.name}-network.md`;
  const target = await vscode.window.showSaveDialog({
    title: 'Save the ticket for the network team',
    filters: { Markdown: ['md'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, Buffer.from(networkTicket(plan), 'utf8'));
  await vscode.window.showTextDocument(target);
}
