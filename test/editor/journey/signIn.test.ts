import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pickEntry, runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { waitForTerminalText } from '../../../tools/vscode-host/workbench/terminal.ts';
import { repository } from '../../../tools/vscode-host/paths.ts';
import { setTheme } from '../../../tools/vscode-host/workbench/theme.ts';
import { openWorkbench, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';
import { nothingTold, notifications, openCentre, told } from './support/notifications.ts';
import { listeningTunnel } from './support/listeningTunnel.ts';
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
    fs.writeFileSync(path.join(bin, 'aws'), awsCommand(called), { mode: 0o755 });
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
  const use = async (profile: string) => {
    const { page } = workbench;
    await runCommand(page, 'Private EKS: Use an AWS Profile');
    await pickEntry(page, profile);
    await pickEntry(page, 'eu-west-1');
    await row(new RegExp(`^Account ${profile}, eu-west-1 · sign in`)).waitFor();
  };
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

  it('is one row with one button, and no pop-up', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
    // What pops up is seen by this test.
    await runCommand(page, 'Private EKS: Show Tunnel');
    await told(page, /^No tunnel is open/);
    for (const profile of ['prod', 'power']) await use(profile);
    await row(/^Sign in to see the clusters/).waitFor();
    await takePicture(page, 'journey/sign-in');
    assert.deepEqual(await notifications(page), []);
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
    await openCentre(page);
    const centre = page.locator('.notifications-center');
    await centre.getByText(new RegExp(`waiting for the browser, code ${code}`)).waitFor();
    await takePicture(page, 'journey/sign-in-waiting');
    const tunnel = await listeningTunnel(practice.home);
    await tunnel.held();
    await decide(code, 'approve');
    await tunnel.given('signed-in');
    await tunnel.close();
    await row(/^Cluster practice, Active/).waitFor();
    await row(/^Account prod, eu-west-1$/).waitFor();
    await row(/^Account power, eu-west-1$/).waitFor();
    assert.equal(fs.existsSync(called), false, 'the aws command was not needed');
    const cache = path.join(practice.workspace, '.aws/sso/cache');
    for (const file of fs.readdirSync(cache))
      assert.equal(fs.statSync(path.join(cache, file)).mode & 0o777, 0o600, `${file} can be read by others`);
  });

  it('signs in by the aws command in a terminal, for whom that suits better', async () => {
    const { page } = workbench;
    await use('night');
    await press('night');
    await shownCode('night');
    await dialog().getByRole('button', { name: 'Use aws in a Terminal' }).click();
    const text = await waitForTerminalText(page, /shows the code [B-Z]{4}-[B-Z]{4}/);
    assert.equal(fs.readFileSync(called, 'utf8'), 'sso login --profile night\n');
    await takePicture(page, 'journey/sign-in-terminal');
    const tunnel = await listeningTunnel(practice.home);
    await tunnel.held();
    await decide(/[B-Z]{4}-[B-Z]{4}/.exec(text)?.[0] ?? '', 'approve');
    // By the command that stands for AWS's, which is ours, and by the editor, which saw that it came to an end.
    await tunnel.given('signed-in', 2);
    await tunnel.close();
    await row(/^Account night, eu-west-1$/).waitFor();
    // Nothing waits any more, and nobody was told of an error.
    await row(/^Sign in to see the clusters/).waitFor({ state: 'detached' });
    await nothingTold(page);
  });
});

function sandboxEndpoint(home: string): string {
  const { endpoint } = JSON.parse(fs.readFileSync(path.join(home, 'sandbox/sandbox.json'), 'utf8')) as {
    endpoint: string;
  };
  return endpoint;
}

/** Stands for the AWS command line: notes what it was asked for, and signs in as it does. */
function awsCommand(called: string): string {
  const cli = path.join(repository, 'dist/cli.js');
  return `#!/bin/sh
echo "$@" > '${called}'
exec '${process.execPath}' '${cli}' login --no-browser --profile "$4"
`;
}

/** Three profiles of two sign-ins, whose service is the sandbox's. */
function sharedConfig(endpoint: string): string {
  const profile = (name: string, session: string, role: string) => `[profile ${name}]
sso_session = ${session}
sso_account_id = 000000000000
sso_role_name = ${role}
region = eu-west-1
endpoint_url = ${endpoint}
`;
  const session = (name: string) => `[sso-session ${name}]
sso_start_url = https://sandbox.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
`;
  return [
    session('work'),
    session('night'),
    profile('prod', 'work', 'AdministratorAccess'),
    profile('power', 'work', 'PowerUserAccess'),
    profile('night', 'night', 'AdministratorAccess'),
  ].join('');
}
