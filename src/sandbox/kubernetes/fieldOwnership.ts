import { isDeepStrictEqual } from 'node:util';
import { ApiError } from './apiError.ts';
import type { KubeInput, KubeObject } from './clusterObjects.ts';
import {
  displayPath,
  fieldsIn,
  fromFieldsV1,
  pathOf,
  toFieldsV1,
  valueAt,
  without,
  type FieldSet,
} from './fieldSet.ts';
import { isObject, textAt } from './fields.ts';
import { mergeConfiguration } from './strategicMerge.ts';
import type { TypeRef } from './schema.ts';

/** Who writes: `fieldManager`, or else the first part of the user agent. */
export interface Writer {
  readonly manager: string;
  readonly subresource: string;
  /** RFC 3339 */
  readonly time: string;
}

interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string;
  readonly fields: FieldSet;
}

function readManaged(object: KubeInput | undefined): ManagedFields[] {
  const list = object?.metadata['managedFields'];
  if (!Array.isArray(list)) return [];
  return list.filter(isObject).map(entry => ({
    manager: textAt(entry, 'manager'),
    operation: entry['operation'] === 'Apply' ? 'Apply' : 'Update',
    apiVersion: textAt(entry, 'apiVersion'),
    subresource: textAt(entry, 'subresource'),
    time: textAt(entry, 'time'),
    fields: fromFieldsV1(entry['fieldsV1']),
  }));
}

function withManaged<T extends KubeInput>(object: T, managed: readonly ManagedFields[]): T {
  const entries = managed
    .filter(({ fields }) => fields.size > 0)
    .map(({ fields, subresource, ...entry }) => ({
      ...entry,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(fields),
      ...(subresource === '' ? {} : { subresource }),
    }));
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, ...(entries.length > 0 ? { managedFields: entries } : {}) } };
}

/** After an update: what changed belongs to the writer, what is gone to nobody. */
export function trackUpdate<T extends KubeInput>(
  object: T,
  previous: KubeObject | undefined,
  type: TypeRef,
  writer: Writer,
): T {
  const now = fieldsIn(object, type);
  const changed = [...now].filter(entry => {
    const path = pathOf(entry);
    return (
      !isDeepStrictEqual(valueAt(object, path, type), valueAt(previous, path, type)) &&
      (path.at(-1) !== '.' || valueAt(previous, path, type) === undefined)
    );
  });
  // Whoever writes managedFields itself, as kubectl does when it takes over its own client-side applies, is believed.
  const given = object.metadata['managedFields'];
  const rewritten = Array.isArray(given) && !isDeepStrictEqual(given, previous?.metadata['managedFields']);
  const before = readManaged(rewritten ? object : previous);
  const isWriter = (entry: ManagedFields) =>
    entry.operation === 'Update' && entry.manager === writer.manager && entry.subresource === writer.subresource;
  const mine = before.find(isWriter);
  const others = before
    .filter(entry => entry !== mine)
    .map(entry => ({ ...entry, fields: kept(entry.fields, entry => now.has(entry) && !changed.includes(entry)) }));
  const fields: FieldSet = new Set([...(mine ? kept(mine.fields, entry => now.has(entry)) : []), ...changed]);
  const time = changed.length > 0 || !mine ? writer.time : mine.time;
  return withManaged(object, [
    ...others,
    { ...writer, time, operation: 'Update', apiVersion: object.apiVersion, fields },
  ]);
}

/** Server-side apply: the live object with `config` merged in, or 409 where others own what it would change. */
export function apply(
  config: KubeInput,
  live: KubeObject | undefined,
  type: TypeRef,
  writer: Writer,
  force: boolean,
): KubeInput {
  const applied = fieldsIn(config, type);
  const before = readManaged(live);
  const isWriter = (entry: ManagedFields) =>
    entry.operation === 'Apply' && entry.manager === writer.manager && entry.subresource === writer.subresource;
  const mine = before.find(isWriter);
  const changes = [...applied].filter(entry => {
    const path = pathOf(entry);
    return path.at(-1) !== '.' && !isDeepStrictEqual(valueAt(config, path, type), valueAt(live, path, type));
  });
  const conflicts = before
    .filter(entry => entry !== mine)
    .flatMap(owner => changes.filter(entry => owner.fields.has(entry)).map(entry => ({ owner, entry })));
  if (conflicts.length > 0 && !force) throw conflict(conflicts);

  const others = before
    .filter(entry => entry !== mine)
    .map(owner => ({ ...owner, fields: kept(owner.fields, entry => !changes.includes(entry)) }));
  let merged: unknown = live === undefined ? config : mergeConfiguration(live, config, type);
  const held = [applied, ...others.map(owner => owner.fields)].flatMap(fields => [...fields].map(pathOf));
  // Items come before their fields, so that an item that nobody else holds goes as a whole.
  const isItem = (path: readonly string[]) => path.at(-1) === '.';
  const released = [...(mine?.fields ?? [])].filter(entry => !applied.has(entry)).map(pathOf);
  for (const path of released.sort((one, other) => Number(isItem(other)) - Number(isItem(one)))) {
    const place = isItem(path) ? path.slice(0, -1) : path;
    if (!held.some(field => startsWith(field, place))) merged = without(merged, place, type);
  }
  const { managedFields: _, ...metadata } = (merged as KubeInput).metadata;
  const time = mine && isDeepStrictEqual(mine.fields, applied) && changes.length === 0 ? mine.time : writer.time;
  const entry: ManagedFields = { ...writer, time, operation: 'Apply', apiVersion: config.apiVersion, fields: applied };
  return withManaged({ ...(merged as KubeInput), metadata }, [...others, entry]);
}

function conflict(conflicts: readonly { owner: ManagedFields; entry: string }[]): ApiError {
  const by = (owner: ManagedFields) =>
    `"${owner.manager}"${owner.subresource === '' ? '' : ` with subresource "${owner.subresource}"`} using ${owner.apiVersion}`;
  const owners = [...new Set(conflicts.map(({ owner }) => owner))];
  const path = (entry: string) => displayPath(pathOf(entry));
  const [first] = conflicts;
  const text =
    conflicts.length === 1 && first
      ? `conflict with ${by(first.owner)}: ${path(first.entry)}`
      : owners
          .map(owner =>
            [
              `conflicts with ${by(owner)}:`,
              ...conflicts.filter(each => each.owner === owner).map(({ entry }) => `- ${path(entry)}`),
            ].join('\n'),
          )
          .join('\n');
  const causes = conflicts.map(({ owner, entry }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${by(owner)}`,
    field: path(entry),
  }));
  const count = `${conflicts.length} conflict${conflicts.length === 1 ? '' : 's'}`;
  return new ApiError(409, 'Conflict', `Apply failed with ${count}: ${text}`, { causes });
}

const kept = (fields: FieldSet, test: (entry: string) => boolean): FieldSet => new Set([...fields].filter(test));
const startsWith = (path: readonly string[], start: readonly string[]) =>
  start.every((element, index) => path[index] === element);
