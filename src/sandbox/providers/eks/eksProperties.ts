import type { Properties, ProviderContext } from '../../cloudformation/resourceProvider.ts';
import { tagMap, tagsOf, type CfnTag } from '../property.ts';

const booleans = /^(Endpoint(Public|Private)Access|Enabled|Bootstrap.+|DeletionProtection|DisableSessionTags)$/;
const numbers = /^(MinSize|MaxSize|DesiredSize|DiskSize|Max(Unavailable|Unhealthy|Parallel)\w*)$/;

/** EKS's API takes what its resource types take, with small initials and with scalars of the right type. */
export function camel(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      key.charAt(0).toLowerCase() + key.slice(1),
      converted(value, key),
    ]),
  );
}

function converted(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map(item => converted(item, key));
  if (key === 'Logging') return logging(value as LoggingProperty);
  if (typeof value === 'object' && value !== null)
    return key === 'Labels' ? strings(value as Properties) : camel(value as Properties);
  if (booleans.test(key)) return String(value) === 'true';
  if (numbers.test(key)) return Number(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

interface LoggingProperty {
  readonly ClusterLogging?: { readonly EnabledTypes?: readonly { readonly Type: string }[] };
}

function logging({ ClusterLogging }: LoggingProperty) {
  const types = (ClusterLogging?.EnabledTypes ?? []).map(({ Type }) => Type);
  return { clusterLogging: types.length > 0 ? [{ types, enabled: true }] : [] };
}

const strings = (map: Properties): Record<string, string> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]));

/** Tags of a type whose `Tags` is a list. */
export const listedTags = (properties: Properties, { stackTags }: ProviderContext): Record<string, string> =>
  tagMap(tagsOf(properties['Tags'] as CfnTag[] | undefined, stackTags));

/** Tags of a type whose `Tags` is a map. */
export const mappedTags = (properties: Properties, { stackTags }: ProviderContext): Record<string, string> => ({
  ...tagMap(tagsOf([], stackTags)),
  ...strings((properties['Tags'] ?? {}) as Properties),
});
