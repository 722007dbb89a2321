/** The one line of JSON that a command prints where there is nothing to do. */
export interface NothingToChange {
  readonly type: 'nothing-to-change';
  readonly cluster: string;
  readonly region: string;
  readonly accountId: string;
  readonly message: string;
}

/** An update compares templates: what was changed beside the stacks is drift. */
export function nothingWords(cluster: string): string {
  return `Nothing to change: the stacks are as the spec says. What was changed beside them is told by private-eks drift ${cluster}.`;
}

export function nothingToChange(
  { cluster, region, accountId }: Omit<NothingToChange, 'type' | 'message'>,
  message = nothingWords(cluster),
): string {
  const line: NothingToChange = { type: 'nothing-to-change', cluster, region, accountId, message };
  return `${JSON.stringify(line)}\n`;
}
