import assert from 'node:assert/strict';
import { newSpecText } from '../../src/core/spec/newSpecText.ts';
import { launchBrowser, type Browser } from '../../tools/vscode-host/browser.ts';
import { openPanel, type OpenPanel } from './support/openPanel.ts';
import { servePanels, type PanelServer } from './support/panelServer.ts';
import { planned, plannerStates } from './support/plannerStates.ts';

describe('the planner’s form', () => {
  let browser: Browser;
  let server: PanelServer;
  let open: OpenPanel;

  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), servePanels()]);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    open = await openPanel(browser, server, 'planner');
    await open.snapshot(plannerStates.plan);
  });
  afterEach(() => open.close());

  const field = (path: string) => open.page.locator(`[data-path="${path}"]`);
  const text = (content: string) => `${newSpecText('payments', 'eu-west-1')}${content}`;
  const change = (content: string, seq = 2) => open.send({ type: 'delta', seq, change: planned(text(content)) });

  it('shows what the file says and the defaults for the rest', async () => {
    assert.equal(await field('name').locator('input').inputValue(), 'payments');
    assert.equal(await field('network.cidr').locator('input').inputValue(), '10.40.0.0/16');
    await change('nodes: {default: {diskGiB: 77}}\n');
    assert.equal(await field('nodes.default.diskGiB').locator('input').inputValue(), '77');
  });

  it('puts a typed value into the file, as the kind of value it is', async () => {
    await field('nodes.default.diskGiB').locator('input').fill('60');
    await field('nodes.default.diskGiB').locator('input').press('Tab');
    await field('nodes.default.instanceTypes').locator('input').fill('t3.large, m7i.large');
    await field('nodes.default.instanceTypes').locator('input').press('Tab');
    assert.deepEqual(await open.requests(), [
      { type: 'edit', path: 'nodes.default.diskGiB', value: 60 },
      { type: 'edit', path: 'nodes.default.instanceTypes', value: ['t3.large', 'm7i.large'] },
    ]);
  });

  it('asks for nothing when the file itself has changed a box, a choice or a field', async () => {
    await change('features: { images: false, loadBalancers: true }\nnetwork: { zones: 2 }\nlogs: { types: [api] }\n');
    await change('', 3);
    assert.equal(
      await field('features.loadBalancers').locator('vscode-checkbox').getAttribute('aria-checked'),
      'false',
    );
    assert.deepEqual(await open.requests(), []);
  });

  it('does not write under the hands of somebody who types', async () => {
    const name = field('name').locator('input');
    await name.focus();
    await name.press('End');
    await name.pressSequentially('-two');
    await change('nodes: {default: {diskGiB: 77}}\n');
    assert.equal(await name.inputValue(), 'payments-two');
  });

  it('sends boxes and choices', async () => {
    await field('features.autoscaling').locator('vscode-checkbox').click();
    await field('network.zones').locator('vscode-dropdown').click();
    await field('network.zones').locator('vscode-option', { hasText: '2 zones' }).click();
    assert.deepEqual(await open.requests(), [
      { type: 'edit', path: 'features.autoscaling', value: true },
      { type: 'edit', path: 'network.zones', value: 2 },
    ]);
  });

  it('says at the field what is wrong, to a screen reader too, and makes no plan', async () => {
    await open.snapshot(plannerStates.errors);
    const disk = field('nodes.default.diskGiB');
    await disk.getByText(/whole number from 20/).waitFor();
    assert.equal(await disk.locator('input').getAttribute('aria-invalid'), 'true');
    assert.match((await disk.locator('input').getAttribute('aria-description')) ?? '', /whole number from 20/);
    assert.equal(await open.page.getByRole('button', { name: 'Create…' }).isDisabled(), true);
    await open.page.locator('.todo .link').first().click();
    assert.deepEqual(await open.requests(), [{ type: 'reveal', path: 'version' }]);
  });

  it('offers a suggestion of the plan, and applies it by its place', async () => {
    await open.page.getByRole('button', { name: /Use 2 zones/ }).click();
    const [request] = await open.requests();
    assert.equal((request as { type: string }).type, 'apply-suggestion');
    assert.match(plannerStates.plan.plan?.warnings[(request as { index: number }).index]?.suggestion ?? '', /2 zones/);
  });

  it('shows a refusal once, until it is dismissed', async () => {
    await open.send({ type: 'refusal', code: 'x', message: 'The file is read-only.', fix: 'Make it writable.' });
    await open.page.getByRole('alert').getByText('The file is read-only. Make it writable.').waitFor();
    await open.page.getByRole('button', { name: 'Dismiss' }).click();
    assert.equal(await open.page.getByRole('alert').count(), 0);
  });
});
