import assert from 'node:assert/strict';
import { judgeNetwork } from '../../../../src/core/network/judgeNetwork.ts';
import type { NetworkFacts } from '../../../../src/core/network/networkFacts.ts';
import { plannedEndpoints } from '../../../../src/core/plan/endpoints.ts';
import { account, endpoint, network, region, specOf, vpcId } from './facts.ts';

/** What the simulated account cannot be brought to, or only with effort; the rest is broken by EC2's calls in test/sandbox/network. */
describe('a judgement of a VPC', () => {
  const codes = (facts: Partial<NetworkFacts>, more = '') =>
    judgeNetwork(specOf(more), account(facts)).map(({ code, resources }) => `${code} ${resources.join(' ')}`);
  const [first, second] = network.subnets;

  it('has nothing to say of a sound one, of a new one, or of one that was not looked at', () => {
    assert.deepEqual(codes({}), []);
    assert.deepEqual(judgeNetwork(specOf(), undefined), []);
    const { vpc, ...rest } = specOf().network;
    assert.ok(vpc);
    assert.deepEqual(judgeNetwork({ ...specOf(), network: rest }, account({ clusters: ['x'] })), []);
  });

  it('knows endpoints that wait for somebody, failed, or are going', () => {
    for (const state of ['pendingAcceptance', 'rejected', 'failed', 'expired'])
      assert.deepEqual(codes({ endpoints: [endpoint('ec2', { state })] }), ['endpoint-not-available vpce-ec2']);
    assert.deepEqual(codes({ endpoints: [endpoint('ec2', { state: 'deleting' })] }), []);
  });

  it('takes the endpoint that serves, of several', () => {
    const bad = endpoint('ec2', { id: 'vpce-0', state: 'failed' });
    assert.deepEqual(codes({ endpoints: [bad, endpoint('ec2')] }), ['endpoint-duplicate vpce-0']);
  });

  it('does not guess what a prefix list or an unseen group admits', () => {
    const rule = {
      protocol: 'tcp',
      ports: { from: 443, to: 443 },
      cidrs: [],
      ipv6Cidrs: [],
      prefixLists: ['pl-1'],
      groups: [],
    };
    const securityGroups = [{ id: 'sg-1', vpcId, ingress: [rule], egress: [] }];
    const endpoints = [endpoint('ec2')];
    assert.deepEqual(codes({ endpoints, securityGroups }), ['endpoint-group-unknown vpce-ec2']);
    assert.deepEqual(codes({ endpoints, securityGroups: [] }), ['endpoint-group-unknown vpce-ec2']);
    const closed = [{ id: 'sg-1', vpcId, ingress: [], egress: [] }];
    assert.deepEqual(codes({ endpoints, securityGroups: closed }), ['endpoint-group-closed vpce-ec2']);
  });

  it('leaves what GuardDuty made alone', () => {
    const endpoints = [endpoint('guardduty-data', { managedByAws: true, securityGroupIds: [] })];
    assert.deepEqual(codes({ endpoints }), ['endpoint-aws-managed vpce-guardduty-data']);
  });

  it('sends whoever shares another account’s VPC to its owner, unless the spec says what is reached', () => {
    const vpc = { ...network.vpc, ownerId: '999988887777' };
    const shared = { vpc, routeTables: [], networkAcls: [] };
    const found = codes(shared);
    assert.equal(found.filter(line => line === `shared-vpc-endpoint ${vpcId}`).length, 1);
    assert.ok(found.includes(`shared-vpc ${vpcId}`));
    assert.ok(plannedEndpoints(specOf(), account(shared)).every(({ standing }) => standing === 'wrong'));
    const reachable = 'endpoints:\n  reachable: [ec2, ecr.api, ecr.dkr, s3, eks-auth, ssm, ssmmessages]\n';
    assert.deepEqual(codes(shared, reachable), [`shared-vpc ${vpcId}`]);
  });

  it('takes a central VPC’s hosted zones for the way there, and AWS’s own zones for what they are', () => {
    const zone = (name: string, ownerId: string) => ({ id: 'Z1', name, ownerId });
    const central = { hostedZones: [zone(`ec2.${region}.amazonaws.com`, '999988887777')] };
    assert.deepEqual(codes(central), ['hosted-zone-serves Z1']);
    assert.equal(plannedEndpoints(specOf(), account(central))[0]?.standing, 'shared');
    const own = { hostedZones: [zone(`ec2.${region}.amazonaws.com`, 'vpce.amazonaws.com')] };
    assert.deepEqual(codes(own), []);
    assert.equal(plannedEndpoints(specOf(), account(own))[0]?.standing, 'make');
    // In the central VPC itself the endpoint has its private DNS off, and the zone answers.
    const itself = { ...central, endpoints: [endpoint('ec2', { privateDns: false })] };
    assert.deepEqual(codes(itself), ['hosted-zone-serves Z1']);
  });

  describe('of routes', () => {
    const [table] = network.routeTables;
    const routed = (...ways: (readonly [string, string])[]) => {
      const routes = ways.map(([destination, target]) => ({ destination, target, state: 'active' as const }));
      return {
        routeTables: [{ ...table, id: 'rtb-1', main: false, subnetIds: network.subnets.map(({ id }) => id), routes }],
      };
    };
    const local = ['10.20.0.0/16', 'local'] as const;

    it('says of a way out that it cannot be judged from here, and what it is', () => {
      for (const [target, kind] of [
        ['tgw-1', 'a transit gateway'],
        ['vgw-1', 'a virtual private gateway'],
        ['pcx-1', 'passes nothing on'],
        ['eni-1', 'appliance'],
        ['vpce-1', 'Gateway Load Balancer'],
        ['arn:aws:networkmanager::1:core-network/x', 'core network'],
      ] as const) {
        const [found, ...others] = judgeNetwork(specOf(), account(routed(local, ['0.0.0.0/0', target])));
        assert.deepEqual([found?.code, found?.severity, others.length], ['default-route-elsewhere', 'unknown', 0]);
        assert.ok(found?.why.includes(kind), found?.why);
      }
    });

    it('takes three tables that lead to one gateway for one finding', () => {
      const {
        routeTables: [one],
      } = routed(['0.0.0.0/0', 'tgw-1']);
      assert.ok(one && first && second);
      const tables = [first, second].map(({ id }, index) => ({ ...one, id: `rtb-${index}`, subnetIds: [id] }));
      assert.deepEqual(codes({ routeTables: tables }), ['default-route-elsewhere rtb-0 rtb-1']);
    });

    it('asks for a way back to whoever may reach the API endpoint from outside', () => {
      const vpn = '  apiAccess: {cidrs: [10.8.0.0/16]}\n';
      assert.deepEqual(codes(routed(local), vpn), ['api-source-unrouted rtb-1']);
      for (const destination of ['10.8.0.0/16', '10.0.0.0/8', '10.8.3.0/24', 'pl-1'])
        assert.deepEqual(codes(routed(local, [destination, 'tgw-1']), vpn), [], destination);
      assert.deepEqual(codes(routed(local, ['10.9.0.0/16', 'tgw-1']), vpn), ['api-source-unrouted rtb-1']);
      // S3's list, to which the gateway endpoint leads, is no way back.
      assert.deepEqual(codes(routed(local, ['pl-1', 'vpce-1']), vpn), ['api-source-unrouted rtb-1']);
      // A bastion's subnet in the VPC itself.
      assert.deepEqual(codes(routed(local), '  apiAccess: {cidrs: [10.20.0.0/24]}\n'), []);
    });

    it('knows what an appliance stands between', () => {
      assert.deepEqual(codes(routed(local, ['10.20.16.0/20', 'eni-1'])), ['vpc-route-diverted rtb-1']);
    });

    it('warns of a control plane that shall call by the VPC, and cannot', () => {
      const routing = 'controlPlane: {egress: customer-routed}\n';
      assert.deepEqual(codes(routed(local, ['pl-1', 'vpce-1']), routing), ['egress-without-way rtb-1']);
      assert.deepEqual(codes(routed(local, ['10.0.0.0/8', 'tgw-1']), routing), []);
    });

    it('holds them against the service range that the plan chooses, too', () => {
      assert.deepEqual(codes(routed(local, ['172.16.0.0/12', 'tgw-1'])), ['service-range-routed rtb-1']);
      assert.deepEqual(codes(routed(local, ['172.16.0.0/12', 'tgw-1']), '  serviceCidr: 10.100.0.0/16\n'), []);
    });
  });

  it('warns of a VPC with addresses of the internet', () => {
    const of = (...cidrs: string[]) => codes({ vpc: { ...network.vpc, cidrs: ['10.20.0.0/16', ...cidrs] } });
    assert.deepEqual(of('172.32.0.0/16'), [`vpc-range-public ${vpcId}`]);
    assert.deepEqual(of('100.64.0.0/16', '198.19.0.0/16'), []);
  });

  it('follows a zone’s record to the endpoint of this very VPC, and asks of it all but private DNS', () => {
    const zone = (...values: string[]) => ({
      id: 'Z1',
      name: `ec2.${region}.amazonaws.com`,
      ownerId: '111122223333',
      records: [{ name: `ec2.${region}.amazonaws.com`, type: 'A', values }],
    });
    const here = endpoint('ec2', { id: 'vpce-0a1b', privateDns: false });
    const facts = { hostedZones: [zone('vpce-0a1b-xyz.ec2.vpce.amazonaws.com')], endpoints: [here] };
    assert.deepEqual(codes(facts), []);
    const [ec2] = plannedEndpoints(specOf(), account(facts));
    assert.deepEqual([ec2?.standing, ec2?.existingId], ['present', 'vpce-0a1b']);
    // An address in the VPC needs no route; one outside does.
    assert.deepEqual(codes({ hostedZones: [zone('10.20.0.9')] }), ['hosted-zone-serves Z1']);
    assert.deepEqual(codes({ hostedZones: [zone('10.99.0.9')] }), ['hosted-zone-no-route Z1']);
    const [table] = network.routeTables;
    assert.ok(table);
    const routes = [{ destination: '10.96.0.0/12', target: 'tgw-1', state: 'active' as const }];
    assert.deepEqual(codes({ hostedZones: [zone('10.99.0.9')], routeTables: [{ ...table, routes }] }), [
      'hosted-zone-serves Z1',
    ]);
  });

  it('tells central zones together', () => {
    const hostedZones = ['ec2', 'sts'].map(service => ({
      id: `Z-${service}`,
      name: `${service}.${region}.amazonaws.com`,
      ownerId: '999988887777',
    }));
    const found = judgeNetwork(specOf('features: {irsa: true}\n'), account({ hostedZones }));
    assert.deepEqual(
      found.map(({ code, resources }) => [code, resources]),
      [['hosted-zone-serves', ['Z-ec2', 'Z-sts']]],
    );
    assert.match(found[0]?.seen ?? '', /of account 999988887777; its records could not be read/);
  });

  it('tells other clusters, default routes that lead elsewhere, subnets in the making, and tables that nobody sees', () => {
    assert.deepEqual(codes({ clusters: ['demo'] }), []);
    assert.deepEqual(codes({ clusters: ['other', 'demo'] }), [`cluster-in-vpc ${vpcId}`]);
    const [table] = network.routeTables;
    assert.ok(table && first && second);
    const routes = [{ destination: '0.0.0.0/0', target: 'tgw-1', state: 'active' as const }];
    assert.deepEqual(codes({ routeTables: [{ ...table, routes }] }), ['default-route-elsewhere rtb-1']);
    assert.deepEqual(codes({ subnets: [{ ...first, state: 'pending' }, second] }), [
      `subnet-not-available ${first.id}`,
    ]);
    assert.deepEqual(codes({ routeTables: [] }), [`route-table-unknown ${first.id} ${second.id}`]);
  });

  it('takes the VPC’s resolver by its addresses, too', () => {
    const dns = (...domainNameServers: string[]) =>
      codes({ vpc: { ...network.vpc, dhcp: { id: 'dopt-1', domainNameServers } } });
    assert.deepEqual(dns('10.20.0.2'), []);
    assert.deepEqual(dns('169.254.169.253'), []);
    assert.deepEqual(dns('10.20.0.3'), ['dhcp-dns-foreign dopt-1']);
  });

  it('tells one cause once, with all that it keeps from working', () => {
    const closed = [{ id: 'sg-1', vpcId, ingress: [], egress: [] }];
    const endpoints = ['ec2', 'ecr.api', 'ecr.dkr'].map(service => endpoint(service));
    const [found, ...others] = judgeNetwork(specOf(), account({ endpoints, securityGroups: closed }));
    assert.deepEqual(others, []);
    assert.deepEqual(found?.resources, ['vpce-ec2', 'vpce-ecr.api', 'vpce-ecr.dkr']);
    assert.equal(found.resource, 'vpce-ec2');
    assert.match(found.why, /without ec2, ecr\.api, ecr\.dkr they hang/);
    assert.match(found.fix, /--group-id sg-1 .*--cidr 10\.20\.0\.0\/16 --region eu-west-1`$/);
    // Another group is another rule to add.
    const two = [endpoint('ec2'), endpoint('ecr.api', { securityGroupIds: ['sg-2'] })];
    const groups = [...closed, { id: 'sg-2', vpcId, ingress: [], egress: [] }];
    assert.equal(judgeNetwork(specOf(), account({ endpoints: two, securityGroups: groups })).length, 2);
    // A command that takes one endpoint is told once, and for whom else.
    const mute = endpoints.map(one => ({ ...one, privateDns: false }));
    const [dns] = judgeNetwork(specOf(), account({ endpoints: mute }));
    assert.match(dns?.fix ?? '', /--vpc-endpoint-id vpce-ec2 .* — and the same for vpce-ecr\.api, vpce-ecr\.dkr$/);
    const untagged = network.subnets.map(subnet => ({ ...subnet, tags: {} }));
    const [tags] = judgeNetwork(specOf(), account({ subnets: untagged }));
    assert.match(tags?.fix ?? '', new RegExp(`--resources ${first?.id} ${second?.id} --tags`));
  });

  it('takes several gateways that share the route tables for one', () => {
    const [table] = network.routeTables;
    assert.ok(table && first && second);
    const tables = [
      { ...table, id: 'rtb-1', subnetIds: [first.id] },
      { ...table, id: 'rtb-2', subnetIds: [second.id] },
    ];
    const gateway = (id: string, ...routeTableIds: string[]) =>
      endpoint('s3', { id, type: 'Gateway', routeTableIds, subnetIds: [], securityGroupIds: [], privateDns: false });
    const judged = (...endpoints: ReturnType<typeof gateway>[]) => codes({ routeTables: tables, endpoints });
    assert.deepEqual(judged(gateway('vpce-1', 'rtb-1'), gateway('vpce-2', 'rtb-2')), []);
    assert.deepEqual(judged(gateway('vpce-1', 'rtb-1', 'rtb-2'), gateway('vpce-2', 'rtb-9')), [
      'endpoint-duplicate vpce-2',
    ]);
    assert.deepEqual(judged(gateway('vpce-1', 'rtb-1')), ['s3-route-missing vpce-1']);
  });

  it('asks endpoints that answer by IPv6 for IPv6 rules in an IPv6 cluster, and none of them to be IPv6 alone in another', () => {
    const ipv6 = '  ipFamily: ipv6\n';
    const six = (index: number) => `2001:db8:0:${index}::/64`;
    const vpc = { ...network.vpc, ipv6Cidrs: ['2001:db8::/56'] };
    const subnets = network.subnets.map((subnet, index) => ({ ...subnet, ipv6Cidr: six(index), assignsIpv6: true }));
    const dual = [endpoint('ec2', { ipFamily: 'dualstack' })];
    assert.deepEqual(codes({ vpc, subnets, endpoints: [endpoint('ec2')] }, ipv6), []);
    const [found] = judgeNetwork(specOf(ipv6), account({ vpc, subnets, endpoints: dual }));
    assert.deepEqual([found?.code, found?.severity], ['endpoint-group-ipv6', 'error']);
    assert.match(
      found?.fix ?? '',
      /Ipv6Ranges=\[\{CidrIpv6=2001:db8:0:0::\/64\},\{CidrIpv6=2001:db8:0:1::\/64\}\] --region eu-west-1`$/,
    );
    const open = network.securityGroups.map(group => ({
      ...group,
      ingress: group.ingress.map(rule => ({ ...rule, ipv6Cidrs: ['2001:db8::/56'] })),
    }));
    assert.deepEqual(codes({ vpc, subnets, endpoints: dual, securityGroups: open }, ipv6), []);
    assert.deepEqual(codes({ endpoints: [endpoint('ec2', { ipFamily: 'ipv6' })] }), ['endpoint-ipv6-only vpce-ec2']);
    assert.deepEqual(codes({ endpoints: dual }), []);
  });

  it('reckons the room of all zones at once, with subnets for pods beside the nodes’ own', () => {
    assert.ok(first && second);
    const small = [
      { ...first, freeAddresses: 40 },
      { ...second, freeAddresses: 30 },
    ];
    const [found, ...others] = judgeNetwork(specOf('endpoints: {reachable: [sts]}\n'), account({ subnets: small }));
    assert.deepEqual(others, []);
    assert.deepEqual([found?.code, found?.resources], ['room-for-pods', [first.id, second.id]]);
    assert.equal(
      found?.seen,
      `${region}a: 40 free in ${first.id} (10.20.0.0/20); ${region}b: 30 free in ${second.id} (10.20.16.0/20)`,
    );
    assert.match(found.wanted, /^about \d+ in each zone: 6 for EKS, 6 for endpoints, 2 nodes × \d+ \(/);
    const forPods = small.map((subnet, index) => ({
      ...subnet,
      id: `subnet-pods-${index}`,
      cidr: `100.64.${index}.0/24`,
      freeAddresses: 250,
      tags: { 'kubernetes.io/role/cni': '1' },
    }));
    const [table] = network.routeTables;
    assert.ok(table);
    const routeTables = [{ ...table, subnetIds: [...small, ...forPods].map(({ id }) => id) }];
    assert.deepEqual(codes({ subnets: [...small, ...forPods], routeTables }), []);
    // Of a cluster that stands already the addresses are taken.
    assert.ok(!codes({ subnets: small, clusters: ['demo'] }).some(line => line.startsWith('room')));
  });

  it('says what it assumes of Fargate and Auto Mode, and warns where not even that has room', () => {
    const auto = 'autoMode: {}\n';
    const [found, ...others] = judgeNetwork(specOf(auto), account({}));
    assert.deepEqual([found?.code, found?.severity, found?.resource, others], ['room-assumed', 'info', vpcId, []]);
    assert.match(found?.seen ?? '', /^about \d+ in each zone: 6 for EKS, .*1 node of Auto Mode × 17$/);
    assert.match(found?.why ?? '', /^Auto Mode starts nodes as pods need them/);
    assert.ok(first && second);
    const few = [{ ...first, freeAddresses: 20 }, second];
    assert.deepEqual(codes({ subnets: few }, auto), [`room-for-pods ${first.id}`, `room-assumed ${vpcId}`]);
    assert.deepEqual(codes({ clusters: ['demo'] }, auto), []);
  });

  it('says whose room it cannot reckon', () => {
    const gpu = 'nodes: {default: {instanceTypes: [g6.xlarge]}}\n';
    assert.deepEqual(codes({}, gpu), [`room-unknown ${vpcId}`]);
    assert.deepEqual(codes({ interfaceLimits: { 'g6.xlarge': { interfaces: 4, addresses: 15 } } }, gpu), []);
  });

  it('says the worst first', () => {
    const order = judgeNetwork(
      specOf(),
      account({
        vpc: { ...network.vpc, dnsSupport: false },
        clusters: ['x'],
        unknown: [{ look: 'a:B', why: 'denied' }],
        subnets: network.subnets.map(found => ({ ...found, mapPublicIp: true })),
      }),
    ).map(({ severity }) => severity);
    assert.deepEqual(order, ['error', 'warning', 'unknown', 'info']);
  });

  it('asks for an endpoint in each zone, but for those that do not offer the service', () => {
    assert.ok(first);
    const endpoints = [endpoint('ec2', { subnetIds: [first.id] })];
    assert.deepEqual(codes({ endpoints }), ['endpoint-zone-missing vpce-ec2']);
    const endpointZones = { [`com.amazonaws.${region}.ec2`]: [`${region}a`] };
    assert.deepEqual(judgeNetwork(specOf(), account({ endpoints }, { endpointZones })), []);
  });

  it('plans in zones that offer a service, and prices those', () => {
    const endpointZones = { [`com.amazonaws.${region}.ec2`]: [`${region}a`, `${region}c`] };
    const [ec2] = plannedEndpoints(specOf(), account({}, { endpointZones }));
    assert.deepEqual([ec2?.zones, ec2?.subnetIds, ec2?.monthlyUsd], [[`${region}a`], [first?.id], 7.3]);
  });
});
