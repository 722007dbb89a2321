import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { PrivateEksError } from '../../../src/core/errors.ts';
import type { Account } from '../../../src/editor/accounts/account.ts';
import type { AccountList } from '../../../src/editor/accounts/accountList.ts';
import type { ClusterStore } from '../../../src/editor/clusters/clusterStore.ts';
import type { ClustersTree } from '../../../src/editor/tree/clustersTree.ts';
import type { TreeNode } from '../../../src/editor/tree/treeNode.ts';
import { largeAccount, largeRegions } from '../../bench/scale/largeAccount.ts';
import { virtualAccount, type VirtualAccount } from '../../sandbox/support/virtualAccount.ts';
import { TreeHost } from '../../support/treeHost.ts';
import { standInForVscode } from '../../support/vscodeStandIn.ts';

describe('the clusters’ tree on an account of many clusters', () => {
  const clustersPerRegion = 4;
  let aws: VirtualAccount;
  let clusters: ClusterStore;
  let tree: ClustersTree;
  let host: TreeHost<TreeNode>;
  let open: Set<string>;
  let asked: number;

  before(() => standInForVscode());
  beforeEach(async () => {
    const { snapshot } = largeAccount(clustersPerRegion * largeRegions.length);
    aws = virtualAccount({ snapshot });
    asked = 0;
    open = new Set(['eu-west-1']);
    const list = largeRegions.map((region): Account => ({
      id: region,
      label: region,
      profile: 'p',
      region,
      isSandbox: false,
      place: {},
    }));
    const sessions = new Map(list.map(({ id, region }) => [id, aws.session(region)]));
    const nothing = { onDidChange: () => ({ dispose: () => undefined }) };
    const accounts = {
      ...nothing,
      list: () => list,
      get: (id: string) => list.find(account => account.id === id),
      isOpen: ({ id }: Account) => open.has(id),
      codes: { list: () => [] },
      session: async ({ id }: Account) => sessions.get(id),
      learn: () => false,
      report: () => undefined,
    } as unknown as AccountList;
    const [{ ClusterStore: Store }, { ClustersTree: Tree }] = await Promise.all([
      import('../../../src/editor/clusters/clusterStore.ts'),
      import('../../../src/editor/tree/clustersTree.ts'),
    ]);
    clusters = new Store(accounts);
    const none = { ...nothing, get: () => undefined, known: () => undefined, active: () => undefined };
    tree = new Tree(accounts, clusters, none as never, none as never, none as never);
    host = new TreeHost<TreeNode>(tree);
  });
  afterEach(() => {
    host.dispose();
    tree.dispose();
    clusters.dispose();
  });

  /** The operations since the last time. */
  const calls = () => {
    const since = aws.calls.slice(asked).map(({ operation }) => operation);
    asked = aws.calls.length;
    return since.sort();
  };
  const rows = () => host.rows().filter(({ item }) => item.id?.startsWith('cluster/'));
  const nameOf = ({ item }: { item: { id?: string } }) => item.id?.split('/').at(-1) ?? '';
  const isDescribed = () => rows().every(({ item }) => item.contextValue?.startsWith('cluster:active'));
  /** Until all rows say what AWS said of them. */
  const described = async () => {
    do {
      await wait(20);
      await host.painted;
    } while (!isDescribed());
    await wait(320);
    await host.painted;
  };
  const describes = Array.from({ length: clustersPerRegion }, () => 'DescribeCluster');

  it('shows names after one call for an open region and none for the others', async () => {
    await host.paint();
    assert.equal(rows().length, clustersPerRegion);
    assert.equal(
      calls()
        .filter(operation => operation !== 'DescribeCluster')
        .join(),
      'ListClusters',
    );
    assert.equal(rows()[0]?.item.description, '…');
  });

  it('describes each row once, in the background, and tells of them together by their own rows', async () => {
    await host.paint();
    await described();
    assert.deepEqual(calls(), [...describes, 'ListClusters']);
    assert.ok(host.changesTold <= 2, `${host.changesTold} changes were told`);
    const names = rows().map(nameOf);
    assert.deepEqual(names, [...names].sort());
    await host.paint();
    assert.deepEqual(calls(), []);
  });

  it('asks about one cluster when one has changed, and about the open region at a refresh, with the same ids', async () => {
    await host.paint();
    await described();
    calls();
    const ids = host.rows().map(({ item }) => item.id);
    const [first] = rows();
    assert.ok(first?.node.kind === 'cluster');
    clusters.refreshCluster(first.node.account, first.node.cluster.name);
    await described();
    assert.deepEqual(calls(), ['DescribeCluster', 'ListClusters']);
    clusters.refresh();
    await described();
    assert.deepEqual(calls(), [...describes, 'ListClusters']);
    assert.deepEqual(
      host.rows().map(({ item }) => item.id),
      ids,
    );
  });

  it('asks for the region’s stacks once, whichever clusters are opened', async () => {
    await host.paint();
    await described();
    calls();
    for (const { item } of rows().slice(0, 2)) await host.toggleId(item.id ?? '');
    const seen = calls();
    assert.equal(seen.filter(operation => operation === 'DescribeStacks').length, 1);
    assert.equal(seen.filter(operation => operation === 'DescribeCluster').length, 0);
  });

  it('asks nothing in the background while it is hidden', async () => {
    tree.setShown(false);
    await host.paint();
    await wait(50);
    assert.deepEqual(calls(), ['ListClusters']);
    tree.setShown(true);
    await described();
    assert.deepEqual(calls(), describes);
  });

  it('says of a cluster that may not be described why, and asks no more', async () => {
    aws.fault({ service: 'eks', operation: 'DescribeCluster', code: 'AccessDeniedException', status: 403, times: 100 });
    await host.paint();
    await wait(500);
    await host.painted;
    assert.equal(rows()[0]?.item.description, 'cannot be read');
    await host.toggleId(rows()[0]?.item.id ?? '');
    await wait(400);
    assert.deepEqual(calls(), [...describes, 'ListClusters']);
    const account = { id: 'eu-west-1', region: 'eu-west-1' } as Account;
    await assert.rejects(clusters.cluster(account, rows().map(nameOf)[0] ?? ''), PrivateEksError);
  });

  it('shows what else there is of a cluster when some of it may not be seen', async () => {
    const denied = { code: 'AccessDeniedException', status: 403, times: 10 };
    aws.fault({ service: 'eks', operation: 'ListNodegroups', ...denied });
    aws.fault({ service: 'ec2', operation: 'DescribeVpcEndpoints', ...denied, code: 'UnauthorizedOperation' });
    aws.fault({ service: 'cloudformation', operation: 'DescribeStacks', ...denied, code: 'AccessDenied' });
    await host.paint();
    await described();
    const name = rows().map(nameOf)[0] ?? '';
    await host.toggleId(`cluster/eu-west-1/${name}`);
    await host.painted;
    const section = (of: string) => host.rows().find(({ item }) => item.id === `section/eu-west-1/${name}/${of}`)?.item;
    assert.equal(section('nodes')?.description, 'not to be seen');
    assert.match(String(section('network')?.description), /^endpoints not to be seen · 2 subnets/);
    assert.equal(section('stacks')?.description, 'not to be seen');
    assert.equal(section('access')?.description, '2 entries');
    assert.ok(section('tunnel/none'));
    await host.toggleId(`section/eu-west-1/${name}/nodes`);
    const [row] = host.rows().filter(({ item }) => item.id?.startsWith(`nodes/eu-west-1/${name}/`));
    assert.equal(row?.item.description, 'needs eks:ListNodegroups, eks:DescribeNodegroup');
  });
});
