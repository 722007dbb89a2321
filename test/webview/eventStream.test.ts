import assert from 'node:assert/strict';
import type { OpenPanel } from './support/openPanel.ts';
import { panelBench } from './support/panelBench.ts';
import { runPanelState } from '../../src/editor/runs/runPanelState.ts';
import { RunEditor } from './support/runEditor.ts';
import { laterEvents, longRun } from './support/runStates.ts';

describe('20,000 stack events in the run panel', () => {
  const bench = panelBench('run');
  let open: OpenPanel;
  let editor: RunEditor;

  beforeEach(async () => {
    open = await bench.open();
    editor = await RunEditor.attend(open, view, surroundings);
  });
  afterEach(() => open.close());

  const { view, surroundings } = longRun(20_000);
  const total = view.stackEvents.length;
  const rows = () => open.page.locator('.event');
  const list = () => open.page.locator('.events');
  const scrollTop = () => list().evaluate(element => element.scrollTop);
  const append = (count: number) => editor.tell(laterEvents(view, count));

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
    const asked = (await open.requests()) as { type: string }[];
    assert.deepEqual(
      asked.filter(({ type }) => type !== 'events'),
      [{ type: 'copy', what: 'events', filter: 'failed', level: 'all' }],
    );
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

  it('asks for the rows that somebody comes to by the keyboard, and for no others', async () => {
    assert.deepEqual(await open.requests(), []);
    await list().focus();
    await open.page.keyboard.press('Home');
    await rows().getByText('Resource3', { exact: true }).waitFor();
    const asked = (await open.requests()) as { type: string; from: number }[];
    // The list glides there: some rows on the way are asked for, too, one window at a time.
    assert.ok(asked.length > 0 && asked.length < 20, JSON.stringify(asked));
    assert.ok(asked.every(({ type }) => type === 'events'));
    assert.equal(asked.at(-1)?.from, 0);
    await open.page.keyboard.press('End');
    await rows().getByText('Resource19999', { exact: true }).waitFor();
  });

  it('tells a screen reader how many rows there are, and which one each is, before they have come', async () => {
    const table = open.page.locator('.events [role="table"]');
    assert.equal(await table.getAttribute('aria-rowcount'), String(total));
    await list().evaluate(element => (element.scrollTop = 10_000 * 24));
    const row = open.page.locator('.event[aria-rowindex="10001"]');
    await row.getByText(view.stackEvents[10_000]?.logicalId ?? '', { exact: true }).waitFor();
    assert.equal(await open.page.locator('.event[aria-busy]').count(), 0);
    await open.page.locator('pe-event-stream input').fill('resource1999');
    await open.page.getByText(`11 of ${total}`, { exact: true }).waitFor();
    assert.equal(await table.getAttribute('aria-rowcount'), '11');
    assert.equal(await open.page.locator('.event[aria-rowindex="11"]').count(), 1);
  });

  it('shows that rows are on their way', async () => {
    await open.close();
    open = await bench.open();
    await open.snapshot(runPanelState(view, surroundings));
    await list().evaluate(element => (element.scrollTop = 0));
    await open.page.locator('.event[aria-rowindex="1"][aria-busy="true"]').waitFor();
  });

  it('keeps the filter and finds the same when the panel is filled anew', async () => {
    await open.page.locator('pe-event-stream input').fill('resource1999');
    await open.page.getByText(`11 of ${total}`, { exact: true }).waitFor();
    await editor.snapshot();
    await open.page.getByText(`11 of ${total}`, { exact: true }).waitFor();
    await rows().getByText('Resource19995', { exact: true }).waitFor();
    await append(3);
    await open.page.getByText(`11 of ${total + 3}`, { exact: true }).waitFor();
    await open.page.locator('pe-event-stream input').fill('');
    await rows().getByText('Later2', { exact: true }).waitFor();
  });

  it('is filled by one small message', () => {
    const bytes = JSON.stringify(runPanelState(view, surroundings)).length;
    assert.ok(bytes < 300 * 1024, `${bytes} bytes`);
  });
});
