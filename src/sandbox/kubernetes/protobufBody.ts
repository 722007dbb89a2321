// Bodies in Kubernetes' protobuf form, which kubectl 1.32 and later sends for the kinds that it makes itself (`kubectl create`, `auth can-i`).
import { badRequest, notSimulated } from './apiError.ts';
import type { Json } from './fields.ts';
import { fieldType, objectType, type TypeRef } from './schema.ts';

/** Field numbers of Kubernetes' messages, as far as those commands fill them. */
const numbers: Readonly<Record<string, string>> = {
  ObjectMeta: 'name=1 generateName=2 namespace=3 labels=11 annotations=12 finalizers=14',
  Namespace: 'metadata=1 spec=2',
  ConfigMap: 'metadata=1 data=2 binaryData=3 immutable=4',
  Secret: 'metadata=1 data=2 type=3 stringData=4 immutable=5',
  ServiceAccount: 'metadata=1 secrets=2 imagePullSecrets=3 automountServiceAccountToken=4',
  Service: 'metadata=1 spec=2',
  ServiceSpec: 'ports=1 selector=2 clusterIP=3 type=4 externalIPs=5 sessionAffinity=7 externalName=10',
  ServicePort: 'name=1 protocol=2 port=3 targetPort=4 nodePort=5',
  Deployment: 'metadata=1 spec=2',
  DeploymentSpec: 'replicas=1 selector=2 template=3 strategy=4 minReadySeconds=5 revisionHistoryLimit=6 paused=7',
  DeploymentStrategy: 'type=1',
  LabelSelector: 'matchLabels=1',
  PodTemplateSpec: 'metadata=1 spec=2',
  PodSpec:
    'containers=2 restartPolicy=3 terminationGracePeriodSeconds=4 dnsPolicy=6 nodeSelector=7 serviceAccountName=8',
  Container: 'name=1 image=2 command=3 args=4 workingDir=5 ports=6 env=7 resources=8 imagePullPolicy=14',
  ContainerPort: 'name=1 hostPort=2 containerPort=3 protocol=4',
  EnvVar: 'name=1 value=2',
  Role: 'metadata=1 rules=2',
  ClusterRole: 'metadata=1 rules=2',
  PolicyRule: 'verbs=1 apiGroups=2 resources=3 resourceNames=4 nonResourceURLs=5',
  RoleBinding: 'metadata=1 subjects=2 roleRef=3',
  ClusterRoleBinding: 'metadata=1 subjects=2 roleRef=3',
  Subject: 'kind=1 apiGroup=2 name=3 namespace=4',
  RoleRef: 'apiGroup=1 kind=2 name=3',
  SelfSubjectAccessReview: 'metadata=1 spec=2',
  SelfSubjectAccessReviewSpec: 'resourceAttributes=1 nonResourceAttributes=2',
  ResourceAttributes: 'namespace=1 verb=2 group=3 version=4 resource=5 subresource=6 name=7',
  NonResourceAttributes: 'path=1 verb=2',
  SelfSubjectRulesReview: 'metadata=1 spec=2',
  SelfSubjectRulesReviewSpec: 'namespace=1',
  SelfSubjectReview: 'metadata=1',
  DeleteOptions: 'gracePeriodSeconds=1 preconditions=2 propagationPolicy=4 dryRun=5',
  Preconditions: 'uid=1 resourceVersion=2',
};

const magic = Buffer.from('k8s\0');

type Part = readonly [number: number, value: number | Buffer];

/** The object in the envelope (`runtime.Unknown`: type, then the object's own bytes). */
export function fromProtobuf(body: Buffer): Json {
  if (!body.subarray(0, 4).equals(magic))
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  const envelope = new Map(parts(body.subarray(4)));
  const header = new Map(parts(bytes(envelope.get(1))));
  const kind = bytes(header.get(2)).toString();
  if (!Object.hasOwn(numbers, kind)) throw notSimulated(`${kind} in a protobuf body`);
  return { ...message(bytes(envelope.get(2)), kind), apiVersion: bytes(header.get(1)).toString(), kind };
}

const bytes = (value: number | Buffer | undefined) => (Buffer.isBuffer(value) ? value : Buffer.alloc(0));

function message(encoded: Buffer, type: string): Json {
  const names = new Map((numbers[type] ?? '').split(' ').map(word => word.split('=').reverse() as [string, string]));
  const result: Json = {};
  for (const [number, value] of parts(encoded)) {
    const name = names.get(String(number));
    // Go writes out what is empty; an explicit zero means something only for these two.
    if (
      (value === 0 && name !== 'replicas' && name !== 'gracePeriodSeconds') ||
      (Buffer.isBuffer(value) && value.byteLength === 0 && name === undefined)
    )
      continue;
    if (name === undefined) {
      if (type === 'ObjectMeta' || (objectType(type).has('status') && number === names.size + 1)) continue;
      throw notSimulated(`field ${number} of ${type} in a protobuf body`);
    }
    const field = fieldType({ form: 'object', name: type }, name);
    if (field.form === 'list')
      result[name] = [...((result[name] as unknown[] | undefined) ?? []), single(value, field.of)];
    else if (field.form === 'map') {
      const entry = new Map(parts(bytes(value)));
      const isBinary = (type === 'Secret' && name === 'data') || name === 'binaryData';
      const item = isBinary
        ? bytes(entry.get(2)).toString('base64')
        : single(entry.get(2) ?? Buffer.alloc(0), field.of);
      result[name] = { ...(result[name] as Json | undefined), [bytes(entry.get(1)).toString()]: item };
    } else {
      const one = single(value, field);
      if (one !== '') result[name] = one;
    }
  }
  return result;
}

function single(value: number | Buffer, type: TypeRef): unknown {
  if (type.form === 'object') return message(bytes(value), type.name);
  if (type.form !== 'scalar') return undefined;
  if (type.name === 'bool') return value === 1;
  if (type.name !== 'intstr' || !Buffer.isBuffer(value)) return Buffer.isBuffer(value) ? value.toString() : value;
  // A Quantity is its text, an IntOrString says which of the two it is.
  const fields = new Map(parts(value));
  if (Buffer.isBuffer(fields.get(1))) return bytes(fields.get(1)).toString();
  return fields.get(1) === 1 ? bytes(fields.get(3)).toString() : Number(fields.get(2) ?? 0);
}

function parts(encoded: Buffer): Part[] {
  const found: Part[] = [];
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = encoded[offset++];
      if (byte === undefined) throw badRequest('unexpected EOF');
      value += (byte & 0x7f) * factor;
      if (byte < 128) return value;
    }
  };
  while (offset < encoded.byteLength) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (tag % 8 === 0) found.push([number, varint()]);
    else if (tag % 8 === 2) {
      const length = varint();
      if (offset + length > encoded.byteLength) throw badRequest('unexpected EOF');
      found.push([number, encoded.subarray(offset, (offset += length))]);
    } else throw badRequest(`proto: illegal wireType ${tag % 8}`);
  }
  return found;
}
