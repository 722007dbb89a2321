/** The one line of JSON that a command prints where there is nothing to do. */
export interface NothingToChange {
  readonly type: 'nothing-to-change';
  readonly cluster: string;
  readonly region: string;
  readonly accountId: string;
  readonly message: string;
}

export function nothingToChange(
  { cluster, region, accountId }: Omit<NothingToChange, 'type' | 'message'>,
  message = 'Nothing to change: what stands is what the spec says.',
): string {
  const line: NothingToChange = { type: 'nothing-to-change', cluster, region, accountId, message };
  return `${JSON.stringify(line)}\n`;
}
