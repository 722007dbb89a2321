import assert from 'node:assert/strict';
import net from 'node:net';
import { PrivateEksError } from '../../../../src/core/errors.ts';
import { kubernetesApi, type KubernetesApi } from '../../../../src/core/kube/kubernetesApi.ts';
import {
  makeableNamespaces,
  makeNamespaces,
  missingNamespaces,
  namespaceCommand,
} from '../../../../src/core/kube/namespaces.ts';
import { listNodes } from '../../../../src/core/kube/nodeReadiness.ts';
import { serveConnection } from '../../../../src/sandbox/kubernetes/server.ts';
import { apiHost, makeToken, testCluster, type TestCluster } from '../../../sandbox/kubernetes/support/testCluster.ts';

describe('the Kubernetes API, asked by the product itself', () => {
  const signal = new AbortController().signal;
  let cluster: TestCluster;
  let listener: net.Server;
  let api: KubernetesApi;
  const sockets = new Set<net.Socket>();
  const asCaller = (token: () => Promise<string>, host = apiHost): KubernetesApi => {
    const { port } = listener.address() as net.AddressInfo;
    return kubernetesApi({ port, host, ca: cluster.caPem, token });
  };

  beforeEach(async () => {
    cluster = testCluster();
    listener = net.createServer(socket => {
      sockets.add(socket);
      serveConnection(cluster.key, socket);
    });
    await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
    api = asCaller(() => makeToken(cluster.admin));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise(resolve => listener.close(resolve));
  });

  it('makes namespaces once, and leaves those that stand as they are', async () => {
    assert.deepEqual(await missingNamespaces(api, ['apps', 'kube-system'], signal), ['apps']);
    assert.deepEqual(await makeNamespaces(api, ['apps', 'jobs'], signal), ['apps', 'jobs']);
    const made = cluster.store.get('namespaces', 'apps');
    assert.equal(made?.metadata.labels?.['app.kubernetes.io/managed-by'], 'private-eks');
    assert.deepEqual(await makeNamespaces(api, ['apps', 'more'], signal), ['more']);
    assert.equal(cluster.store.get('namespaces', 'apps')?.metadata.uid, made?.metadata.uid);
    assert.deepEqual(await missingNamespaces(api, ['apps', 'jobs', 'more'], signal), []);
  });

  it('lists nodes with their instances and what keeps them from being Ready', async () => {
    cluster.addNode('ip-10-0-0-1', { ready: true });
    cluster.addNode('ip-10-0-0-2', { ready: false });
    const nodes = await listNodes(api, signal);
    assert.deepEqual(
      nodes.map(({ name, ready }) => [name, ready]),
      [
        ['ip-10-0-0-1', true],
        ['ip-10-0-0-2', false],
      ],
    );
  });

  it('says in Kubernetes’ words why it refuses', async () => {
    const user = cluster.user('reader');
    cluster.allow(`arn:aws:iam::${cluster.account.accountId}:user/reader`, { policy: 'AmazonEKSViewPolicy' });
    const denied = (error: unknown) =>
      error instanceof PrivateEksError &&
      error.code === 'kubernetes-denied' &&
      /namespaces.* is forbidden/.test(error.message);
    await assert.rejects(
      makeNamespaces(
        asCaller(() => makeToken(user)),
        ['apps'],
        signal,
      ),
      denied,
    );
    const stranger = asCaller(() => Promise.resolve('k8s-aws-v1.bm90LWEtdG9rZW4'));
    await assert.rejects(missingNamespaces(stranger, ['apps'], signal), { code: 'kubernetes-denied' });
  });

  it('trusts the cluster’s own certificate alone, and tells what does not answer', async () => {
    const other = asCaller(() => makeToken(cluster.admin), 'other.gr7.eu-west-1.eks.amazonaws.com');
    await assert.rejects(missingNamespaces(other, ['apps'], signal), {
      code: 'kubernetes-unreachable',
      retryable: true,
    });
    const cancelled = AbortSignal.abort();
    await assert.rejects(missingNamespaces(api, ['apps'], cancelled), { name: 'AbortError' });
  });

  it('makes nothing for patterns, nor what every cluster has', () => {
    assert.deepEqual(makeableNamespaces(['apps', 'apps', 'dev-*', 'team-?', 'kube-system', 'default']), ['apps']);
    assert.equal(namespaceCommand(['a', 'b']), 'kubectl create namespace a && kubectl create namespace b');
  });
});
