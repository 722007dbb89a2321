import { setTimeout as wait } from 'node:timers/promises';
import { build } from '../../tools/tasks/checks.ts';
import { launchBrowser } from '../../tools/vscode-host/browser.ts';
import { servePanels } from '../webview/support/panelServer.ts';
import { runStates } from '../webview/support/runStates.ts';
import type { SeenCall } from './scale/countingSandbox.ts';
import { measurePanel, type Frames, type PanelMeasured } from './scale/panelMeasures.ts';
import { heapMiB, openTree, serveLargeAccount, type Measured, type ServedAccount } from './scale/treeMeasures.ts';
import { measureVscode } from './scale/vscodeMeasures.ts';

const clusters = 200;
const events = 20_000;

/**
 * `npm run bench:scale`: the explorer on an account of 200 clusters over five regions (calls, times, heap), the same in a real VS Code, and
 * the run panel with 20,000 events beside the one with 100. `-- tree`, `-- panel` or `-- vscode` for one part alone.
 */
export async function benchScale(args: readonly string[] = []): Promise<number> {
  const isWanted = (part: string) => args.length === 0 || args.includes(part);
  if (isWanted('vscode') || isWanted('panel')) {
    const built = await build();
    if (built !== 0) return built;
  }
  const verdicts: boolean[] = [];
  if (isWanted('tree')) verdicts.push(await benchTree());
  if (isWanted('panel')) verdicts.push(await benchPanel());
  if (isWanted('vscode')) for (const line of await measureVscode(clusters)) console.log(line);
  return verdicts.every(Boolean) ? 0 : 1;
}

async function benchTree(): Promise<boolean> {
  const account = await serveLargeAccount(clusters);
  const before = heapMiB();
  const tree = await openTree(account);
  const { host, measure, clusters: store, accounts } = tree;
  const painted = () => wait(250).then(() => host.painted);
  try {
    console.log(`An account of ${account.resources} resources with ${account.clusters} clusters over 5 regions.`);
    const bare = await bareLists(account, tree);
    printTree('baseline: a bare ListClusters per region', bare, bare);
    const closed = await measure(() => host.paint());
    printTree('first paint, nothing open', closed, bare);
    const first = await measure(() => host.toggleId('account/scale@eu-west-1'));
    printTree('opening one region', first, bare);
    const all = await measure(async () => {
      for (const shown of accounts.list()) {
        await accounts.setOpen(shown, true);
        await host.toggleId(`account/${shown.id}`);
      }
    });
    printTree('opening the other four', all, bare);
    const again = await measure(() => host.paint());
    printTree('painting again, nothing changed', again, bare);
    const one = accounts.list()[0];
    if (!one) throw new Error('no account is shown');
    const name =
      host
        .rows()
        .find(({ item }) => item.id?.startsWith(`cluster/${one.id}/`))
        ?.item.id?.split('/')
        .at(-1) ?? '';
    const changed = await measure(async () => {
      store.refreshCluster(one, name);
      await painted();
    });
    printTree('one cluster changed (a run ended)', changed, bare);
    const refreshed = await measure(async () => {
      store.refresh();
      await painted();
    });
    printTree('refresh of all five', refreshed, bare);
    const opened = await measure(() => host.toggleId(`cluster/${one.id}/${name}`));
    printTree('opening a cluster', opened, bare);
    await account.ask({ fault: { service: 'eks', operation: 'DescribeCluster', effect: 'throttle', times: 60 } });
    const throttled = await measure(async () => {
      store.refresh();
      await painted();
    });
    printTree('refresh, AWS throttles 60 descriptions', throttled, bare);
    console.log(`heap: ${before.toFixed(1)} MiB before, ${throttled.heapMiB.toFixed(1)} MiB at the end`);
    const failed = host.rows().filter(({ item }) => item.contextValue === 'undescribed').length;
    console.log(`rows without a description at the end: ${failed}; rows VS Code asked for: ${host.itemsAsked}`);
    return closed.calls.length === 0 && first.calls.length <= 10 && again.calls.length === 0 && failed === 0;
  } finally {
    tree.close();
    await account.close();
  }
}

async function bareLists(account: ServedAccount, { accounts, measure }: Awaited<ReturnType<typeof openTree>>) {
  const { listClusterNames } = await import('../../src/core/cluster/clusterDetails.ts');
  const list = () =>
    Promise.all(
      accounts.list().map(async shown => listClusterNames(await accounts.session(shown), new AbortController().signal)),
    );
  await list();
  await account.calls();
  return measure(list);
}

function printTree(what: string, { ms, calls, later, rows, heapMiB }: Measured, bare: Measured): void {
  const ratio = (ms / bare.ms).toFixed(1);
  console.log(`\n${what}: ${ms.toFixed(0)} ms (${ratio} × the baseline), ${rows} rows, heap ${heapMiB.toFixed(1)} MiB`);
  console.log(`  calls until painted ${byOperation(calls)}; afterwards ${byOperation(later)}`);
}

function byOperation(calls: readonly SeenCall[]): string {
  const counts = new Map<string, number>();
  for (const { operation, status } of calls) {
    const name = status < 300 ? operation : `${operation} (${status})`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const told = [...counts].map(([operation, count]) => `${operation} ${count}`).join(', ');
  return calls.length === 0 ? 'none' : `${calls.length} (${told})`;
}

async function benchPanel(): Promise<boolean> {
  const [browser, server] = await Promise.all([launchBrowser(), servePanels()]);
  try {
    const few = await measurePanel(browser, server, 100);
    const many = await measurePanel(browser, server, events);
    const size = JSON.stringify(runStates.long).length / 2 ** 20;
    console.log(`\nthe run panel: ${events} events beside ${few.events}; the snapshot is ${size.toFixed(1)} MiB`);
    const row = (what: string, of: (panel: PanelMeasured) => number) =>
      console.log(
        `  ${what.padEnd(42)}${of(few).toFixed(1).padStart(8)}${of(many).toFixed(1).padStart(9)}   ${(of(many) / of(few)).toFixed(2)} ×`,
      );
    row('first paint, ms', panel => panel.firstPaint);
    for (const [what, of] of [
      ['50 deltas a second', panel => panel.following],
      ['the same under a filter', panel => panel.filtered],
      ['scrolling', panel => panel.scrolling],
    ] satisfies [string, (panel: PanelMeasured) => Frames][]) {
      row(`${what}: frame p50, ms`, panel => of(panel).p50);
      row(`${what}: frame p95, ms`, panel => of(panel).p95);
      row(`${what}: longest frame, ms`, panel => of(panel).max);
      row(`${what}: tasks over 50 ms`, panel => of(panel).longTasks);
    }
    row('a key in the filter, p50, ms', panel => panel.keys.p50);
    row('a key in the filter, longest, ms', panel => panel.keys.max);
    row('elements', panel => panel.nodes);
    row('rows drawn', panel => panel.rows);
    row('heap, MiB', panel => panel.heapMiB);
    const isSmooth = [many.following.p95 / few.following.p95, many.scrolling.p95 / few.scrolling.p95].every(
      r => r <= 2,
    );
    if (!isSmooth) console.log('The frames with 20,000 events take more than twice those with 100.');
    return isSmooth;
  } finally {
    await browser.close();
    await server.close();
  }
}
