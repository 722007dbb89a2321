import { stringify } from 'yaml';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { ecrHost, eksRegistry } from './eksRegistry.ts';
import { mirroredRepository, originOf } from './imageOrigin.ts';
import { parseImageReference } from './imageReference.ts';
import { chartsOf } from './planImages.ts';

/** Values that make the usual charts take their images from where the cluster reaches them, as YAML documents, one a chart. */
export function chartValues(spec: ClusterSpec, accountId: string): string {
  const documents = chartsOf(spec).map(chart => {
    const values: Record<string, unknown> = {};
    for (const { image, regional, value } of chart.images) {
      const registry = regional === undefined ? undefined : eksRegistry(spec.region);
      const text = registry !== undefined && regional !== undefined ? `${registry}/${regional}` : image(spec.version);
      const reference = parseImageReference(text);
      if (!reference) throw new TypeError(`${text} is no image's name`);
      const repository =
        originOf(reference, spec.region) === 'regional'
          ? `${reference.registry}/${reference.repository}`
          : `${ecrHost(accountId, spec.region)}/${mirroredRepository(reference)}`;
      set(values, value.split('.'), { repository, ...(reference.tag === undefined ? {} : { tag: reference.tag }) });
    }
    return `# ${chart.name}: ${chart.note}\n${stringify(values, { lineWidth: 0 })}`;
  });
  return documents.join('---\n');
}

function set(target: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) target[key] = value;
  else set((target[key] ??= {}) as Record<string, unknown>, rest, value);
}
