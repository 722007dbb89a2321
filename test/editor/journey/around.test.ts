import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateVolumeCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { specHash } from '../../../src/core/plan/specHash.ts';
import { parseSpec } from '../../../src/core/spec/parseSpec.ts';
import { pickEntry, runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { openWorkbench, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';
import { cliRun } from './support/cliRun.ts';
import { said } from './support/notifications.ts';
import { pictureSettings } from './support/pictures.ts';
import { practiceHome, type PracticeHome } from './support/practiceHome.ts';
import { chooseInMenu } from './support/rowMenu.ts';

/** Every kind of node, an add-on that has an update, in the VPC of the cluster that stands there: its endpoints are adopted. */
const orders = (vpcId: string, subnetIds: readonly string[]) => `apiVersion: private-eks/v1
kind: Cluster
name: orders
region: eu-west-1
network:
  vpc:
    id: ${vpcId}
    subnets: [${subnetIds.join(', ')}]
nodes:
  default:
    minSize: 1
    desiredSize: 1
  spot:
    capacity: spot
    instanceTypes: [m7i.large, m6i.large]
    minSize: 0
    desiredSize: 0
  hardened:
    kind: self-managed
    os: bottlerocket
    instanceTypes: [m7i.large]
fargate:
  batch:
    selectors:
      - namespace: batch-*
autoMode:
  nodePools: [general-purpose]
addons:
  coredns:
    version: v1.14.1-eksbuild.1
deletionProtection: false
`;
const draft = `apiVersion: private-eks/v1
kind: Cluster
name: draft
region: eu-west-1
network:
  cidr: 10.40.1.0/16
`;

describe('the journey around a cluster: its rows, its spec written and exported, its policy, and what is left behind', function () {
  this.bail(true);
  this.timeout(60_000);
  let practice: PracticeHome;
  let workbench: Workbench;
  let aws: { ec2: EC2Client; logs: CloudWatchLogsClient };

  before(async () => {
    practice = await practiceHome(600);
    const { endpoint, accessKeyId, secretAccessKey } = practice.account;
    const place = { endpoint, region: 'eu-west-1', credentials: { accessKeyId, secretAccessKey } };
    aws = { ec2: new EC2Client(place), logs: new CloudWatchLogsClient(place) };
    const Filters = [{ Name: 'tag:private-eks:cluster', Values: ['practice'] }];
    const { Subnets = [] } = await aws.ec2.send(new DescribeSubnetsCommand({ Filters }));
    const spec = orders(
      Subnets[0]?.VpcId ?? '',
      Subnets.map(({ SubnetId = '' }) => SubnetId),
    );
    fs.writeFileSync(file('orders.private-eks.yaml'), spec);
    fs.writeFileSync(file('draft.private-eks.yaml'), draft);
    const made = cliRun(practice.home, 'create', '-f', file('orders.private-eks.yaml'));
    [workbench] = await Promise.all([
      openWorkbench({ workspace: practice.workspace, env: practice.env, settings: pictureSettings }),
      made,
    ]);
    workbench.page.setDefaultTimeout(20_000);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && workbench) await takePicture(workbench.page, 'around/failed');
  });

  after(async () => {
    await workbench?.close();
    await practice?.close();
    aws?.ec2.destroy();
    aws?.logs.destroy();
  });

  const file = (...names: string[]) => path.join(practice.workspace, ...names);
  const row = (name: string | RegExp) =>
    workbench.page.getByRole('treeitem', { name, exact: typeof name === 'string' }).first();
  const tab = (name: string) => workbench.page.locator('.tabs-container .tab.active', { hasText: name });
  const list = () => workbench.page.locator('.quick-input-list .monaco-list-row');
  const dialog = () => workbench.page.locator('.monaco-dialog-box');
  const openFile = async (name: string) => {
    const { page } = workbench;
    await page.keyboard.press('Control+p');
    await page.locator('.quick-input-widget input.input').fill(name);
    await list().filter({ hasText: name }).first().click();
    await tab(name).waitFor();
  };
  const expand = async (name: RegExp) => {
    await row(name).click();
    await workbench.page.keyboard.press('ArrowRight');
  };

  it('shows a row for every kind of node, for adopted endpoints, and for the add-on that has an update', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
    await page.getByRole('button', { name: 'Practise in the Sandbox' }).click();
    await row(/^Cluster orders, Active/).waitFor();
    await page.locator('.sidebar .pane-header', { hasText: 'Runs' }).first().click();
    await expand(/^Cluster orders/);
    await row('Add-ons of orders, 4 · 1 update').waitFor();
    await expand(/^Add-ons of orders/);
    await row('coredns, update to v1.14.1-eksbuild.2 · has v1.14.1-eksbuild.1').waitFor();
    await row('Nodes of orders, 3 groups · 1 Fargate · Auto Mode').waitFor();
    await expand(/^Nodes of orders/);
    for (const name of [
      'default, 1 × t3.medium · active',
      'spot, 0 × m7i.large +1 · spot · active',
      'hardened, self-managed',
      'batch, Fargate · active · batch-*',
      'Auto Mode, AWS runs the nodes',
    ])
      await row(name).waitFor();
    await expand(/^Network of orders, 8 endpoints, 7 adopted/);
    await row('ssm, adopted, of practice · interface').waitFor();
    await row('sts, interface').waitFor();
    await takePicture(page, 'around/1-rows');
  });

  it('explains and mends a spec: a hover, what can be written, a quick fix', async () => {
    const { page } = workbench;
    await openFile('draft.private-eks.yaml');
    await page.locator('.squiggly-error').first().waitFor();
    await page.locator('.view-line span', { hasText: /^cidr$/ }).hover();
    await page.locator('.monaco-hover-content', { hasText: '/16 to /24' }).first().waitFor();
    await takePicture(page, 'around/2-hover');
    await page.locator('.view-line', { hasText: 'cidr' }).click();
    await page.keyboard.press('Control+.');
    await page.locator('.action-widget', { hasText: 'Use 10.40.0.0/16' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.view-line', { hasText: '10.40.0.0/16' }).waitFor();
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Control+Space');
    const offered = page.locator('.suggest-widget.visible .monaco-list-row');
    await offered.first().waitFor();
    assert.match((await offered.first().getAttribute('aria-label')) ?? '', /^version/);
    await page.keyboard.press('Escape');
  });

  it('writes the spec of a cluster as a page of its own, beside the file that is there, and it is sound', async () => {
    const { page } = workbench;
    await chooseInMenu(page, row(/^Cluster orders/), 'Change', 'Write Spec of This Cluster');
    await tab('orders-2.private-eks.yaml').waitFor();
    await said(page, /The page is not saved yet\./);
    assert.equal(fs.existsSync(file('orders-2.private-eks.yaml')), false);
    await takePicture(page, 'around/3-written');
    await page.locator('.editor-group-container.active .view-lines').click();
    await runCommand(page, 'File: Save');
    await page.locator('.tabs-container .tab.active:not(.dirty)', { hasText: 'orders-2' }).waitFor();
    await page.locator('.statusbar-item[id="status.problems"][aria-label="No Problems"]').waitFor();
    const [read, own] = ['orders-2', 'orders'].map(name =>
      parseSpec(fs.readFileSync(file(`${name}.private-eks.yaml`), 'utf8')),
    );
    assert.deepEqual(read?.problems, []);
    assert.ok(read.spec && own?.spec);
    assert.equal(specHash(read.spec), specHash(own.spec));
  });

  it('exports the spec: one file as a page, several into a folder, and none over another without asking', async () => {
    const { page } = workbench;
    const exportAs = async (format: string) => {
      await openFile('orders.private-eks.yaml');
      await runCommand(page, 'Private EKS: Export…');
      await pickEntry(page, format);
    };
    const exportHere = () => page.getByRole('button', { name: 'Export Here' }).click();
    await exportAs('eksctl');
    await tab('orders.eksctl.yaml').waitFor();
    await said(
      page,
      /not saved yet\. Zones, versions and the administrator are those of the account Sandbox\. \d+ things/,
    );

    await exportAs('CloudFormation');
    await exportHere();
    await tab('deploy.sh').waitFor();
    await said(page, /\d+ files written to .*orders-cloudformation\./);
    const templates = fs.readdirSync(file('orders-cloudformation'));
    assert.ok(templates.includes('private-eks-orders-cluster.template.yaml'), templates.join());
    assert.equal(fs.statSync(file('orders-cloudformation', 'deploy.sh')).mode & 0o777, 0o755);

    await exportAs('Terraform');
    await exportHere();
    await tab('versions.tf').waitFor();
    await said(page, /files written to .*orders-terraform\./);
    await takePicture(page, 'around/4-exported');
    const versions = file('orders-terraform', 'versions.tf');
    fs.writeFileSync(versions, '# mine\n');
    await exportAs('Terraform');
    await exportHere();
    await dialog()
      .getByText(/^Replace \d+ files in /)
      .waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'detached' });
    assert.equal(fs.readFileSync(versions, 'utf8'), '# mine\n');
  });

  it('generates the policy of the cluster’s runs for whoever is signed in', async () => {
    const { page } = workbench;
    await chooseInMenu(page, row(/^Cluster orders/), 'Generate IAM Policy');
    await list().filter({ hasText: 'Make the cluster and run it' }).click();
    await page.locator('.tabs-container .tab', { hasText: 'orders-run-2-of-' }).waitFor();
    await tab('orders-run-1-of-').waitFor();
    await said(page, /attach all of them\. Everything that the runs of orders need, for arn:aws:iam::000000000000:/);
    await page.locator('.view-line', { hasText: '"Sid":' }).first().waitFor();
    await takePicture(page, 'around/5-policy');
  });

  it('lists the images that the cluster pulls', async () => {
    const { page } = workbench;
    await openFile('orders.private-eks.yaml');
    await runCommand(page, 'Private EKS: Mirror Images…');
    await tab('orders-images.md').waitFor();
    await said(page, /All \d+ lie in ECR of eu-west-1 already\./);
  });

  it('finds nothing left behind where every cluster stands', async () => {
    const { page } = workbench;
    await chooseInMenu(page, row(/^Account Sandbox/), 'Find Leftovers');
    await said(page, /Nothing is left behind in eu-west-1\. What orders, practice have goes when they are deleted\./);
  });

  it('finds what a cluster that is gone has left, tells what it may not look at, and removes what it is told to', async () => {
    const { page } = workbench;
    const logGroupName = '/aws/eks/gone/cluster';
    await aws.logs.send(new CreateLogGroupCommand({ logGroupName, tags: { 'private-eks:cluster': 'gone' } }));
    const Tags = [{ Key: 'private-eks:cluster', Value: 'gone' }];
    const TagSpecifications = [{ ResourceType: 'volume' as const, Tags }];
    const volume = { AvailabilityZone: 'eu-west-1a', Size: 20, VolumeType: 'gp3' as const, TagSpecifications };
    await aws.ec2.send(new CreateVolumeCommand(volume));
    const denied = { code: 'AccessDeniedException', status: 403, times: 1 };
    await practice.fault({ service: 'kms', operation: 'ListKeys', ...denied });
    await chooseInMenu(page, row(/^Account Sandbox/), 'Find Leftovers');
    const title = (text: RegExp) => page.locator('.quick-input-title').getByText(text);
    await title(/^2 things left behind in eu-west-1: about 1\.60 USD a month/).waitFor();
    await list().filter({ hasText: 'Not looked at' }).filter({ hasText: /keys/ }).waitFor();
    await takePicture(page, 'around/6-leftovers');
    await list()
      .filter({ hasText: `Log group ${logGroupName}` })
      .click();
    await dialog().getByText(`Remove log group ${logGroupName}?`).waitFor();
    await dialog().getByRole('button', { name: 'Remove', exact: true }).click();
    await title(/^1 thing left behind in eu-west-1/).waitFor();
    await page.keyboard.press('Escape');
    const left = await practice.resources();
    assert.equal(
      left.some(line => line.endsWith(logGroupName)),
      false,
    );
    assert.equal(
      left.some(line => /volume vol-/i.test(line)),
      true,
    );
  });
});
