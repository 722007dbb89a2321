import assert from 'node:assert/strict';
import { Account } from '../../../../src/sandbox/kernel/account.ts';
import type { KubeObject } from '../../../../src/sandbox/kubernetes/clusterObjects.ts';
import { imageReference, reachesAnnotation } from '../../../../src/sandbox/kubernetes/controllers/images.ts';
import { kubernetes } from '../../../../src/sandbox/kubernetes/kubernetesService.ts';
import { clusterObjects, removeClusterObjects } from '../../../../src/sandbox/kubernetes/objectStore.ts';
import {
  clusterName,
  ecrImage,
  region,
  testCluster,
  type TestCluster,
} from '../../../sandbox/kubernetes/support/testCluster.ts';

const template = (image: string, more: object = {}) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image }], ...more },
});
const workload = (kind: string, image: string, spec: object = {}, podSpec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { matchLabels: { app: 'web' } }, template: template(image, podSpec), ...spec },
});
const status = (object: KubeObject | undefined) => (object?.['status'] ?? {}) as Record<string, unknown>;
const spec = (object: KubeObject | undefined) => (object?.['spec'] ?? {}) as Record<string, unknown>;
const waiting = (pod: KubeObject | undefined) =>
  (status(pod)['containerStatuses'] as { state: { waiting?: { reason: string } } }[] | undefined)?.[0]?.state.waiting
    ?.reason;
const reasons = ({ store }: TestCluster) => store.list('events').map(event => event['reason']);
const messages = ({ store }: TestCluster, reason: string) =>
  store
    .list('events')
    .filter(event => event['reason'] === reason)
    .map(event => String(event['message']));
const pods = ({ store }: TestCluster) => store.list('pods', 'default');
const run = (cluster: TestCluster, name: string, image: string, more: object = {}) =>
  cluster.store.put('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name, image }], ...more },
  });

