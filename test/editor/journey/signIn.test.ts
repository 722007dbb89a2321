import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pickEntry, runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { openWorkbench, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';
import { practiceHome, type PracticeHome } from './support/practiceHome.ts';

const expired = `[sso-session work]
sso_start_url = https://work.awsapps.com/start
sso_region = eu-west-1
[profile prod]
sso_session = work
sso_account_id = 111122223333
sso_role_name = Administrator
region = eu-west-1
`;

describe('an expired sign-in', function () {
  this.bail(true);
  this.timeout(90_000);
  let practice: PracticeHome;
  let workbench: Workbench;
  let called: string;

  before(async () => {
    practice = await practiceHome(60);
    const bin = path.join(practice.workspace, 'bin');
    const config = path.join(practice.workspace, '.aws/config');
    called = path.join(practice.workspace, 'aws-was-called-with');
    for (const folder of [bin, path.dirname(config)]) fs.mkdirSync(folder);
    fs.writeFileSync(config, expired);
    fs.writeFileSync(path.join(practice.workspace, 'signed-in'), signedIn(practice.home));
    // Stands for the AWS command line: signing in makes the profile's credentials work.
    fs.writeFileSync(path.join(bin, 'aws'), `#!/bin/sh\necho "$@" > '${called}'\ncp "$HOME/signed-in" '${config}'\n`, {
      mode: 0o755,
    });
    // VS Code asks a login shell for the PATH, as a person's profile sets it.
    const profile = `export PATH='${bin}':"$PATH"\n`;
    for (const file of ['.profile', '.bash_profile', '.bashrc'])
      fs.writeFileSync(path.join(practice.workspace, file), profile);
    workbench = await openWorkbench({
      workspace: practice.workspace,
      env: { ...practice.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, SHELL: '/bin/bash' },
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

  it('is one row with one button', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
    await runCommand(page, 'Private EKS: Use an AWS Profile');
    await pickEntry(page, 'prod');
    await pickEntry(page, 'eu-west-1');
    await row(/^Sign in to see the clusters/).waitFor();
    await row(/^Account prod, eu-west-1 · sign in/).waitFor();
    await takePicture(page, 'journey/sign-in');
    assert.equal(await page.locator('.notification-toast').count(), 0, 'a state is no pop-up');
  });

  it('selects on a click, and signs in by its button', async () => {
    await row(/^Sign in to see the clusters/).hover();
    await row(/^Sign in to see the clusters/)
      .getByRole('button', { name: 'Sign In' })
      .click();
    await row(/^Cluster practice, Active/).waitFor();
    assert.equal(fs.readFileSync(called, 'utf8'), 'sso login --profile prod\n');
    await row(/^Account prod, eu-west-1$/).waitFor();
  });
});

/** The same profile with credentials that work: the sandbox's. */
function signedIn(home: string): string {
  const of = (file: string) => fs.readFileSync(path.join(home, 'sandbox', file), 'utf8').replace(/^\[.*\]$/gm, '');
  return `[profile prod]\n${of('config')}${of('credentials')}`;
}
