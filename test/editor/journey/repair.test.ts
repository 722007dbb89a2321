import { runCommand, answerInput } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { setTheme } from '../../../tools/vscode-host/workbench/theme.ts';
import { openWorkbench, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';
import { panelFrame, type Frame } from './support/panelFrame.ts';
import { practiceHome, type PracticeHome } from './support/practiceHome.ts';

/** AWS's own words for an account whose quota is too small. */
const quota = {
  type: 'AWS::EKS::Nodegroup',
  fail: 'Resource handler returned message: "You have requested more vCPU capacity than your current vCPU limit of 5 allows for the instance bucket that the specified instance type belongs to." (HandlerErrorCode: GeneralServiceException)',
};

describe('a run that does not go through', function () {
  this.bail(true);
  this.timeout(120_000);
  let practice: PracticeHome;
  let workbench: Workbench;

  before(async () => {
    practice = await practiceHome(100);
    workbench = await openWorkbench({
      workspace: practice.workspace,
      env: practice.env,
      settings: { 'remote.autoForwardPorts': false },
    });
    const { page } = workbench;
    page.setDefaultTimeout(30_000);
    await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
    await page.getByRole('button', { name: 'Practise in the Sandbox' }).click();
    await page.getByRole('treeitem', { name: /^Cluster practice/ }).waitFor();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && workbench) await takePicture(workbench.page, 'journey/repair-failed');
  });
  after(async () => {
    await workbench?.close();
    await practice?.close();
  });

  async function create(name: string): Promise<Frame> {
    const { page } = workbench;
    await runCommand(page, 'View: Close All Editors');
    await runCommand(page, 'Private EKS: Create Private EKS');
    await answerInput(page, name);
    const planner = await panelFrame(page, 'pe-planner');
    await planner.getByText('0000…0000').waitFor();
    await planner.getByRole('button', { name: 'Create…' }).click();
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Create', exact: true }).click();
    const run = await panelFrame(page, 'pe-run-panel');
    await run.getByRole('heading', { name: `Create ${name}` }).waitFor();
    return run;
  }
  const ends = (run: Frame, word: string) => run.getByText(word, { exact: true }).waitFor({ timeout: 90_000 });

  it('names the cause in plain words, AWS’s own one click away', async () => {
    const { page } = workbench;
    await practice.fault(quota);
    const run = await create('orders');
    await ends(run, 'Failed');
    await run.getByRole('heading', { name: /quota of running on-demand vCPUs/ }).waitFor();
    await run.getByText('AWS’s own words').click();
    await run
      .getByText(/current vCPU limit of 5/)
      .first()
      .waitFor();
    await page.getByRole('treeitem', { name: /^Create orders, failed/ }).waitFor();
    for (const theme of ['light', 'dark'] as const) {
      await setTheme(page, theme);
      await takePicture(page, `journey/10-failed-${theme}`);
    }
  });

  it('opens the file to be mended, and is taken up again by Retry', async () => {
    const { page } = workbench;
    await (await panelFrame(page, 'pe-run-panel')).getByRole('button', { name: 'Fix in the file' }).click();
    await page.locator('.tab.active', { hasText: 'orders.private-eks.yaml' }).waitFor();
    const run = await panelFrame(page, 'pe-run-panel');
    await run.getByRole('button', { name: 'Retry' }).click();
    await ends(run, 'Done');
    await run.locator('.failure').waitFor({ state: 'detached' });
    await page.getByRole('treeitem', { name: /^Cluster orders, Active/ }).waitFor();
  });

  it('can be cancelled, and resumed', async () => {
    const run = await create('third');
    await run.getByRole('button', { name: 'Cancel' }).click();
    await ends(run, 'Cancelled');
    await run.getByRole('button', { name: 'Resume' }).click();
    await ends(run, 'Done');
  });
});