describe('simulated controllers', () => {
  it('give a new cluster its namespaces with what each holds, and come to rest', () => {
    const cluster = testCluster();
    cluster.pass(5);
    assert.deepEqual(
      cluster.store.list('namespaces').map(each => each.metadata.name),
      ['default', 'kube-node-lease', 'kube-public', 'kube-system'],
    );
    assert.ok(cluster.store.get('serviceaccounts', 'default', 'kube-system'));
    const bundle = cluster.store.get('configmaps', 'kube-root-ca.crt', 'default')?.['data'] as { 'ca.crt': string };
    assert.equal(bundle['ca.crt'], cluster.caPem);
    assert.equal(spec(cluster.store.get('services', 'kubernetes', 'default'))['clusterIP'], '10.100.0.1');
    assert.equal(cluster.account.nextJobAt(), undefined);
  });

  it('bring a Deployment up through its ReplicaSet, on the nodes with most room', () => {
    const cluster = testCluster();
    cluster.addNode('n1', { address: '10.0.1.10' });
    cluster.addNode('n2', { address: '10.0.2.20' });
    cluster.store.put('deployments', workload('Deployment', ecrImage('web:1'), { replicas: 4 }));
    cluster.pass(2);
    assert.deepEqual(pods(cluster).map(waiting), Array(4).fill('ContainerCreating'));
    cluster.pass(10);
    const where = pods(cluster).map(pod => spec(pod)['nodeName']);
    assert.deepEqual(where.filter(name => name === 'n1').length, 2);
    assert.ok(pods(cluster).every(pod => status(pod)['phase'] === 'Running'));
    assert.equal(new Set(pods(cluster).map(pod => status(pod)['podIP'])).size, 4);
    const { availableReplicas, updatedReplicas, observedGeneration } = status(
      cluster.store.get('deployments', 'web', 'default'),
    );
    assert.deepEqual([availableReplicas, updatedReplicas, observedGeneration], [4, 4, 1]);
  });

  it('never fall below what may be unavailable nor rise above the surge during a rollout', () => {
    const cluster = testCluster();
    cluster.addNode('n1', { pods: 50 });
    cluster.store.put('deployments', workload('Deployment', ecrImage('web:1'), { replicas: 4 }));
    cluster.pass(15);
    let lowest = 4;
    let highest = 4;
    cluster.store.watch(plural => {
      if (plural !== 'pods') return;
      const all = pods(cluster).filter(pod => !pod.metadata.deletionTimestamp);
      lowest = Math.min(lowest, all.filter(pod => status(pod)['phase'] === 'Running').length);
      highest = Math.max(highest, all.length);
    });
    const changed = workload('Deployment', ecrImage('web:2'), { replicas: 4 });
    cluster.store.put('deployments', changed);
    cluster.pass(120);
    assert.deepEqual([lowest, highest], [3, 5]);
    assert.equal(pods(cluster).length, 4);
    assert.ok(pods(cluster).every(pod => JSON.stringify(spec(pod)).includes('web:2')));
    assert.deepEqual(
      cluster.store
        .list('replicasets', 'default')
        .map(set => spec(set)['replicas'])
        .sort(),
      [0, 4],
    );
  });

  it('replace all at once where the strategy is Recreate', () => {
    const cluster = testCluster();
    cluster.addNode('n1');
    const recreate = { replicas: 2, strategy: { type: 'Recreate' } };
    cluster.store.put('deployments', workload('Deployment', ecrImage('web:1'), recreate));
    cluster.pass(15);
    let mixed = false;
    cluster.store.watch(() => {
      const images = new Set(
        pods(cluster)
          .filter(pod => !pod.metadata.deletionTimestamp)
          .map(pod => JSON.stringify(spec(pod)['containers'])),
      );
      mixed ||= images.size > 1;
    });
    cluster.store.put('deployments', workload('Deployment', ecrImage('web:2'), recreate));
    cluster.pass(60);
    assert.deepEqual([mixed, pods(cluster).length], [false, 2]);
  });

  it('give a rollout up that makes no progress within its deadline', () => {
    const cluster = testCluster();
    cluster.store.put('deployments', workload('Deployment', ecrImage('web:1'), { progressDeadlineSeconds: 60 }));
    cluster.pass(50);
    const progressing = () =>
      (
        status(cluster.store.get('deployments', 'web', 'default'))['conditions'] as { type: string; reason: string }[]
      ).find(each => each.type === 'Progressing')?.reason;
    assert.equal(progressing(), 'ReplicaSetUpdated');
    cluster.pass(60);
    assert.equal(progressing(), 'ProgressDeadlineExceeded');
  });

  it('keep a pod pending for a stated reason until a node takes it', () => {
    const cluster = testCluster();
    run(cluster, 'one', ecrImage('one:1'));
    cluster.pass(1);
    assert.deepEqual(messages(cluster, 'FailedScheduling'), ['no nodes available to schedule pods']);
    cluster.addNode('n1', { ready: false });
    cluster.addNode('n2', { pods: 0 });
    cluster.pass(1);
    assert.match(
      messages(cluster, 'FailedScheduling').join(),
      /0\/2 nodes are available: 1 Too many pods, 1 node\(s\) had untolerated taint \{node\.kubernetes\.io\/not-ready: \}/,
    );
    cluster.addNode('n1');
    cluster.pass(10);
    assert.deepEqual([spec(pods(cluster)[0])['nodeName'], status(pods(cluster)[0])['phase']], ['n1', 'Running']);
  });

  it('heed node selectors and tolerations', () => {
    const cluster = testCluster();
    cluster.addNode('n1');
    const node = cluster.store.get('nodes', 'n1') ?? assert.fail();
    cluster.store.put('nodes', { ...node, spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } });
    run(cluster, 'plain', ecrImage('one:1'));
    run(cluster, 'picky', ecrImage('one:1'), { nodeSelector: { zone: 'a' } });
    run(cluster, 'brave', ecrImage('one:1'), { tolerations: [{ key: 'gpu', operator: 'Equal', value: 'yes' }] });
    cluster.pass(5);
    assert.deepEqual(
      pods(cluster).map(pod => [pod.metadata.name, spec(pod)['nodeName'] ?? '']),
      [
        ['brave', 'n1'],
        ['picky', ''],
        ['plain', ''],
      ],
    );
    assert.match(messages(cluster, 'FailedScheduling').join(), /untolerated taint \{gpu: yes\}/);
    assert.match(messages(cluster, 'FailedScheduling').join(), /didn't match Pod's node affinity\/selector/);
  });

  it('pull only what the node’s VPC can reach, and try again when it can', () => {
    const cluster = testCluster();
    cluster.addNode('n1');
    run(cluster, 'one', 'quay.io/some/thing:1');
    cluster.pass(20);
    assert.equal(waiting(pods(cluster)[0]), 'ContainerCreating');
    cluster.pass(15);
    assert.equal(waiting(pods(cluster)[0]), 'ErrImagePull');
    cluster.pass(20);
    assert.equal(waiting(pods(cluster)[0]), 'ImagePullBackOff');
    assert.match(
      messages(cluster, 'Failed').join(),
      /Head "https:\/\/quay\.io\/v2\/some\/thing\/manifests\/1": dial tcp [\d.]+:443: i\/o timeout/,
    );
    assert.equal(cluster.account.nextJobAt(), undefined, 'at rest until something changes');
    const node = cluster.store.get('nodes', 'n1') ?? assert.fail();
    cluster.store.put('nodes', { ...node, metadata: { ...node.metadata, annotations: { [reachesAnnotation]: '*' } } });
    cluster.pass(2);
    assert.equal(status(pods(cluster)[0])['phase'], 'Running');
  });

  const tolerations = [{ operator: 'Exists' }];

  it('run a DaemonSet on every node that comes, on NotReady ones only with the host’s network', () => {
    const cluster = testCluster();
    cluster.addNode('n1');
    cluster.addNode('n2', { ready: false, address: '10.0.2.20' });
    cluster.store.put('daemonsets', workload('DaemonSet', ecrImage('agent:1'), {}, { tolerations }));
    cluster.pass(10);
    assert.deepEqual(
      pods(cluster)
        .map(pod => [spec(pod)['nodeName'], status(pod)['phase']])
        .sort(),
      [
        ['n1', 'Running'],
        ['n2', 'Pending'],
      ],
    );
    assert.ok(reasons(cluster).includes('NetworkNotReady'));
    cluster.store.put('daemonsets', workload('DaemonSet', ecrImage('agent:1'), {}, { tolerations, hostNetwork: true }));
    cluster.pass(60);
    assert.deepEqual(
      pods(cluster)
        .map(pod => [status(pod)['phase'], status(pod)['podIP']])
        .sort(),
      [
        ['Running', '10.0.1.10'],
        ['Running', '10.0.2.20'],
      ],
    );
    const { desiredNumberScheduled, numberReady, updatedNumberScheduled } = status(
      cluster.store.get('daemonsets', 'web', 'default'),
    );
    assert.deepEqual([desiredNumberScheduled, numberReady, updatedNumberScheduled], [2, 2, 2]);
    cluster.store.remove('nodes', 'n2');
    cluster.pass(5);
    assert.equal(pods(cluster).length, 1);
  });

  it('collect what an owner leaves, gracefully', () => {
    const cluster = testCluster();
    cluster.addNode('n1');
    cluster.store.put('deployments', workload('Deployment', ecrImage('web:1'), { replicas: 2 }));
    cluster.pass(10);
    cluster.store.remove('deployments', 'web', 'default');
    cluster.pass(1);
    assert.ok(pods(cluster).every(pod => pod.metadata.deletionTimestamp !== undefined));
    cluster.pass(10);
    assert.deepEqual([pods(cluster).length, cluster.store.list('replicasets').length], [0, 0]);
    assert.ok(reasons(cluster).includes('Killing'));
  });

  it('forget events after an hour', () => {
    const cluster = testCluster();
    run(cluster, 'one', ecrImage('one:1'));
    cluster.pass(3700);
    run(cluster, 'two', ecrImage('one:1'));
    cluster.pass(1);
    assert.equal(cluster.store.list('events').length, 1);
  });

  it('carry on after a restart in the middle', () => {
    const cluster = testCluster();
    cluster.addNode('n1');
    cluster.store.put('deployments', workload('Deployment', ecrImage('web:1'), { replicas: 2 }));
    cluster.pass(1);
    const eks = { name: 'eks', operations: {} };
    const account = new Account(
      [kubernetes, eks],
      JSON.parse(JSON.stringify(cluster.account.snapshot())) as ReturnType<Account['snapshot']>,
    );
    const store = clusterObjects({ account, region, cluster: clusterName });
    account.advanceTo(account.now() + 20_000);
    assert.equal(status(store.get('deployments', 'web', 'default'))['availableReplicas'], 2);
    assert.equal(store.since(1), undefined, 'no history from before');
  });

  it('leave a deleted cluster alone', () => {
    const cluster = testCluster();
    run(cluster, 'one', ecrImage('one:1'));
    removeClusterObjects(cluster.key);
    cluster.pass(60);
    assert.equal(cluster.account.snapshot().tables[`${region}/kubernetes.${clusterName}.pods`]?.length, 0);
  });
});

describe('image names', () => {
  const rows: [image: string, reference: string, manifest: string][] = [
    ['nginx', 'docker.io/library/nginx:latest', 'https://registry-1.docker.io/v2/library/nginx/manifests/latest'],
    ['grafana/loki:3', 'docker.io/grafana/loki:3', 'https://registry-1.docker.io/v2/grafana/loki/manifests/3'],
    ['localhost:5000/a', 'localhost:5000/a:latest', 'https://localhost:5000/v2/a/manifests/latest'],
    ['quay.io/a/b@sha256:12', 'quay.io/a/b@sha256:12', 'https://quay.io/v2/a/b/manifests/sha256:12'],
  ];
  for (const [image, reference, manifest] of rows)
    it(image, () =>
      assert.deepEqual([imageReference(image).reference, imageReference(image).manifest], [reference, manifest]),
    );
});
