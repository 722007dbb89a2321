import assert from 'node:assert/strict';
import { unfindable } from '../../../src/core/leftovers/allLooks.ts';
import { findLeftovers } from '../../../src/core/leftovers/findLeftovers.ts';
import { leftoverText, type Leftover } from '../../../src/core/leftovers/leftover.ts';
import { isRemovable, removeLeftover } from '../../../src/core/leftovers/removeLeftover.ts';
import { describeClusterAccess } from '../../../src/core/tunnel/route/clusterAccess.ts';
import { startBastion } from '../../../src/core/tunnel/bastion/startBastion.ts';
import { ClusterBench, failureOf, minimalSpec, region } from '../support/clusterRun.ts';
import { classicBalancer, karpenterTags, launchNode, placeOf } from '../support/controllers.ts';
import { everyOrphan } from '../support/orphans.ts';

const broad = `${minimalSpec}encryption: { key: new }
features: { irsa: true }
network: { apiAccess: { cidrs: [10.8.0.0/16] } }
nodes:
  default: {}
  own: { kind: self-managed }
fargate: { apps: { selectors: [{ namespace: apps }] } }
`;

describe('what is left of what was made here', function () {
  this.timeout(120_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  const session = () => bench.account.session(region);
  const look = (options: Parameters<typeof findLeftovers>[1] = { home: true }) =>
    bench.account.run(findLeftovers(session(), options));
  const remove = (item: Leftover) => bench.account.run(removeLeftover(session(), item));
  const create = async (text: string) => {
    const created = await bench.create(await bench.plan(text));
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
  };
  const ids = () => bench.account.state().resources.map(({ id }) => id);

  it('is all found when a cluster and a bastion have lost their stacks', async () => {
    const before = new Set(ids());
    await create(broad);
    const reach = await bench.account.run(describeClusterAccess(session(), 'demo'));
    const deps = { session: session(), clock: bench.account.clock };
    await bench.account.run(startBastion(deps, { cluster: reach }, new AbortController().signal));
    const whole = await look();
    const ofBastion = whole.found.filter(({ id }) => id.includes('bastion'));
    assert.ok(ofBastion.length >= 4, JSON.stringify(ofBastion));
    for (const item of ofBastion) assert.match(item.why ?? '', /bastion sweep removes it/);
    assert.ok(whole.found.every(({ cluster, fate }) => cluster === undefined || fate === 'goes'));

    const stacks = bench.account.sandbox.account.regional(region, 'cloudformation.stacks');
    for (const [id] of stacks.entries()) stacks.delete(id);
    const { found, unknown } = await look({ home: true, elsewhere: [] });
    assert.deepEqual(unknown, []);
    const told = (id: string) => found.some(item => item.id === id || id.endsWith(`/${item.id}`));
    const made = bench.account.state().resources.filter(({ id }) => !before.has(id));
    assert.ok(made.length > 40, `${made.length}`);
    const missed = made.filter(({ id, type }) => !told(id) && !unfindable[type] && !ofLiving(type));
    // What EKS itself made for its cluster and for the managed group, and takes away with them: one of each.
    assert.deepEqual(missed.map(({ type }) => type).sort(), [
      'AWS::AutoScaling::AutoScalingGroup',
      'AWS::EC2::LaunchTemplate',
      'AWS::EC2::SecurityGroup',
      'AWS::IAM::InstanceProfile',
    ]);
    // The cluster is there: nothing of it is pulled away one by one.
    assert.deepEqual(
      found.filter(item => item.cluster === 'demo' && isRemovable(item)),
      [],
    );
    const cluster = found.find(({ kind }) => kind === 'cluster');
    assert.equal(cluster?.monthlyUsd, 73);
    assert.match(cluster?.why ?? '', /aws eks delete-cluster --name demo --region eu-west-1/);
    for (const item of found) assert.ok(item.fate === 'stays' && item.why, leftoverText(item));
  });

  /** What EKS, ECS and Auto Scaling themselves keep for what is found, and take away with it. */
  const ofLiving = (type: string) => /^AWS::(EC2::NetworkInterface|EKS::\w+|ECS::Task|EC2::Instance)$/.test(type);

  it('is found with its price, and removed one at a time, whatever kind it is of', async () => {
    const before = bench.account.state().resources;
    const { subnet, ...orphans } = await everyOrphan(bench);
    const { found, unknown } = await look({ home: true, elsewhere: [] });
    assert.deepEqual(unknown, []);
    assert.deepEqual([...new Set(found.map(({ kind }) => kind))].sort(), [...new Set(Object.keys(orphans))].sort());
    for (const item of found)
      assert.ok(isRemovable(item) || /by hand: .*aws /.test(item.why ?? ''), leftoverText(item));
    const price = (kind: string) => found.find(item => item.kind === kind)?.monthlyUsd;
    assert.deepEqual(
      ['Elastic IP', 'key', 'instance', 'load balancer', 'classic load balancer', 'volume', 'snapshot'].map(price),
      [3.65, 1, 70.08, 16.43, 18.25, 1.6, 1],
    );
    // What uses others first, as a person finds out by AWS's refusals.
    const order = [
      'instance',
      'load balancer',
      'classic load balancer',
      'endpoint',
      'network interface',
      'snapshot',
      'volume',
    ];
    const rank = ({ kind }: Leftover) => order.indexOf(kind) + 1 || 99;
    for (const item of found.filter(isRemovable).sort((a, b) => rank(a) - rank(b))) {
      assert.match(await remove(item), /is gone\.$|pending deletion until \d{4}-|shutting down|being deleted/);
      await bench.account.pass(120);
    }
    const after = await look({ home: true, elsewhere: [] });
    assert.deepEqual(after.found.map(({ kind }) => kind).sort(), ['VPC', 'instance profile', 'key', 'role']);
    const key = after.found.find(({ kind }) => kind === 'key');
    assert.match(
      `${key && leftoverText(key)}`,
      /pending deletion until .*goes by itself; until then it can be had back/,
    );
    assert.equal(key?.monthlyUsd, 0);
    const stays = new Set([...after.found.map(({ id }) => id), subnet]);
    const others = bench.account.state().resources.filter(({ id }) => !before.some(known => known.id === id));
    const held = others.filter(({ id }) => !stays.has(id));
    assert.deepEqual(held, []);
  });

  it('is not removed once something that lives remembers it', async () => {
    const { volume } = await everyOrphan(bench, 'demo');
    const { found } = await look();
    const item = found.find(({ id }) => id === volume);
    assert.ok(item && isRemovable(item));
    // A log group of that name would be in the way of its own.
    await create(`${minimalSpec}logs: { types: [] }\n`);
    await assert.rejects(remove(item), { code: 'not-removable', message: /belongs to something that lives/ });
    await assert.rejects(remove({ ...item, id: 'vol-0123456789abcdef0' }), { code: 'not-found' });
    await assert.rejects(remove({ ...item, fate: 'goes' }), { code: 'not-removable' });
    assert.ok(ids().includes(volume ?? ''));
  });

  it('is removed by AWS only when nothing uses it, and that is said', async () => {
    const { subnet } = await everyOrphan(bench);
    const { found } = await look();
    const group = found.find(({ kind, name }) => kind === 'security group' && name === 'k8s-traffic-gone');
    const { CreateNetworkInterfaceCommand } = await import('@aws-sdk/client-ec2');
    const command = new CreateNetworkInterfaceCommand({ SubnetId: subnet ?? '', Groups: [group?.id ?? ''] });
    await bench.account.run((await session().client('ec2')).send(command));
    assert.ok(group);
    await assert.rejects(remove(group), { code: 'still-in-use', message: /has a dependent object/ });
  });

  it('is none of ours where it belongs to others’ clusters that live', async () => {
    await create(minimalSpec);
    const stacks = bench.account.sandbox.account.regional<{ definition: { tags: unknown[] } }>(
      region,
      'cloudformation.stacks',
    );
    for (const [id] of stacks.entries()) stacks.delete(id);
    const { vpcId, subnetId } = await bench.account.run(placeOf(session(), 'demo'));
    await launchNode(bench, subnetId, { tags: karpenterTags('demo') });
    await classicBalancer(bench, { vpcId, subnetId: subnetId }, 'a01', 'demo');
    const { found } = await look();
    assert.deepEqual(
      found.filter(({ madeBy }) => madeBy === 'controller'),
      [],
    );
  });

  it('is not taken for forgotten where stacks or other regions may not be looked at', async () => {
    await everyOrphan(bench);
    const here = await look();
    const role = here.found.find(({ kind }) => kind === 'role');
    assert.match(role?.why ?? '', /no stack in eu-west-1 remembers it; private-eks leftovers --region all/);
    const stack = { kind: 'stack', id: 'private-eks-gone-permissions', cluster: 'gone' } as Leftover;
    const other = await look({ home: true, elsewhere: [stack] });
    assert.equal(other.found.find(({ kind }) => kind === 'role')?.fate, 'goes');
    const refused = { code: 'AccessDenied', message: 'User is not authorized to perform this', status: 403 };
    bench.account.fault({ service: 'cloudformation', operation: 'DescribeStacks', ...refused });
    const blind = await look();
    assert.match(blind.unknown.join(), /^stacks: /);
    assert.ok(blind.found.length > 10);
    assert.deepEqual(blind.found.filter(isRemovable), []);
  });
});
