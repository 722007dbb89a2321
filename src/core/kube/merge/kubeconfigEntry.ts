/** The three lists of a kubeconfig in which a way to a cluster is written down. */
export const entryLists = ['clusters', 'users', 'contexts'] as const;
export type EntryList = (typeof entryLists)[number];

export type EntryValue = string | boolean | readonly EntryValue[] | { readonly [key: string]: EntryValue };

/** One item of a list: what stands beside `name` under the list's own word, `cluster`, `user` or `context`. */
export interface KubeconfigEntry {
  readonly list: EntryList;
  readonly name: string;
  readonly value: EntryValue;
}

/** `cluster` for `clusters`. */
export function entryWord(list: EntryList): string {
  return list.slice(0, -1);
}

/** The item as it stands in the file. */
export function entryItem({ list, name, value }: KubeconfigEntry): { readonly [key: string]: EntryValue } {
  return { name, [entryWord(list)]: value };
}
