import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { ensureStateDir, writeStateFile } from '../../state/stateFile.ts';

const recordShape = z.object({
  version: z.literal(1),
  cluster: z.string(),
  region: z.string(),
  accountId: z.string(),
  profile: z.optional(z.string()),
  pid: z.int(),
  port: z.int(),
  /** Socket or named pipe on which the tunnel's process tells its state and takes orders. */
  control: z.string(),
  /** Asked for on the control socket: a named pipe has no file mode. */
  token: z.string(),
  kubeconfig: z.string(),
  /** Real time, ms. */
  startedAt: z.number(),
});

/** A running tunnel, as any window or command line finds it. Kept in a file of mode 0600. */
export type TunnelRecord = Readonly<z.infer<typeof recordShape>>;

/** Names a cluster's tunnel: one per account, region and cluster. */
export interface TunnelKey {
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string;
}

export function tunnelsFolder(home: string): string {
  return join(home, 'tunnels');
}

export function tunnelId({ accountId, region, cluster }: TunnelKey): string {
  return `${accountId}-${region}-${cluster}`.replaceAll(/[^\w.-]/g, '_');
}

export async function writeTunnelRecord(home: string, record: TunnelRecord): Promise<void> {
  await ensureStateDir(tunnelsFolder(home));
  await writeStateFile(recordPath(home, record), `${JSON.stringify(record)}\n`);
}

export async function removeTunnelRecord(home: string, key: TunnelKey): Promise<void> {
  await rm(recordPath(home, key), { force: true });
}

export async function readTunnelRecord(home: string, key: TunnelKey): Promise<TunnelRecord | undefined> {
  return parseRecord(await readFile(recordPath(home, key), 'utf8').catch(() => ''));
}

export async function listTunnelRecords(home: string): Promise<TunnelRecord[]> {
  const names = await readdir(tunnelsFolder(home)).catch(() => []);
  const texts = names
    .filter(name => name.endsWith('.json'))
    .map(name => readFile(join(tunnelsFolder(home), name), 'utf8').catch(() => ''));
  return (await Promise.all(texts)).map(parseRecord).filter(record => record !== undefined);
}

/**
 * Where a tunnel's control socket lives. Socket paths are limited to about 100 bytes, which a long home folder exceeds: then a private
 * folder below the temporary one serves.
 */
export function controlPath(home: string, key: TunnelKey, platform: NodeJS.Platform): string {
  const hash = createHash('sha256')
    .update(`${home}\0${tunnelId(key)}`)
    .digest('hex')
    .slice(0, 16);
  if (platform === 'win32') return `\\\\.\\pipe\\private-eks-${hash}`;
  const inHome = join(tunnelsFolder(home), `${hash}.sock`);
  return Buffer.byteLength(inHome) < 100 ? inHome : join(tmpdir(), `private-eks-${userInfo().uid}`, `${hash}.sock`);
}

function recordPath(home: string, key: TunnelKey): string {
  return join(tunnelsFolder(home), `${tunnelId(key)}.json`);
}

function parseRecord(text: string): TunnelRecord | undefined {
  try {
    return recordShape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
