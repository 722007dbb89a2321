import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mock } from 'node:test';
import { systemClock } from '../../../../src/core/clock.ts';
import { Journal, journalName } from '../../../../src/core/run/journal.ts';
import { Lease } from '../../../../src/core/run/lease.ts';
import type { RunEventBody } from '../../../../src/core/run/runEvent.ts';
import { runDir } from '../../../../src/core/run/runFolder.ts';
import { runView } from '../../../../src/core/run/runView.ts';
import type { RunChange, RunStore } from '../../../../src/editor/runs/runStore.ts';
import { standInForVscode } from '../../../support/vscodeStandIn.ts';

const usualSeconds = { low: 1, typical: 2, high: 3 };
const place = { accountId: '000000000000', region: 'eu-west-1', cluster: 'demo' };
const runId = 'create-demo-1';
const started: RunEventBody = {
  type: 'run-started',
  runId,
  kind: 'create',
  ...place,
  profile: 'prod',
  specPath: '/a.yaml',
  specHash: 'h',
  steps: [{ id: 'network', title: 'Network', needs: [], usualSeconds }],
  expectedSeconds: 100,
  monthlyUsd: 1,
  speed: 1,
};
const note = (message: string): RunEventBody => ({ type: 'note', level: 'info', message });
const finished: RunEventBody = { type: 'run-finished', outcome: 'failed', summary: 'It failed.' };

describe('the runs of the state folder', () => {
  let home: string;
  let store: RunStore;
  let journal: Journal;
  let lease: Lease | undefined;
  let logged: string[];

  before(() => standInForVscode());
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'private-eks-runs-'));
    journal = await Journal.open(runDir(home, runId), systemClock);
    logged = [];
    const { RunStore: Store } = await import('../../../../src/editor/runs/runStore.ts');
    store = new Store(home, message => logged.push(message));
  });
  afterEach(async () => {
    store.dispose();
    journal.close();
    await lease?.release();
    lease = undefined;
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  });

  const write = (...bodies: RunEventBody[]) => bodies.forEach(body => journal.append(body));
  const take = async () => {
    const taken = await Lease.take(home, place, runId);
    assert.ok(taken instanceof Lease);
    lease = taken;
  };
  const changed = (isIt: (change: RunChange) => boolean) =>
    new Promise<RunChange>(resolve => {
      const listening = store.onDidChange(change => {
        if (!isIt(change)) return;
        listening.dispose();
        resolve(change);
      });
    });
  const asWritten = (live: boolean) => runView(journal.events, { live });
  const shown = () => ({ ...store.get(runId) });

  it('finds a run that another process has begun, though its folder was there before its journal', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      await store.load();
      assert.deepEqual(store.list(), []);
      const found = new Promise<RunChange>(resolve => store.onDidChange(resolve));
      write(started);
      mock.timers.tick(3000);
      assert.equal((await found).view.runId, runId);
    } finally {
      mock.timers.reset();
    }
  });

  it('follow a journal, each change with what is new alone', async () => {
    await take();
    write(started, note('a'));
    await store.load();
    assert.deepEqual(shown(), { ...asWritten(true) });
    const next = changed(({ added }) => added.length > 0);
    write(note('b'), note('c'));
    const { added, view } = await next;
    assert.deepEqual(added, journal.events.slice(2));
    assert.equal(store.get(runId), view);
    assert.deepEqual({ ...view }, { ...asWritten(true) });
    const end = changed(change => change.view.status === 'failed');
    write(finished);
    await end;
    assert.deepEqual(shown(), { ...asWritten(true) });
    assert.deepEqual(logged, []);
  });

  it('are interrupted without a lease, and run again when somebody takes it up', async () => {
    write(started, note('a'));
    await store.load();
    assert.equal(store.get(runId)?.status, 'interrupted');
    await take();
    const again = changed(change => change.view.status === 'running');
    write({ type: 'run-resumed', reason: 'resume' });
    await store.load();
    await again;
    assert.deepEqual(shown(), { ...asWritten(true) });
  });

  it('are taken up again after their end', async () => {
    await take();
    write(started, finished);
    await store.load();
    assert.equal(store.get(runId)?.status, 'failed');
    write({ type: 'run-resumed', reason: 'retry' });
    await store.load();
    assert.deepEqual(shown(), { ...asWritten(true) });
    const next = changed(({ added }) => added.some(event => event.type === 'note'));
    write(note('on it'));
    await next;
    assert.deepEqual(shown(), { ...asWritten(true) });
  });

  it('begin anew with a journal that was written anew', async () => {
    await take();
    write(started, note('a'), note('b'), note('c'));
    await store.load();
    const file = path.join(runDir(home, runId), journalName);
    const lines = (await readFile(file, 'utf8')).split('\n');
    const anew = changed(({ added }) => added[0]?.seq === 1);
    await writeFile(file, `${lines.slice(0, 2).join('\n')}\n`);
    const { view, added } = await anew;
    assert.equal(added.length, 2);
    assert.deepEqual({ ...view }, { ...runView(journal.events.slice(0, 2), { live: true }) });
  });

  it('leave alone what is no run', async () => {
    await Journal.open(runDir(home, 'other'), systemClock).then(other => {
      other.append(note('no head'));
      other.close();
    });
    await writeFile(path.join(home, 'runs', '.hidden'), '');
    await store.load();
    assert.deepEqual(store.list(), []);
    write(started);
    await store.load();
    assert.deepEqual(
      store.list().map(run => run.runId),
      [runId],
    );
  });
});
