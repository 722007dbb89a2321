import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadedFiles, recordLoads } from '../../../tools/vscode-host/workbench/loadedFiles.ts';
import { pickEntry, runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { typeInTerminal, waitForTerminalText } from '../../../tools/vscode-host/workbench/terminal.ts';
import { setTheme } from '../../../tools/vscode-host/workbench/theme.ts';
import { webviewFrame } from '../../../tools/vscode-host/workbench/webview.ts';
import { openWorkbench, reloadWindow, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';

describe('the workbench that journeys drive', () => {
  let workspace: string;
  let record: string;
  let workbench: Workbench;

  before(async () => {
    workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'private-eks-smoke-'));
    fs.writeFileSync(path.join(workspace, 'notes.txt'), 'hello\n');
    fs.writeFileSync(path.join(workspace, 'page.md'), '# A heading\n');
    record = path.join(workspace, 'loads');
    workbench = await openWorkbench({ workspace, env: { SMOKE_WORD: 'handed-down', ...recordLoads(record) } });
  });

  after(async () => {
    await workbench?.close();
    fs.rmSync(workspace, { recursive: true, force: true });
  });

  it('opens the workspace folder', async () => {
    await workbench.page.locator('.explorer-folders-view').getByText('notes.txt').waitFor();
  });

  it('runs a command from the palette', async () => {
    await runCommand(workbench.page, 'File: New Untitled Text File');
    await workbench.page.locator('.tab', { hasText: 'Untitled-1' }).waitFor();
  });

  it('picks from a list', async () => {
    await runCommand(workbench.page, 'Change Language Mode');
    await pickEntry(workbench.page, 'YAML');
    await workbench.page.locator('.statusbar').getByText('YAML').waitFor();
  });

  it('runs a shell in a terminal, with the environment given', async () => {
    const { page } = workbench;
    await runCommand(page, 'Terminal: Create New Terminal');
    await page.locator('.terminal-wrapper.active .xterm-screen').waitFor();
    await typeInTerminal(page, 'echo "it says: $SMOKE_WORD"');
    const text = await waitForTerminalText(page, /^it says: handed-down$/m);
    assert.match(text, /echo "it says/);
  });

  it('reads what a webview shows', async () => {
    const { page } = workbench;
    await page.locator('.explorer-folders-view').getByText('page.md').dblclick();
    await page.locator('.tab.active', { hasText: 'page.md' }).waitFor();
    // The command is offered once the editor knows the language; an open palette is not filled again.
    await page.locator('.statusbar').getByText('Markdown').waitFor();
    await runCommand(page, 'Markdown: Open Preview');
    assert.equal(await webviewFrame(page).getByRole('heading').textContent(), 'A heading');
  });

  it('changes the colour theme and takes pictures', async () => {
    const { page } = workbench;
    await setTheme(page, 'light');
    const light = await takePicture(page, 'smoke-light');
    await setTheme(page, 'dark');
    const dark = await takePicture(page, 'smoke-dark');
    assert.notDeepEqual(fs.readFileSync(light), fs.readFileSync(dark));
  });

  it('survives a reload of the window', async () => {
    await reloadWindow(workbench.page);
    await workbench.page.locator('.explorer-folders-view').getByText('notes.txt').waitFor();
  });

  it('knows which code was loaded', () => {
    const files = loadedFiles(record);
    assert.ok(files.some(file => file.includes('/markdown-language-features/')));
    assert.ok(!files.some(file => file.includes('/theme-seti/')));
  });
});
