import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import { duplexPair } from 'node:stream';
import tls from 'node:tls';
import { serveConnection } from '../../../src/sandbox/kubernetes/server.ts';
import { apiHost, ecrImage, makeToken, testCluster, type TestCluster } from './support/testCluster.ts';

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly token?: string | null;
}

/** A client whose only way to the cluster is a pair of streams. */
function connect(cluster: TestCluster): { socket: tls.TLSSocket; agent: http.Agent } {
  const [near, far] = duplexPair();
  serveConnection(cluster.key, far);
  const socket = tls.connect({ socket: near, ca: cluster.caPem, servername: apiHost, ALPNProtocols: ['http/1.1'] });
  const agent = new http.Agent({ keepAlive: true });
  agent.createConnection = () => socket;
  return { socket, agent };
}

describe('simulated Kubernetes API', () => {
  let cluster: TestCluster;
  let token: string;
  const sockets: tls.TLSSocket[] = [];

  beforeEach(async () => {
    cluster = testCluster();
    token = await makeToken(cluster.admin);
  });
  afterEach(() => sockets.splice(0).forEach(socket => socket.destroy()));

  function open(path: string, ask: Ask = {}): Promise<http.IncomingMessage> {
    const { socket, agent } = connect(cluster);
    sockets.push(socket);
    const bearer = ask.token === undefined ? token : ask.token;
    const body = Buffer.isBuffer(ask.body)
      ? ask.body
      : Buffer.from(ask.body === undefined ? '' : JSON.stringify(ask.body));
    const headers = {
      host: apiHost,
      accept: ask.accept ?? 'application/json',
      'user-agent': 'tester/1.0',
      'content-length': body.byteLength,
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...(ask.body === undefined ? {} : { 'content-type': ask.type ?? 'application/json' }),
    };
    return new Promise((resolve, reject) => {
      const request = http.request({ agent, path, method: ask.method ?? 'GET', headers }, resolve);
      request.on('error', reject);
      request.end(body);
    });
  }

  async function call(path: string, ask: Ask = {}): Promise<Answer> {
    const response = await open(path, ask);
    let text = '';
    for await (const part of response) text += String(part);
    const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>;
    return { status: response.statusCode ?? 0, headers: response.headers, body, text };
  }

  /** Lines of a watch, read one at a time. */
  async function watch(
    path: string,
  ): Promise<{ next: () => Promise<{ type: string; object: Record<string, unknown> }>; end: Promise<void> }> {
    const response = await open(path);
    const lines: string[] = [];
    const waiting: ((line: string) => void)[] = [];
    let rest = '';
    response.on('data', part => {
      const [first = '', ...others] = (rest + String(part)).split('\n');
      const all = [first, ...others];
      rest = all.pop() ?? '';
      for (const line of all) {
        const take = waiting.shift();
        if (take) take(line);
        else lines.push(line);
      }
    });
    const next = async () => {
      const line = lines.shift() ?? (await new Promise<string>(resolve => waiting.push(resolve)));
      return JSON.parse(line) as { type: string; object: Record<string, unknown> };
    };
    return { next, end: new Promise(resolve => response.on('end', resolve)) };
  }

  const configMap = (name: string, more: object = {}) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...more },
    data: { a: '1' },
  });
  const maps = '/api/v1/namespaces/default/configmaps';
  const create = (name: string, more: object = {}) => call(maps, { method: 'POST', body: configMap(name, more) });
  const metadata = (answer: Answer) => answer.body['metadata'] as Record<string, unknown>;
  const names = (answer: Answer) =>
    (answer.body['items'] as { metadata: { name: string } }[]).map(item => item.metadata.name);

  it('speaks TLS with the cluster’s authority on the endpoint’s name', async () => {
    const { socket } = connect(cluster);
    await new Promise(resolve => socket.once('secureConnect', resolve));
    assert.ok(socket.authorized);
    assert.equal(socket.alpnProtocol, 'http/1.1');
    assert.ok(new X509Certificate(socket.getPeerCertificate(true).raw).checkHost(apiHost));
    socket.destroy();
  });

  it('answers 401 to who has no token or a bad one, but for its health', async () => {
    const expected = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    };
    assert.deepEqual((await call('/api/v1/pods', { token: null })).body, expected);
    assert.equal((await call('/api/v1/pods', { token: 'k8s-aws-v1.aGk' })).status, 401);
    assert.equal((await call('/livez', { token: null })).text, 'ok');
    assert.equal((await call('/livez', { token: 'k8s-aws-v1.aGk' })).status, 401);
  });

  it('answers 404 as Kubernetes does: object, resource, group, path', async () => {
    assert.deepEqual((await call(`${maps}/none`)).body['details'], { name: 'none', kind: 'configmaps' });
    assert.equal(
      (await call('/apis/apps/v1/namespaces/default/deployments/none')).body['message'],
      'deployments.apps "none" not found',
    );
    for (const path of [
      '/apis/apps/v1/statefulsets',
      '/apis/batch/v1',
      '/apis/batch/v1/jobs',
      '/api/v1/pods/one/unknown',
      '/api/v1/namespaces/default/nodes',
      '/api/v2',
    ])
      assert.deepEqual(
        [(await call(path)).status, (await call(path)).body['message']],
        [404, 'the server could not find the requested resource'],
        path,
      );
    assert.equal((await call('/nothing')).text, '404 page not found\n');
  });

  it('creates, names, refuses twice, and checks versions on update', async () => {
    const made = await create('one');
    assert.equal(made.status, 201);
    const { uid, resourceVersion, creationTimestamp } = metadata(made);
    assert.ok(uid && resourceVersion);
    assert.equal(creationTimestamp, '2026-11-21T08:00:00Z');
    const again = await create('one');
    assert.deepEqual(
      [again.status, again.body['reason'], again.body['message']],
      [409, 'AlreadyExists', 'configmaps "one" already exists'],
    );
    const generated = await call(maps, {
      method: 'POST',
      body: { ...configMap(''), metadata: { generateName: 'set-' } },
    });
    assert.match(String(metadata(generated)['name']), /^set-[a-z0-9]{5}$/);
    const changed = await call(`${maps}/one`, {
      method: 'PUT',
      body: { ...configMap('one', { resourceVersion }), data: { a: '2' } },
    });
    assert.equal(changed.status, 200);
    assert.equal(metadata(changed)['uid'], uid);
    const stale = await call(`${maps}/one`, { method: 'PUT', body: configMap('one', { resourceVersion }) });
    assert.deepEqual([stale.status, stale.body['reason']], [409, 'Conflict']);
    assert.match(
      String(stale.body['message']),
      /^Operation cannot be fulfilled on configmaps "one": the object has been modified/,
    );
    const same = await call(`${maps}/one`, { method: 'PUT', body: { ...configMap('one'), data: { a: '2' } } });
    assert.equal(
      metadata(same)['resourceVersion'],
      metadata(changed)['resourceVersion'],
      'nothing changed, nothing written',
    );
  });

  const refusals: [title: string, path: string, ask: Ask, status: number, message: RegExp][] = [
    [
      'another namespace in the body',
      maps,
      { method: 'POST', body: configMap('a', { namespace: 'other' }) },
      400,
      /does not match the namespace sent on the request/,
    ],
    [
      'another name than the path’s',
      `${maps}/one`,
      { method: 'PUT', body: configMap('two') },
      400,
      /the name of the object \(two\) does not match the name on the URL \(one\)/,
    ],
    [
      'a namespace that is not there',
      '/api/v1/namespaces/none/configmaps',
      { method: 'POST', body: configMap('a') },
      404,
      /^namespaces "none" not found$/,
    ],
    [
      'a bad name',
      maps,
      { method: 'POST', body: configMap('A_b') },
      422,
      /^ConfigMap "A_b" is invalid: metadata\.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain/,
    ],
    ['no name', maps, { method: 'POST', body: configMap('') }, 422, /name or generateName is required/],
    [
      'a value of the wrong type',
      maps,
      { method: 'POST', body: { ...configMap('a'), data: { a: 1 } } },
      400,
      /cannot unmarshal number into Go struct field ConfigMap\.data\.a of type string/,
    ],
    [
      'an unknown field, strictly',
      `${maps}?fieldValidation=Strict`,
      { method: 'POST', body: { ...configMap('a'), dat: {} } },
      400,
      /strict decoding error: unknown field "dat"/,
    ],
    [
      'another version',
      maps,
      { method: 'POST', body: { ...configMap('a'), apiVersion: 'v2' } },
      400,
      /does not match the expected API version \(v1\)/,
    ],
    ['what is no JSON', maps, { method: 'POST', body: Buffer.from('{') }, 400, /is unrecognized/],
    [
      'CBOR',
      maps,
      { method: 'POST', body: Buffer.from('x'), type: 'application/cbor' },
      415,
      /accepted media types include/,
    ],
    [
      'a patch of an unknown type',
      `${maps}/one`,
      { method: 'PATCH', body: {}, type: 'application/json' },
      415,
      /accepted media types include: application\/json-patch/,
    ],
    [
      'a patch with another version',
      `${maps}/one`,
      { method: 'PATCH', body: { metadata: { resourceVersion: '1' } }, type: 'application/merge-patch+json' },
      409,
      /the object has been modified/,
    ],
    [
      'an apply without a manager',
      `${maps}/one`,
      { method: 'PATCH', body: configMap('one'), type: 'application/apply-patch+yaml' },
      422,
      /fieldManager: Required value/,
    ],
    ['a selector that cannot be read', `${maps}?labelSelector=a~b`, {}, 400, /unable to parse requirement/],
    [
      'a field that is not selected by',
      `${maps}?fieldSelector=data.a%3D1`,
      {},
      400,
      /field label not supported: data\.a/,
    ],
    [
      'a method that is not served',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      {},
      405,
      /does not allow this method/,
    ],
    [
      'a namespace that must stay',
      '/api/v1/namespaces/default',
      { method: 'DELETE' },
      403,
      /^namespaces "default" is forbidden: this namespace may not be deleted$/,
    ],
    ['what is not simulated', '/api/v1/namespaces/default/pods/one/log', {}, 501, /^SandboxNotImplemented: pods\/log$/],
    [
      'a Deployment without a selector',
      '/apis/apps/v1/namespaces/default/deployments',
      { method: 'POST', body: { metadata: { name: 'a' }, spec: { template: { spec: { containers: [] } } } } },
      422,
      /^Deployment\.apps "a" is invalid: \[spec\.selector: Required value, spec\.template\.spec\.containers: Required value\]$/,
    ],
  ];
  for (const [title, path, ask, status, message] of refusals)
    it(`refuses ${title}`, async () => {
      await create('one');
      const answer = await call(path, ask);
      assert.deepEqual(
        [answer.status, answer.body['code'], answer.body['kind']],
        [status, status, 'Status'],
        answer.text,
      );
      assert.match(String(answer.body['message']), message);
    });

  it('warns of unknown fields and drops them', async () => {
    const answer = await call(`${maps}?fieldValidation=Warn`, { method: 'POST', body: { ...configMap('a'), dat: {} } });
    assert.equal(answer.headers['warning'], '299 - "unknown field \\"dat\\""');
    assert.equal('dat' in answer.body, false);
  });

  it('writes nothing on a dry run', async () => {
    const answer = await call(`${maps}?dryRun=All`, { method: 'POST', body: configMap('a') });
    assert.equal(answer.status, 201);
    assert.equal((await call(`${maps}/a`)).status, 404);
    await create('b');
    assert.equal((await call(`${maps}/b?dryRun=All`, { method: 'DELETE' })).status, 200);
    assert.equal((await call(`${maps}/b`)).status, 200);
  });

  it('lists in pieces of one moment, and by selectors', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await create(name, { labels: { odd: String(name !== 'b' && name !== 'd') } });
    const first = await call(`${maps}?limit=2`);
    assert.deepEqual([names(first), metadata(first)['remainingItemCount']], [['a', 'b'], 3]);
    const second = await call(`${maps}?limit=2&continue=${String(metadata(first)['continue'])}`);
    assert.deepEqual(names(second), ['c', 'd']);
    const third = await call(`${maps}?limit=2&continue=${String(metadata(second)['continue'])}`);
    assert.deepEqual([names(third), metadata(third)['continue']], [['e'], undefined]);
    assert.deepEqual(names(await call(`${maps}?labelSelector=odd%3Dtrue`)), ['a', 'c', 'e']);
    assert.deepEqual(names(await call(`${maps}?fieldSelector=metadata.name%3Dd`)), ['d']);
    await create('f');
    const late = await call(`${maps}?continue=${String(metadata(first)['continue'])}`);
    assert.deepEqual([late.status, late.body['reason']], [410, 'Expired']);
    assert.equal((await call(`${maps}?continue=nonsense`)).status, 400);
  });

  it('watches from a version on, through a selector that objects enter and leave', async () => {
    const made = await create('one');
    const { next } = await watch(
      `${maps}?watch=1&resourceVersion=${String(metadata(made)['resourceVersion'])}&labelSelector=on`,
    );
    const patch = (labels: object) =>
      call(`${maps}/one`, { method: 'PATCH', type: 'application/merge-patch+json', body: { metadata: { labels } } });
    await patch({ on: '1' });
    assert.equal((await next()).type, 'ADDED');
    await patch({ on: '2' });
    assert.equal((await next()).type, 'MODIFIED');
    await patch({ on: null });
    assert.equal((await next()).type, 'DELETED');
    await patch({ on: '3' });
    assert.equal((await next()).type, 'ADDED');
    await call(`${maps}/one`, { method: 'DELETE' });
    assert.equal((await next()).type, 'DELETED');
  });

  it('begins a watch without a version with what is there, and ends it in time', async () => {
    await create('one');
    const { next, end } = await watch(
      `${maps}?watch=true&timeoutSeconds=1&sendInitialEvents=true&allowWatchBookmarks=true`,
    );
    assert.equal((await next()).type, 'ADDED');
    const { type, object } = await next();
    assert.equal(type, 'BOOKMARK');
    assert.deepEqual((object['metadata'] as { annotations: object }).annotations, {
      'k8s.io/initial-events-end': 'true',
    });
    await end;
  });

  it('sends 410 to a watch from a time that it does not remember', async () => {
    for (let round = 0; round < 2100; round++)
      cluster.store.put('configmaps', { ...configMap('one', { namespace: 'default' }), data: { a: String(round) } });
    const { next, end } = await watch(`${maps}?watch=true&resourceVersion=1`);
    const { type, object } = await next();
    assert.deepEqual([type, object['code'], object['reason']], ['ERROR', 410, 'Expired']);
    await end;
  });

  it('prints tables, in watches too', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    cluster.addNode('n1');
    cluster.pass(90);
    const { body } = await call('/api/v1/nodes', { accept });
    assert.equal(body['kind'], 'Table');
    const [row] = body['rows'] as { cells: string[]; object: { kind: string } }[];
    assert.deepEqual(
      [row?.cells.slice(0, 4), row?.object.kind],
      [['n1', 'Ready', '<none>', '90s'], 'PartialObjectMetadata'],
    );
  });

  it('has the account’s time brought up to now before each request, and its state kept after each write', async () => {
    cluster.account.onTouched = () => cluster.pass(60);
    const made = await create('one');
    assert.equal(metadata(made)['creationTimestamp'], '2026-11-21T08:01:00Z');
    assert.equal(cluster.account.now(), Date.parse('2026-11-21T08:02:00Z'));
    await call(`${maps}/one`);
    assert.equal(cluster.account.now(), Date.parse('2026-11-21T08:03:00Z'));
  });

  it('deletes gently, at once, many, and what finalizers keep only after them', async () => {
    cluster.addNode('n1');
    const pods = '/api/v1/namespaces/default/pods';
    for (const name of ['a', 'b', 'c'])
      await call(pods, {
        method: 'POST',
        body: { metadata: { name, labels: { of: 'set' } }, spec: { containers: [{ name, image: ecrImage('a') }] } },
      });
    cluster.pass(10);
    const gentle = await call(`${pods}/a`, { method: 'DELETE' });
    assert.deepEqual(
      [metadata(gentle)['deletionGracePeriodSeconds'], metadata(gentle)['deletionTimestamp']],
      [30, '2026-11-21T08:00:40Z'],
    );
    assert.equal((await call(`${pods}/a`)).status, 200);
    cluster.pass(5);
    assert.equal((await call(`${pods}/a`)).status, 404);
    await call(`${pods}/b?gracePeriodSeconds=0`, { method: 'DELETE' });
    assert.equal((await call(`${pods}/b`)).status, 404);
    const uid = { preconditions: { uid: 'other' } };
    assert.equal((await call(`${pods}/c`, { method: 'DELETE', body: uid })).status, 409);
    assert.deepEqual(names(await call(`${pods}?labelSelector=of%3Dset`, { method: 'DELETE' })), ['c']);
    await create('kept', { finalizers: ['a.example/b'] });
    await call(`${maps}/kept`, { method: 'DELETE' });
    assert.equal((await call(`${maps}/kept`)).status, 200);
    await call(`${maps}/kept`, {
      method: 'PATCH',
      type: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
    });
    assert.equal((await call(`${maps}/kept`)).status, 404);
  });

  it('keeps status and spec apart', async () => {
    const deployments = '/apis/apps/v1/namespaces/default/deployments';
    const labels = { app: 'a' };
    const body = {
      metadata: { name: 'a' },
      status: { replicas: 9 },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'a' }] } },
      },
    };
    const made = await call(deployments, { method: 'POST', body });
    assert.deepEqual(made.body['status'], {});
    const patch = { spec: { replicas: 7 }, status: { replicas: 3 } };
    const type = 'application/merge-patch+json';
    const status = await call(`${deployments}/a/status`, { method: 'PATCH', type, body: patch });
    assert.deepEqual(
      [(status.body['spec'] as { replicas: number }).replicas, status.body['status']],
      [1, { replicas: 3 }],
    );
    const spec = await call(`${deployments}/a`, { method: 'PATCH', type, body: { ...patch, status: { replicas: 5 } } });
    assert.deepEqual(
      [(spec.body['spec'] as { replicas: number }).replicas, spec.body['status'], metadata(spec)['generation']],
      [7, { replicas: 3 }, 2],
    );
    const scale = await call(`${deployments}/a/scale`);
    assert.deepEqual(
      [scale.body['kind'], scale.body['spec'], scale.body['status']],
      ['Scale', { replicas: 7 }, { replicas: 3, selector: 'app=a' }],
    );
  });

  it('takes YAML, and 409 from a second manager by server-side apply', async () => {
    const apply = (manager: string, value: string, more = '') =>
      call(`${maps}/one?fieldManager=${manager}${more}`, {
        method: 'PATCH',
        type: 'application/apply-patch+yaml',
        body: Buffer.from(`apiVersion: v1\nkind: ConfigMap\ndata: {a: "${value}"}\n`),
      });
    assert.equal((await apply('x', '1')).status, 201);
    const version = metadata(await call(`${maps}/one`))['resourceVersion'];
    assert.equal(metadata(await apply('x', '1'))['resourceVersion'], version, 'the same again writes nothing');
    const refused = await apply('y', '2');
    assert.deepEqual(
      [refused.status, refused.body['message']],
      [409, 'Apply failed with 1 conflict: conflict with "x" using v1: .data.a'],
    );
    assert.equal((await apply('y', '2', '&force=true')).status, 200);
  });

  it('shows its kinds to old and new clients, and the same in both forms', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const modern = await call('/apis', { accept });
    assert.equal(
      modern.headers['content-type'],
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    );
    const items = modern.body['items'] as {
      metadata: { name: string };
      versions: { version: string; resources: { resource: string; subresources?: { subresource: string }[] }[] }[];
    }[];
    const old = (await call('/apis')).body['groups'] as { name: string }[];
    assert.deepEqual(
      items.map(item => item.metadata.name),
      old.map(group => group.name),
    );
    for (const item of items)
      for (const { version, resources } of item.versions) {
        const listed = (await call(`/apis/${item.metadata.name}/${version}`)).body['resources'] as { name: string }[];
        assert.deepEqual(
          listed.map(each => each.name),
          resources.flatMap(each => [
            each.resource,
            ...(each.subresources ?? []).map(sub => `${each.resource}/${sub.subresource}`),
          ]),
        );
      }
    const paths = (await call('/openapi/v3')).body['paths'] as Record<string, { serverRelativeURL: string }>;
    for (const { serverRelativeURL } of Object.values(paths))
      assert.equal((await call(serverRelativeURL)).body['openapi'], '3.0.0');
  });
});
