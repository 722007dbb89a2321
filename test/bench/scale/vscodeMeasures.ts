import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Page } from '../../../tools/vscode-host/browser.ts';
import { pickEntry, runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { openWorkbench, reloadWindow } from '../../../tools/vscode-host/workbench/workbench.ts';
import { byOperation } from './benchTree.ts';
import { largeRegions } from './largeAccount.ts';
import { serveLargeAccount } from './treeMeasures.ts';

/** `quiet` resolves so long after the last call, ms. */
const quietMs = 1000;

/**
 * The explorer of a real VS Code with all five regions open: when its first rows are there, when all of them are described, a refresh, the
 * frames while it scrolls, and how soon one is found by its name, with the calls that each of it makes.
 */
export async function measureVscode(clusters: number): Promise<string[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'private-eks-scale-'));
  const account = await serveLargeAccount(clusters);
  const lines: string[] = [];
  try {
    const env = { ...withoutAws(), HOME: folder, PRIVATE_EKS_HOME: path.join(folder, 'home') };
    writeProfile(folder, account);
    const workbench = await openWorkbench({ workspace: folder, env });
    try {
      const { page } = workbench;
      page.setDefaultTimeout(60_000);
      const cluster = (name: RegExp) => page.getByRole('treeitem', { name }).first();
      const timed = async (what: string, act: () => Promise<unknown>, isQuiet = false) => {
        await account.calls();
        const begun = performance.now();
        await act();
        const calls = isQuiet ? await account.quiet() : await account.calls();
        const ms = performance.now() - begun - (isQuiet ? quietMs : 0);
        lines.push(`VS Code, ${what}: ${ms.toFixed(0)} ms; calls ${byOperation(calls)}`);
      };
      const view = page.locator('.activitybar .action-label[aria-label^="Private EKS"]');
      await timed('opening the view, nothing of AWS in it', async () => {
        await view.click();
        await page.getByRole('button', { name: 'Practise in the Sandbox' }).waitFor();
      });
      await addRegions(page);
      await account.quiet();
      await accountsSaved(page, largeRegions.at(-1) ?? '');
      await timed(
        'from the reload of the window, VS Code’s own start in it, to the first row of five open regions',
        async () => {
          await reloadWindow(page);
          await runCommand(page, 'Private EKS: Focus on Clusters View');
          await cluster(/^Cluster /).waitFor();
        },
      );
      await timed('until the visible rows are described', () => cluster(/^Cluster .*Active/).waitFor());
      await timed('until every row is described', () => Promise.resolve(), true);
      await page.locator('.sidebar .pane-header', { hasText: 'Runs' }).click();
      lines.push(`VS Code, ${await scrolling(page)}`);
      const refresh = async () => {
        await page.locator('.sidebar .pane-header', { hasText: 'Clusters' }).first().hover();
        await page.getByRole('button', { name: 'Refresh' }).first().click();
      };
      await timed('refresh of all five', refresh, true);
      await page.keyboard.press('Home');
      await cluster(/^Account /).click();
      await timed('finding one of two hundred names by typing', async () => {
        await page.keyboard.press('Control+Alt+F');
        await page.keyboard.type('search-025');
        await cluster(/^Cluster search-025/).waitFor();
      });
      lines.push(`picture: ${path.relative(process.cwd(), await takePicture(page, 'bench/scale-tree'))}`);
    } finally {
      await workbench.close();
    }
  } finally {
    await account.close();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  return lines;
}

async function addRegions(page: Page): Promise<void> {
  for (const region of largeRegions) {
    await runCommand(page, 'Private EKS: Use an AWS Profile');
    await pickEntry(page, 'scale');
    await page.locator('.quick-input-title', { hasText: '2/2' }).waitFor();
    await pickEntry(page, region);
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }
}

/** VS Code in a browser writes down every few seconds what its extensions keep; a reload before that forgets it. */
async function accountsSaved(page: Page, wanted: string): Promise<void> {
  const saved = `async wanted => {
    const answer = request => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    for (const { name } of await indexedDB.databases()) {
      if (!name.startsWith('vscode-web-state-db')) continue;
      const database = await answer(indexedDB.open(name));
      try {
        const values = await answer(database.transaction('ItemTable').objectStore('ItemTable').getAll());
        if (values.some(value => String(value).includes('"profile":"scale","region":"' + wanted))) return true;
      } finally {
        database.close();
      }
    }
    return false;
  }`;
  while (!(await page.evaluate(`(${saved})(${JSON.stringify(wanted)})`))) await page.waitForTimeout(100);
}

/** A turn of the wheel a frame, from the first row to the last. */
async function scrolling(page: Page): Promise<string> {
  await page
    .getByRole('treeitem', { name: /^Cluster / })
    .first()
    .hover();
  await page.evaluate(() => {
    const here = globalThis as unknown as { gaps: number[] };
    here.gaps = [];
    let last = performance.now();
    const frame = () => {
      here.gaps.push(performance.now() - last);
      last = performance.now();
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  for (let turn = 0; turn < 60; turn++) await page.mouse.wheel(0, 100);
  const gaps = await page.evaluate(() => (globalThis as unknown as { gaps: number[] }).gaps);
  const sorted = gaps.slice(1).sort((a, b) => a - b);
  const at = (part: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN).toFixed(1);
  return `scrolling over all rows: frame p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}

function withoutAws(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.keys(process.env)
      .filter(name => name.startsWith('AWS_'))
      .map(name => [name, undefined]),
  );
}

function writeProfile(
  home: string,
  account: { readonly endpoint: string; readonly accessKeyId: string; readonly secretAccessKey: string },
): void {
  const folder = path.join(home, '.aws');
  fs.mkdirSync(folder, { mode: 0o700 });
  fs.writeFileSync(path.join(folder, 'config'), `[profile scale]\nendpoint_url = ${account.endpoint}\n`);
  const keys = `aws_access_key_id = ${account.accessKeyId}\naws_secret_access_key = ${account.secretAccessKey}\n`;
  fs.writeFileSync(path.join(folder, 'credentials'), `[scale]\n${keys}`, { mode: 0o600 });
}
