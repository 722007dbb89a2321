import { isDeepStrictEqual } from 'node:util';
import { invalid, type Cause } from './apiError.ts';
import type { KubeInput, KubeObject } from './clusterObjects.ts';
import { at, isObject, listAt, mapAt, numberAt, textAt } from './fields.ts';
import type { Kind } from './kinds.ts';
import { objectType, type TypeRef } from './schema.ts';
import { workloadSelector } from './selectors.ts';

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const podUpdate =
  'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

type Refuse = (field: string, message: string) => void;
const show = (value: unknown) => `Invalid value: ${JSON.stringify(value)}`;

/** Refuses what the API server would not store. `previous` is what stands there now. */
export function validate(kind: Kind, object: KubeInput, previous: KubeObject | undefined): void {
  const causes: Cause[] = [];
  const refuse: Refuse = (field, message) => {
    const [, word = ''] = /^(Required|Invalid|Forbidden)/.exec(message) ?? [];
    causes.push({ reason: `FieldValue${word}`, field, message });
  };
  checkName(kind, object.metadata.name, refuse);
  required(object, kind.type, '', refuse);
  if (kind.counted) checkWorkload(object, refuse);
  const [selector, roleRef] = [at(object, 'spec.selector'), object['roleRef']];
  const ports = listAt(object, 'spec.ports').length > 0 || textAt(object, 'spec.type') === 'ExternalName';
  if (kind.plural === 'services' && !ports && textAt(object, 'spec.clusterIP') !== 'None')
    refuse('spec.ports', 'Required value');
  if (previous) {
    const changed = (path: string) => !isDeepStrictEqual(at(previous, path), at(object, path));
    if (kind.counted && changed('spec.selector')) refuse('spec.selector', `${show(selector)}: field is immutable`);
    if (changed('roleRef')) refuse('roleRef', `${show(roleRef)}: cannot change roleRef`);
    if (kind.plural === 'pods' && !isDeepStrictEqual(frozen(previous), frozen(object))) refuse('spec', podUpdate);
    if (at(previous, 'immutable') === true && changed('data'))
      refuse('data', 'Forbidden: field is immutable when `immutable` is set');
  }
  if (causes.length > 0) throw invalid(kind, object.metadata.name, causes);
}

function checkName({ plural, group }: Kind, name: string, refuse: Refuse): void {
  const short = plural === 'namespaces' || plural === 'services';
  const long = group.startsWith('rbac') ? /^[^/%]+$/ : /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
  const wellNamed = short ? /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/ : long;
  if (name === '') refuse('metadata.name', 'Required value: name or generateName is required');
  else if (!wellNamed.test(name)) refuse('metadata.name', `${show(name)}: ${short ? label : subdomain}`);
}

function checkWorkload(object: KubeInput, refuse: Refuse): void {
  const labels = mapAt(object, 'spec.template.metadata.labels');
  const selector = at(object, 'spec.selector');
  if (selector && !workloadSelector(selector)(labels))
    refuse('spec.template.metadata.labels', `${show(labels)}: \`selector\` does not match template \`labels\``);
  const replicas = numberAt(object, 'spec.replicas');
  if (replicas < 0) refuse('spec.replicas', `${show(replicas)}: must be greater than or equal to 0`);
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

function required(value: unknown, type: TypeRef, path: string, refuse: Refuse): void {
  if (type.form === 'list' && Array.isArray(value))
    value.forEach((item, index) => required(item, type.of, `${path}[${index}]`, refuse));
  if (type.form !== 'object' || !isObject(value)) return;
  for (const [name, field] of objectType(type.name)) {
    const [below, place] = [value[name], path === '' ? name : `${path}.${name}`];
    const absent = below === undefined || below === '' || (Array.isArray(below) && below.length === 0);
    if (absent && field.required) refuse(place, 'Required value');
    if (!absent) required(below, field.type, place, refuse);
  }
}
