import { runCommand } from '../../../tools/vscode-host/workbench/palette.ts';
import { takePicture } from '../../../tools/vscode-host/workbench/picture.ts';
import { openWorkbench, type Workbench } from '../../../tools/vscode-host/workbench/workbench.ts';
import { listeningTunnel, type ListeningTunnel } from './support/listeningTunnel.ts';
import { panelFrame } from './support/panelFrame.ts';
import { practiceHome, type PracticeHome } from './support/practiceHome.ts';

describe('a tunnel that rests', function () {
  this.timeout(90_000);
  let practice: PracticeHome;
  let workbench: Workbench;
  let tunnel: ListeningTunnel;

  before(async () => {
    practice = await practiceHome(60);
    tunnel = await listeningTunnel(
      practice.home,
      { accountId: '000000000000', region: 'eu-west-1', cluster: 'practice' },
      {
        state: 'resting',
        detail: 'nobody uses it, so no session is open on AWS’s side; the next connection opens one, on the same port',
        since: Date.now() - 240_000,
        openedAt: Date.now() - 3600_000,
        latencyMs: undefined,
      },
    );
    workbench = await openWorkbench({ workspace: practice.workspace, env: practice.env });
    workbench.page.setDefaultTimeout(30_000);
  });
  after(async () => {
    await workbench?.close();
    await tunnel?.close();
    await practice?.close();
  });

  it('says so calmly in tree, status bar and panel, and what ends it', async () => {
    const { page } = workbench;
    const row = (name: RegExp) => page.getByRole('treeitem', { name }).first();
    await page.locator('.activitybar .action-label[aria-label^="Private EKS"]').click();
    await page.getByRole('button', { name: 'Practise in the Sandbox' }).click();
    await row(/^Cluster practice, Connected, resting · /).click();
    await page.keyboard.press('ArrowRight');
    await row(/^Tunnel of practice, 127\.0\.0\.1:50443 · resting · opens at the next connection$/).click();
    await page.keyboard.press('ArrowRight');
    await row(/^Latency,? not asked while it rests/).waitFor();
    const item = page.locator('.statusbar-item', { hasText: 'practice resting' });
    await item.and(page.locator(':not(.has-background-color)')).waitFor();
    await page.getByRole('button', { name: 'Private EKS: practice resting' }).waitFor();
    await runCommand(page, 'Private EKS: Show Tunnel');
    const panel = await panelFrame(page, 'pe-tunnel-panel');
    await panel.locator('.tunnel-header .word', { hasText: 'Resting' }).waitFor();
    await takePicture(page, 'journey/tunnel-resting');
  });
});
