import { setTimeout as wait } from 'node:timers/promises';
import { benchTable } from './benchTable.ts';
import type { SeenCall } from './countingSandbox.ts';
import { heapMiB, openTree, serveLargeAccount, type Measured, type ServedAccount } from './treeMeasures.ts';

/** The explorer on an account of so many clusters over five regions: time, calls and heap of what somebody does with it. */
export async function benchTree(clusters: number): Promise<boolean> {
  const account = await serveLargeAccount(clusters);
  const before = heapMiB();
  const tree = await openTree(account);
  const { host, measure, clusters: store, accounts } = tree;
  const painted = () => wait(250).then(() => host.painted);
  const told: [string, Measured][] = [];
  const say = async (what: string, act: () => Promise<unknown>): Promise<Measured> => {
    const measured = await measure(act);
    told.push([what, measured]);
    return measured;
  };
  try {
    const bare = await bareLists(account, tree);
    told.push(['baseline: a bare ListClusters per region', bare]);
    const closed = await say('first paint, nothing open', () => host.paint());
    const first = await say('opening one region', () => host.toggleId('account/scale@eu-west-1'));
    await say('opening the other four', async () => {
      for (const shown of accounts.list()) {
        await accounts.setOpen(shown, true);
        await host.toggleId(`account/${shown.id}`);
      }
    });
    const again = await say('painting again, nothing changed', () => host.paint());
    const [one] = accounts.list();
    if (!one) throw new Error('no account is shown');
    const ids = host.rows().map(({ item }) => item.id ?? '');
    const id = ids.find(each => each.startsWith(`cluster/${one.id}/`)) ?? '';
    await say('one cluster changed (a run ended), until painted', () => {
      store.refreshCluster(one, id.split('/').at(-1) ?? '');
      return painted();
    });
    await say('refresh of all five, until painted', () => {
      store.refresh();
      return painted();
    });
    await say('opening a cluster', () => host.toggleId(id));
    await account.ask({ fault: { service: 'eks', operation: 'DescribeCluster', effect: 'throttle', times: 60 } });
    const throttled = await say('refresh, AWS throttles 60 descriptions', () => {
      store.refresh();
      return painted();
    });
    const failed = host.rows().filter(({ item }) => item.contextValue === 'undescribed').length;
    const head = ['the explorer', 'ms', '× baseline', 'rows', 'heap, MiB', 'calls', 'calls afterwards'];
    const rows = told.map(([what, { ms, rows: shown, heapMiB: heap, calls, later }]) => [
      what,
      ms.toFixed(0),
      (ms / bare.ms).toFixed(1),
      String(shown),
      heap.toFixed(1),
      String(calls.length),
      String(later.length),
    ]);
    console.log(`\nAn account of ${account.resources} resources with ${account.clusters} clusters over 5 regions.`);
    console.log(benchTable(head, rows));
    for (const [what, { calls, later }] of told)
      if (calls.length + later.length > 0) console.log(`${what}: ${byOperation(calls)}; then ${byOperation(later)}`);
    console.log(`heap: ${before.toFixed(1)} MiB before, ${throttled.heapMiB.toFixed(1)} MiB at the end`);
    console.log(`rows VS Code asked for: ${host.itemsAsked}; rows without a description at the end: ${failed}`);
    return closed.calls.length === 0 && first.calls.length <= 10 && again.calls.length === 0 && failed === 0;
  } finally {
    tree.close();
    await account.close();
  }
}

async function bareLists(account: ServedAccount, { accounts, measure }: Awaited<ReturnType<typeof openTree>>) {
  const { listClusterNames } = await import('../../../src/core/cluster/clusterDetails.ts');
  const list = () =>
    Promise.all(
      accounts.list().map(async shown => listClusterNames(await accounts.session(shown), new AbortController().signal)),
    );
  await list();
  await account.calls();
  return measure(list);
}

/** `2 ListClusters, 1 DescribeCluster (429)`. */
export function byOperation(calls: readonly SeenCall[]): string {
  const counts = new Map<string, number>();
  for (const { operation, status } of calls) {
    const name = status < 300 ? operation : `${operation} (${status})`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return calls.length === 0 ? 'nothing' : [...counts].map(([operation, count]) => `${count} ${operation}`).join(', ');
}
