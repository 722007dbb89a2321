import { findEntry, readKubeconfigOrThrow, sameData } from './kubeconfigDocument.ts';
import type { KubeconfigEntry } from './kubeconfigEntry.ts';
import type { MergedPart } from './entrySplices.ts';
import { mergeKubeconfig, type MergeResult } from './mergeKubeconfig.ts';
import { unmergeKubeconfig, type KeptEntry } from './unmergeKubeconfig.ts';

export interface UpdateResult extends MergeResult {
  /** Entries that somebody changed since, and which therefore keep what they said. */
  readonly kept: readonly KeptEntry[];
}

/**
 * Brings entries that were merged earlier up to date: the tunnel has another port. Only those whose value is another now are touched, so
 * that a namespace set in the context stays. What somebody took out comes back where `addMissing`.
 * @throws PrivateEksError as `mergeKubeconfig` does
 */
export function updateMerged(
  text: string,
  parts: readonly MergedPart[],
  entries: readonly KubeconfigEntry[],
  file: string,
  addMissing: boolean,
): UpdateResult {
  const now = (one: KubeconfigEntry) => entries.find(({ list, name }) => list === one.list && name === one.name);
  const stale = parts.filter(({ entry }) => entry && !sameData(now(entry)?.value, entry.value));
  const { text: without, kept, removed } = unmergeKubeconfig(text, stale, file);
  const document = readKubeconfigOrThrow(without.replace(/^\uFEFF/, ''), file);
  const adding = entries.filter(
    entry => !findEntry(document, entry.list, entry.name) && (addMissing || removed.some(one => now(one) === entry)),
  );
  // What is there, is not ours and has the name that is wanted is refused as at the first merge.
  const unknown = entries.filter(entry => !parts.some(part => part.entry && now(part.entry) === entry));
  const merged = mergeKubeconfig(without, addMissing ? [...new Set([...adding, ...unknown])] : adding, file);
  const staying = parts.filter(
    part =>
      !part.entry ||
      !merged.parts.some(({ entry }) => entry?.list === part.entry?.list && entry?.name === part.entry?.name),
  );
  return { text: merged.text, parts: [...staying, ...merged.parts], kept };
}
