import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { readStateJson, writeStateFile } from '../../state/stateFile.ts';
import type { TunnelKey } from '../../tunnel/process/tunnelRecord.ts';
import { entryLists, type KubeconfigEntry } from './kubeconfigEntry.ts';
import type { MergedPart } from './entrySplices.ts';

const entryShape = z.object({ list: z.enum(entryLists), name: z.string(), value: z.unknown() });
const recordShape = z.object({
  version: z.literal(1),
  accountId: z.string(),
  region: z.string(),
  cluster: z.string(),
  /** Of context, cluster and user. */
  name: z.string(),
  /** The file, as it was named: a symbolic link may lead elsewhere by the time of the undo, and is followed again. */
  file: z.string(),
  /** The file came with the merge. */
  isNewFile: z.boolean(),
  parts: z.array(
    z.object({
      list: z.enum([...entryLists, 'head']),
      entry: z.optional(entryShape),
      inserted: z.string(),
      removed: z.string(),
      isNewList: z.boolean(),
    }),
  ),
  /** Real time, ms. */
  mergedAt: z.number(),
});

/** What was merged into a kubeconfig of the user's, for the undo and for the day when the cluster goes. Holds no secret. */
export interface MergeRecord extends TunnelKey {
  readonly version: 1;
  readonly name: string;
  readonly file: string;
  readonly isNewFile: boolean;
  readonly parts: readonly MergedPart[];
  readonly mergedAt: number;
}

function folder(home: string): string {
  return join(home, 'kubeconfig', 'merged');
}

function recordPath(home: string, { file, name }: Pick<MergeRecord, 'file' | 'name'>): string {
  const id = createHash('sha256').update(`${file}\0${name}`).digest('hex').slice(0, 24);
  return join(folder(home), `${id}.json`);
}

export async function writeMergeRecord(home: string, record: MergeRecord): Promise<void> {
  await writeStateFile(recordPath(home, record), `${JSON.stringify(record)}\n`);
}

export async function removeMergeRecord(home: string, record: MergeRecord): Promise<void> {
  await rm(recordPath(home, record), { force: true });
}

export async function readMergeRecord(
  home: string,
  of: Pick<MergeRecord, 'file' | 'name'>,
): Promise<MergeRecord | undefined> {
  return parse(await readStateJson(recordPath(home, of)));
}

/** All merges of a cluster, whichever role and file. */
export async function listMergeRecords(home: string, key: TunnelKey): Promise<MergeRecord[]> {
  const records = await listMergeRecordsOf(home, key.cluster, key.region);
  return records.filter(({ accountId }) => accountId === key.accountId);
}

/** All merges into a file, whichever cluster. */
export async function listMergeRecordsIn(home: string, file: string): Promise<MergeRecord[]> {
  return (await readAll(home)).filter(record => record.file === file);
}

/** Of all clusters of this name, in any account, and in any region unless one is given. */
export async function listMergeRecordsOf(home: string, cluster: string, region?: string): Promise<MergeRecord[]> {
  return (await readAll(home)).filter(
    record => record.cluster === cluster && (region === undefined || record.region === region),
  );
}

async function readAll(home: string): Promise<MergeRecord[]> {
  const names = await readdir(folder(home)).catch(() => []);
  const records = await Promise.all(
    names
      .filter(name => name.endsWith('.json'))
      .map(async name => parse(await readStateJson(join(folder(home), name)))),
  );
  return records.filter(record => record !== undefined);
}

function parse(data: unknown): MergeRecord | undefined {
  const { data: record } = recordShape.safeParse(data);
  if (!record) return undefined;
  const parts = record.parts.map(({ entry, ...part }) => ({
    ...part,
    ...(entry ? { entry: entry as KubeconfigEntry } : {}),
  }));
  return { ...record, parts };
}
