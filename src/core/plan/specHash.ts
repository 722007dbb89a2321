import { createHash } from 'node:crypto';
import type { ClusterSpec } from '../spec/clusterSpec.ts';

/** sha256 (hex) of the spec with its keys in order: the same for two files that say the same. */
export function specHash(spec: ClusterSpec): string {
  return createHash('sha256').update(canonical(spec)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}
