import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json } from './fields.ts';
import { itemElement } from './fieldSet.ts';
import { fieldType, type TypeRef } from './schema.ts';

const directive = /^\$(patch|retainKeys|deleteFromPrimitiveList\/.*|setElementOrder\/.*)$/;

/** kubectl's own patch: as a merge patch, but lists that have a merge key in the table of types are merged item by item. */
export function strategicMerge(target: unknown, patch: unknown, type: TypeRef): unknown {
  return merge(target, patch, type, (item, { keys: [key] }) =>
    key !== undefined && isObject(item) ? item[key] : item,
  );
}

/** Server-side apply's merge: items are told apart by all their keys. */
export function mergeConfiguration(target: unknown, configuration: unknown, type: TypeRef): unknown {
  return merge(target, configuration, type, (item, list) => (list.set ? item : itemElement(item, list.keys)));
}

type ListType = TypeRef & { readonly form: 'list' };
type KeyOf = (item: unknown, type: ListType) => unknown;

function merge(target: unknown, patch: unknown, type: TypeRef, keyOf: KeyOf): unknown {
  if (!isObject(patch)) return patch;
  if (patch['$patch'] === 'delete') return undefined;
  if (patch['$patch'] === 'replace') return stripped(patch);
  const result: Json = isObject(target) ? { ...target } : {};
  const retained = patch['$retainKeys'];
  if (Array.isArray(retained)) for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
  for (const [key, value] of Object.entries(patch)) {
    const [, field] = /^\$deleteFromPrimitiveList\/(.*)$/.exec(key) ?? [];
    if (field !== undefined && Array.isArray(result[field]) && Array.isArray(value))
      result[field] = result[field].filter(item => !value.includes(item));
    if (directive.test(key)) continue;
    const merged =
      value === null
        ? undefined
        : mergeField(result[key], value, fieldType(type, key), patch[`$setElementOrder/${key}`], keyOf);
    if (merged === undefined) delete result[key];
    else result[key] = merged;
  }
  for (const [key, order] of Object.entries(patch)) {
    const [, field] = /^\$setElementOrder\/(.*)$/.exec(key) ?? [];
    if (field !== undefined && patch[field] === undefined && Array.isArray(result[field]))
      result[field] = ordered(result[field], order, fieldType(type, field), keyOf);
  }
  return result;
}

function mergeField(present: unknown, value: unknown, type: TypeRef, order: unknown, keyOf: KeyOf): unknown {
  if (!Array.isArray(value)) return merge(present, value, type, keyOf);
  if (type.form !== 'list' || (type.keys.length === 0 && !type.set)) return value;
  const list: unknown[] = Array.isArray(present) ? [...(present as unknown[])] : [];
  if (type.set) return ordered([...new Set([...list, ...(value as unknown[])])], order, type, keyOf);
  if (value.some(item => isObject(item) && item['$patch'] === 'replace'))
    return value.filter(item => !isObject(item) || item['$patch'] !== 'replace');
  for (const item of value as unknown[]) {
    const key = keyOf(item, type);
    const index = list.findIndex(other => isDeepStrictEqual(keyOf(other, type), key));
    const merged = merge(index === -1 ? undefined : list[index], item, type.of, keyOf);
    if (index === -1 && merged !== undefined) list.push(merged);
    else if (index !== -1 && merged === undefined) list.splice(index, 1);
    else if (index !== -1) list[index] = merged;
  }
  return ordered(list, order, type, keyOf);
}

/** Items in the order that the patch names; what it does not name keeps its place after them. */
function ordered(list: unknown[], order: unknown, type: TypeRef, keyOf: KeyOf): unknown[] {
  if (!Array.isArray(order) || type.form !== 'list') return list;
  const rank = (item: unknown) => {
    const index = order.findIndex(other => isDeepStrictEqual(keyOf(other, type), keyOf(item, type)));
    return index === -1 ? order.length : index;
  };
  return [...list].sort((one, other) => rank(one) - rank(other));
}

function stripped(patch: Json): Json {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !directive.test(key)));
}
