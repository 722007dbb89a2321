import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ApiError } from '../../../../src/sandbox/kubernetes/apiError.ts';
import { answer, type ApiRequest } from '../../../../src/sandbox/kubernetes/apiServer.ts';
import { accessPolicyRules } from '../../../../src/sandbox/kubernetes/builtInRoles.ts';
import { groupVersionOf, kinds } from '../../../../src/sandbox/kubernetes/kinds.ts';
import { ecrImage, testCluster, type TestCluster } from '../../../sandbox/kubernetes/support/testCluster.ts';

const labels = { app: 'web' };
const podSpec = {
  containers: [
    { name: 'web', image: ecrImage('web:1'), ports: [{ containerPort: 80 }], env: [{ name: 'A', value: '1' }] },
  ],
  volumes: [{ name: 'v', emptyDir: {} }],
  tolerations: [{ operator: 'Exists' }],
  nodeSelector: {},
};
const workload = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } };
const metadata = { name: 'web', labels, annotations: { a: 'b' }, finalizers: ['a.example/b'] };
const bodies: Record<string, object> = {
  pods: { metadata, spec: podSpec },
  deployments: {
    metadata,
    spec: {
      ...workload,
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '50%' } },
    },
  },
  daemonsets: { metadata, spec: { ...workload, updateStrategy: { rollingUpdate: { maxUnavailable: 1 } } } },
  services: { metadata, spec: { ports: [{ port: 80 }], selector: labels } },
  secrets: { metadata, stringData: { a: 'b' } },
  rolebindings: { metadata, roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'User', name: 'ann' }] },
  nodes: {
    metadata,
    spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  },
  selfsubjectaccessreviews: { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
};

/** Every path in a JSON value. */
function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, below]) => pathsIn(below).map(path => [key, ...path]))];
}

function withValue(value: unknown, [key, ...rest]: string[], put: unknown): unknown {
  if (key === undefined) return put;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? withValue(item, rest, put) : item));
  const object = value as Record<string, unknown>;
  return { ...object, [key]: withValue(object[key], rest, put) };
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, {}, [], '', 0, -1, 1e9, [null], [{}], { $patch: 'delete' }, [{ $patch: 'replace' }]),
);

function ask(
  cluster: TestCluster,
  method: string,
  plural: string,
  body: unknown,
  contentType = 'application/json',
  name = '',
  query = '',
): number {
  const kind = kinds.find(each => each.plural === plural) ?? assert.fail(plural);
  const root = kind.group === '' ? '/api/v1' : `/apis/${groupVersionOf(kind)}`;
  const request: ApiRequest = {
    method,
    path: `${root}${kind.namespaced ? '/namespaces/default' : ''}/${plural}${name === '' ? '' : `/${name}`}`,
    query: new URLSearchParams(query),
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    contentType,
    userAgent: 'test',
    body: Buffer.from(JSON.stringify(body)),
    user: {
      name: 'root',
      groups: [],
      extra: {},
      grants: [{ rules: accessPolicyRules['AmazonEKSClusterAdminPolicy'] ?? [], namespaces: undefined }],
    },
  };
  try {
    const reply = answer(cluster.store, request);
    return 'status' in reply ? reply.status : 200;
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  }
}

describe('simulated Kubernetes API with odd bodies', () => {
  for (const [plural, body] of Object.entries(bodies)) {
    const path = fc.constantFrom(...pathsIn(body));
    it(`refuses or takes ${plural}, and the controllers live with what was taken`, () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(path, odd), { maxLength: 2 }),
          path,
          odd,
          fc.constantFrom('merge-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml'),
          (changes, place, value, form) => {
            const cluster = testCluster();
            cluster.addNode('n1');
            const made = changes.reduce<unknown>((result, [where, put]) => {
              try {
                return withValue(result, where, put);
              } catch {
                return result;
              }
            }, body);
            const code = ask(cluster, 'POST', plural, made);
            assert.ok(code === 201 || (code >= 400 && code < 500), String(code));
            cluster.pass(20);
            if (plural.startsWith('selfsubject')) return;
            ask(cluster, 'POST', plural, body);
            ask(
              cluster,
              'PATCH',
              plural,
              withValue(body, place, value),
              `application/${form}`,
              'web',
              'fieldManager=x&force=true',
            );
            ask(cluster, 'GET', plural, {});
            cluster.pass(60);
            ask(cluster, 'DELETE', plural, {}, 'application/json', 'web');
            cluster.pass(60);
          },
        ),
        { numRuns: 60 },
      );
    }).timeout(20_000);
  }
});
