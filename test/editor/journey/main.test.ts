import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { answerInput, pickEntry, runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { waitForTerminalText } from '../../../tools/vscode-host/workbench/terminal.ts';
import { setTheme } from '../../../tools/vscode-host/workbench/theme.ts';
import { openWorkbench, reloadWindow, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';
import { skipBecause } from '../../skipBecause.ts';
import { eventually } from './support/eventually.ts';
import { layoutSaved } from './support/layoutSaved.ts';
import { panelFrame, watchPolicy, type Frame } from './support/panelFrame.ts';
import { pictureSettings, takePictures } from './support/pictures.ts';
import { practiceHome, type PracticeHome } from './support/practiceHome.ts';

/** Seconds of the account's time for each real one. */
const speed = 60;
/** A control plane that takes twenty minutes longer leaves a reload of the window room on a busy machine. */
const slowControlPlane = { type: 'AWS::EKS::Cluster', delaySeconds: 1200 };

describe('the journey: from Create Private EKS to kubectl get nodes, and back', function () {
  this.bail(true);
  this.timeout(120_000);
  let practice: PracticeHome;
  let workbench: Workbench;
  let resourcesBefore: string[];
  let refused: string[];

  before(async () => {
    practice = await practiceHome(speed);
    resourcesBefore = await practice.resources();
    await practice.fault(slowControlPlane);
    workbench = await openWorkbench({
      workspace: practice.workspace,
      env: practice.env,
      settings: pictureSettings,
    });
    workbench.page.setDefaultTimeout(30_000);
    refused = watchPolicy(workbench.page);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && workbench) await takePicture(workbench.page, 'journey/failed');
  });

  after(async () => {
    await workbench?.close();
    await practice?.close();
  });

  const row = (name: RegExp) => workbench.page.getByRole('treeitem', { name }).first();
  const step = (frame: Frame, title: string, status: string) =>
    frame.locator('pe-timeline .lane-name', { hasText: `${title} , ${status}` });

  const pictures = (name: string) => takePictures(workbench.page, `${name}`);

  it('begins with the sandbox', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
    await page.getByRole('button', { name: 'Practise in the Sandbox' }).waitFor();
    await pictures('1-welcome');
    await page.getByRole('button', { name: 'Practise in the Sandbox' }).click();
    await row(/^Cluster practice/).waitFor();
  });

  it('asks for a name and opens the planner', async () => {
    const { page } = workbench;
    await runCommand(page, 'Private EKS: Create Private EKS');
    await answerInput(page, 'payments');
    const planner = await panelFrame(page, 'pe-planner');
    await planner
      .getByText(/about \d+ USD a month/)
      .first()
      .waitFor();
    // The account has been looked at: its number stands in the header.
    await planner.getByText('0000…0000').waitFor();
    await pictures('2-planner');
  });

  it('edits the file by the form and the form by the file', async () => {
    const { page } = workbench;
    const planner = await panelFrame(page, 'pe-planner');
    const disk = planner.locator('[data-path="nodes.default.diskGiB"] input');
    const line = (text: RegExp) => page.locator('.monaco-editor .view-line', { hasText: text });
    await disk.fill('60');
    await disk.press('Tab');
    await planner.getByText(/60 GiB gp3/).waitFor();
    await planner.getByRole('button', { name: 'Open as YAML' }).click();
    await line(/diskGiB:\s60/).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('# kept by us');
    await disk.fill('50');
    await disk.press('Tab');
    await line(/diskGiB:\s50/).waitFor();
    await line(/#\skept\sby\sus/).waitFor();
    await planner.getByText(/50 GiB gp3/).waitFor();
    await line(/diskGiB/).click();
    await runCommand(page, 'Undo');
    await planner.getByText(/60 GiB gp3/).waitFor();
    await eventually(async () => assert.equal(await disk.inputValue(), '60'));
    await pictures('3-planner-and-file');
    await runCommand(page, 'View: Close All Editors in Group');
  });

  it('confirms and shows the run live', async () => {
    const { page } = workbench;
    const planner = await panelFrame(page, 'pe-planner');
    const dialog = page.locator('.monaco-dialog-box');
    // A dialog is in the way of the palette, and so of a change of themes: cancelled once, asked for again.
    for (const [theme, answer] of [
      ['light', 'Cancel'],
      ['dark', 'Create'],
    ] as const) {
      await setTheme(page, theme);
      await planner.getByRole('button', { name: 'Create…' }).click();
      await dialog.getByText('Create payments in Sandbox?').waitFor();
      assert.match(await dialog.innerText(), /Account 000000000000 \(Sandbox\), region eu-west-1/);
      await takePicture(page, `journey/4-confirm-${theme}`);
      await dialog.getByRole('button', { name: answer, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    }
    const run = await panelFrame(page, 'pe-run-panel');
    await run.getByText('Running').first().waitFor();
    await step(run, 'Control plane', 'running').waitFor();
  });

  it('survives a reload of the window in the middle of the create', async () => {
    const { page } = workbench;
    await layoutSaved(page, 'create-payments-');
    await reloadWindow(page);
    const run = await panelFrame(page, 'pe-run-panel');
    await run.getByText('Running').first().waitFor();
    await step(run, 'Network', 'done').waitFor();
    await row(/^Create payments/).waitFor();
    await page
      .locator('.statusbar')
      .getByText(/creating payments/)
      .waitFor();
    await pictures('5-run');
    await run.getByText('Done', { exact: true }).waitFor({ timeout: 90_000 });
    await run.getByText(/payments is verified/).waitFor();
    await row(/^Cluster payments, Active/).waitFor();
    await pictures('6-done');
    assert.equal(practice.runs().length, 1, 'one run made the cluster');
  });

  it('connects, and kubectl shows Ready nodes in the terminal', async function () {
    if (spawnSync('kubectl', ['version', '--client']).error) skipBecause(this, 'there is no kubectl on PATH');
    const { page } = workbench;
    const run = await panelFrame(page, 'pe-run-panel');
    await run.getByRole('button', { name: 'Connect' }).click();
    await waitForTerminalText(page, /\$ ?kubectl get nodes|# ?kubectl get nodes/, 60_000);
    await page.locator('.terminal-wrapper.active .xterm-helper-textarea').last().focus();
    await page.keyboard.press('Enter');
    const text = await waitForTerminalText(page, /(\s+Ready\s[^]*){2}/, 60_000);
    assert.doesNotMatch(text, /NotReady/);
    await row(/^Cluster payments, Connected/).waitFor();
    await page
      .locator('.statusbar')
      .getByText(/payments \d+ ms/)
      .waitFor();
    await pictures('7-connect');
  });

  it('deletes by typing the name and leaves nothing behind', async () => {
    const { page } = workbench;
    for (const theme of ['light', 'dark'] as const) {
      await setTheme(page, theme);
      await runCommand(page, 'Private EKS: Delete Cluster…');
      await pickEntry(page, 'payments');
      const input = page.locator('.quick-input-widget');
      await input.getByText(/Type payments to delete it/).waitFor();
      await takePicture(page, `journey/8-delete-${theme}`);
      if (theme === 'dark') break;
      await page.keyboard.press('Escape');
      await input.waitFor({ state: 'hidden' });
    }
    await answerInput(page, 'payments');
    await page.locator('.tab.active', { hasText: 'Delete payments' }).waitFor();
    const run = await panelFrame(page, 'pe-run-panel');
    await run.getByText('Done', { exact: true }).waitFor({ timeout: 90_000 });
    await row(/^Delete payments, done/).waitFor();
    await row(/^Cluster payments/).waitFor({ state: 'detached' });
    await pictures('9-deleted');
    await runCommand(page, 'View: Close All Editors');
    await page.locator('.tab').first().waitFor({ state: 'detached' });
    await row(/^Create payments, done/).click();
    await page.keyboard.press('ArrowUp');
    assert.equal(await page.locator('.tab').count(), 0, 'a click selects and opens nothing');
    await page.keyboard.press('Enter');
    await page.locator('.tab.active', { hasText: 'Delete payments' }).waitFor();
    assert.deepEqual(await practice.resources(), resourcesBefore);
    assert.equal(practice.runs().length, 2);
  });

  it('was never stopped by its panels’ content security policy', () => {
    assert.deepEqual(refused, []);
  });
});
