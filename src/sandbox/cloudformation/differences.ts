import { equal } from './propertyChanges.ts';
import { isObject } from './template.ts';

/** One place in which two values differ: `/Properties/ScalingConfig/MaxSize`. */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Where two values differ, as deep as both have the same form. */
export function differences(before: unknown, after: unknown, path: string): Difference[] {
  if (equal(before, after)) return [];
  const pairs =
    isObject(before) && isObject(after)
      ? [...new Set([...Object.keys(before), ...Object.keys(after)])].map(
          key => [key, before[key], after[key]] as const,
        )
      : Array.isArray(before) && Array.isArray(after)
        ? Array.from({ length: Math.max(before.length, after.length) }, (_, index) => {
            const [left, right] = [before, after] as [unknown[], unknown[]];
            return [String(index), left[index], right[index]] as const;
          })
        : undefined;
  if (!pairs) return [{ path, before, after }];
  return pairs.flatMap(([key, left, right]) => differences(left, right, `${path}/${key}`));
}

export const asText = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === 'object' ? JSON.stringify(value) : `${value as string}`;
