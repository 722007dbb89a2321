import { isDeepStrictEqual } from 'node:util';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { PrivateEksError } from '../../errors.ts';
import { entryLists, entryWord, type EntryList, type KubeconfigEntry } from './kubeconfigEntry.ts';

/** A kubeconfig's text with what it says and where it says it. Nothing of its contents is ever put into a message. */
export interface KubeconfigDocument {
  readonly text: string;
  /** Absent where the file holds nothing but comments. */
  readonly root: YAMLMap | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  readonly eol: '\n' | '\r\n';
  /** Where the document ends: the end of the text, or its `...` line. */
  readonly end: number;
  /** `LINE:COLUMN`, both from 1. */
  place(offset: number): string;
}

/** Some editors put it before the text; it counts for nothing, but would move the first line by a column. */
export const byteOrderMark = '\uFEFF';

export type ReadResult =
  { readonly document: KubeconfigDocument } | { readonly place: string; readonly reason: string };

const reasons: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here, and kubectl reads only the first',
  TAB_AS_INDENT: 'a tab stands where YAML wants spaces',
  DUPLICATE_KEY: 'this key stands there twice',
  BAD_INDENT: 'the indentation does not fit what stands above',
  BAD_ALIAS: 'an alias has no anchor',
  MISSING_CHAR: 'a character is missing here: a quote, a bracket, a comma or a colon',
  UNEXPECTED_TOKEN: 'YAML does not allow this here',
  BLOCK_AS_IMPLICIT_KEY: 'YAML does not allow a nested mapping here',
};

/** Reads YAML or JSON. A text that kubectl might read otherwise than we do is refused with its place. */
export function readKubeconfig(text: string): ReadResult {
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  // Errors with an excerpt would show what stands in the file.
  const parsed = parseDocument(text, {
    keepSourceTokens: true,
    prettyErrors: false,
    lineCounter: lines,
    merge: true,
    logLevel: 'error',
  });
  const error = parsed.errors[0];
  if (error) return { place: place(error.pos[0]), reason: reasons[error.code] ?? 'this is not YAML' };
  const { contents } = parsed;
  const isNothing =
    contents === null || (isScalar(contents) && contents.value === null && contents.range?.[0] === contents.range?.[1]);
  if (!isNothing && !isMap(contents))
    return { place: place(contents.range?.[0] ?? 0), reason: 'this is not a kubeconfig but a list or a plain value' };
  let data: unknown;
  try {
    data = isNothing ? {} : (parsed.toJS({ maxAliasCount: 1000 }) as unknown);
  } catch {
    return { place: '1:1', reason: 'its aliases cannot be resolved' };
  }
  return {
    document: {
      text,
      root: isNothing ? undefined : (contents as YAMLMap),
      data: data as Record<string, unknown>,
      eol: /\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n',
      // Neither a block nor a quoted text can have this at the beginning of a line.
      end: /^\.\.\.(?=\s|$)/m.exec(text)?.index ?? text.length,
      place,
    },
  };
}

/** @throws PrivateEksError `kubeconfig-unreadable` with line and column */
export function readKubeconfigOrThrow(text: string, file: string): KubeconfigDocument {
  const read = readKubeconfig(text);
  if ('document' in read) return read.document;
  throw new PrivateEksError('kubeconfig-unreadable', `${file}:${read.place}: ${read.reason}. Nothing was written.`, {
    fix: 'Mend the file, or leave it as it is and use the cluster’s own kubeconfig.',
  });
}

export function listPair({ root }: KubeconfigDocument, list: EntryList): Pair | undefined {
  return root?.items.find(({ key }) => isScalar(key) && key.value === list);
}

export interface FoundEntry {
  readonly seq: YAMLSeq;
  readonly index: number;
  readonly node: YAMLMap;
  readonly value: unknown;
}

/** The item of this name; undefined also where the list comes by an alias or a merge key. */
export function findEntry(document: KubeconfigDocument, list: EntryList, name: string): FoundEntry | undefined {
  const seq = listPair(document, list)?.value;
  if (!isSeq(seq)) return undefined;
  for (const [index, node] of seq.items.entries()) {
    if (!isMap(node) || isAlias(node)) continue;
    const data = (document.data[list] as unknown[])[index] as Record<string, unknown>;
    if (data['name'] === name) return { seq, index, node, value: data[entryWord(list)] };
  }
  return undefined;
}

/** What the file says besides these entries; a list without an item is the same as none. */
export function dataBesides(
  data: Readonly<Record<string, unknown>>,
  entries: readonly Pick<KubeconfigEntry, 'list' | 'name'>[],
): Record<string, unknown> {
  const rest: Record<string, unknown> = { ...data };
  for (const list of entryLists) {
    const items = rest[list];
    if (items === null) delete rest[list];
    if (!Array.isArray(items)) continue;
    const names = entries.filter(entry => entry.list === list).map(({ name }) => name);
    const others = items.filter(item => !names.includes((item as { name?: string } | null)?.name ?? ''));
    if (others.length === 0) delete rest[list];
    else rest[list] = others;
  }
  return rest;
}

export function sameData(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b);
}
