import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import v8 from 'node:v8';
import vm from 'node:vm';
import { setTimeout as wait } from 'node:timers/promises';
import { standInForVscode } from '../../support/vscodeStandIn.ts';
import { TreeHost } from '../../support/treeHost.ts';
import type { Asked, Begun, SeenCall } from './countingSandbox.ts';
import { largeRegions } from './largeAccount.ts';

/** The large account, served by a child process. */
export interface ServedAccount extends Begun {
  ask<T>(asked: Asked): Promise<T>;
  /** What came over the wire since the last time. */
  calls(): Promise<SeenCall[]>;
  /** Waits until nothing more comes for a while. */
  quiet(): Promise<SeenCall[]>;
  close(): Promise<void>;
}

export async function serveLargeAccount(clusters: number): Promise<ServedAccount> {
  const child = fork(path.join(import.meta.dirname, 'countingSandbox.ts'), [String(clusters)]);
  const [begun] = (await once(child, 'message')) as [Begun];
  const ask = async <T>(asked: Asked): Promise<T> => {
    child.send(asked);
    const [answer] = (await once(child, 'message')) as [T];
    return answer;
  };
  const calls = () => ask<SeenCall[]>('calls');
  const quiet = async () => {
    const all: SeenCall[] = [];
    for (let still = 0; still < 4;) {
      await wait(250);
      const seen = await calls();
      all.push(...seen);
      still = seen.length === 0 ? still + 1 : 0;
    }
    return all;
  };
  const close = async () => {
    child.send('end');
    await once(child, 'exit');
  };
  return { ...begun, ask, calls, quiet, close };
}

export interface Measured {
  readonly ms: number;
  readonly calls: readonly SeenCall[];
  /** Calls that came after it was painted, in the background. */
  readonly later: readonly SeenCall[];
  readonly rows: number;
  readonly heapMiB: number;
}

/** The product's own tree, its own stores and sessions, over the account's wire; VS Code is stood in for. */
export async function openTree(account: ServedAccount) {
  standInForVscode();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'private-eks-scale-'));
  writeProfile(folder, account);
  const [{ AccountList }, { ClusterStore }, { RunStore }, { TunnelStore }, { BastionStore }, { ClustersTree }] =
    await Promise.all([
      import('../../../src/editor/accounts/accountList.ts'),
      import('../../../src/editor/clusters/clusterStore.ts'),
      import('../../../src/editor/runs/runStore.ts'),
      import('../../../src/editor/tunnels/tunnelStore.ts'),
      import('../../../src/editor/bastions/bastionStore.ts'),
      import('../../../src/editor/tree/clustersTree.ts'),
    ]);
  const kept = new Map<string, unknown>([['accounts', largeRegions.map(region => ({ profile: 'scale', region }))]]);
  const memento = {
    keys: () => [...kept.keys()],
    get: (key: string, otherwise?: unknown) => kept.get(key) ?? otherwise,
    update: async (key: string, value: unknown) => void kept.set(key, value),
  };
  const accounts = new AccountList(memento as never, { cli: '', home: folder }, () => undefined);
  const clusters = new ClusterStore(accounts);
  const runs = new RunStore(folder, () => undefined);
  const tunnels = new TunnelStore(folder);
  const bastions = new BastionStore(accounts);
  const tree = new ClustersTree(accounts, clusters, runs, tunnels, bastions);
  const host = new TreeHost(tree);
  const measure = async (act: () => Promise<unknown>): Promise<Measured> => {
    await account.calls();
    const begun = performance.now();
    await act();
    const ms = performance.now() - begun;
    const calls = await account.calls();
    const later = await account.quiet();
    await host.painted;
    return { ms, calls, later, rows: host.rows().length, heapMiB: heapMiB() };
  };
  return {
    accounts,
    clusters,
    host,
    measure,
    close: () => {
      host.dispose();
      for (const part of [tree, bastions, tunnels, runs, clusters, accounts]) part.dispose();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeProfile(folder: string, { endpoint, accessKeyId, secretAccessKey }: Begun): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  process.env['AWS_CONFIG_FILE'] = path.join(folder, 'config');
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = path.join(folder, 'credentials');
  fs.writeFileSync(path.join(folder, 'config'), `[profile scale]\nendpoint_url = ${endpoint}\n`);
  fs.writeFileSync(
    path.join(folder, 'credentials'),
    `[scale]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    { mode: 0o600 },
  );
}

/** After a collection. */
export function heapMiB(): number {
  v8.setFlagsFromString('--expose-gc');
  (vm.runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
