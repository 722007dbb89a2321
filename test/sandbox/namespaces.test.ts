import assert from 'node:assert/strict';
import net from 'node:net';
import { eksToken } from '../../src/core/kube/eksToken.ts';
import { kubernetesApi } from '../../src/core/kube/kubernetesApi.ts';
import type { OpenCluster } from '../../src/core/run/openCluster.ts';
import { describeClusterAccess } from '../../src/core/tunnel/route/clusterAccess.ts';
import { clusterObjects } from '../../src/sandbox/kubernetes/objectStore.ts';
import { serveConnection } from '../../src/sandbox/kubernetes/server.ts';
import { ClusterBench, failureOf, minimalSpec, region, stepOutcomes, type RunResult } from './support/clusterRun.ts';

const fargate = `${minimalSpec}nodes:
  own: { kind: self-managed, minSize: 1, desiredSize: 1 }
fargate:
  apps: { selectors: [{ namespace: apps }, { namespace: jobs, labels: { compute: fargate } }, { namespace: "dev-*" }] }
`;
const summaryOf = ({ events }: RunResult, step: string) =>
  events.flatMap(event => (event.type === 'step-finished' && event.step === step ? [event.summary] : [])).at(-1);
const notesOf = ({ events }: RunResult) => events.flatMap(event => (event.type === 'note' ? [event.message] : []));

describe('the namespaces of Fargate’s profiles', function () {
  this.timeout(120_000);
  let bench: ClusterBench;
  const opened: net.Server[] = [];
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(server => new Promise(resolve => server.close(resolve))));
    await bench.close();
  });

  /** In place of a tunnel: a listener before the simulated cluster's own TLS. */
  const open: OpenCluster = async ({ session, cluster, cancel }) => {
    const { host, certificateAuthority: ca } = await describeClusterAccess(session, cluster, cancel);
    const { account } = bench.account.sandbox;
    const server = net.createServer(socket => serveConnection({ account, region, cluster }, socket));
    opened.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const token = async () => (await eksToken(await session.credentials(), region, cluster, Date.now())).status.token;
    return { api: kubernetesApi({ port, host, ca, token }), latencyMs: 7, close: () => Promise.resolve() };
  };
  const namespaces = () => {
    const { account } = bench.account.sandbox;
    return clusterObjects({ account, region, cluster: 'demo' })
      .list('namespaces')
      .map(({ metadata }) => metadata.name);
  };

  it('are made by the run through a node, once, and self-managed nodes are asked of on the way', async () => {
    const plan = await bench.plan(fargate);
    const made = await bench.create(plan, { open });
    assert.equal(made.outcome, 'done', JSON.stringify(failureOf(made)));
    assert.equal(summaryOf(made, 'namespaces'), 'made apps, jobs');
    assert.match(summaryOf(made, 'verify') ?? '', /answers through a tunnel in 7 ms; the self-managed node is Ready$/);
    assert.deepEqual(
      namespaces().filter(name => /^(apps|jobs|dev)/.test(name)),
      ['apps', 'jobs'],
    );
    const again = await bench.create(plan, { resume: true, open });
    assert.equal(stepOutcomes(again)['namespaces'], 'already');
    assert.equal((await bench.delete()).outcome, 'done');
  });

  it('that cannot be made fail nothing: it is said, with the command, and a resume makes them', async () => {
    const plan = await bench.plan(fargate);
    const made = await bench.create(plan);
    assert.equal(made.outcome, 'done');
    assert.equal(summaryOf(made, 'namespaces'), 'not made yet: apps, jobs (nothing here opens a tunnel)');
    assert.ok(
      notesOf(made).some(note => note.endsWith('kubectl create namespace apps && kubectl create namespace jobs')),
    );
    assert.ok(!namespaces().includes('apps'));
    assert.equal(summaryOf(await bench.create(plan, { resume: true, open }), 'namespaces'), 'made apps, jobs');
  });

  it('are left to the administrators where the caller is none', async () => {
    const spec = `${fargate}access: { administrators: ["arn:aws:iam::ACCOUNT:role/team"] }\n`;
    const { accountId } = bench.account.sandbox.account;
    const { CreateRoleCommand } = await import('@aws-sdk/client-iam');
    const iam = await bench.account.session(region).client('iam');
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }],
    };
    const role = new CreateRoleCommand({ RoleName: 'team', AssumeRolePolicyDocument: JSON.stringify(trust) });
    await bench.account.run(iam.send(role));
    const made = await bench.create(await bench.plan(spec.replace('ACCOUNT', accountId)), { open });
    assert.equal(made.outcome, 'done', JSON.stringify(failureOf(made)));
    assert.match(summaryOf(made, 'namespaces') ?? '', /^not made yet: apps, jobs \(The Kubernetes API refuses /);
    assert.match(summaryOf(made, 'verify') ?? '', /its nodes could not be asked for: The Kubernetes API refuses/);
  });

  it('of Fargate alone wait for nobody’s agent', async () => {
    const spec = `${minimalSpec}fargate: { apps: { selectors: [{ namespace: apps }] } }\n`;
    const made = await bench.create(await bench.plan(spec));
    assert.equal(made.outcome, 'done', JSON.stringify(failureOf(made)));
    assert.equal(summaryOf(made, 'namespaces'), 'not made yet: apps (no route)');
    const took = (step: string) => {
      const [first, ...more] = made.events.filter(event => 'step' in event && event.step === step);
      return ((more.at(-1)?.at ?? 0) - (first?.at ?? 0)) / 1000;
    };
    assert.ok(took('namespaces') + took('verify') < 10, `${took('namespaces')} s, ${took('verify')} s`);
  });
});
