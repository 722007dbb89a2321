import { stringify } from 'yaml';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { parseSpec } from '../spec/parseSpec.ts';

/** The file: only what is not the default, and first of all what it does not say. */
export function specText(spec: ClusterSpec, losses: readonly string[], proven: boolean): string {
  const head = [
    `The cluster ${spec.name} in ${spec.region}, as it was found.`,
    ...(proven ? ['It is the very spec that made the cluster: its stacks carry this spec’s hash.'] : []),
    ...(losses.length > 0
      ? ['What this file does not say:', ...losses.map(text => `  - ${text.replaceAll('\n', ' ')}`)]
      : []),
  ];
  return `${head.map(line => `# ${line}\n`).join('')}${stringify(saidOf(spec), { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function saidOf(spec: ClusterSpec): Record<string, unknown> {
  const { apiVersion: format, kind, name, region, version, nodes, fargate, autoMode, addons, tags, ...rest } = spec;
  const { spec: defaults } = parseSpec(stringify({ apiVersion: format, kind, name: 'name', region: 'us-east-1' }));
  const group = defaults?.nodes['default'];
  const groups = Object.entries(nodes).map(([key, own]) => {
    const { architecture: _, ...said } = own;
    return [key, without(said, group)] as const;
  });
  const byItself =
    groups.length === 1 && groups[0]?.[0] === 'default' && Object.keys(groups[0][1] as object).length === 0;
  const others = Object.keys(fargate).length > 0 || autoMode !== undefined;
  const network = spec.network.vpc ? omit(rest.network, ['cidr', 'zones']) : rest.network;
  const sections = Object.entries({ ...rest, network }).flatMap(([key, value]) => {
    const said = without(value, (defaults as Record<string, unknown> | undefined)?.[key]);
    return said === undefined || isEmpty(said) ? [] : [[key, said] as const];
  });
  return {
    apiVersion: format,
    kind,
    name,
    region,
    version,
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...Object.fromEntries(sections),
    ...(byItself && !others ? {} : groups.length > 0 || !others ? { nodes: Object.fromEntries(groups) } : {}),
    ...(Object.keys(fargate).length > 0 ? { fargate } : {}),
    ...(autoMode ? { autoMode } : {}),
    ...(Object.keys(addons).length > 0
      ? {
          addons: Object.fromEntries(
            Object.entries(addons).map(([key, own]) => [key, without(own, { podIdentity: {} })]),
          ),
        }
      : {}),
  };
}

const isEmpty = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

function omit(value: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** What differs from the default, field by field; lists as wholes. */
function without(value: unknown, standard: unknown): unknown {
  const isMap = (one: unknown): one is Record<string, unknown> =>
    typeof one === 'object' && one !== null && !Array.isArray(one);
  if (!isMap(value)) return JSON.stringify(value) === JSON.stringify(standard) ? undefined : value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const own = without(item, isMap(standard) ? standard[key] : undefined);
    const same = own === undefined || (isMap(own) && isEmpty(own) && isMap(standard) && key in standard);
    return same ? [] : [[key, own]];
  });
  return Object.fromEntries(entries);
}
