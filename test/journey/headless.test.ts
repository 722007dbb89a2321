import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import path from 'node:path';
import { skipBecause } from '../skipBecause.ts';
import { JourneyPlace, type AccountState } from './support/journeyPlace.ts';
import { Kubectl, kubectlChoices } from './support/kubectl.ts';
import type { LivingProcess } from './support/livingProcess.ts';
import { deploymentManifest } from './support/manifest.ts';

const cluster = 'payments';

describe('the headless journey', function () {
  this.timeout(90_000);
  let place: JourneyPlace;
  let untouched: AccountState;
  let tunnel: LivingProcess;
  let kubeconfig = '';

  before(async () => {
    place = new JourneyPlace();
    await place.startSandbox('--speed', '240', '--empty');
    untouched = await place.state();
  });
  after(() => place.close());
  afterEach(async () => {
    for (const { cluster, endpointPublicAccess } of (await place.state()).endpointAccess)
      assert.equal(endpointPublicAccess, false, `the public endpoint of ${cluster} was on`);
  });

  // Suites, because Mocha runs a suite's own tests before those of the suites in it.
  describe('from nothing', () => {
    it('creates a private cluster and says so line by line', async () => {
      const { code, stdout, stderr } = await place.cliResult(
        ...['create', '-f', path.resolve('examples/minimal.private-eks.yaml'), '--json'],
      );
      assert.equal(code, 0, stderr);
      const events = stdout
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as Record<string, unknown>);
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, index) => index + 1),
      );
      const last = events.at(-1);
      assert.deepEqual([last?.['type'], last?.['outcome']], ['run-finished', 'done']);
      assert.match(String(last?.['summary']), /is verified: .*answers through a tunnel/);
      const { endpointAccess } = await place.state();
      assert.deepEqual(
        endpointAccess.map(access => [access.cluster, access.endpointPublicAccess]),
        [[cluster, false]],
      );
    });

    it('opens a tunnel', async () => {
      tunnel = place.cli('tunnel', cluster, '--json');
      const ready = await tunnel.line('kubeconfig');
      kubeconfig = String(ready['kubeconfig']);
      assert.equal(ready['cluster'], cluster);
      assert.match(JSON.stringify(ready['route']), /is a node of payments, its agent .* is online/);
      assert.deepEqual(
        (await place.state()).sessions.map(({ status }) => status),
        // The first was the create run's own probe.
        ['terminated', 'connected'],
      );
    });
  });

  for (const [index, { title, find }] of kubectlChoices.entries())
    describe(`with ${title}`, () => {
      const namespace = `team-${index}`;
      let kubectl: Kubectl;

      before(async function () {
        const found = await find();
        if ('missing' in found) skipBecause(this, found.missing);
        kubectl = new Kubectl(place, found.binary, kubeconfig);
      });

      it('shows both nodes Ready', async () => {
        const [header = '', ...nodes] = (await kubectl.ok('get', 'nodes', '-o', 'wide')).trimEnd().split('\n');
        assert.match(header, /^NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP +EXTERNAL-IP +OS-IMAGE/);
        assert.equal(nodes.length, 2);
        for (const node of nodes)
          assert.match(
            node,
            /^ip-10-40-\S+\.eu-west-1\.compute\.internal +Ready +<none> .* v1\.\d+\.\d+-eks-\w+ +10\.40\./,
          );
      });

      it('may do everything', async () => {
        assert.equal(await kubectl.ok('auth', 'can-i', '*', '*'), 'yes\n');
        assert.equal(await kubectl.ok('auth', 'can-i', 'create', 'deployments', '-n', namespace), 'yes\n');
      });

      it('applies a Deployment whose Pods are seen to come up', async () => {
        await kubectl.ok('create', 'namespace', namespace);
        const pods = await kubectl.watch('pods', '-n', namespace);
        assert.equal(
          await kubectl.apply(deploymentManifest(namespace)),
          'configmap/greeting created\ndeployment.apps/web created\n',
        );
        const names = await pods.until('two Running Pods', ({ stdout }) => {
          const running = new Set(stdout.match(/^web-\S+(?= +1\/1 +Running )/gm));
          return running.size === 2 ? [...running] : undefined;
        });
        for (const name of names)
          assert.match(pods.stdout, new RegExp(`^${name} +0/1 +(Pending|ContainerCreating) `, 'm'));
        assert.ok(pods.isRunning);
        await pods.stop('SIGINT');
        await kubectl.ok('rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=30s');
      });

      it('applies changes, client-side and server-side, and nothing twice', async () => {
        assert.equal(
          await kubectl.apply(deploymentManifest(namespace)),
          'configmap/greeting unchanged\ndeployment.apps/web unchanged\n',
        );
        assert.equal(
          await kubectl.apply(deploymentManifest(namespace, { greeting: 'hi' })),
          'configmap/greeting configured\ndeployment.apps/web unchanged\n',
        );
        const forced = ['--server-side', '--force-conflicts', '--field-manager=journey'];
        assert.equal(
          await kubectl.apply(deploymentManifest(namespace, { greeting: 'salut', replicas: 3 }), ...forced),
          'configmap/greeting serverside-applied\ndeployment.apps/web serverside-applied\n',
        );
        const read = (kind: string, field: string) =>
          kubectl.ok('get', kind, '-n', namespace, '-o', `jsonpath=${field}`);
        assert.equal(await read('configmap/greeting', '{.data.greeting}'), 'salut');
        await kubectl.ok('rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=30s');
        assert.equal(await read('deployment/web', '{.status.readyReplicas}'), '3');
      });

      it('describes what it made', async () => {
        const [deployment, pods, nodes] = await Promise.all(
          ['deployment/web', 'pods', 'nodes'].map(what => kubectl.ok('describe', what, '-n', namespace)),
        );
        assert.match(deployment ?? '', /Replicas: +3 desired \| 3 updated \| 3 total \| 3 available/);
        assert.match(pods ?? '', /Node: +ip-10-40-.*\n[^]*Ready +True[^]*Events:/);
        assert.match(nodes ?? '', /Ready +True .*KubeletReady/);
      });

      it('goes on watching when the data channel’s socket is cut', async () => {
        const seen = tunnel.lines.length;
        const watching = await kubectl.watch('configmaps', '-n', namespace);
        await kubectl.ok('create', 'configmap', 'before', '-n', namespace);
        await watching.until('the first ConfigMap', ({ stdout }) => /^before /m.test(stdout));
        assert.deepEqual(await place.fault({ effect: 'drop-sockets' }), { dropped: 1 });
        // Asked while there is no socket.
        await kubectl.ok('create', 'configmap', 'after', '-n', namespace);
        await watching.until('the second ConfigMap', ({ stdout }) => /^after /m.test(stdout));
        assert.ok(watching.isRunning);
        await watching.stop('SIGINT');
        const states = await tunnel.until('healthy again', ({ lines }) => {
          const since = lines.slice(seen).flatMap(({ state }) => (typeof state === 'string' ? [state] : []));
          // A state that goes on with other words is told again.
          return since.at(-1) === 'healthy' && since.filter((state, index) => state !== since[index - 1]);
        });
        assert.deepEqual(states, ['resuming', 'healthy']);
        assert.equal((await place.state()).sessions.length, 2, 'a second session was opened instead of resuming');
      });

      it('works on after the extension’s folder has another name', async () => {
        const installed = path.dirname(place.dist);
        const away = `${installed}-0.2.0`;
        renameSync(installed, away);
        try {
          assert.match(await kubectl.ok('get', 'nodes', '-o', 'name'), /^node\/ip-10-40-/);
          // The tunnel's own process, too: nothing that it needs later may still be on disk only.
          await place.fault({ effect: 'drop-sockets' });
          assert.match(await kubectl.ok('get', 'nodes', '-o', 'name'), /^node\/ip-10-40-/);
        } finally {
          renameSync(away, installed);
        }
      });

      it('deletes what it made', async () => {
        await kubectl.ok('delete', 'deployment/web', '-n', namespace);
        await kubectl.ok('delete', 'namespace', namespace);
        const gone = await kubectl.run('get', 'namespace', namespace);
        assert.deepEqual(
          [gone.code, gone.stderr],
          [1, `Error from server (NotFound): namespaces "${namespace}" not found\n`],
        );
        assert.match((await kubectl.run('get', 'pods', '-n', namespace)).stderr, /^No resources found/);
      });
    });

  describe('back to nothing', () => {
    it('ends its session on AWS’s side at Ctrl-C', async () => {
      const { code, stderr } = await tunnel.stop('SIGINT');
      assert.equal(code, 0, stderr);
      assert.equal(tunnel.lines.at(-1)?.['state'], 'ended');
      // A machine under load may have opened one more: what counts is that none is left.
      const statuses = (await place.state()).sessions.map(({ status }) => status);
      assert.ok(statuses.length >= 2);
      assert.deepEqual([...new Set(statuses)], ['terminated']);
    });

    it('deletes the cluster and leaves the account as it was', async () => {
      const { code, stdout, stderr } = await place.cliResult('delete', cluster, '--yes', '--json');
      assert.equal(code, 0, stderr);
      const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
      assert.deepEqual([last['type'], last['outcome'], last['remaining']], ['run-finished', 'done', []]);
      const { resources, endpointAccess } = await place.state();
      assert.deepEqual(resources, untouched.resources);
      assert.ok(endpointAccess.length > 0);
    });
  });
});
