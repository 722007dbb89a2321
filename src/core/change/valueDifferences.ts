/** One place in which two values differ: `/Properties/ScalingConfig/MaxSize`. `undefined` where one side has nothing. */
export interface ValueDifference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Where two JSON values differ, as deep as both have the same form. Lists of tags and of other things with a key are compared by that
 * key, `/Tags/team`, so that an order or one more of them touches nothing else.
 */
export function valueDifferences(before: unknown, after: unknown, path = ''): ValueDifference[] {
  if (Array.isArray(before) && Array.isArray(after)) {
    const keyed = [byKey(before), byKey(after)] as const;
    if (keyed[0] && keyed[1]) return mapDifferences(keyed[0], keyed[1], path);
    return before.length === after.length
      ? before.flatMap((item, index) => valueDifferences(item, after[index], `${path}/${index}`))
      : [{ path, before, after }];
  }
  if (isMap(before) && isMap(after)) return mapDifferences(before, after, path);
  return before === after ? [] : [{ path, before, after }];
}

function mapDifferences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path: string,
): ValueDifference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap(key => valueDifferences(before[key], after[key], `${path}/${key}`));
}

/** Tags have their value under the key; other things with a key stand there whole. */
function byKey(list: readonly unknown[]): Record<string, unknown> | undefined {
  const entries = list.map(item => {
    const key = isMap(item) ? (item.Key ?? item.Sid ?? item.Type ?? item.PolicyName) : undefined;
    if (typeof key !== 'string' || !isMap(item)) return undefined;
    const isTag = 'Key' in item && 'Value' in item && Object.keys(item).length === 2;
    return [key, isTag ? item.Value : item] as const;
  });
  const known = entries.filter(entry => entry !== undefined);
  const distinct = new Set(known.map(([key]) => key)).size;
  return known.length === list.length && distinct === list.length ? Object.fromEntries(known) : undefined;
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
