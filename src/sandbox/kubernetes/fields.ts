// Reading untyped JSON: whatever a client wrote, a controller gets a value of the type it asks for.
export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a dotted path. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((below, key) => (isObject(below) ? below[key] : undefined), value);
}

export function textAt(value: unknown, path: string): string {
  const found = at(value, path);
  return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : '';
}

export function numberAt(value: unknown, path: string, otherwise = 0): number {
  const found = at(value, path);
  return typeof found === 'number'
    ? found
    : typeof found === 'string' && /^\d+$/.test(found)
      ? Number(found)
      : otherwise;
}

export function listAt(value: unknown, path: string): Json[] {
  const found = at(value, path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

export function textsAt(value: unknown, path: string): string[] {
  const found = at(value, path);
  return Array.isArray(found) ? found.filter(item => typeof item === 'string') : [];
}

export function mapAt(value: unknown, path: string): Record<string, string> {
  const found = at(value, path);
  if (!isObject(found)) return {};
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Status of the condition of one type: `True`, `False`, `Unknown` or empty. */
export function conditionStatus(object: unknown, type: string): string {
  return textAt(
    listAt(object, 'status.conditions').find(condition => condition['type'] === type),
    'status',
  );
}

/** RFC 3339 in whole seconds, as Kubernetes writes `metav1.Time`. */
export function timestamp(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
