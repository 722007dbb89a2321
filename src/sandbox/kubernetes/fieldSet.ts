import { isObject, type Json } from './fields.ts';
import { fieldType, type TypeRef } from './schema.ts';

/**
 * Fields that somebody owns: paths of elements as `managedFields` writes them (`f:spec`, `k:{"name":"web"}`, `v:"x"`, `.`), each path as a
 * JSON array, so that sets of fields are sets of strings.
 */
export type FieldSet = Set<string>;

export const pathOf = (entry: string) => JSON.parse(entry) as string[];

/** Fields of an object that nobody owns: identity, and what the server writes. */
const ownerless =
  /^\["f:(apiVersion|kind)"\]$|^\["f:metadata","f:(name|namespace|uid|resourceVersion|generation|creationTimestamp|deletionTimestamp|deletionGracePeriodSeconds|managedFields|selfLink|generateName)"/;

/** The fields that `value` sets: scalars, atomic lists, empty maps, and the items of keyed lists. */
export function fieldsIn(value: unknown, type: TypeRef): FieldSet {
  const found: FieldSet = new Set();
  walk(value, type, [], found);
  for (const entry of found) if (ownerless.test(entry)) found.delete(entry);
  return found;
}

function walk(value: unknown, type: TypeRef, path: readonly string[], found: FieldSet): void {
  const leaf = () => void found.add(JSON.stringify(path));
  if (type.form === 'list' && Array.isArray(value) && value.length > 0) {
    if (type.set) for (const item of value) found.add(JSON.stringify([...path, `v:${JSON.stringify(item)}`]));
    else if (type.keys.length > 0)
      for (const item of value as unknown[]) {
        const place = [...path, itemElement(item, type.keys)];
        found.add(JSON.stringify([...place, '.']));
        walk(item, type.of, place, found);
      }
    else leaf();
  } else if (isObject(value) && Object.keys(value).length > 0 && !isAtomic(type)) {
    for (const [key, below] of Object.entries(value)) walk(below, fieldType(type, key), [...path, `f:${key}`], found);
  } else if (value !== undefined && path.length > 0) leaf();
}

/** Objects that are owned and replaced as a whole. */
export const isAtomic = (type: TypeRef) =>
  type.form === 'object' && ['LabelSelector', 'ObjectReference', 'RoleRef'].includes(type.name);

/** Keys that a list's items leave out stand for their defaults, as `protocol` of a port does. */
export function itemElement(item: unknown, keys: readonly string[]): string {
  const fields = keys.map(
    key => [key, isObject(item) ? (item[key] ?? (key === 'protocol' ? 'TCP' : undefined)) : undefined] as const,
  );
  return `k:${JSON.stringify(Object.fromEntries(fields.filter(([, value]) => value !== undefined).sort(([one], [other]) => (one < other ? -1 : 1))))}`;
}

/** The value at a path of elements. */
export function valueAt(object: unknown, path: readonly string[], type: TypeRef): unknown {
  const [element, ...rest] = path;
  if (element === undefined || element === '.') return object;
  if (element.startsWith('f:')) {
    const key = element.slice(2);
    return isObject(object) ? valueAt(object[key], rest, fieldType(type, key)) : undefined;
  }
  if (!Array.isArray(object) || type.form !== 'list') return undefined;
  const item = (object as unknown[]).find(other => elementOf(other, type) === element);
  return valueAt(item, rest, type.of);
}

/** A copy of `object` without what is at `path`. */
export function without(object: unknown, path: readonly string[], type: TypeRef): unknown {
  const [element, ...rest] = path;
  if (element === undefined) return undefined;
  if (isObject(object) && element.startsWith('f:')) {
    const key = element.slice(2);
    const below = without(object[key], rest, fieldType(type, key));
    const { [key]: _, ...others } = object;
    return below === undefined ? others : { ...object, [key]: below };
  }
  if (!Array.isArray(object) || type.form !== 'list') return object;
  return (object as unknown[]).flatMap(item =>
    elementOf(item, type) !== element ? [item] : rest.length === 0 ? [] : [without(item, rest, type.of)],
  );
}

function elementOf(item: unknown, type: TypeRef & { form: 'list' }): string {
  return type.set ? `v:${JSON.stringify(item)}` : itemElement(item, type.keys);
}

export function toFieldsV1(fields: Iterable<string>): Json {
  const tree: Json = {};
  for (const entry of [...fields].sort()) {
    let node = tree;
    for (const element of pathOf(entry)) node = (node[element] ??= {}) as Json;
  }
  return tree;
}

export function fromFieldsV1(tree: unknown, path: readonly string[] = []): FieldSet {
  const found: FieldSet = new Set();
  if (!isObject(tree)) return found;
  const entries = Object.entries(tree);
  if (entries.length === 0 && path.length > 0) found.add(JSON.stringify(path));
  for (const [element, below] of entries) for (const entry of fromFieldsV1(below, [...path, element])) found.add(entry);
  return found;
}

/** `.spec.containers[name="web"].image`: how a conflict names a field. */
export function displayPath(path: readonly string[]): string {
  return path
    .filter(element => element !== '.')
    .map(element => {
      if (element.startsWith('f:')) return `.${element.slice(2)}`;
      const value: unknown = JSON.parse(element.slice(2));
      if (element.startsWith('v:') || !isObject(value)) return `[=${JSON.stringify(value)}]`;
      return `[${Object.entries(value)
        .map(([key, part]) => `${key}=${JSON.stringify(part)}`)
        .join(',')}]`;
    })
    .join('');
}
