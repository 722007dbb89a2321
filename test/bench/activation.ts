import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageVsix, vsixFile } from '../../tools/tasks/packageVsix.ts';
import type { Page } from '../../tools/vscode-host/browser.ts';
import { runCommand } from '../../tools/vscode-host/workbench/palette.ts';
import { openWorkbench } from '../../tools/vscode-host/workbench/workbench.ts';

const runs = 7;

interface Manifest {
  readonly name: string;
  readonly displayName: string;
  readonly contributes?: {
    readonly viewsContainers?: { readonly activitybar?: readonly { readonly title: string }[] };
  };
}

/**
 * `npm run bench:activation`: what VS Code itself says the activation of the packaged extension took, in milliseconds, beside
 * that of an extension which does nothing. Each run is a VS Code with a fresh profile; both are activated by opening their view.
 */
export async function benchActivation(): Promise<number> {
  const packaged = await packageVsix();
  if (packaged !== 0) return packaged;
  const { name, displayName, contributes } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as Manifest;
  const container = contributes?.viewsContainers?.activitybar?.[0]?.title;
  if (!container) throw new Error('package.json contributes no view container: there is no view to open.');
  const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'private-eks-bench-'));
  const empty = path.join(workspace, 'empty');
  writeEmptyExtension(empty);
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    for (let run = 1; run <= runs; run++) {
      const env = { PRIVATE_EKS_HOME: path.join(workspace, `home-${run}`) };
      const workbench = await openWorkbench({ workspace, extensionDevelopmentPath: empty, vsix: [vsixFile()], env });
      try {
        await openView(workbench.page, 'Empty extension');
        await openView(workbench.page, container);
        await runCommand(workbench.page, 'Developer: Show Running Extensions');
        theirs.push(await activation(workbench.page, 'empty'));
        ours.push(await activation(workbench.page, name));
      } finally {
        await workbench.close();
      }
      console.log(`run ${run}: ${displayName} ${ours.at(-1)} ms, empty extension ${theirs.at(-1)} ms`);
    }
  } finally {
    fs.rmSync(workspace, { recursive: true, force: true });
  }
  console.log(`median of ${runs}: ${displayName} ${median(ours)} ms, empty extension ${median(theirs)} ms`);
  return 0;
}

async function openView(page: Page, container: string): Promise<void> {
  await page.locator('.activitybar').getByRole('tab', { name: container }).first().click();
  await page.locator('.sidebar .composite.title').getByText(container, { exact: false }).waitFor();
}

/** The figure in the row (which goes by the manifest's `name`) of *Running Extensions*, which reads "Activating…" until the extension stands. */
async function activation(page: Page, name: string): Promise<number> {
  const row = page.locator(`.runtime-extensions-editor .monaco-list-row[aria-label="${name}"]`);
  const figure = row.locator('.activation-time', { hasText: /\d+\s*ms/ });
  const text = (await figure.textContent()) ?? '';
  return Number(/(\d+)\s*ms/.exec(text)?.[1]);
}

/** A view container, a view, and an `activate` without a body. */
function writeEmptyExtension(folder: string): void {
  fs.mkdirSync(folder);
  fs.cpSync('media/activity-bar.svg', path.join(folder, 'icon.svg'));
  const container = { id: 'empty', title: 'Empty extension', icon: 'icon.svg' };
  const manifest = {
    name: 'empty',
    displayName: 'Empty extension',
    publisher: 'bench',
    version: '1.0.0',
    type: 'module',
    engines: { vscode: '^1.106.0' },
    main: './main.js',
    activationEvents: [],
    contributes: {
      viewsContainers: { activitybar: [container] },
      views: { empty: [{ id: 'empty.view', name: 'Nothing', icon: 'icon.svg' }] },
    },
  };
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  fs.writeFileSync(path.join(folder, 'main.js'), 'export function activate() {}\n');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
