import { createHash } from 'node:crypto';
import { copyOf } from '../kernel/copyOf.ts';
import { at, isObject, listAt, mapAt, textAt, type Json } from './fields.ts';
import { objectType, type TypeRef } from './schema.ts';
import { kindOf } from './kinds.ts';

/** A copy of `object` with the defaults that the API server fills in; `now` in RFC 3339. */
export function withDefaults<T extends object>(plural: string, object: T): T {
  const kind = kindOf(plural);
  const copy = copyOf(object) as T & Json;
  if (!kind) return copy;
  fill(copy, kind.type);
  special[plural]?.(copy);
  return copy;
}

function fill(value: unknown, type: TypeRef): void {
  if (type.form === 'list' && Array.isArray(value)) for (const item of value) fill(item, type.of);
  if (type.form === 'map' && isObject(value)) for (const item of Object.values(value)) fill(item, type.of);
  if (type.form !== 'object' || !isObject(value)) return;
  for (const [name, field] of objectType(type.name)) {
    if (value[name] === undefined && field.initial !== undefined) value[name] = parse(field.initial, field.type);
    if (value[name] !== undefined) fill(value[name], field.type);
  }
}

function parse(initial: string, type: TypeRef): unknown {
  if (initial === '{}') return {};
  if (type.form === 'scalar' && type.name === 'int') return Number(initial);
  return type.form === 'scalar' && type.name === 'bool' ? initial === 'true' : initial;
}

/** Defaults that depend on other fields. */
const special: Readonly<Record<string, (object: Json) => void>> = {
  pods: pod => {
    podSpec(at(pod, 'spec'));
    const spec = at(pod, 'spec');
    if (isObject(spec)) {
      spec['serviceAccountName'] ??= 'default';
      spec['serviceAccount'] ??= spec['serviceAccountName'];
      spec['preemptionPolicy'] ??= 'PreemptLowerPriority';
      spec['priority'] ??= 0;
      const unready = ['not-ready', 'unreachable'].map(state => `node.kubernetes.io/${state}`);
      const present = listAt(spec, 'tolerations');
      const added = unready
        .filter(
          key =>
            !present.some(
              toleration =>
                toleration['operator'] === 'Exists' &&
                [key, undefined].includes(textAt(toleration, 'key') || undefined),
            ),
        )
        .map(key => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
      spec['tolerations'] = [...present, ...added];
    }
  },
  deployments: deployment => {
    podSpec(at(deployment, 'spec.template.spec'));
    const strategy = at(deployment, 'spec.strategy');
    if (isObject(strategy) && strategy['type'] === 'RollingUpdate')
      strategy['rollingUpdate'] = { maxSurge: '25%', maxUnavailable: '25%', ...objectOf(strategy['rollingUpdate']) };
  },
  replicasets: replicaSet => podSpec(at(replicaSet, 'spec.template.spec')),
  daemonsets: daemonSet => {
    podSpec(at(daemonSet, 'spec.template.spec'));
    const strategy = at(daemonSet, 'spec.updateStrategy');
    if (isObject(strategy) && strategy['type'] === 'RollingUpdate')
      strategy['rollingUpdate'] = { maxSurge: 0, maxUnavailable: 1, ...objectOf(strategy['rollingUpdate']) };
  },
  services: service => {
    for (const port of listAt(service, 'spec.ports')) port['targetPort'] ??= port['port'];
    const spec = at(service, 'spec');
    if (isObject(spec)) spec['ipFamilies'] ??= ['IPv4'];
    service['status'] ??= { loadBalancer: {} };
  },
  secrets: secret => {
    const written = mapAt(secret, 'stringData');
    const encoded = Object.entries(written).map(([key, text]) => [key, Buffer.from(text).toString('base64')] as const);
    if (encoded.length > 0) secret['data'] = { ...mapAt(secret, 'data'), ...Object.fromEntries(encoded) };
    delete secret['stringData'];
  },
  namespaces: namespace => {
    namespace['spec'] = { finalizers: ['kubernetes'], ...objectOf(namespace['spec']) };
    const metadata = objectOf(namespace['metadata']);
    metadata['labels'] = { ...mapAt(metadata, 'labels'), 'kubernetes.io/metadata.name': textAt(metadata, 'name') };
  },
  rolebindings: binding => subjects(binding),
  clusterrolebindings: binding => subjects(binding),
};

function podSpec(spec: unknown): void {
  for (const container of [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]) {
    const image = textAt(container, 'image');
    const latest = image.endsWith(':latest') || !/[:@][^/]*$/.test(image);
    container['imagePullPolicy'] ??= latest ? 'Always' : 'IfNotPresent';
  }
}

function subjects(binding: Json): void {
  for (const subject of listAt(binding, 'subjects'))
    if (subject['kind'] !== 'ServiceAccount') subject['apiGroup'] ??= 'rbac.authorization.k8s.io';
}

function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

const safeLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** Letters that never spell a word, as Kubernetes puts them behind generated names. */
export function safeSuffix(seed: string, length: number): string {
  const digest = createHash('sha256').update(seed).digest();
  return [...digest.subarray(0, length)].map(byte => safeLetters.charAt(byte % safeLetters.length)).join('');
}
