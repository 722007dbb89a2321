import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pickEntry, runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { terminalText, typeInTerminal, waitForTerminalText } from '../../../tools/vscode-host/workbench/terminal.ts';
import { openWorkbench, reloadWindow, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';
import { skipBecause } from '../../skipBecause.ts';
import { layoutSaved } from './support/layoutSaved.ts';
import { notifications, told } from './support/notifications.ts';
import { panelFrame, watchPolicy, type Frame } from './support/panelFrame.ts';
import { pictureSettings, takePictures } from './support/pictures.ts';
import { practiceHome, type PracticeHome } from './support/practiceHome.ts';

/** A terminal that says what it was given and stays. */
const tells = { path: '/bin/sh', args: ['-c', 'echo "KUBECONFIG is ${KUBECONFIG:-none}"; exec cat'] };

describe('a tunnel, shown', function () {
  this.bail(true);
  this.timeout(120_000);
  let practice: PracticeHome;
  let workbench: Workbench;
  let refused: string[];
  let resourcesBefore: string[];
  /** What stood in the terminal, in which kubectl watches, before the socket was lost. */
  let watched: string;

  before(async function () {
    if (spawnSync('kubectl', ['version', '--client']).error) skipBecause(this, 'there is no kubectl on PATH');
    practice = await practiceHome(60);
    resourcesBefore = await practice.resources();
    workbench = await openWorkbench({
      workspace: practice.workspace,
      env: practice.env,
      settings: {
        ...pictureSettings,
        [`terminal.integrated.profiles.${process.platform === 'darwin' ? 'osx' : 'linux'}`]: { tells },
      },
    });
    const { page } = workbench;
    page.setDefaultTimeout(30_000);
    refused = watchPolicy(page);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
    await page.getByRole('button', { name: 'Practise in the Sandbox' }).click();
    await row(/^Cluster practice, Active/).waitFor();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && workbench) await takePicture(workbench.page, 'journey/tunnel-failed');
  });
  after(async () => {
    await workbench?.close();
    await practice?.close();
  });

  const row = (name: RegExp) => workbench.page.getByRole('treeitem', { name }).first();
  const panel = (): Promise<Frame> => panelFrame(workbench.page, 'pe-tunnel-panel');
  const state = async (word: string) =>
    (await panel()).locator('.tunnel-header .word', { hasText: word }).waitFor({ timeout: 60_000 });
  /** In a process of its own, as from another terminal. */
  function kubectl(...args: string[]): void {
    const [record = ''] = fs.readdirSync(path.join(practice.home, 'tunnels')).filter(file => file.endsWith('.json'));
    const { kubeconfig } = JSON.parse(fs.readFileSync(path.join(practice.home, 'tunnels', record), 'utf8')) as {
      kubeconfig: string;
    };
    const { status, stderr } = spawnSync('kubectl', args, {
      env: { ...process.env, ...practice.env, KUBECONFIG: kubeconfig },
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  }
  const dialog = () => workbench.page.locator('.monaco-dialog-box');

  const pictures = (name: string) => takePictures(workbench.page, `tunnel-panel-${name}`);

  it('opens from the palette once its cluster is connected', async () => {
    const { page } = workbench;
    await row(/^Cluster practice/).hover();
    await row(/^Cluster practice/)
      .getByRole('button', { name: 'Connect' })
      .click();
    await waitForTerminalText(page, /\$ ?kubectl get nodes|# ?kubectl get nodes/, 60_000);
    await page.locator('.terminal-wrapper.active .xterm-helper-textarea').last().focus();
    await page.keyboard.press('Enter');
    await waitForTerminalText(page, /(\s+Ready\s[^]*){2}/, 60_000);
    await typeInTerminal(page, 'kubectl get configmaps --all-namespaces --watch');
    await waitForTerminalText(page, /^kube-system +kube-root-ca/m);
    await runCommand(page, 'View: Hide Panel');
    await runCommand(page, 'Private EKS: Show Tunnel');
    await state('Healthy');
    const frame = await panel();
    await frame.getByRole('heading', { name: 'Tunnel to practice' }).waitFor();
    await frame.getByText(/^127\.0\.0\.1:\d+$/).waitFor();
    await pictures('healthy');
  });

  it('is amber while a lost socket is resumed, and pops nothing up', async () => {
    const { page } = workbench;
    const frame = await panel();
    await row(/^Cluster practice, Connected/).click();
    await page.keyboard.press('ArrowRight');
    await row(/^Tunnel of practice, .* healthy/).waitFor();
    await runCommand(page, 'View: Toggle Panel Visibility');
    watched = await waitForTerminalText(page, /^kube-system +kube-root-ca/m);
    // Until the fault is taken back.
    await practice.fault({ channel: { refuse: 503, refusals: 1000 } });
    await practice.fault({ effect: 'drop-sockets' });
    await state('Resuming');
    await frame.locator('.tunnel-header .codicon-sync.status-warned').waitFor();
    await row(/^Tunnel of practice, 127\.0\.0\.1:\d+ · resuming/).waitFor();
    await page.locator('.statusbar-item.warning-kind', { hasText: 'practice: resuming' }).waitFor();
    await takePicture(page, 'journey/tunnel-panel-resuming-dark');
    assert.deepEqual(await notifications(page), []);
    await practice.fault({ channel: {} });
  });

  it('tells of the cure, and what ran in the terminal has noticed nothing', async () => {
    const { page } = workbench;
    const frame = await panel();
    const cured = frame.locator('.log-line', { has: frame.locator('.cure') });
    await cured.first().waitFor({ timeout: 60_000 });
    await state('Healthy');
    await page.locator('.statusbar-item:not(.warning-kind)', { hasText: /practice \d+ ms/ }).waitFor();
    const resumes = frame.locator('.facts div', { hasText: 'Resumes' }).locator('dd');
    assert.ok(Number(await resumes.textContent()) >= 1);
    assert.equal(await terminalText(page), watched);
    kubectl('create', 'configmap', 'made-afterwards');
    const text = await waitForTerminalText(page, /made-afterwards/);
    assert.match(text.slice(watched.length), /^\s*default +made-afterwards [^\n]*$/);
    await page.locator('.terminal-wrapper.active .xterm-helper-textarea').last().focus();
    await page.keyboard.press('Control+C');
    await runCommand(page, 'View: Hide Panel');
    await pictures('resumed');
  });

  it('says why it goes by this route', async () => {
    const frame = await panel();
    await frame.getByText('Why this route?').click();
    const findings = frame.locator('.finding');
    await findings.first().waitFor();
    assert.equal(await findings.count(), 4);
    assert.equal(await findings.getByText('In use').count(), 1);
    await pictures('why');
  });

  it('stands in the tree with its numbers, one a row', async () => {
    await row(/^Tunnel of practice, 127\.0\.0\.1:\d+ · healthy · \d+ ms/).click();
    await workbench.page.keyboard.press('ArrowRight');
    await row(/^Route, i-/).waitFor();
    await row(/^Transferred, .* down · .* up/).waitFor();
    await row(/^Resumes, [1-9]/).waitFor();
    await pictures('tree');
  });

  it('offers every way in, and takes the instance that is chosen', async () => {
    const { page } = workbench;
    await (await panel()).getByRole('button', { name: 'Choose route…' }).click();
    const entries = page.locator('.quick-input-list .monaco-list-row');
    await entries.filter({ hasText: 'New bastion' }).waitFor();
    await entries.filter({ hasText: 'Automatic' }).waitFor();
    await takePicture(page, 'journey/tunnel-panel-routes-dark');
    await entries
      .filter({ hasText: /i-[0-9a-f]{17}/ })
      .first()
      .click();
    await state('Healthy');
  });

  it('puts KUBECONFIG into every new terminal only where somebody asks for it', async () => {
    const { page } = workbench;
    await runCommand(page, 'Create New Terminal (With Profile)');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'tells' }).click();
    await waitForTerminalText(page, /KUBECONFIG is none/);
    fs.mkdirSync(path.join(practice.workspace, '.vscode'));
    fs.writeFileSync(
      path.join(practice.workspace, '.vscode/settings.json'),
      JSON.stringify({ 'privateEks.terminal.kubeconfigInAllTerminals': true }),
    );
    // A terminal that nobody has typed into is started anew by VS Code when what extensions put into it changes.
    await waitForTerminalText(page, /KUBECONFIG is \/.*practice/);
    await runCommand(page, 'Terminal: Kill the Active Terminal Instance');
    await runCommand(page, 'View: Hide Panel');
  });

  it('asks before it starts a bastion that costs money', async () => {
    const { page } = workbench;
    await (await panel()).getByRole('button', { name: 'Choose route…' }).click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'New bastion' }).click();
    await dialog().getByText('Start a bastion for practice?').waitFor();
    assert.match(await dialog().innerText(), /USD an hour.*at most 8 h.*The sandbox costs nothing/s);
    await takePicture(page, 'journey/tunnel-panel-consent-dark');
    await dialog().getByRole('button', { name: 'Cancel', exact: true }).click();
  });

  it('goes by a bastion then, which stands in the tree with its cost and its end', async () => {
    const { page } = workbench;
    await (await panel()).getByRole('button', { name: 'Choose route…' }).click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'New bastion' }).click();
    await dialog().getByRole('button', { name: 'Start Bastion' }).click();
    await (await panel()).locator('.target', { hasText: /^[0-9a-f]{8}$/ }).waitFor({ timeout: 90_000 });
    await state('Healthy');
    await row(/^Bastions of practice/).click();
    await page.keyboard.press('ArrowRight');
    await row(/^Bastion [0-9a-f]{8} of practice, ready · 0\.\d+ USD\/h · .* left$/).waitFor();
    await row(/^Bastions of practice, 1 · 0\.\d+ USD\/h/).waitFor();
    await pictures('bastion');
  });

  it('asks before a bastion is stopped, says who goes through it, and finds another way', async () => {
    const { page } = workbench;
    const bastion = row(/^Bastion [0-9a-f]{8} of practice/);
    await bastion.hover();
    await bastion.getByRole('button', { name: 'Stop Bastion' }).click();
    await dialog()
      .getByText(/Your tunnel to practice goes through it/)
      .waitFor();
    await takePicture(page, 'journey/tunnel-panel-stop-bastion-dark');
    await dialog().getByRole('button', { name: 'Stop', exact: true }).click();
    await row(/^Bastion [0-9a-f]{8} of practice/).waitFor({ state: 'detached', timeout: 60_000 });
    await (await panel()).locator('.target', { hasText: /^i-/ }).waitFor({ timeout: 60_000 });
    await state('Healthy');
  });

  it('sweeps what bastions left', async () => {
    const bastions = row(/^Bastions of practice/);
    await bastions.hover();
    await bastions.getByRole('button', { name: 'Sweep Leftovers…' }).click();
    await dialog().getByRole('button', { name: 'Sweep', exact: true }).click();
    await row(/^Bastions of practice, none$/).waitFor({ timeout: 60_000 });
    assert.deepEqual(await practice.resources(), resourcesBefore);
  });

  it('copies diagnostics without account numbers and tokens', async () => {
    const { page } = workbench;
    await (await panel()).getByRole('button', { name: 'Copy diagnostics' }).click();
    await page
      .locator('.statusbar')
      .getByText(/Diagnostics copied/)
      .waitFor();
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    assert.match(text, /^Private EKS \d+\.\d+\.\d+, .*\nTunnel to practice in eu-west-1/);
    assert.match(text, /Resumed/);
    assert.doesNotMatch(text, /0{12}|token|wss?:/i);
  });

  it('copies the environment for tools that ignore a kubeconfig’s server', async () => {
    const { page } = workbench;
    await (await panel()).getByRole('button', { name: 'Copy environment' }).click();
    await page
      .locator('.statusbar')
      .getByText(/Environment for practice copied/)
      .waitFor();
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    assert.match(text, /^export KUBECONFIG='.*'$/m);
    assert.match(text, /^export HTTPS_PROXY='http:\/\/[^:]+:[^@]+@127\.0\.0\.1:\d+\/?'$/m);
  });

  it('merges into a kubeconfig after asking, and takes it out again', async () => {
    const { page } = workbench;
    const file = path.join(practice.workspace, '.kube/config');
    const before = '# mine\napiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\n';
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, before);
    await runCommand(page, 'Private EKS: Merge into My Kubeconfig…');
    await dialog()
      .getByText(/^Merge practice into .*\.kube\/config\?$/)
      .waitFor();
    await takePicture(page, 'journey/tunnel-panel-merge-dark');
    await dialog().getByRole('button', { name: 'Merge', exact: true }).click();
    await told(page, /is in .*\.kube\/config now/);
    const merged = fs.readFileSync(file, 'utf8');
    assert.match(merged, /^# mine$/m);
    assert.match(merged, /private-eks\/practice\.eu-west-1/);
    await runCommand(page, 'Private EKS: Undo Merge into My Kubeconfig…');
    await pickEntry(page, 'practice');
    await told(page, /is out of .*\.kube\/config again/);
    assert.equal(fs.readFileSync(file, 'utf8'), before);
  });

  it('is there again after a reload of the window, on the same port', async () => {
    const { page } = workbench;
    const address = async () => (await panel()).getByText(/^127\.0\.0\.1:\d+$/).textContent();
    const before = await address();
    await layoutSaved(page, 'privateEks.tunnel');
    await reloadWindow(page);
    await state('Healthy');
    assert.equal(await address(), before);
  });

  it('ends with Disconnect, and stays to be read', async () => {
    await (await panel()).getByRole('button', { name: 'Disconnect' }).click();
    await state('Ended');
    await row(/^Cluster practice, Active/).waitFor();
    await (await panel()).getByRole('button', { name: 'Connect', exact: true }).waitFor();
    await pictures('ended');
  });

  it('writes an IAM policy for what somebody needs', async () => {
    const { page } = workbench;
    await runCommand(page, 'Private EKS: Generate IAM Policy');
    await pickEntry(page, 'practice');
    await page.locator('.quick-input-widget input[placeholder="What should it allow?"]').waitFor();
    // A panel that gets the focus in the middle, as it does when it had it before, takes nobody's question away.
    await (await panel()).getByRole('button', { name: 'Connect', exact: true }).focus();
    await pickEntry(page, 'Connect through instances');
    const line = (text: RegExp) => page.locator('.monaco-editor .view-line', { hasText: text }).first().waitFor();
    await line(/"Version":\s"2012-10-17"/);
    await line(/eks:DescribeCluster/);
    await takePicture(page, 'journey/tunnel-panel-policy-dark');
    await runCommand(page, 'View: Revert and Close Editor');
  });

  it('was never stopped by its content security policy', () => {
    assert.deepEqual(refused, []);
  });
});
