import process from 'node:process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startSandbox } from '../../../tools/tasks/sandboxProcess.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { openWorkbench } from '../../../tools/vscode-host/workbench/workbench.ts';
import { largeAccount } from './largeAccount.ts';

/** The explorer of a real VS Code on the large account's first region: when its rows are there, and whether one of them is found. */
export async function measureVscode(clusters: number): Promise<string[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'private-eks-scale-'));
  const [home, workspace] = [path.join(folder, 'home'), path.join(folder, 'workspace')];
  fs.mkdirSync(path.join(home, 'sandbox'), { recursive: true, mode: 0o700 });
  fs.mkdirSync(workspace);
  const { snapshot } = largeAccount(clusters);
  fs.writeFileSync(path.join(home, 'sandbox', 'state.json'), JSON.stringify({ version: 1, account: snapshot }), {
    mode: 0o600,
  });
  const sandbox = await startSandbox(home, ['--speed', '1']);
  const lines: string[] = [];
  try {
    const workbench = await openWorkbench({ workspace, env: { HOME: workspace, PRIVATE_EKS_HOME: home } });
    try {
      const { page } = workbench;
      page.setDefaultTimeout(60_000);
      const row = (name: RegExp) => page.getByRole('treeitem', { name }).first();
      const timed = async (what: string, act: () => Promise<void>) => {
        const begun = performance.now();
        await act();
        lines.push(`VS Code, ${what}: ${(performance.now() - begun).toFixed(0)} ms`);
      };
      await timed('opening the view (nothing of AWS in it)', async () => {
        await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
        await page.getByRole('button', { name: 'Practise in the Sandbox' }).waitFor();
      });
      await timed('from the account’s choice to the first cluster’s row', async () => {
        await page.getByRole('button', { name: 'Practise in the Sandbox' }).click();
        await row(/^Cluster /).waitFor();
      });
      await timed('until the first cluster is described', () => row(/^Cluster .*Active/).waitFor());
      await timed('from Refresh to the visible rows described anew', async () => {
        await page.locator('.sidebar .pane-header', { hasText: 'Clusters' }).first().hover();
        await page.getByRole('button', { name: 'Refresh' }).first().click();
        await wait(300);
        await row(/^Cluster .*Active/).waitFor();
      });
      await row(/^Cluster /).click();
      await page.keyboard.press('Control+Alt+F');
      await page.keyboard.type('search-025');
      await timed('finding one of forty by its name', () => row(/^Cluster search-025/).waitFor());
      lines.push(`picture: ${path.relative(process.cwd(), await takePicture(page, 'bench/scale-tree'))}`);
    } finally {
      await workbench.close();
    }
  } finally {
    await sandbox.stop();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  return lines;
}
