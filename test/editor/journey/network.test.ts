import assert from 'node:assert/strict';
import { answerInput, runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { openWorkbench, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';
import { eventually } from './support/eventually.ts';
import { panelFrame, watchPolicy } from './support/panelFrame.ts';
import { practiceHome, type PracticeHome } from './support/practiceHome.ts';

describe('the journey: a network team’s old VPC, chosen from a list and heard out', function () {
  this.bail(true);
  this.timeout(60_000);
  let practice: PracticeHome;
  let workbench: Workbench;
  let refused: string[];

  before(async () => {
    practice = await practiceHome(1);
    workbench = await openWorkbench({
      workspace: practice.workspace,
      env: practice.env,
      settings: { 'editor.fontFamily': 'DejaVu Sans Mono, monospace', 'remote.autoForwardPorts': false },
    });
    workbench.page.setDefaultTimeout(30_000);
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    refused = watchPolicy(workbench.page);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && workbench) await takePicture(workbench.page, 'network/failed');
  });

  after(async () => {
    await workbench?.close();
    await practice?.close();
  });

  it('offers the VPCs of the practice account and takes subnets with the chosen one', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
    await page.getByRole('button', { name: 'Practise in the Sandbox' }).click();
    await page
      .getByRole('treeitem', { name: /^Cluster practice/ })
      .first()
      .waitFor();
    await runCommand(page, 'Private EKS: Create Private EKS');
    await answerInput(page, 'payments');
    const planner = await panelFrame(page, 'pe-planner');
    await planner.getByText('0000…0000').waitFor();
    await planner.getByRole('combobox', { name: 'VPC', exact: true }).click();
    await planner.locator('vscode-option', { hasText: 'an existing one' }).click();
    await planner.getByRole('combobox', { name: 'Which VPC' }).click();
    const offer = planner.locator('vscode-option', { hasText: 'eks-vpc-2020 · vpc-' });
    assert.match((await offer.textContent()) ?? '', /10\.0\.0\.0\/16 · 3 subnets/);
    await offer.click();
    const subnets = planner.getByRole('group', { name: 'Subnets' }).getByRole('checkbox');
    await subnets.first().waitFor();
    await eventually(async () => assert.equal(await subnets.count(), 3));
    for (const words of await subnets.allTextContents())
      assert.match(words, /eks-vpc-2020-private-\d[^]*\d+ free ·\s+private/);
    await planner
      .locator('vscode-checkbox[aria-checked="true"]', { hasText: 'eks-vpc-2020-private-' })
      .nth(1)
      .waitFor();
  });

  it('names what is wrong with it by resource, and lets no run begin', async () => {
    const { page } = workbench;
    const planner = await panelFrame(page, 'pe-planner');
    const findings = planner.locator('.findings li');
    // The route table without a way to S3, and the endpoints’ group.
    for (const named of [/rtb-[0-9a-f]{17}/, /vpce-[0-9a-f]{17}|sg-[0-9a-f]{17}/])
      await findings.filter({ hasText: named }).first().waitFor();
    await planner.getByRole('button', { name: 'Create…', disabled: true }).waitFor();
    await planner.getByText(/^Mend the VPC first: [a-z]+-[0-9a-f]{17}/).waitFor();
    await takePicture(page, 'network/1-findings');
  });

  it('gives the network team’s ticket to the clipboard', async () => {
    const { page } = workbench;
    const planner = await panelFrame(page, 'pe-planner');
    await planner.getByRole('button', { name: 'Copy ticket for the network team' }).click();
    await page
      .locator('.statusbar')
      .getByText(/The ticket for the network team is in the clipboard/)
      .waitFor();
    const ticket = await page.evaluate<string>('navigator.clipboard.readText()');
    assert.match(ticket, /^# Network for the private EKS cluster payments\n/);
    const resources = await planner.locator('.findings .mono').allTextContents();
    assert.ok(resources.length > 0);
    for (const resource of resources) assert.ok(ticket.includes(`**\`${resource}\`**`), resource);
    assert.deepEqual(refused, []);
  });
});
