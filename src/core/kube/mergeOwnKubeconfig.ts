import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { PrivateEksError } from '../errors.ts';
import type { TunnelKey } from '../tunnel/process/tunnelRecord.ts';
import { entryLists, entryWord, type EntryValue, type KubeconfigEntry } from './merge/kubeconfigEntry.ts';
import { chooseKubeconfig } from './merge/kubeconfigPlace.ts';
import { mergeCluster, type MergePlace, type MergeReport } from './merge/mergedKubeconfig.ts';
import { renamed } from './merge/mergeRules.ts';
import { ownKubeconfigFolder } from './ownKubeconfig.ts';

export interface MergeTarget {
  /** The environment in which kubectl runs: KUBECONFIG and the home folder. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homedir: string;
  /** Default: the file that kubectl would write to. */
  readonly into?: string | undefined;
  /** Instead of the context's own name. */
  readonly as?: string | undefined;
}

const ownShape = z.object(
  Object.fromEntries(entryLists.map(list => [list, z.array(z.looseObject({ name: z.string() }))])),
);

/** What a file that `kubeconfigText` made says: its entries, and the endpoint's name. */
export function ownEntries(text: string): { readonly entries: readonly KubeconfigEntry[]; readonly host: string } {
  const { data } = ownShape.safeParse(parse(text));
  const entries = entryLists.flatMap(list =>
    (data?.[list] ?? []).map(item => ({ list, name: item.name, value: item[entryWord(list)] as EntryValue })),
  );
  const cluster = entries.find(({ list }) => list === 'clusters')?.value as Record<string, string> | undefined;
  const host = cluster?.['tls-server-name'] ?? URL.parse(cluster?.['server'] ?? '')?.hostname;
  if (!host || entries.length !== entryLists.length)
    throw new PrivateEksError('kubeconfig-unreadable', 'The cluster’s own kubeconfig is not as it was written.', {
      fix: 'Connect again: it is written anew.',
    });
  return { entries, host };
}

/** *Merge into my kubeconfig*: adds what a cluster's own file says. @throws PrivateEksError as `mergeCluster` does */
export async function mergeOwnKubeconfig(
  place: MergePlace,
  key: TunnelKey,
  ownFile: string,
  { into, as, ...surroundings }: MergeTarget,
): Promise<MergeReport> {
  const { entries } = ownEntries(await readFile(ownFile, 'utf8'));
  const ownFolder = ownKubeconfigFolder(place.home);
  const { file, all } =
    into === undefined ? await chooseKubeconfig({ ...surroundings, ownFolder }) : { file: into, all: [into] };
  return mergeCluster(
    place,
    key,
    as === undefined ? entries : entries.map(entry => renamed(entry, as)),
    // The undo may run elsewhere.
    { file: path.resolve(file), all: all.map(one => path.resolve(one)) },
  );
}
