import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repository } from '../../../tools/vscode-host/paths.ts';
import { loadedFiles } from '../../../tools/vscode-host/workbench/loadedFiles.ts';
import { openWorkbench, reloadWindow } from '../../../tools/vscode-host/workbench/workbench.ts';
import type { Page } from '../../../tools/vscode-host/browser.ts';

interface Meta {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>;
}

const heavy = /node_modules\/(@aws-sdk|@smithy|ws|yaml|zod)\//;
const aws = /node_modules\/(@aws-sdk|@smithy\/(core|signature|node-http))/;

describe('what VS Code loads of the extension', function () {
  this.timeout(60_000);
  const { outputs } = JSON.parse(fs.readFileSync(path.join(repository, 'dist/meta.json'), 'utf8')) as Meta;

  /** The sources whose code ran, as the build's own record of each bundle tells them. */
  async function sourcesLoaded(
    gesture: (page: Page) => Promise<void>,
  ): Promise<{ files: string[]; sources: string[] }> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'private-eks-loading-'));
    try {
      const coverage = path.join(folder, 'coverage');
      const env = { NODE_V8_COVERAGE: coverage, PRIVATE_EKS_HOME: path.join(folder, 'home') };
      const workbench = await openWorkbench({ workspace: folder, env });
      try {
        await gesture(workbench.page);
        // The first extension host ends with its window, and writes down what it ran.
        await reloadWindow(workbench.page);
        while (!hostHasWritten(coverage)) await workbench.page.waitForTimeout(100);
      } finally {
        await workbench.close();
      }
      const files = loadedFiles(coverage)
        .filter(file => file.startsWith(path.join(repository, 'dist')))
        .map(file => path.relative(repository, file));
      return { files, sources: files.flatMap(file => Object.keys(outputs[file]?.inputs ?? {})) };
    } finally {
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  it('is nothing before anybody asks for it', async () => {
    const { files } = await sourcesLoaded(async page => {
      await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').waitFor();
    });
    assert.deepEqual(files, []);
  });

  it('is no AWS SDK when the view is opened', async () => {
    const { files, sources } = await sourcesLoaded(async page => {
      await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
      await page.getByRole('button', { name: 'Practise in the Sandbox' }).waitFor();
      await page.getByText('No runs yet.').waitFor();
      await page.locator('.monaco-progress-container.active').first().waitFor({ state: 'detached' });
    });
    assert.ok(files.includes('dist/extension.js'), 'the extension was activated');
    assert.ok(sources.includes('src/editor/tree/clustersTree.ts'), 'the tree was asked');
    assert.deepEqual(
      sources.filter(source => aws.test(source)),
      [],
    );
    assert.ok(
      Object.values(outputs).some(({ inputs }) =>
        Object.keys(inputs).some(source => heavy.test(source) && aws.test(source)),
      ),
      'the build has an AWS SDK that could have been loaded',
    );
  });
});

function hostHasWritten(coverage: string): boolean {
  try {
    return loadedFiles(coverage).some(file => file.endsWith('extensionHostProcess.js'));
  } catch {
    // Not there yet, or written in part.
    return false;
  }
}
