import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:tls';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import {
  TerminateInstancesCommand,
  DeleteVpcEndpointsCommand,
  DescribeInstancesCommand,
  DescribeVpcEndpointsCommand,
  RevokeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
} from '@aws-sdk/client-ec2';
import { startBastion } from '../../../src/core/tunnel/bastion/startBastion.ts';
import { dialTls, type DirectProbe } from '../../../src/core/tunnel/route/directFacts.ts';
import { findRoute, type RouteDeps } from '../../../src/core/tunnel/route/findRoute.ts';
import type { RouteChoice, RouteReport } from '../../../src/core/tunnel/route/route.ts';
import { clusterCertificates, servingCertificate } from '../../../src/sandbox/kubernetes/certificates.ts';
import { region } from '../support/clusterRun.ts';
import { BastionBench } from './bastionBench.ts';

/** Nothing answers from here, as in most places. */
const unreachable: DirectProbe = {
  resolve: async () => ({ addresses: ['10.40.0.9'] }),
  dial: async address => ({ outcome: 'failed', stage: 'tcp', code: 'timeout', address }),
  localAddresses: () => ['192.168.1.20'],
};

describe('the routes into a cluster’s VPC', function () {
  this.timeout(60_000);
  let bench: BastionBench;
  beforeEach(async () => (bench = await BastionBench.open()));

  const find = (choice: RouteChoice = { kind: 'automatic' }, more: Partial<RouteDeps> = {}): Promise<RouteReport> => {
    const { session, deps, cluster } = bench;
    const startNow = (signal: AbortSignal) => startBastion(deps, { cluster }, signal);
    const all = { session, cluster, clock: deps.clock, direct: unreachable, startBastion: startNow, ...more };
    return bench.account.run(findRoute(all)(choice, new AbortController().signal));
  };
  const verdicts = ({ findings }: RouteReport) => findings.map(({ kind, verdict }) => `${kind}: ${verdict}`);
  const finding = ({ findings }: RouteReport, kind: string) => findings.find(found => found.kind === kind);
  const removeNodes = async () => {
    const client = await bench.session.client('ec2');
    const { Reservations = [] } = await client.send(new DescribeInstancesCommand({}));
    const InstanceIds = Reservations.flatMap(({ Instances = [] }) =>
      Instances.map(({ InstanceId = '' }) => InstanceId),
    );
    await client.send(new TerminateInstancesCommand({ InstanceIds }));
    await bench.account.pass(30);
  };

  it('begin with the direct one, and ask no further when it answers', async () => {
    const direct: DirectProbe = { ...unreachable, dial: async address => ({ outcome: 'reached', address }) };
    const report = await find(undefined, { direct });
    assert.deepEqual(report.route?.kind, 'direct');
    assert.deepEqual(verdicts(report), [
      'direct: chosen',
      'instance: not-tried',
      'bastion: not-tried',
      'new-bastion: not-tried',
    ]);
  });

  it('go on with a node of the cluster, by six calls at most', async () => {
    const before = bench.account.calls.length;
    const report = await find();
    assert.equal(report.route?.kind, 'instance');
    assert.match(
      report.route.reason,
      /i-\w+ is a node of demo, its agent [\d.]+ is online, and the endpoint admits it/,
    );
    assert.deepEqual(verdicts(report).slice(0, 2), ['direct: unusable', 'instance: chosen']);
    assert.match(finding(report, 'direct')?.summary ?? '', /no rule of sg-\w+ admits 192\.168\.1\.20/);
    const asked = bench.operations().slice(before);
    assert.ok(asked.length <= 6, asked.join(' '));
  });

  it('ask for consent to a bastion where there is no other way, and start it with the consent', async () => {
    await removeNodes();
    const asked = await find();
    assert.equal(asked.route, undefined);
    assert.deepEqual(verdicts(asked), [
      'direct: unusable',
      'instance: unusable',
      'bastion: unusable',
      'new-bastion: needs-consent',
    ]);
    const started = await find({ kind: 'new-bastion' });
    assert.equal(started.route?.kind, 'bastion');
    assert.match(started.route.kind === 'bastion' ? started.route.target : '', /^ecs:private-eks-bastion-vpc-/);
    const joined = await find();
    assert.deepEqual(
      joined.route?.kind === 'bastion' && joined.route.target,
      started.route.kind === 'bastion' && started.route.target,
    );
    assert.match(joined.route?.reason ?? '', /bastion \w{8} of practice runs in the VPC for another 8 h/);
    await bench.sweep({ stopRunning: true });
  });

  it('open the door to a running bastion when it is chosen and only the rule is missing', async () => {
    await bench.start();
    const client = await bench.session.client('ec2');
    const Filters = [{ Name: 'tag:private-eks:bastion', Values: [bench.cluster.vpcId] }];
    const { SecurityGroupRules: [rule = {}] = [] } = await client.send(
      new DescribeSecurityGroupRulesCommand({ Filters }),
    );
    const SecurityGroupRuleIds = [rule.SecurityGroupRuleId ?? ''];
    await client.send(new RevokeSecurityGroupIngressCommand({ GroupId: rule.GroupId, SecurityGroupRuleIds }));
    await removeNodes();
    const closed = finding(await find(), 'bastion');
    assert.match(closed?.summary ?? '', /no rule lets it reach demo/);
    assert.equal((await find({ kind: 'bastion' }, { startBastion: undefined })).route, undefined);
    const opened = await find({ kind: 'bastion' });
    assert.equal(opened.route?.kind, 'bastion');
    assert.equal((await find()).route?.kind, 'bastion');
    assert.equal(bench.account.calls.filter(({ operation }) => operation === 'RunTask').length, 1);
    await bench.sweep({ stopRunning: true });
    await bench.account.pass(3700);
  });

  it('name the endpoints that a bastion would lack', async () => {
    await removeNodes();
    const client = await bench.session.client('ec2');
    const { VpcEndpoints = [] } = await client.send(new DescribeVpcEndpointsCommand({}));
    const VpcEndpointIds = VpcEndpoints.filter(({ ServiceName = '' }) => ServiceName.endsWith('.s3')).map(
      ({ VpcEndpointId = '' }) => VpcEndpointId,
    );
    await client.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds }));
    await bench.account.pass(60);
    const report = await find();
    assert.equal(finding(report, 'new-bastion')?.verdict, 'unusable');
    assert.match(finding(report, 'new-bastion')?.fix ?? '', /Add endpoint s3/);
  });

  it('say what may not be seen, and go on', async () => {
    const message = 'User: x is not authorized to perform: ec2:DescribeInstances';
    bench.account.fault({
      service: 'ec2',
      operation: 'DescribeInstances',
      code: 'UnauthorizedOperation',
      message,
      status: 403,
    });
    const report = await find();
    assert.match(
      finding(report, 'instance')?.summary ?? '',
      /cannot be looked at: The permission ec2:DescribeInstances is missing/,
    );
    assert.equal(finding(report, 'new-bastion')?.verdict, 'needs-consent');
  });

  it('are not judged without a sign-in: that is thrown', async () => {
    const message = 'The security token included in the request is expired';
    bench.account.fault({ service: 'ec2', operation: 'DescribeInstances', code: 'ExpiredToken', message, status: 403 });
    await assert.rejects(find(), { code: 'signed-out' });
  });

  it('are looked at alone when one is chosen', async () => {
    const report = await find({ kind: 'instance' });
    assert.equal(report.route?.kind, 'instance');
    assert.match(finding(report, 'direct')?.summary ?? '', /Not asked for: the choice is an instance/);
    const named = await find({ kind: 'instance', target: 'i-0123456789abcdef0' });
    assert.match(finding(named, 'instance')?.summary ?? '', /i-0123456789abcdef0 does not run in/);
    assert.match(finding(named, 'bastion')?.summary ?? '', /Not asked for: the choice is an instance/);
  });

  it('are not looked for any more when that is cancelled', async () => {
    const { session, cluster, deps } = bench;
    const all = { session, cluster, clock: deps.clock, direct: unreachable };
    await assert.rejects(findRoute(all)({ kind: 'automatic' }, AbortSignal.abort()), { name: 'AbortError' });
  });
});

