import assert from 'node:assert/strict';
import { launchBrowser, type Browser } from '../../tools/vscode-host/browser.ts';
import { openPanel, type OpenPanel } from './support/openPanel.ts';
import { servePanels, type PanelServer } from './support/panelServer.ts';
import { laterRows, runStates } from './support/runStates.ts';

describe('20,000 stack events in the run panel', () => {
  let browser: Browser;
  let server: PanelServer;
  let open: OpenPanel;
  let seq: number;

  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), servePanels()]);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    open = await openPanel(browser, server, 'run');
    await open.snapshot(runStates.long);
    seq = 1;
  });
  afterEach(() => open.close());

  const total = runStates.long.events.length;
  const rows = () => open.page.locator('.event');
  const list = () => open.page.locator('.events');
  const scrollTop = () => list().evaluate(element => element.scrollTop);
  const append = (count: number) =>
    open.send({ type: 'delta', seq: ++seq, change: { events: laterRows(total).slice(0, count) } });

  it('draws only the rows that can be seen', async () => {
    assert.ok(total > 20_000);
    assert.ok((await rows().count()) < 60);
    const height = await list().evaluate(element => element.scrollHeight);
    assert.equal(height, total * 24);
  });

  it('follows the end', async () => {
    await append(1);
    await rows().getByText('Later0', { exact: true }).waitFor();
  });

  it('keeps its place when somebody has scrolled up', async () => {
    await list().evaluate(element => (element.scrollTop = 5000));
    await rows().getByText('Resource220', { exact: true }).waitFor();
    await append(100);
    assert.equal(await scrollTop(), 5000);
    assert.equal(await rows().getByText('Resource220', { exact: true }).count(), 1);
  });

  it('keeps the focus', async () => {
    await list().focus();
    await append(100);
    assert.equal(await list().evaluate(element => element === document.activeElement), true);
    const filter = open.page.locator('pe-event-stream input');
    await filter.focus();
    await filter.pressSequentially('Res');
    await append(100);
    await filter.pressSequentially('ource19999');
    assert.equal(await filter.inputValue(), 'Resource19999');
  });

  it('filters by words and by failures', async () => {
    await open.page.locator('pe-event-stream input').fill('resource19999');
    await open.page.getByText(`1 of ${total}`, { exact: true }).waitFor();
    await open.page.locator('pe-event-stream input').fill('');
    await open.page.locator('pe-event-stream vscode-dropdown').click();
    await open.page.locator('vscode-option', { hasText: 'Failures' }).click();
    await open.page.getByText(`400 of ${total}`, { exact: true }).waitFor();
    await open.page.locator('pe-event-stream input').fill('no such thing');
    await open.page.getByText('No event matches the filter.').waitFor();
  });

  it('copies what the filter leaves', async () => {
    await open.page.locator('pe-event-stream input').fill('failed');
    await open.page.getByRole('button', { name: 'Copy', exact: true }).click();
    assert.deepEqual(await open.requests(), [{ type: 'copy', what: 'events', filter: 'failed', level: 'all' }]);
  });

  it('draws only what is visible, however much is appended', async () => {
    for (let round = 0; round < 10; round++) await append(20);
    const drawn = await open.page.locator('pe-event-stream [role="row"]').count();
    assert.ok(drawn > 0 && drawn < 100, `${drawn} rows are drawn`);
  });

  it('asks for everything again when a delta is missing', async () => {
    await open.send({ type: 'delta', seq: 7, change: { status: 'done' } });
    assert.deepEqual(await open.requests(), [{ type: 'ready', version: 1 }]);
  });
});
