import { badRequest, invalid, type Cause } from './apiError.ts';
import type { KubeInput, KubeObject } from './clusterObjects.ts';
import { at, isObject, listAt, mapAt, textAt, textsAt, type Json } from './fields.ts';
import { groupVersionOf, type Kind } from './kinds.ts';
import { objectType, type TypeRef } from './schema.ts';
import { isDeepStrictEqual } from 'node:util';
import { workloadSelector } from './selectors.ts';

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

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** Refuses what the API server would not store. `previous` is what stands there now. */
export function validate(kind: Kind, object: KubeInput, previous: KubeObject | undefined): void {
  const causes: Cause[] = [];
  const { name } = object.metadata;
  const refuse = (field: string, reason: string, message: string) => causes.push({ reason, field, message });
  const short = kind.plural === 'namespaces' || kind.plural === 'services';
  const wellNamed = short
    ? /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
    : kind.group.startsWith('rbac')
      ? /^[^/%]+$/
      : /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
  if (name === '') refuse('metadata.name', 'FieldValueRequired', 'Required value: name or generateName is required');
  else if (!wellNamed.test(name))
    refuse(
      'metadata.name',
      'FieldValueInvalid',
      `Invalid value: ${JSON.stringify(name)}: ${short ? label : subdomain}`,
    );
  required(object, kind.type, '', refuse);
  const podSpec = at(object, kind.plural === 'pods' ? 'spec' : 'spec.template.spec');
  if (isObject(podSpec)) {
    const path = kind.plural === 'pods' ? 'spec' : 'spec.template.spec';
    if (listAt(podSpec, 'containers').length === 0)
      refuse(`${path}.containers`, 'FieldValueRequired', 'Required value');
    listAt(podSpec, 'containers').forEach((container, index) => {
      if (textAt(container, 'image') === '')
        refuse(`${path}.containers[${index}].image`, 'FieldValueRequired', 'Required value');
    });
  }
  if (kind.counted) {
    const labels = mapAt(object, 'spec.template.metadata.labels');
    const selector = at(object, 'spec.selector');
    if (selector && !workloadSelector(selector)(labels))
      refuse(
        'spec.template.metadata.labels',
        'FieldValueInvalid',
        `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``,
      );
    if (previous && !isDeepStrictEqual(at(previous, 'spec.selector'), selector))
      refuse('spec.selector', 'FieldValueInvalid', `Invalid value: ${JSON.stringify(selector)}: field is immutable`);
    if (Number(at(object, 'spec.replicas') ?? 0) < 0)
      refuse(
        'spec.replicas',
        'FieldValueInvalid',
        `Invalid value: ${String(at(object, 'spec.replicas'))}: must be greater than or equal to 0`,
      );
  }
  if (previous && 'roleRef' in previous && !isDeepStrictEqual(previous['roleRef'], object['roleRef']))
    refuse(
      'roleRef',
      'FieldValueInvalid',
      `Invalid value: ${JSON.stringify(object['roleRef'])}: cannot change roleRef`,
    );
  if (previous && kind.plural === 'pods' && !isDeepStrictEqual(frozen(previous), frozen(object)))
    refuse(
      'spec',
      'FieldValueForbidden',
      'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    );
  if (previous && at(previous, 'immutable') === true && !isDeepStrictEqual(previous['data'], object['data']))
    refuse('data', 'FieldValueForbidden', 'Forbidden: field is immutable when `immutable` is set');
  if (
    kind.plural === 'services' &&
    listAt(object, 'spec.ports').length === 0 &&
    !['ExternalName'].includes(textAt(object, 'spec.type')) &&
    !textsAt(object, 'spec.clusterIPs').includes('None')
  )
    refuse('spec.ports', 'FieldValueRequired', 'Required value');
  if (causes.length > 0) throw invalid(kind, name, causes);
}

/** A pod's spec without what may change. */
function frozen(pod: object): unknown {
  const spec = structuredClone(at(pod, 'spec'));
  if (!isObject(spec)) return spec;
  for (const container of [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]) {
    delete container['image'];
    delete container['imagePullPolicy'];
  }
  for (const name of ['activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds']) delete spec[name];
  return spec;
}

function required(
  value: unknown,
  type: TypeRef,
  path: string,
  refuse: (field: string, reason: string, message: string) => void,
): void {
  if (type.form === 'list' && Array.isArray(value))
    value.forEach((item, index) => required(item, type.of, `${path}[${index}]`, refuse));
  if (type.form !== 'object' || !isObject(value)) return;
  for (const [name, field] of objectType(type.name)) {
    const place = path === '' ? name : `${path}.${name}`;
    const present = value[name] !== undefined && value[name] !== null && value[name] !== '';
    if (!present && field.required) refuse(place, 'FieldValueRequired', 'Required value');
    if (present) required(value[name], field.type, place, refuse);
  }
}
