import type { SpecPath } from './specPath.ts';

/**
 * Plain values of a document without fields that were left empty (`network:` and nothing after it), which count as not given; a group,
 * a profile, an add-on and Auto Mode are there once they are named, with every default. The
 * entries of `tags` and of a group’s `labels` stay, and an add-on’s configuration is not ours to judge: an empty value there is a mistake to be told.
 */
export function withoutNulls(value: unknown, path: SpecPath = []): unknown {
  const field = path.join('.');
  if (value === null) return namedEmpty.test(field) ? {} : undefined;
  if (!isPlainMap(value) || field === 'tags' || /^(?:nodes\.[^.]+\.labels|addons\.[^.]+\.configuration)$/.test(field))
    return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, withoutNulls(item, [...path, key])] as const)
      .filter(([, item]) => item !== undefined),
  );
}

const namedEmpty = /^(?:autoMode|(?:nodes|fargate|addons)\.[^.]+)$/;

export function valueAt(value: unknown, path: SpecPath): unknown {
  return path.reduce<unknown>((at, part) => {
    if (Array.isArray(at)) return typeof part === 'number' ? (at[part] as unknown) : undefined;
    return isPlainMap(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }, value);
}

/** A copy without the given paths; a list loses the whole of itself, because its other items would change places. */
export function withoutPaths(values: object, paths: readonly SpecPath[]): object {
  const copy = structuredClone(values);
  for (const path of paths) {
    const stop = path.findIndex(part => typeof part === 'number');
    const keys = (stop < 0 ? path : path.slice(0, stop)).map(String);
    const last = keys.pop();
    const parent = keys.reduce<unknown>((at, key) => (isPlainMap(at) ? at[key] : undefined), copy);
    if (last !== undefined && isPlainMap(parent)) delete parent[last];
  }
  return copy;
}

export function isPlainMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