describe('a direct dial', () => {
  let server: Server;
  let port: number;
  let ca: string;
  const host = 'api.example';
  const signal = new AbortController().signal;
  before(async () => {
    const { account } = (await BastionBench.open()).account.sandbox;
    const key = { account, region, cluster: 'demo' };
    const { certPem, keyPem } = servingCertificate(key, host);
    ca = clusterCertificates(key).caPem;
    server = createServer({ cert: certPem, key: keyPem });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  after(() => server.close());
  const dial = (more: object) => dialTls({ address: '127.0.0.1', port, host, ca, ...more }, 2_000, signal);

  it('reaches what shows the cluster’s certificate, and nothing else', async () => {
    assert.deepEqual(await dial({}), { outcome: 'reached', address: '127.0.0.1' });
    const other = await dial({ host: 'other.example' });
    assert.deepEqual([other.outcome, 'stage' in other && other.stage], ['failed', 'tls']);
    const foreign = await dial({ ca: '' });
    assert.equal('stage' in foreign && foreign.stage, 'tls');
  });

  it('tells a refusal and an end of patience', async () => {
    const silent = createTcpServer(socket => void socket.on('error', () => undefined).resume());
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    const { port: deaf } = silent.address() as AddressInfo;
    const late = await dialTls({ address: '127.0.0.1', port: deaf, host, ca }, 50, signal);
    assert.deepEqual(late, { outcome: 'failed', stage: 'tls', code: 'timeout', address: '127.0.0.1' });
    await new Promise(resolve => silent.close(resolve));
    const refused = await dial({ port: deaf });
    assert.deepEqual(refused, { outcome: 'failed', stage: 'tcp', code: 'ECONNREFUSED', address: '127.0.0.1' });
  });
});
