import assert from 'node:assert/strict';
import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import {
  UpdateClusterConfigCommand,
  CreateAccessEntryCommand,
  DescribeAddonCommand,
  DescribeAddonVersionsCommand,
  DescribeClusterCommand,
} from '@aws-sdk/client-eks';
import { AuthorizeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { changesNothing } from '../../../src/core/change/changePlan.ts';
import { readChangePlan } from '../../../src/core/change/readChangePlan.ts';
import { readDrift } from '../../../src/core/drift/readDrift.ts';
import { resumeUpgrade, startUpgrade } from '../../../src/core/run/upgradeRun.ts';
import { readUpgradeFacts } from '../../../src/core/upgrade/readUpgradeFacts.ts';
import { upgradePlan, type UpgradePlan } from '../../../src/core/upgrade/upgradePlan.ts';
import { ClusterBench, failureOf, minimalSpec, region, stepOutcomes, type RunResult } from '../support/clusterRun.ts';

const older = `${minimalSpec}version: "1.35"\n`;

async function planUpgrade(bench: ClusterBench, direction: 'up' | 'back', force = false): Promise<UpgradePlan> {
  const facts = await bench.account.run(readUpgradeFacts(bench.account.session(region), 'demo', { direction }));
  return upgradePlan(facts, { direction, force, now: bench.account.clock.now() });
}

async function upgrade(bench: ClusterBench, plan: UpgradePlan, force = false): Promise<RunResult> {
  const handle = await bench.account.run(startUpgrade(plan, bench.services(), { force }));
  if (handle.kind !== 'own') throw new Error('watched');
  return bench.result(handle);
}

describe('upgrade', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  it('goes on after the process was killed while EKS takes the control plane up or back', async () => {
    await bench.create(await bench.plan(older));
    for (const direction of ['up', 'back'] as const) {
      const handle = await bench.account.run(startUpgrade(await planUpgrade(bench, direction), bench.services()));
      if (handle.kind !== 'own') throw new Error('watched');
      const seen: string[] = [];
      handle.subscribe(event => {
        if (event.type === 'step-started') seen.push(event.step);
        const begun =
          event.type === 'stack-event'
            ? event.logicalId === 'Cluster'
            : event.type === 'step-progress' && direction === 'back';
        if (begun && seen.at(-1) === 'control-plane') handle.leave();
      });
      await bench.account.run(handle.finished.catch(() => undefined));
      const again = await bench.account.run(resumeUpgrade('demo', bench.services()));
      if (again?.kind !== 'own') throw new Error('nothing to go on with');
      const result = await bench.result(again);
      assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
      assert.ok(result.events.some(({ type }) => type === 'run-resumed'));
    }
  });

  it('changes no tag that goes beyond ASCII', async () => {
    await bench.create(await bench.plan(`${older}tags: { Ort: Zürich }\nnodes: { default: { kind: self-managed } }\n`));
    const result = await upgrade(bench, await planUpgrade(bench, 'up'));
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    const eks = await bench.account.session(region).client('eks');
    const { cluster } = await bench.account.run(eks.send(new DescribeClusterCommand({ name: 'demo' })));
    assert.equal(cluster?.tags?.Ort, 'Zürich');
    const scaling = await bench.account.session(region).client('autoScaling');
    const { AutoScalingGroups } = await bench.account.run(scaling.send(new DescribeAutoScalingGroupsCommand({})));
    assert.equal(AutoScalingGroups?.[0]?.Tags?.find(({ Key }) => Key === 'Ort')?.Value, 'Zürich');
  });

  it('takes control plane, add-ons and nodes one minor up, and back within the week', async () => {
    assert.equal((await bench.create(await bench.plan(older))).outcome, 'done');
    const plan = await planUpgrade(bench, 'up');
    assert.deepEqual([plan.from, plan.to, plan.refusals], ['1.35', '1.36', []]);
    assert.equal(plan.steps[0]?.way, 'stack');
    const result = await upgrade(bench, plan);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    assert.equal(stepOutcomes(result)['control-plane'], 'done');
    const left = await bench.account.run(
      readUpgradeFacts(bench.account.session(region), 'demo', { direction: 'up', to: '1.36' }),
    );
    assert.deepEqual([left.version, left.stackVersion, left.groups[0]?.version], ['1.36', '1.36', '1.36']);
    const finished = result.events.at(-1);
    assert.match(
      finished?.type === 'run-finished' ? finished.summary : '',
      /^demo runs 1\.36\. Until 2026-06-08 .* UTC it can be taken back to 1\.35: private-eks upgrade demo --rollback\./,
    );
    const back = await planUpgrade(bench, 'back');
    assert.deepEqual(back.refusals, []);
    assert.match(
      back.warnings.join('\n'),
      /ERROR: Kubelet version skew: .* About node group default\. The rollback's own steps/,
    );
    assert.match(back.notes.join('\n'), /it can be taken back until 2026-06-08/);
    const order = back.steps.map(({ id }) => id);
    assert.ok(order.indexOf('nodes-default') < order.indexOf('control-plane'), order.join());
    const rolled = await upgrade(bench, back);
    assert.equal(rolled.outcome, 'done', JSON.stringify(failureOf(rolled)));
    const after = await bench.account.run(readUpgradeFacts(bench.account.session(region), 'demo', { direction: 'up' }));
    assert.deepEqual([after.version, after.stackVersion], ['1.35', '1.36']);
    const session = bench.account.session(region);
    // The stack goes on saying 1.36: neither an update nor a look for drift makes anything of it.
    const drift = await bench.account.run(readDrift(session, 'demo', bench.account.clock));
    assert.equal(drift.drifted, false, JSON.stringify(drift.stacks.filter(({ resources }) => resources.length > 0)));
    assert.ok(drift.quiet.some(({ path, reason }) => path === '/Version' && reason.startsWith('a rollback')));
    const changes = await bench.account.run(readChangePlan(await bench.plan(older), session, bench.account.clock));
    assert.deepEqual([changesNothing(changes), changes.refusals], [true, []]);
    const again = await upgrade(bench, await planUpgrade(bench, 'up'));
    assert.equal(again.outcome, 'done', JSON.stringify(failureOf(again)));
  });

  it('leaves an add-on the role that it has by the OIDC provider', async () => {
    await bench.create(await bench.plan(`${older}features: { podIdentity: false, irsa: true, ebs: true }\n`));
    const eks = await bench.account.session(region).client('eks');
    const place = { clusterName: 'demo', addonName: 'aws-ebs-csi-driver' };
    const read = async () => (await bench.account.run(eks.send(new DescribeAddonCommand(place)))).addon;
    const before = await read();
    assert.match(before?.serviceAccountRoleArn ?? '', /EbsCsiRole/);
    const from = before?.addonVersion ?? '';
    const offered = await bench.account.run(eks.send(new DescribeAddonVersionsCommand({ addonName: place.addonName })));
    const to =
      offered.addons?.[0]?.addonVersions?.find(({ addonVersion }) => addonVersion !== from)?.addonVersion ?? '';
    const plan = await planUpgrade(bench, 'up');
    const step = {
      id: `addon-${place.addonName}`,
      kind: 'addon',
      name: place.addonName,
      from,
      to,
      way: 'api',
      words: '',
    } as const;
    const result = await upgrade(bench, { ...plan, steps: [...plan.steps, step] });
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    const after = await read();
    assert.equal(after?.addonVersion, to);
    assert.equal(after?.serviceAccountRoleArn, before?.serviceAccountRoleArn);
  });

  it('is not taken back after the week, nor where the cluster was made so', async () => {
    await bench.create(await bench.plan(older));
    assert.equal((await planUpgrade(bench, 'back')).refusals[0]?.code, 'created-at-version');
    await upgrade(bench, await planUpgrade(bench, 'up'));
    await bench.account.pass(8 * 86_400);
    assert.equal((await planUpgrade(bench, 'back')).refusals[0]?.code, 'rollback-too-late');
  });

  it('replaces self-managed nodes by a new image through their stack', async () => {
    const spec = `${older}nodes:\n  default: {}\n  own: { kind: self-managed }\n`;
    const created = await bench.create(await bench.plan(spec));
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
    const plan = await planUpgrade(bench, 'up');
    assert.deepEqual(
      plan.steps.filter(({ id }) => id.startsWith('nodes-')).map(({ id, way }) => `${id} ${way}`),
      ['nodes-default api', 'nodes-own stack'],
    );
    const result = await upgrade(bench, plan);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
  });
});

