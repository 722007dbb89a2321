import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { repository } from '../../../tools/vscode-host/paths.ts';
import { answerInput, pickEntry, runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { setTheme } from '../../../tools/vscode-host/workbench/theme.ts';
import { openWorkbench, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';
import { notifications, told } from './support/notifications.ts';
import { practiceHome, type PracticeHome } from './support/practiceHome.ts';

const codes = { own: '141421', wrong: '000000', tunnel: '173205' };

describe('a profile whose role wants MFA codes', function () {
  this.bail(true);
  this.timeout(90_000);
  let practice: PracticeHome;
  let workbench: Workbench;

  before(async () => {
    practice = await practiceHome(60);
    await prepareProfile(practice);
    workbench = await openWorkbench({
      workspace: practice.workspace,
      env: practice.env,
      settings: { 'remote.autoForwardPorts': false },
    });
    workbench.page.setDefaultTimeout(30_000);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && workbench) await takePicture(workbench.page, 'journey/mfa-failed');
  });
  after(async () => {
    await workbench?.close();
    await practice?.close();
  });

  const row = (name: RegExp) => workbench.page.getByRole('treeitem', { name }).first();
  const question = (text: RegExp) => workbench.page.locator('.quick-input-widget').getByText(text).first();
  const dialog = () => workbench.page.locator('.monaco-dialog-box');
  const button = () => workbench.page.locator('.statusbar').getByText('Enter MFA code: tunnel to practice');

  it('asks for the editor’s own code when somebody signs in', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
    await runCommand(page, 'Private EKS: Use an AWS Profile');
    await pickEntry(page, 'guarded');
    await pickEntry(page, 'eu-west-1');
    const message = page.getByRole('treeitem', { name: /^Sign in to see the clusters/ }).first();
    await message.hover();
    await message.getByRole('button', { name: 'Sign In' }).click();
    await question(/Sign in guarded/).waitFor();
    await answerInput(page, codes.own);
    await row(/^Cluster practice, Active/).waitFor();
  });

  it('asks for the tunnel’s code, and is a state with one button when it is put away', async () => {
    const { page } = workbench;
    await row(/^Cluster practice/).hover();
    await row(/^Cluster practice/)
      .getByRole('button', { name: 'Connect' })
      .click();
    await question(/MFA code of guarded: tunnel to practice/).waitFor();
    for (const theme of ['light', 'dark'] as const) {
      await setTheme(page, theme);
      if (!(await question(/MFA code of guarded/).isVisible())) await button().click();
      await question(/MFA code of guarded/).waitFor();
      await takePicture(page, `journey/mfa-code-${theme}`);
    }
    await page.keyboard.press('Escape');
    await button().waitFor();
    await row(/^Account guarded, eu-west-1 · MFA code wanted/).waitFor();
    await takePicture(page, 'journey/mfa-code-wanted');
    assert.deepEqual(await notifications(page), [], 'a state is no pop-up');
  });

  it('asks again with AWS’s reason after a wrong one, and opens the tunnel then', async () => {
    const { page } = workbench;
    await row(/^Account guarded/).hover();
    await row(/^Account guarded/)
      .getByRole('button', { name: 'Enter MFA Code' })
      .click();
    await question(/MFA code of guarded/).waitFor();
    await answerInput(page, codes.wrong);
    await question(/MultiFactorAuthentication failed with invalid MFA one time pass code/).waitFor();
    await takePicture(page, 'journey/mfa-code-refused');
    await answerInput(page, codes.tunnel);
    await row(/^Cluster practice, Connected/).waitFor({ timeout: 60_000 });
    await button().waitFor({ state: 'detached' });
    await row(/^Account guarded, eu-west-1$/).waitFor();
  });

  it('extends a bastion from its row, by a task that takes over', async () => {
    const { page } = workbench;
    await runCommand(page, 'View: Hide Panel');
    const env = { ...practice.env, AWS_PROFILE: 'base', PATH: process.env['PATH'] };
    const cli = [path.join(repository, 'dist/cli.js'), 'bastion', 'start', 'practice', '--ttl', '2h'];
    await promisify(execFile)(process.execPath, cli, { env });
    await row(/^Cluster practice/).click();
    await page.keyboard.press('ArrowRight');
    await row(/^Bastions of practice/).click();
    await page.keyboard.press('ArrowRight');
    const ready = row(/^Bastion [0-9a-f]{8} of practice, ready · /);
    await ready.waitFor();
    const before = /Bastion ([0-9a-f]{8})/.exec((await ready.getAttribute('aria-label')) ?? '')?.[1];
    await runCommand(page, 'Private EKS: Choose Route…');
    await pickEntry(page, 'practice');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Running bastion' }).click();
    await row(/^Tunnel of practice/).click();
    await page.keyboard.press('ArrowRight');
    await row(new RegExp(`^Route, .*${before}`)).waitFor();
    await row(/^Sessions, 1 · 0 connections/).waitFor();
    await ready.hover();
    await ready.getByRole('button', { name: 'Extend Bastion…' }).click();
    await dialog()
      .getByText(/A task’s time cannot be changed: a new task is started and takes over/)
      .waitFor();
    assert.match(
      await dialog().innerText(),
      /It ends at .* in \d+ h.*there is a bastion until .* h .*longer.*USD an hour.*for both while both run/s,
    );
    assert.match(await dialog().innerText(), /Your tunnel to practice carries nothing now, and moves at once/);
    await takePicture(page, 'journey/bastion-extend');
    await dialog().getByRole('button', { name: 'Extend', exact: true }).click();
    await told(page, /There is a bastion until .*The old one is stopped\./);
    const other = row(new RegExp(`^Bastion (?!${before})[0-9a-f]{8} of practice, ready`));
    await other.waitFor();
    const after = /Bastion ([0-9a-f]{8})/.exec((await other.getAttribute('aria-label')) ?? '')?.[1];
    await row(new RegExp(`^Route, .*${after}`)).waitFor();
    await row(/^Tunnel of practice, .* healthy/).waitFor();
  });

  it('kept no code anywhere', () => {
    const secrets = new RegExp(`${codes.own}|${codes.tunnel}`);
    for (const entry of fs.readdirSync(practice.home, { recursive: true, withFileTypes: true }))
      if (entry.isFile())
        assert.doesNotMatch(fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8'), secrets, entry.name);
  });
});

/** A role of the sandbox that wants MFA, and the profile that takes it with the practice user's keys. */
async function prepareProfile({ home, workspace }: PracticeHome): Promise<void> {
  const read = (name: string) => fs.readFileSync(path.join(home, 'sandbox', name), 'utf8');
  const { endpoint } = JSON.parse(read('sandbox.json')) as { endpoint: string };
  const keys = read('credentials');
  const [, accessKeyId = ''] = /aws_access_key_id = (\S+)/.exec(keys) ?? [];
  const [, secretAccessKey = ''] = /aws_secret_access_key = (\S+)/.exec(keys) ?? [];
  const iam = new IAMClient({ endpoint, region: 'eu-west-1', credentials: { accessKeyId, secretAccessKey } });
  const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  const Statement = { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole', Condition };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new CreateRoleCommand({ RoleName: 'guarded', AssumeRolePolicyDocument }));
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'guarded', PolicyArn }));
  iam.destroy();
  const folder = path.join(workspace, '.aws');
  fs.mkdirSync(folder);
  const common = `region = eu-west-1\nendpoint_url = ${endpoint}\n`;
  const role = 'role_arn = arn:aws:iam::000000000000:role/guarded\nsource_profile = base\n';
  const device = 'mfa_serial = arn:aws:iam::000000000000:mfa/practice\n';
  fs.writeFileSync(
    path.join(folder, 'config'),
    `[profile base]\n${common}[profile guarded]\n${common}${role}${device}`,
  );
  const own = `[base]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  fs.writeFileSync(path.join(folder, 'credentials'), own, { mode: 0o600 });
}
