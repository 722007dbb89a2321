import { badRequest } from './apiError.ts';
import type { KubeInput } from './clusterObjects.ts';
import { isObject, type Json } from './fields.ts';
import { groupVersionOf, type Kind } from './kinds.ts';
import { objectType, type TypeRef } from './schema.ts';

/** What `fieldValidation` makes of fields that nobody knows. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** Reads a body as one kind: unknown fields are dropped, refused or warned of; wrong types are refused, as Go's decoder does. */
export function decode(
  body: unknown,
  kind: Kind,
  validation: FieldValidation,
  type: TypeRef = kind.type,
): { object: KubeInput; warnings: string[] } {
  if (!isObject(body)) throw badRequest('the object provided is unrecognized (must be of type Object)');
  const expected = type === kind.type ? groupVersionOf(kind) : 'autoscaling/v1';
  const { apiVersion = expected, kind: name = kind.kind } = body;
  if (apiVersion !== expected)
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected})`,
    );
  const unknown: string[] = [];
  const object = shape(body, type, '', unknown, kind) as Json;
  const list = unknown.map(path => `unknown field "${path}"`);
  if (list.length > 0 && validation === 'Strict')
    throw badRequest(
      `${String(name)} in version "${kind.version}" cannot be handled as a ${String(name)}: strict decoding error: ${list.join(', ')}`,
    );
  const metadata = { name: '', ...(isObject(object['metadata']) ? object['metadata'] : {}) };
  return {
    object: { ...object, apiVersion: expected, kind: String(name), metadata },
    warnings: validation === 'Warn' ? list : [],
  };
}

function shape(value: unknown, type: TypeRef, path: string, unknown: string[], kind: Kind): unknown {
  const wrong = (wanted: string) =>
    badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: json: cannot unmarshal ${jsonType(value)} into Go struct field ${kind.kind}.${path} of type ${wanted}`,
    );
  const below = path === '' ? '' : `${path}.`;
  if (value === null || value === undefined) return value;
  switch (type.form) {
    case 'scalar': {
      const good = {
        string: ['string'],
        int: ['number'],
        bool: ['bool'],
        intstr: ['number', 'string'],
        any: [jsonType(value)],
      }[type.name];
      if (!good.includes(jsonType(value)) || (type.name === 'int' && !Number.isInteger(value)))
        throw wrong(type.name === 'int' ? 'int32' : type.name);
      return value;
    }
    case 'map':
      if (!isObject(value)) throw wrong('map[string]string');
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, shape(item, type.of, below + key, unknown, kind)]),
      );
    case 'list':
      if (!Array.isArray(value)) throw wrong('[]');
      return value.map((item, index) => shape(item, type.of, `${path}[${index}]`, unknown, kind));
    case 'object': {
      if (!isObject(value)) throw wrong(type.name);
      const fields = objectType(type.name);
      const known = Object.entries(value).filter(([key]) => {
        if (!fields.has(key)) unknown.push(below + key);
        return fields.has(key) && value[key] !== null;
      });
      return Object.fromEntries(
        known.map(([key, item]) => {
          const field = fields.get(key);
          return [key, field ? shape(item, field.type, below + key, unknown, kind) : item];
        }),
      );
    }
  }
}

function jsonType(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
}
