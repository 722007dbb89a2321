import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { hostFolder, repository } from '../vscode-host/paths.ts';
import { readReport, resultFile } from './mochaStage.ts';
import type { Report } from './report.ts';

const name = 'editor-host';
const bundles = path.join(repository, 'dist-test');

/**
 * The tests that run inside VS Code's extension host. On Linux x64 in the VS Code that came from npm; elsewhere, or with
 * `VSCODE_DESKTOP` set, in the desktop VS Code that @vscode/test-electron downloads.
 */
export async function editorHostStage(): Promise<Report> {
  const output = resultFile(name);
  fs.rmSync(output, { force: true });
  await bundleTests();
  const workspace = fs.mkdtempSync(path.join(repository, 'dist-test', 'workspace-'));
  const exitCode = await runTests({
    ...(useHost() ? { vscodeExecutablePath: path.join(hostFolder, 'code') } : {}),
    extensionDevelopmentPath: repository,
    extensionTestsPath: path.join(bundles, 'hostSuite.js'),
    extensionTestsEnv: { HOST_SUITE_RESULTS: output, HOST_SUITE_GREP: process.env['MOCHA_GREP'] ?? '' },
    launchArgs: [workspace],
  }).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  });
  fs.rmSync(workspace, { recursive: true, force: true });
  return readReport(name, exitCode);
}

function useHost(): boolean {
  return !process.env['VSCODE_DESKTOP'] && process.platform === 'linux' && process.arch === 'x64';
}

/** VS Code's loader knows no TypeScript, so these tests are bundled; mocha stays outside, as its reporters are found by path. */
async function bundleTests(): Promise<void> {
  fs.rmSync(bundles, { recursive: true, force: true });
  await build({
    absWorkingDir: repository,
    entryPoints: ['tools/testing/hostSuite.ts', 'test/editor/host/*.test.ts'],
    entryNames: '[name]',
    outdir: bundles,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}
