import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import { Journal } from '../../../../src/core/run/journal.ts';
import type { RunEventBody, RunKind } from '../../../../src/core/run/runEvent.ts';
import { runDir } from '../../../../src/core/run/runFolder.ts';
import type { Account } from '../../../../src/editor/accounts/account.ts';
import type { AccountList } from '../../../../src/editor/accounts/accountList.ts';
import type { ClusterStore } from '../../../../src/editor/clusters/clusterStore.ts';
import type { RunOutlooks } from '../../../../src/editor/runs/runOutlooks.ts';
import type { RunStore } from '../../../../src/editor/runs/runStore.ts';
import type { RunsTree } from '../../../../src/editor/tree/runsTree.ts';
import { virtualAccount, type VirtualAccount } from '../../../sandbox/support/virtualAccount.ts';
import { standInForVscode } from '../../../support/vscodeStandIn.ts';

const region = 'eu-west-1';
const shown: Account = { id: 'p', label: 'p', profile: 'p', region, isSandbox: false, place: {} };

describe('the rows of runs', () => {
  let home: string;
  let aws: VirtualAccount;
  let runs: RunStore;
  let clusters: ClusterStore;
  let outlooks: RunOutlooks;
  let tree: RunsTree;
  let changes: number;

  before(() => standInForVscode());
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'private-eks-outlooks-'));
    aws = virtualAccount();
    const session = aws.session(region);
    const accounts = { list: () => [shown], session: async () => session } as unknown as AccountList;
    const [stores, { ClusterStore: Clusters }, { RunOutlooks: Outlooks }, { RunsTree: Tree }] = await Promise.all([
      import('../../../../src/editor/runs/runStore.ts'),
      import('../../../../src/editor/clusters/clusterStore.ts'),
      import('../../../../src/editor/runs/runOutlooks.ts'),
      import('../../../../src/editor/tree/runsTree.ts'),
    ]);
    runs = new stores.RunStore(home, message => assert.fail(message));
    clusters = new Clusters(accounts);
    outlooks = new Outlooks(runs, clusters, accounts);
    tree = new Tree(runs, outlooks);
    changes = 0;
    tree.onDidChangeTreeData(() => changes++);
  });
  afterEach(async () => {
    for (const one of [tree, outlooks, clusters, runs]) one.dispose();
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  });

  /** A run that began and ended at so many ms. */
  async function ended(kind: RunKind, at: number, end: Partial<RunEventBody & { type: 'run-finished' }> = {}) {
    const runId = `${kind}-demo-${at}`;
    const journal = await Journal.open(runDir(home, runId), { now: () => at, sleep: () => Promise.resolve() });
    journal.append({
      type: 'run-started',
      runId,
      kind,
      cluster: 'demo',
      region,
      accountId: '000000000000',
      profile: 'p',
      specPath: '/a.yaml',
      specHash: 'h',
      steps: [],
      expectedSeconds: 100,
      monthlyUsd: 1,
      speed: 1,
    });
    journal.append({ type: 'run-finished', outcome: 'failed', summary: 'It failed.', ...end });
    journal.close();
    return runId;
  }
  const rows = async (): Promise<vscode.TreeItem[]> => (await tree.getChildren()).map(node => tree.getTreeItem(node));
  const contexts = async () => (await rows()).map(({ contextValue }) => contextValue);
  const tooltip = (row: vscode.TreeItem | undefined) =>
    (typeof row?.tooltip === 'string' ? row.tooltip : '').split('\n');

  it('offer to carry on the last run of a cluster, and say of an earlier one what superseded it', async () => {
    await ended('create', 1);
    assert.deepEqual(await contexts(), ['run:create:failed']);
    const last = await ended('update', 2);
    assert.deepEqual(await contexts(), ['run:update:failed', 'run:create:failed:past']);
    const [, first] = await rows();
    assert.ok(tooltip(first).includes(`Superseded by ${last}.`), tooltip(first).join('|'));
    assert.match(
      first?.accessibilityInformation?.label ?? '',
      /^Create demo, failed .*\. Superseded by update-demo-2\.$/,
    );
  });

  it('say when a run was given up', async () => {
    await ended('upgrade', 1, { outcome: 'cancelled', givenUp: true, givenUpAt: Date.UTC(2026, 10, 21, 7, 42) });
    const [row] = await rows();
    assert.equal(row?.contextValue, 'run:upgrade:cancelled:past');
    assert.match(tooltip(row).join('\n'), /^Given up on 2026-11-21 07:42 UTC\./m);
  });

  it('offer nothing of a change once AWS, asked later than the run was over, names no such cluster', async () => {
    const listed = await aws.run(clusters.names(shown));
    assert.deepEqual(listed, { state: 'ready', clusters: [] });
    const update = await ended('update', 1);
    // That answer is older than the run's end: it says nothing of it.
    assert.deepEqual(await contexts(), ['run:update:failed']);
    const before = changes;
    clusters.refresh(shown);
    await aws.run(clusters.names(shown));
    assert.ok(changes > before);
    assert.deepEqual(await contexts(), ['run:update:failed:past']);
    const view = runs.get(update);
    assert.equal(view && outlooks.of(view).past, 'There is no cluster demo in eu-west-1 any more.');
  });

  it('keep the offer where the account of a run is not open, or another region is shown', async () => {
    await ended('update', 1);
    await rows();
    await aws.run(clusters.names({ ...shown, id: 'other', profile: 'other' }));
    assert.deepEqual(await contexts(), ['run:update:failed']);
  });
});
