import type { KubeObject } from './clusterObjects.ts';
import { columns, otherColumns } from './columns.ts';
import type { Kind } from './kinds.ts';

/** What a table's rows carry besides their cells: kubectl reads names and namespaces from it. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** Objects as the server prints them (`meta.k8s.io/v1` Table). Ages are measured in account time, which no client knows. */
export function tableOf(
  kind: Kind,
  objects: readonly KubeObject[],
  options: { now: number; include: IncludeObject; metadata: object; header?: boolean },
): object {
  const shown = columns[kind.plural] ?? otherColumns;
  const definitions = shown.map(([title, , wide]) => ({
    name: title,
    type: 'string',
    format: title === 'Name' ? 'name' : '',
    description: '',
    priority: wide ? 1 : 0,
  }));
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.metadata,
    columnDefinitions: options.header === false ? null : definitions,
    rows: objects.map(object => ({
      cells: shown.map(([, cell]) => cell(object, options.now)),
      object:
        options.include === 'Object'
          ? object
          : options.include === 'None'
            ? null
            : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}
