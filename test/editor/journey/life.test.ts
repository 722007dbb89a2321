import { CloudWatchLogsClient, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { answerInput, pickEntry, runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { openWorkbench, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';
import { cliRun } from './support/cliRun.ts';
import { eventually } from './support/eventually.ts';
import { said } from './support/notifications.ts';
import { panelFrame, watchPolicy, type Frame } from './support/panelFrame.ts';
import { pictureSettings } from './support/pictures.ts';
import { practiceHome, type PracticeHome } from './support/practiceHome.ts';
import { chooseInMenu } from './support/rowMenu.ts';

/** Seconds of the account's time for each real one. */
const speed = 300;
const head = `apiVersion: private-eks/v1
kind: Cluster
name: orders
region: eu-west-1
`;
const logsAndWorkers = `logs:
  retentionDays: 30
nodes:
  default: {}
  workers:
    instanceTypes: [m7g.large]
`;
/** AWS's own words for an account that has as many endpoints as it may. */
const quota = {
  type: 'AWS::EC2::VPCEndpoint',
  fail: 'Resource handler returned message: "The maximum number of VPC endpoints has been reached." (Service: Ec2, Status Code: 400, HandlerErrorCode: ServiceLimitExceeded)',
};

describe('the journey: the life of a cluster, from its first update to a failed one that is taken back', function () {
  this.bail(true);
  this.timeout(90_000);
  let practice: PracticeHome;
  let workbench: Workbench;
  let refused: string[];

  before(async () => {
    practice = await practiceHome(speed);
    write('version: "1.35" # moves on with the cluster\n');
    const made = cliRun(practice.home, 'create', '-f', file());
    [workbench] = await Promise.all([
      openWorkbench({ workspace: practice.workspace, env: practice.env, settings: pictureSettings }),
      made,
    ]);
    workbench.page.setDefaultTimeout(30_000);
    refused = watchPolicy(workbench.page);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && workbench) await takePicture(workbench.page, 'life/failed');
  });

  after(async () => {
    await workbench?.close();
    await practice?.close();
  });

  const file = () => path.join(practice.workspace, 'orders.private-eks.yaml');
  const write = (text: string) => fs.writeFileSync(file(), `${head}${text}`);
  const row = (name: RegExp) => workbench.page.getByRole('treeitem', { name }).first();
  const dialog = () => workbench.page.locator('.monaco-dialog-box');

  const onOrders = (command: string) => chooseInMenu(workbench.page, row(/^Cluster orders/), 'Change', command);

  /** The panel of the run that was just begun, once the run has ended so. */
  async function ended(title: string, word: string): Promise<Frame> {
    const { page } = workbench;
    await page.locator('.tab.active', { hasText: title }).waitFor();
    const run = await panelFrame(page, 'pe-run-panel');
    await run.getByRole('heading', { name: title }).waitFor();
    await run.getByText(word, { exact: true }).first().waitFor({ timeout: 60_000 });
    return run;
  }

  it('finds no drift in a cluster that a command line has made', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
    await page.getByRole('button', { name: 'Practise in the Sandbox' }).click();
    await row(/^Cluster orders, Active · 1\.35/).waitFor();
    await row(/^Create orders, done/).waitFor();
    await onOrders('Check Drift');
    await said(page, /^orders is as its \d+ stacks made it: no drift\.$/);
  });

  it('has nothing to update where the file says what there is', async () => {
    await onOrders('Update…');
    await said(workbench.page, /^Nothing to change: orders is what orders\.private-eks\.yaml says\.$/);
    assert.equal(practice.runs().length, 1);
  });

  it('shows what an update would change, and changes it', async () => {
    const { page } = workbench;
    write(`version: "1.35" # moves on with the cluster\n${logsAndWorkers}`);
    await onOrders('Update…');
    await dialog().getByText('Update orders?').waitFor();
    const words = await dialog().innerText();
    assert.match(words, /Account 000000000000 \(Sandbox\), region eu-west-1, as orders\.private-eks\.yaml says\./);
    assert.match(words, /• logs: the log group LogGroup changes in place: RetentionInDays 90 → 30\./);
    assert.match(words, /• nodes-workers is made\./);
    assert.match(words, /About \d+ USD a month, \d+ more than before\./);
    await takePicture(page, 'life/1-update');
    await dialog().getByRole('button', { name: 'Show Differences' }).click();
    await page.locator('.tab.active', { hasText: 'orders: what an update changes' }).waitFor();
    await pickEntry(page, 'Update');
    const run = await ended('Update orders', 'Done');
    await run.getByText('orders is as the spec says.').waitFor();
    await row(/^Update orders, done/).waitFor();
    // Of a stack that was there before the run, nothing from before it is told.
    const events = run.locator('pe-event-stream [role="row"]', { hasText: 'private-eks-orders-logs' });
    await events.filter({ hasText: 'UPDATE_COMPLETE' }).first().waitFor();
    assert.equal(await events.filter({ hasText: 'CREATE' }).count(), 0);
    await takePicture(page, 'life/2-updated');
  });

  it('takes the cluster one minor up, and the version in its file with it', async () => {
    const { page } = workbench;
    await runCommand(page, 'Private EKS: Upgrade…');
    await pickEntry(page, 'orders');
    await pickEntry(page, 'Upgrade to 1.36');
    await dialog().getByText('Take orders from 1.35 to 1.36?').waitFor();
    const words = await dialog().innerText();
    assert.match(words, /In this order:\n1\. The control plane goes to 1\.36/);
    assert.match(words, /orders\.private-eks\.yaml gets version "1\.36" when it is done\./);
    await takePicture(page, 'life/3-upgrade');
    await dialog().getByRole('button', { name: 'Upgrade', exact: true }).click();
    await ended('Upgrade orders', 'Done');
    await row(/^Upgrade orders, done/).waitFor();
    await row(/^Cluster orders, Active · 1\.36/).waitFor();
    await takePicture(page, 'life/4-upgraded');
    // The command line moves the version on once its run has ended.
    const moved = /^version: "1\.36" # moves on with the cluster$/m;
    await eventually(() => assert.match(fs.readFileSync(file(), 'utf8'), moved));
  });

  it('refuses what cannot be, and to make the cluster anew unless its name is typed', async () => {
    const { page } = workbench;
    const before = [practice.runs(), await practice.resources()];
    write('version: "1.35"\n');
    await onOrders('Update…');
    await said(page, /^The spec says Kubernetes 1\.35, and orders runs 1\.36\..* Use Upgrade…/);
    write('version: "1.36"\nnetwork:\n  serviceCidr: 172.21.0.0/16\n');
    await onOrders('Update…');
    await dialog().getByText('Delete orders and make it anew?').waitFor();
    assert.match(
      await dialog().innerText(),
      /The control plane of orders would be replaced .*: everything in it is lost\./,
    );
    await takePicture(page, 'life/5-replaced');
    await dialog().getByRole('button', { name: 'Go On…' }).click();
    const input = page.locator('.quick-input-widget');
    await input.getByText(/Type orders if that is meant/).waitFor();
    await answerInput(page, 'payments');
    await input.getByText('That is not orders.').waitFor();
    await page.keyboard.press('Escape');
    await input.waitFor({ state: 'hidden' });
    assert.deepEqual([practice.runs(), await practice.resources()], before);
  });

  it('tells why an update failed, and takes it back', async () => {
    const { page } = workbench;
    await practice.fault(quota);
    write(`version: "1.36"\n${logsAndWorkers}features:\n  secrets: true\n`);
    await onOrders('Update…');
    await dialog().getByRole('button', { name: 'Update', exact: true }).click();
    const failed = await ended('Update orders', 'Failed');
    await failed
      .getByRole('heading', { name: /A quota of the account does not allow SecretsmanagerEndpoint/ })
      .waitFor();
    await row(/^Update orders, failed .*A quota of the account/).waitFor();
    await takePicture(page, 'life/6-failed');
    // Another file is another update: it is shown, not begun.
    write(`version: "1.36"\n${logsAndWorkers}features:\n  kms: true\n`);
    await failed.getByRole('button', { name: 'Retry' }).click();
    await dialog().getByText('Update orders?').waitFor();
    assert.match(await dialog().innerText(), /• endpoints: the endpoint KmsEndpoint is made\./);
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await failed.getByRole('button', { name: 'Roll back' }).click();
    await dialog().getByRole('button', { name: 'Roll Back' }).click();
    const back = await ended('Roll back orders', 'Done');
    await back.getByText('orders is as it was before the update.').waitFor();
    await row(/^Roll back orders, done/).waitFor();
    await takePicture(page, 'life/7-taken-back');
    await row(/^Update orders, failed/).hover();
    await row(/^Update orders, failed/)
      .locator('.action-label[aria-label="Open Run"]')
      .click();
    const over = await ended('Update orders', 'Failed');
    await over.getByText(/^Superseded by update-orders-/).waitFor();
    assert.equal(await over.getByRole('button', { name: 'Retry' }).count(), 0);
    await takePicture(page, 'life/7-superseded');
  });

  it('names what somebody changed beside the stacks, on a page that asks for nothing', async () => {
    const { page } = workbench;
    const { endpoint, accessKeyId, secretAccessKey } = practice.account;
    const credentials = { accessKeyId, secretAccessKey };
    const logs = new CloudWatchLogsClient({ endpoint, region: 'eu-west-1', credentials });
    const group = { logGroupName: '/aws/eks/orders/cluster', retentionInDays: 7 };
    await logs.send(new PutRetentionPolicyCommand(group));
    logs.destroy();
    await runCommand(page, 'View: Close All Editors');
    await onOrders('Check Drift');
    const drift = page.locator('.tab.active', { hasText: 'Drift of orders' });
    await drift.waitFor();
    await page.locator('.view-line', { hasText: /RetentionInDays\sis\s7\sand\sshould\sbe\s30/ }).waitFor();
    await takePicture(page, 'life/8-drift');
    await runCommand(page, 'View: Close Editor');
    await drift.waitFor({ state: 'detached' });
    assert.deepEqual(refused, []);
  });
});
