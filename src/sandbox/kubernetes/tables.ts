import type { KubeObject } from './clusterObjects.ts';
import { columnsOf } from './columns.ts';
import type { Kind } from './kinds.ts';

/** What a table's rows carry besides their cells: kubectl reads names and namespaces from it. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  /** Account time in ms: ages are measured in it, which no client knows. */
  readonly now: number;
  readonly include: IncludeObject;
  readonly metadata: object;
  /** False in a watch after its first line. */
  readonly header?: boolean;
}

/** Objects as the server prints them (`meta.k8s.io/v1` Table). */
export function tableOf(
  kind: Kind,
  objects: readonly KubeObject[],
  { now, include, metadata, header }: TableOptions,
): object {
  const columns = columnsOf(kind.plural);
  const definitions = columns.map(({ title, wide }) => ({
    name: title,
    type: 'string',
    format: title === 'Name' ? 'name' : '',
    description: '',
    priority: wide ? 1 : 0,
  }));
  const carried = (object: KubeObject) =>
    ({
      None: null,
      Metadata: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
      Object: object,
    })[include];
  const rows = objects.map(object => ({
    cells: columns.map(({ cell }) => cell(object, now)),
    object: carried(object),
  }));
  const columnDefinitions = header === false ? null : definitions;
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions, rows };
}
