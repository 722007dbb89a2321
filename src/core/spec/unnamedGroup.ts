import type { Finding } from './finding.ts';
import { groupFields } from './nodeSchema.ts';
import { isPlainMap } from './specValues.ts';

/** `nodes` used to be one group; a file from then gets one sentence instead of one for every field. */
export function unnamedGroup({ nodes }: Record<string, unknown>): Finding | undefined {
  if (!isPlainMap(nodes)) return undefined;
  const isGroup = (value: unknown) =>
    value === undefined || (isPlainMap(value) && Object.keys(value).every(key => groupFields.includes(key)));
  const field = Object.keys(nodes).find(key => groupFields.includes(key) && !isGroup(nodes[key]));
  if (field === undefined) return undefined;
  const allowed = `groups by name: nodes: {default: {${field}: …}}`;
  return {
    path: ['nodes'],
    at: 'key',
    seen: `the field ${field}`,
    allowed,
    message: `nodes has ${field}, but node groups have names now; it must be ${allowed}.`,
    fix: { title: 'Name this node group “default”', names: 'node-group' },
  };
}
