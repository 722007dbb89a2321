import assert from 'node:assert/strict';
import { CreateSubnetCommand, DeleteVpcEndpointsCommand, ModifyVpcEndpointCommand } from '@aws-sdk/client-ec2';
import { blockingFindings } from '../../../src/core/network/blockingFindings.ts';
import { networkTicket } from '../../../src/core/network/networkTicket.ts';
import type { AccountSnapshot } from '../../../src/sandbox/kernel/account.ts';
import { breakages, withIpv6 } from './breakages.ts';
import { externalSnat, podBreakages, podPlace } from './podBreakages.ts';
import { NetworkBench, sure, type SoundVpc } from './soundVpc.ts';

const allBreakages = { ...breakages, ...podBreakages };

describe('an existing VPC', function () {
  this.timeout(60_000);
  let sound: SoundVpc;
  let snapshot: AccountSnapshot;

  before(async () => {
    const bench = await NetworkBench.open();
    sound = await bench.account.run(bench.sound());
    snapshot = bench.account.sandbox.account.snapshot();
  });

  const again = () => NetworkBench.open({ snapshot: structuredClone(snapshot) });

  it('that is sound gets no finding, and every endpoint of it is adopted', async () => {
    const plan = await (await again()).plan(sound);
    assert.deepEqual(plan.findings, []);
    const standing = Object.fromEntries(plan.endpoints.map(({ service, existingId }) => [service, existingId]));
    assert.deepEqual(standing, sound.endpoints);
    assert.ok(plan.endpoints.every(endpoint => endpoint.standing === 'present' && endpoint.monthlyUsd === 0));
  });

  it('that is sound for IPv6 gets no finding either', async () => {
    const bench = await again();
    await bench.account.run(withIpv6(bench, sound));
    assert.deepEqual((await bench.plan(sound, '  ipFamily: ipv6\n')).findings, []);
  });

  it('that is sound with subnets for pods gets no finding, and a new gateway serves their routes where pods use them', async () => {
    const bench = await again();
    const place = await bench.account.run(podPlace(bench, sound));
    for (const env of ['', externalSnat])
      assert.deepEqual((await bench.plan(sound, place.spec(env))).findings, [], env);
    // By default pods go to S3 with their nodes' addresses, and by their nodes' routes.
    const s3 = sure(sound.endpoints['s3']);
    const { podTable } = place;
    await bench.account.run(
      bench.ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: s3, RemoveRouteTableIds: [podTable] })),
    );
    assert.deepEqual((await bench.plan(sound, place.spec())).findings, []);
    await bench.account.run(bench.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [s3] })));
    const tables = async (env: string) => {
      const { endpoints } = await bench.plan(sound, place.spec(env));
      return endpoints.find(({ service }) => service === 's3')?.routeTableIds;
    };
    assert.deepEqual(await tables(''), sound.routeTableIds);
    assert.deepEqual(await tables(externalSnat), [...sound.routeTableIds, podTable]);
  });

  it('gets what it lacks: made in one subnet of each zone, and on the subnets’ route tables', async () => {
    const bench = await again();
    const more = 'features:\n  irsa: true\n  secrets: true\nendpoints:\n  reachable: [secretsmanager]\n';
    const plan = await bench.plan(sound, more);
    const by = (service: string) => plan.endpoints.find(endpoint => endpoint.service === service);
    const sts = by('sts');
    assert.deepEqual([sts?.standing, sts?.subnetIds, sts?.monthlyUsd], ['make', sound.subnetIds, 21.9]);
    assert.equal(by('secretsmanager')?.standing, 'said');
    assert.equal(plan.endpoints.filter(({ standing }) => standing === 'make').length, 1);
  });

  for (const [what, breakIt] of Object.entries(allBreakages))
    it(`is planned with its defect named: ${what}`, async () => {
      const bench = await again();
      const named = await bench.account.run(breakIt(bench, sound));
      const before = bench.account.state().resources;
      const asked = bench.account.calls.length;
      const plan = await bench.plan({ ...sound, subnetIds: named.subnetIds ?? sound.subnetIds }, named.spec);
      const found = plan.findings.find(
        ({ code, resources }) => code === named.code && resources.includes(named.resource),
      );
      assert.ok(found, `${named.code} of ${named.resource}; found ${JSON.stringify(plan.findings, null, 1)}`);
      assert.ok(!/[{}]/.test([found.wanted, found.why, found.fix].join('')), JSON.stringify(found));
      assert.equal(blockingFindings(plan).includes(found), found.severity === 'error');
      const ticket = networkTicket(plan);
      assert.ok(ticket.includes(named.resource) && ticket.includes(found.fix), ticket);
      // Nothing has been made by planning.
      assert.deepEqual(bench.account.state().resources, before);
      const calls = bench.account.calls.slice(asked).map(({ operation }) => operation);
      assert.ok(
        calls.every(operation => /^(Get|Describe|List)/.test(operation)),
        calls.join(),
      );
    });

  it('is asked for by few calls', async () => {
    const bench = await again();
    await bench.plan(sound);
    const network = bench.account.calls.filter(({ client }) => client === 'ec2' || client === 'route53');
    assert.equal(network.length, 15);
  });

  it('with a subnet where EKS makes no interfaces', async () => {
    const bench = await NetworkBench.open({}, 'us-east-1');
    const { account, ec2 } = bench;
    const sites = async () => {
      const vpcId = await bench.vpc('10.20.0.0/16');
      const subnet = async (CidrBlock: string, AvailabilityZoneId: string) => {
        const made = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock, AvailabilityZoneId }));
        return sure(made.Subnet?.SubnetId);
      };
      return {
        vpcId,
        subnetIds: [await subnet('10.20.0.0/20', 'use1-az3'), await subnet('10.20.16.0/20', 'use1-az1')],
      };
    };
    const { vpcId, subnetIds } = await account.run(sites());
    const plan = await bench.plan({ vpcId, subnetIds }, '', 'us-east-1');
    const refused = plan.findings.filter(({ code }) => code === 'zone-refused').map(({ resource }) => resource);
    assert.deepEqual(refused, [subnetIds[0]]);
    // eks-auth has no endpoint there: it is made, and paid for, in the other zone alone.
    const auth = plan.endpoints.find(({ service }) => service === 'eks-auth');
    assert.deepEqual([auth?.subnetIds, auth?.monthlyUsd], [[subnetIds[1]], 7.3]);
  });

  it('that is not there is said to be missing, by the spec’s field', async () => {
    const bench = await again();
    await assert.rejects(bench.plan({ ...sound, vpcId: 'vpc-0123456789abcdef0' }), {
      code: 'vpc-not-found',
      message: /^network\.vpc\.id is vpc-0123456789abcdef0, which does not exist in eu-west-1/,
    });
  });

  it('is broken in forty ways at least', () => {
    assert.ok(Object.keys(allBreakages).length >= 40, `${Object.keys(allBreakages).length}`);
  });
});
