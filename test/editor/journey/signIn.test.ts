import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pickEntry, runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { setTheme } from '../../../tools/vscode-host/workbench/theme.ts';
import { openWorkbench, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';
import { practiceHome, type PracticeHome } from './support/practiceHome.ts';

describe('an expired sign-in', function () {
  this.bail(true);
  this.timeout(90_000);
  let practice: PracticeHome;
  let workbench: Workbench;
  let endpoint: string;
  let called: string;

  before(async () => {
    practice = await practiceHome(60);
    endpoint = sandboxEndpoint(practice.home);
    const bin = path.join(practice.workspace, 'bin');
    called = path.join(practice.workspace, 'aws-was-called-with');
    for (const folder of [bin, path.join(practice.workspace, '.aws')]) fs.mkdirSync(folder);
    fs.writeFileSync(path.join(practice.workspace, '.aws/config'), sharedConfig(endpoint));
    // Stands for the AWS command line, which is not needed.
    fs.writeFileSync(path.join(bin, 'aws'), `#!/bin/sh\necho "$@" > '${called}'\n`, { mode: 0o755 });
    workbench = await openWorkbench({
      workspace: practice.workspace,
      env: { ...practice.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
      // The page of the sign-in service is on this machine only because the service is.
      settings: { 'remote.autoForwardPorts': false, 'workbench.trustedDomains.promptInTrustedWorkspace': false },
    });
    workbench.page.setDefaultTimeout(30_000);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && workbench) await takePicture(workbench.page, 'journey/sign-in-failed');
  });
  after(async () => {
    await workbench?.close();
    await practice?.close();
  });

  const row = (name: RegExp) => workbench.page.getByRole('treeitem', { name }).first();
  const dialog = () => workbench.page.locator('.monaco-dialog-box');
  const press = async (profile: string) => {
    const { page } = workbench;
    const message = page.getByRole('treeitem', { name: /^Sign in to see the clusters/ });
    const own = profile === 'prod' ? message.first() : message.last();
    await own.hover();
    await own.getByRole('button', { name: 'Sign In' }).click();
  };
  const shownCode = async (label: string) => {
    await dialog()
      .getByText(new RegExp(`Sign in ${label} with code`))
      .waitFor();
    return /\b[B-Z]{4}-[B-Z]{4}\b/.exec(await dialog().innerText())?.[0] ?? '';
  };
  /** What a person does on the page that was opened. */
  const decide = (code: string, decision: 'approve' | 'deny') =>
    fetch(`${endpoint}/device`, { method: 'POST', body: new URLSearchParams({ user_code: code, decision }) });

  it('is one row with one button', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
    for (const profile of ['prod', 'power']) {
      await runCommand(page, 'Private EKS: Use an AWS Profile');
      await pickEntry(page, profile);
      await pickEntry(page, 'eu-west-1');
      await row(new RegExp(`^Account ${profile}, eu-west-1 · sign in`)).waitFor();
    }
    await row(/^Sign in to see the clusters/).waitFor();
    await takePicture(page, 'journey/sign-in');
    assert.equal(await page.locator('.notification-toast').count(), 0, 'a state is no pop-up');
  });

  it('shows a code to compare, and goes away when somebody gives up', async () => {
    const { page } = workbench;
    for (const theme of ['light', 'dark'] as const) {
      await setTheme(page, theme);
      await press('prod');
      const code = await shownCode('prod');
      assert.match(code, /^[B-Z]{4}-[B-Z]{4}$/);
      await takePicture(page, `journey/sign-in-code-${theme}`);
      await dialog().getByRole('button', { name: 'Copy Code' }).click();
      assert.equal(await shownCode('prod'), code, 'copying decides nothing');
      await dialog().getByRole('button', { name: 'Cancel' }).click();
      await dialog().waitFor({ state: 'detached' });
    }
    await row(/^Account prod, eu-west-1 · sign in/).waitFor();
  });

  it('signs in by the browser, and then every profile of the same sign-in', async () => {
    const { page } = workbench;
    await press('prod');
    const code = await shownCode('prod');
    const opened = page.context().waitForEvent('page');
    await dialog().getByRole('button', { name: 'Open Browser' }).click();
    await (await opened).close();
    // Whoever comes back from the browser finds it there.
    await runCommand(page, 'Notifications: Show Notifications');
    const center = page.locator('.notifications-center');
    await center.getByText(new RegExp(`waiting for the browser, code ${code}`)).waitFor();
    await takePicture(page, 'journey/sign-in-waiting');
    await decide(code, 'approve');
    await row(/^Cluster practice, Active/).waitFor();
    await row(/^Account prod, eu-west-1$/).waitFor();
    await row(/^Account power, eu-west-1$/).waitFor();
    assert.equal(fs.existsSync(called), false, 'the aws command was not needed');
    const cache = path.join(practice.workspace, '.aws/sso/cache');
    for (const file of fs.readdirSync(cache))
      assert.equal(fs.statSync(path.join(cache, file)).mode & 0o777, 0o600, `${file} can be read by others`);
  });
});

function sandboxEndpoint(home: string): string {
  const { endpoint } = JSON.parse(fs.readFileSync(path.join(home, 'sandbox/sandbox.json'), 'utf8')) as {
    endpoint: string;
  };
  return endpoint;
}

/** Two profiles of one sign-in, whose service is the sandbox's. */
function sharedConfig(endpoint: string): string {
  const profile = (name: string, role: string) => `[profile ${name}]
sso_session = work
sso_account_id = 000000000000
sso_role_name = ${role}
region = eu-west-1
endpoint_url = ${endpoint}
`;
  return `[sso-session work]
sso_start_url = https://sandbox.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
${profile('prod', 'AdministratorAccess')}${profile('power', 'PowerUserAccess')}`;
}
