import type { Properties } from '../../cloudformation/resourceProvider.ts';

const small = (key: string): string => key.charAt(0).toLowerCase() + key.slice(1);

/** Of what is described, what was asked for, in the names of the resource type. */
export function actualProperties(expected: Properties, described: object): Properties {
  const now = described as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => {
      if (key === 'Tags')
        return [
          key,
          Array.isArray(value)
            ? Object.entries((now['tags'] ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }))
            : undefined,
        ];
      if (key === 'Logging') {
        const setups = (now['logging'] as { clusterLogging?: { enabled?: boolean; types?: string[] }[] })
          .clusterLogging;
        const EnabledTypes = (setups ?? [])
          .filter(({ enabled }) => enabled)
          .flatMap(({ types = [] }) => types.map(Type => ({ Type })));
        return [key, { ClusterLogging: { EnabledTypes } }];
      }
      return [key, like(value, now[small(key)], key)];
    }),
  );
}

function like(expected: unknown, found: unknown, key: string): unknown {
  if (
    key === 'Labels' ||
    typeof expected !== 'object' ||
    expected === null ||
    typeof found !== 'object' ||
    found === null
  )
    return found;
  if (Array.isArray(expected))
    return Array.isArray(found) ? found.map((item: unknown, index) => like(expected[index], item, key)) : found;
  const row = found as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(expected).flatMap(([name, value]) => {
      const now = like(value, row[small(name)], name);
      return now === undefined ? [] : [[name, now]];
    }),
  );
}
