import assert from 'node:assert/strict';
import { launchBrowser, type Browser } from '../../tools/vscode-host/browser.ts';
import { assertAccessible, assertFits } from './support/checks.ts';
import { openPanel, themes, type OpenPanel } from './support/openPanel.ts';
import { servePanels, type PanelServer } from './support/panelServer.ts';
import { plannerStates } from './support/plannerStates.ts';
import { runStates } from './support/runStates.ts';
import { tunnelStates } from './support/tunnelStates.ts';

/** CSS pixels: a wide, a usual and a narrow editor, and the narrow one at 150 %; 900 at 200 % is 450. */
const widths = [1400, 900, 480, 450, 320];

const panels = { run: runStates, planner: plannerStates, tunnel: tunnelStates } as const;
type Panel = keyof typeof panels;

describe('the panels in a browser', () => {
  let browser: Browser;
  let server: PanelServer;

  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), servePanels()]);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  async function withPanel(
    panel: Panel,
    options: Parameters<typeof openPanel>[3],
    use: (open: OpenPanel) => Promise<void>,
  ): Promise<void> {
    const open = await openPanel(browser, server, panel, options);
    try {
      await use(open);
      assert.deepEqual(await open.violations(), [], 'the content security policy was not met');
    } finally {
      await open.close();
    }
  }

  for (const panel of Object.keys(panels) as Panel[]) {
    for (const theme of themes)
      it(`${panel}: axe-core finds nothing in any state, ${theme}`, () =>
        withPanel(panel, { theme }, async open => {
          await assertAccessible(open.page, 'loading');
          for (const [name, state] of Object.entries<object>(panels[panel])) {
            await open.snapshot(state);
            await openDetails(open);
            await assertAccessible(open.page, name);
          }
        }));

    for (const width of widths)
      it(`${panel}: nothing is cut off at ${width} px`, () =>
        withPanel(panel, { width }, async open => {
          for (const [name, state] of Object.entries<object>(panels[panel])) {
            await open.snapshot(state);
            await assertFits(open.page, name);
            await openDetails(open);
            await assertFits(open.page, `${name}, opened`);
          }
        }));
  }

  it('tunnel: tells of an ended one in the past', () =>
    withPanel('tunnel', {}, async open => {
      const { page } = open;
      await open.snapshot(tunnelStates.ended);
      assert.match(await page.locator('.state').innerText(), /Ended\s+(.* )?\d\d:\d\d:\d\d$/);
      assert.doesNotMatch(await page.locator('.legend').innerText(), /\d/);
      assert.deepEqual(await page.locator('.tag', { hasText: 'in use' }).allTextContents(), ['Was in use']);
    }));

  it('tunnel: names a bastion as the tree does', () =>
    withPanel('tunnel', {}, async open => {
      const { page } = open;
      await open.snapshot(tunnelStates.bastion);
      assert.equal(await page.locator('.target').innerText(), '0a1b2c3d');
      assert.match((await page.locator('.target').getAttribute('title')) ?? '', /^ecs:/);
    }));

  it('shows codicons in their own font', () =>
    withPanel('run', {}, async open => {
      await open.snapshot(runStates.running);
      const loaded = await open.page.evaluate(async () => (await document.fonts.load('16px codicon')).length);
      assert.equal(loaded, 1);
    }));

  for (const panel of ['run', 'tunnel'] as const)
    it(`${panel}: has one primary action at a time`, () =>
      withPanel(panel, {}, async open => {
        for (const [name, state] of Object.entries<object>(panels[panel])) {
          await open.snapshot(state);
          const primary = await open.page.locator('vscode-button[appearance="primary"]').allTextContents();
          assert.ok(primary.length <= 1, `${name}: ${primary.join(', ')}`);
        }
      }));

  it('tunnel: a rest is calm: no spinning, nothing amiss, and what ends it in words', () =>
    withPanel('tunnel', {}, async open => {
      await open.snapshot(tunnelStates.resting);
      await openDetails(open);
      const header = open.page.locator('.tunnel-header');
      assert.match(
        await header.innerText(),
        /Resting\s+3 min\s+Nobody uses it.*the next connection opens one, on the same port\./,
      );
      assert.equal(await header.locator('.spin, .status-warned, .status-failed').count(), 0);
      assert.match(
        await header.locator('[aria-live]').innerText(),
        /^Resting\. .*The tunnel rests: the next connection/,
      );
      const main = await open.page.locator('main').innerText();
      assert.match(main, /No session is open: the next connection opens one\./);
      assert.doesNotMatch(await open.page.locator('pe-traffic-chart').innerText(), /no answer/i);
    }));
});

/** Everything that can be unfolded. */
function openDetails({ page }: OpenPanel): Promise<void> {
  return page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}
