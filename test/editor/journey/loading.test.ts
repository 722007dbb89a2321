import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Journal } from '../../../src/core/run/journal.ts';
import { runDir } from '../../../src/core/run/runFolder.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { repository } from '../../../tools/vscode-host/paths.ts';
import { loadedFiles, recordLoads } from '../../../tools/vscode-host/workbench/loadedFiles.ts';
import { runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { openWorkbench, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';

interface Meta {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>;
}

const aws = /node_modules\/(@aws-sdk|@smithy)\//;

describe('what VS Code loads of the extension', () => {
  const { outputs } = JSON.parse(fs.readFileSync(path.join(repository, 'dist/meta.json'), 'utf8')) as Meta;
  const sourcesOf = (file: string) => Object.keys(outputs[file]?.inputs ?? {});
  let folder: string;
  let record: string;
  let workbench: Workbench;

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'private-eks-loading-'));
    record = path.join(folder, 'loads');
    const home = path.join(folder, 'home');
    await writeEndedRun(home);
    const env = { ...recordLoads(record), PRIVATE_EKS_HOME: home };
    workbench = await openWorkbench({ workspace: folder, env });
  });

  after(async () => {
    await workbench?.close();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** This repository's built files among what has been loaded, relative to it. */
  function ours(): string[] {
    return loadedFiles(record)
      .filter(file => file.startsWith(path.join(repository, 'dist')))
      .map(file => path.relative(repository, file));
  }

  it('is nothing before anybody asks for it', async () => {
    const { page } = workbench;
    // An extension of VS Code's own stands in the list once the extension host has started all that start by themselves.
    await runCommand(page, 'Developer: Show Running Extensions');
    await page
      .locator('.runtime-extensions-editor .activation-time', { hasText: /\d+\s*ms/ })
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.runtime-extensions-editor').waitFor({ state: 'detached' });
    assert.ok(
      loadedFiles(record).some(file => file.endsWith('extensionHostProcess.js')),
      'the extension host is among what is recorded',
    );
    assert.deepEqual(ours(), []);
  });

  it('is no AWS SDK when the view is opened', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
    await page.getByRole('button', { name: 'Practise in the Sandbox' }).waitFor();
    // A row that only the extension can give, from the same services as the rows of *Clusters*.
    await page.getByRole('treeitem', { name: /Delete payments/ }).waitFor();
    const files = ours();
    const sources = files.flatMap(sourcesOf);
    assert.ok(files.includes('dist/extension.js'), 'the extension was activated');
    assert.ok(sources.includes('src/editor/tree/clustersTree.ts'), 'the tree was asked');
    assert.deepEqual(
      sources.filter(source => aws.test(source)),
      [],
    );
    assert.ok(
      Object.keys(outputs).some(file => sourcesOf(file).some(source => aws.test(source))),
      'the build has an AWS SDK that could have been loaded',
    );
  });
});

async function writeEndedRun(home: string): Promise<void> {
  const runId = 'delete-payments-20261121T120000-0001';
  const journal = await Journal.open(runDir(home, runId), systemClock);
  journal.append({
    type: 'run-started',
    runId,
    kind: 'delete',
    cluster: 'payments',
    region: 'eu-west-1',
    accountId: '000000000000',
    profile: undefined,
    specPath: undefined,
    specHash: undefined,
    steps: [],
    expectedSeconds: 600,
    monthlyUsd: undefined,
    speed: 1,
  });
  journal.append({ type: 'run-finished', outcome: 'done', summary: 'payments is gone.' });
  journal.close();
}