describe('drift', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  it('finds none in a cluster that nobody touched', async () => {
    await bench.create(await bench.plan());
    const report = await bench.account.run(readDrift(bench.account.session(region), 'demo', bench.account.clock));
    assert.equal(report.drifted, false, JSON.stringify(report, undefined, 1));
    assert.ok(report.stacks.every(({ notChecked }) => notChecked === undefined));
  });

  it('names a public endpoint, a strange access entry and a rule by hand', async () => {
    await bench.create(await bench.plan());
    const session = bench.account.session(region);
    const eks = await session.client('eks');
    const { cluster } = await bench.account.run(
      import('@aws-sdk/client-eks').then(sdk => eks.send(new sdk.DescribeClusterCommand({ name: 'demo' }))),
    );
    const resourcesVpcConfig = { endpointPublicAccess: true };
    await bench.account.run(eks.send(new UpdateClusterConfigCommand({ name: 'demo', resourcesVpcConfig })));
    const principalArn = `arn:aws:iam::${cluster?.arn?.split(':')[4]}:user/stranger`;
    await bench.account.run(
      session
        .client('iam')
        .then(iam =>
          import('@aws-sdk/client-iam').then(sdk => iam.send(new sdk.CreateUserCommand({ UserName: 'stranger' }))),
        )
        .catch(() => undefined),
    );
    await bench.account.run(
      eks.send(new CreateAccessEntryCommand({ clusterName: 'demo', principalArn })).catch(() => undefined),
    );
    const ec2 = await session.client('ec2');
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }];
    const GroupId = cluster?.resourcesVpcConfig?.clusterSecurityGroupId;
    await bench.account.run(ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions })));
    await bench.account.pass(600);
    const report = await bench.account.run(readDrift(session, 'demo', bench.account.clock));
    assert.equal(report.drifted, true);
    const codes = report.findings.map(({ code }) => code);
    assert.ok(codes.includes('public-endpoint') && codes.includes('security-group-rule'), JSON.stringify(report));
    const modified = report.stacks.flatMap(({ resources }) => resources.flatMap(({ differences }) => differences));
    assert.ok(
      modified.some(({ path }) => path.includes('EndpointPublicAccess')),
      JSON.stringify(report),
    );
  });
});
