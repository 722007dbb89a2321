/**
 * A deep copy of what tables hold: plain objects, lists, times, bytes and scalars, each in one place only. Every look at the account takes
 * one, and `structuredClone` needs several times as long.
 */
export function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(item => copyOf<unknown>(item)) as T;
  if (value instanceof Date) return new Date(value) as T;
  if (value instanceof Uint8Array) return value.slice() as T;
  // By entries: a key that came over the wire may be `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyOf<unknown>(member)])) as T;
}
