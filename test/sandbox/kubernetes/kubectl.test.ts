import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { skipBecause } from '../../skipBecause.ts';
import { debianKubectl, kubectlOnPath, startKubectl, type Kubectl, type Run } from './support/kubectl.ts';
import { ecrImage } from './support/testCluster.ts';

const nodeOne = 'ip-10-0-1-10.eu-west-1.compute.internal';
const nodeTwo = 'ip-10-0-2-20.eu-west-1.compute.internal';

const manifest = (image: string, replicas = 2, more = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: ${image}
          ports: [{containerPort: 80}]
${more}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;
const sideCar = `        - {name: side, image: ${ecrImage('side:1')}}`;

function ok(run: Run): string {
  assert.equal(run.code, 0, run.stderr);
  return run.stdout;
}

/** The rows of a table that kubectl printed, by its first column. */
function rows(text: string): Record<string, Record<string, string>> {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const titles = [...header.matchAll(/\S+(?: \S+)*\s*/g)];
  const row = (line: string) =>
    Object.fromEntries(
      titles.map(match => [
        match[0].trim(),
        line.slice(match.index, match.index + match[0].length + (match === titles.at(-1) ? 999 : 0)).trim(),
      ]),
    );
  return Object.fromEntries(lines.map(line => [line.split(/\s+/)[0] ?? '', row(line)]));
}

const kubectls: { title: string; modern: boolean; find: (folder: string) => string | undefined; missing: string }[] = [
  { title: 'kubectl on PATH', modern: true, find: kubectlOnPath, missing: 'no kubectl on PATH' },
  {
    title: "Debian's kubectl 1.20.2",
    modern: false,
    find: debianKubectl,
    missing: "Debian's package kubernetes-client could not be unpacked here",
  },
];

for (const { title, modern, find, missing } of kubectls)
  describe(`simulated Kubernetes API with ${title}`, function () {
    this.timeout(120_000);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'private-eks-binary-'));
    let binary: string | undefined;
    let kubectl: Kubectl;

    before(function () {
      binary = find(folder);
      if (binary === undefined) skipBecause(this, missing);
    });
    beforeEach(async () => {
      kubectl = await startKubectl(binary ?? '');
      kubectl.addNode(nodeOne, { address: '10.0.1.10' });
      kubectl.addNode(nodeTwo, { address: '10.0.2.20' });
    });
    afterEach(() => kubectl.close());
    after(() => rmSync(folder, { recursive: true, force: true }));

    it('shows nodes, plain and wide, with ages in account time', async () => {
      const plain = rows(ok(await kubectl('get', 'nodes')));
      assert.equal(plain[nodeOne]?.['STATUS'], 'Ready');
      assert.match(plain[nodeOne]['AGE'] ?? '', /^\d+s$/);
      const [header = ''] = ok(await kubectl('get', 'nodes', '-o', 'wide')).split('\n');
      assert.deepEqual(header.trim().split(/ {2,}|(?<=VERSION) (?=INTERNAL)/), [
        'NAME',
        'STATUS',
        'ROLES',
        'AGE',
        'VERSION',
        'INTERNAL-IP',
        'EXTERNAL-IP',
        'OS-IMAGE',
        'KERNEL-VERSION',
        'CONTAINER-RUNTIME',
      ]);
      assert.match(ok(await kubectl('describe', 'node', nodeOne)), /Non-terminated Pods: +\(0 in total\)/);
      assert.match(ok(await kubectl('version')), /Server Version:.*v1\.36\.\d+-eks-/);
    });

    it('applies a manifest, rolls it out, shows it and says when nothing changes', async () => {
      assert.match(
        ok(await kubectl.withInput(manifest(ecrImage('web:1')), 'apply', '-f', '-')),
        /deployment.apps\/web created\nservice\/web created/,
      );
      assert.match(
        ok(await kubectl('rollout', 'status', 'deployment/web', '--timeout=30s')),
        /successfully rolled out/,
      );
      const all = ok(await kubectl('get', 'all', '-o', 'name'));
      assert.match(
        all,
        /pod\/web-\w+-\w+\npod\/web-\w+-\w+\nservice\/kubernetes\nservice\/web\ndeployment.apps\/web\nreplicaset.apps\/web-/,
      );
      assert.match(
        ok(await kubectl.withInput(manifest(ecrImage('web:1')), 'apply', '-f', '-')),
        /deployment.apps\/web unchanged\nservice\/web unchanged/,
      );
      assert.match(ok(await kubectl('describe', 'service', 'web')), /IP: +10\.100\.1\.0\n/);
      assert.match(
        ok(await kubectl('describe', 'deployment', 'web')),
        /2 desired \| 2 updated \| 2 total \| 2 available/,
      );
    });

    it('takes away what a later manifest no longer holds, and keeps what others wrote', async () => {
      ok(await kubectl.withInput(manifest(ecrImage('web:1'), 1, sideCar), 'apply', '-f', '-'));
      ok(await kubectl('label', 'deployment', 'web', 'team=blue'));
      ok(await kubectl.withInput(manifest(ecrImage('web:1')), 'apply', '-f', '-'));
      const names = '{.metadata.labels.team} {.spec.template.spec.containers[*].name} {.spec.replicas}';
      assert.equal(ok(await kubectl('get', 'deployment', 'web', '-o', `jsonpath=${names}`)), 'blue web 2');
    });

    it('shows a difference without writing it', async () => {
      ok(await kubectl.withInput(manifest(ecrImage('web:1')), 'apply', '-f', '-'));
      const { code, stdout } = await kubectl.withInput(manifest(ecrImage('web:2')), 'diff', '-f', '-');
      assert.equal(code, 1);
      assert.match(stdout, /^-\s+(- )?image: .*web:1\n\+\s+(- )?image: .*web:2$/m);
      const image = ok(
        await kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}'),
      );
      assert.equal(image, ecrImage('web:1'));
    });

    it('rolls forward, back and to another size', async () => {
      ok(await kubectl.withInput(manifest(ecrImage('web:1')), 'apply', '-f', '-'));
      ok(await kubectl('set', 'image', 'deployment/web', `web=${ecrImage('web:2')}`));
      ok(await kubectl('rollout', 'status', 'deployment/web', '--timeout=30s'));
      assert.match(ok(await kubectl('rollout', 'history', 'deployment/web')), /\n1 .*\n2 /);
      ok(await kubectl('rollout', 'undo', 'deployment/web'));
      ok(await kubectl('rollout', 'status', 'deployment/web', '--timeout=30s'));
      const images = ok(await kubectl('get', 'pods', '-o', 'jsonpath={.items[*].spec.containers[0].image}'));
      assert.deepEqual(images.split(' '), [ecrImage('web:1'), ecrImage('web:1')]);
      assert.equal(
        Object.keys(rows(ok(await kubectl('get', 'rs')))).length,
        2,
        'going back takes the old ReplicaSet up again',
      );
      ok(await kubectl('scale', 'deployment/web', '--replicas=1'));
      ok(await kubectl('rollout', 'status', 'deployment/web', '--timeout=30s'));
      assert.equal(rows(ok(await kubectl('get', 'deployment', 'web')))['web']?.['READY'], '1/1');
    });

    it('patches in three ways, labels, annotates and edits', async () => {
      ok(await kubectl.withInput(manifest(ecrImage('web:1')), 'apply', '-f', '-'));
      ok(
        await kubectl(
          'patch',
          'deployment',
          'web',
          '--type=json',
          '-p',
          '[{"op":"replace","path":"/spec/replicas","value":3}]',
        ),
      );
      ok(await kubectl('patch', 'deployment', 'web', '--type=merge', '-p', '{"spec":{"minReadySeconds":1}}'));
      ok(
        await kubectl(
          'patch',
          'deployment',
          'web',
          '-p',
          '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"A","value":"1"}]}]}}}}',
        ),
      );
      ok(await kubectl('annotate', 'deployment', 'web', 'note=read me'));
      const edit = `sed -i s/revisionHistoryLimit:.10/revisionHistoryLimit:\\ 4/`;
      process.env['TEST_EDITOR'] = edit;
      try {
        assert.match(ok(await kubectl('edit', 'deployment', 'web')), /edited/);
      } finally {
        delete process.env['TEST_EDITOR'];
      }
      const fields =
        '{.spec.replicas} {.spec.minReadySeconds} {.spec.template.spec.containers[0].env[0].value} {.spec.template.spec.containers[0].image} {.metadata.annotations.note} {.spec.revisionHistoryLimit}';
      assert.equal(
        ok(await kubectl('get', 'deployment', 'web', '-o', `jsonpath=${fields}`)),
        `3 1 1 ${ecrImage('web:1')} read me 4`,
      );
    });

    it('applies on the server, refuses to take what others own, and takes it by force', async () => {
      ok(await kubectl.withInput(manifest(ecrImage('web:1')), 'apply', '--server-side', '-f', '-'));
      ok(await kubectl('scale', 'deployment/web', '--replicas=5'));
      const refused = await kubectl.withInput(manifest(ecrImage('web:1')), 'apply', '--server-side', '-f', '-');
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        /Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps\/v1: \.spec\.replicas/,
      );
      ok(
        await kubectl.withInput(manifest(ecrImage('web:1')), 'apply', '--server-side', '--force-conflicts', '-f', '-'),
      );
      assert.equal(ok(await kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')), '2');
    });

    it('watches pods come up', async () => {
      ok(await kubectl('run', 'first', `--image=${ecrImage('one:1')}`));
      let ran: Promise<Run> | undefined;
      const at = () => void (ran = kubectl('run', 'one', `--image=${ecrImage('one:1')}`));
      const seen = await kubectl.watch({ start: /first/, at, until: /one +1\/1 +Running/ }, 'get', 'pods', '-w');
      ok((await ran) ?? assert.fail('the watch has not begun'));
      assert.match(seen, /^NAME +READY +STATUS +RESTARTS +AGE\n/);
      assert.match(seen, /one +0\/1 +Pending[^]*one +0\/1 +ContainerCreating[^]*one +1\/1 +Running/);
      assert.equal(seen.match(/NAME/g)?.length, 1, 'one header');
    });

    it('tells why a pod of a public registry does not come up', async () => {
      ok(await kubectl('run', 'shell', '--image=busybox'));
      const seen = await kubectl.watch({ until: /ImagePullBackOff/ }, 'get', 'pods', '-w');
      assert.match(seen, /shell +0\/1 +ImagePullBackOff/);
      const described = ok(await kubectl('describe', 'pod', 'shell'));
      assert.match(
        described,
        /Head "https:\/\/registry-1\.docker\.io\/v2\/library\/busybox\/manifests\/latest": dial tcp .*:443: i\/o timeout/,
      );
      assert.match(described, /Back-off pulling image "busybox"/);
      ok(await kubectl('delete', 'pod', 'shell'));
      assert.match(
        (await kubectl('get', 'pod', 'shell')).stderr,
        /Error from server \(NotFound\): pods "shell" not found/,
      );
    });

    it('answers can-i for oneself and refuses the rest in Kubernetes’ words', async () => {
      const viewer = kubectl.user('viewer');
      kubectl.allow(viewer.principal.arn, {
        policy: 'AmazonEKSViewPolicy',
        namespaces: ['default'],
        username: 'viewer',
      });
      assert.equal(ok(await kubectl('auth', 'can-i', 'delete', 'nodes')).trim(), 'yes');
      assert.equal((await kubectl.as(viewer, 'auth', 'can-i', 'list', 'pods')).stdout.trim(), 'yes');
      assert.equal((await kubectl.as(viewer, 'auth', 'can-i', 'list', 'secrets')).stdout.trim(), 'no');
      assert.match(
        ok(await kubectl.as(viewer, 'auth', 'can-i', '--list')),
        /deployments\.apps +\[\] +\[\] +\[get list watch\]/,
      );
      ok(await kubectl.as(viewer, 'get', 'pods'));
      assert.match(
        (await kubectl.as(viewer, 'get', 'secrets')).stderr,
        /Error from server \(Forbidden\): secrets is forbidden: User "viewer" cannot list resource "secrets" in API group "" in the namespace "default"/,
      );
      assert.match(
        (await kubectl.as(viewer, 'get', 'deployments', '-n', 'kube-system')).stderr,
        /deployments\.apps is forbidden: User "viewer" cannot list resource "deployments" in API group "apps" in the namespace "kube-system"/,
      );
      assert.match(
        (await kubectl.as(viewer, 'get', 'nodes')).stderr,
        /nodes is forbidden: User "viewer" cannot list resource "nodes" in API group "" at the cluster scope/,
      );
      assert.match(
        (await kubectl.as(kubectl.user('stranger'), 'get', 'pods')).stderr,
        /You must be logged in to the server/,
      );
    });

    it('makes the simple kinds and takes a namespace away with all that is in it', async () => {
      ok(await kubectl('create', 'namespace', 'team'));
      ok(await kubectl('create', 'configmap', 'settings', '--from-literal=a=b', '-n', 'team'));
      ok(await kubectl('create', 'secret', 'generic', 'key', '--from-literal=a=b', '-n', 'team'));
      ok(await kubectl('create', 'serviceaccount', 'robot', '-n', 'team'));
      ok(await kubectl('create', 'role', 'reader', '--verb=get', '--verb=list', '--resource=pods', '-n', 'team'));
      ok(await kubectl('create', 'rolebinding', 'readers', '--role=reader', '--group=blue', '-n', 'team'));
      ok(await kubectl('create', 'deployment', 'web', `--image=${ecrImage('web:1')}`, '-n', 'team'));
      ok(await kubectl('rollout', 'status', 'deployment/web', '-n', 'team', '--timeout=30s'));
      assert.equal(ok(await kubectl('get', 'secret', 'key', '-n', 'team', '-o', 'jsonpath={.data.a}')), 'Yg==');
      assert.deepEqual(Object.keys(rows(ok(await kubectl('get', 'configmaps', '-n', 'team')))), [
        'kube-root-ca.crt',
        'settings',
      ]);
      const member = kubectl.user('member');
      kubectl.allow(member.principal.arn, { groups: ['blue'] });
      ok(await kubectl.as(member, 'get', 'pods', '-n', 'team'));
      assert.match((await kubectl.as(member, 'delete', 'pods', '--all', '-n', 'team')).stderr, /is forbidden: User/);
      ok(await kubectl('delete', 'namespace', 'team'));
      assert.equal(kubectl.store.list('pods', 'team').length + kubectl.store.list('secrets', 'team').length, 0);
      assert.match((await kubectl('get', 'namespace', 'team')).stderr, /namespaces "team" not found/);
    });

    it('cordons and drains a node', async () => {
      ok(await kubectl.withInput(manifest(ecrImage('web:1'), 4), 'apply', '-f', '-'));
      ok(await kubectl('rollout', 'status', 'deployment/web', '--timeout=30s'));
      ok(await kubectl('drain', nodeOne, '--ignore-daemonsets', '--grace-period=0', '--force'));
      ok(await kubectl('rollout', 'status', 'deployment/web', '--timeout=30s'));
      const where = ok(await kubectl('get', 'pods', '-o', 'jsonpath={.items[*].spec.nodeName}'));
      assert.deepEqual(new Set(where.split(' ')), new Set([nodeTwo]));
      assert.equal(rows(ok(await kubectl('get', 'nodes')))[nodeOne]?.['STATUS'], 'Ready,SchedulingDisabled');
      ok(await kubectl('uncordon', nodeOne));
    });

    it('refuses bad manifests, explains good ones, and says what it does not simulate', async () => {
      const misspelt = manifest(ecrImage('web:1')).replace('replicas', 'replicaz');
      const refused = await kubectl.withInput(misspelt, 'apply', '-f', '-');
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        modern
          ? /strict decoding error: unknown field "spec\.replicaz"/
          : /ValidationError\(Deployment\.spec\): unknown field "replicaz"/,
      );
      const mismatched = await kubectl.withInput(
        manifest(ecrImage('web:1')).replace('labels: {app: web}', 'labels: {app: other}'),
        'apply',
        '-f',
        '-',
      );
      assert.match(
        mismatched.stderr,
        /The Deployment "web" is invalid: spec\.template\.metadata\.labels: Invalid value: .*`selector` does not match template `labels`/,
      );
      assert.match(ok(await kubectl('explain', 'deployment.spec')), /progressDeadlineSeconds\s+<integer>/);
      assert.match(ok(await kubectl('explain', 'pod.spec.containers')), /name\s+<string> -required-/);
      assert.match(
        (await kubectl('get', 'statefulsets')).stderr,
        /the server doesn't have a resource type "statefulsets"/,
      );
      ok(await kubectl('run', 'one', `--image=${ecrImage('one:1')}`));
      assert.match((await kubectl('logs', 'one')).stderr, /SandboxNotImplemented: pods\/log/);
      const resources = ok(await kubectl('api-resources', '--no-headers', '-o', 'name'));
      for (const name of [
        'pods',
        'deployments.apps',
        'leases.coordination.k8s.io',
        'clusterroles.rbac.authorization.k8s.io',
      ])
        assert.ok(resources.split('\n').includes(name), name);
    });
  });
