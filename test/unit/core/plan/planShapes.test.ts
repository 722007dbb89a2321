import assert from 'node:assert/strict';
import type { NetworkFacts } from '../../../../src/core/network/networkFacts.ts';
import { networkTicket } from '../../../../src/core/network/networkTicket.ts';
import { buildPlan } from '../../../../src/core/plan/buildPlan.ts';
import type { AccountFacts, Plan, StackId } from '../../../../src/core/plan/plan.ts';
import { existingVpc, thirtySpecs } from '../../../support/thirtySpecs.ts';
import { specOf } from '../templates/specGrid.ts';

const today = '2026-11-21';
const account: AccountFacts = {
  accountId: '111122223333',
  partition: 'aws',
  region: 'eu-west-1',
  callerPrincipalArn: 'arn:aws:iam::111122223333:role/team/platform',
  zones: [1, 2, 3].map(zone => ({ id: `euw1-az${zone}`, name: `eu-west-1${'abc'.charAt(zone - 1)}` })),
  versions: [{ version: '1.36', support: 'standard', isDefault: true, standardUntil: '2027-08-02' }],
};
const plan = (lines: string, facts?: AccountFacts) => buildPlan(specOf(`${lines}\n`), facts, today);
const codes = ({ warnings }: Plan) => warnings.map(({ code }) => code);
const stackOf = ({ stacks }: Plan, id: StackId) => {
  const found = stacks.find(stack => stack.id === id);
  assert.ok(found, id);
  return found;
};

/** A sound VPC of a network team: three private subnets, two in the same zone's table, an ECR endpoint that serves. */
const network: NetworkFacts = {
  vpc: {
    id: existingVpc.id,
    ownerId: '111122223333',
    cidrs: ['172.20.0.0/16', '100.64.0.0/16'],
    ipv6Cidrs: [],
    dnsSupport: true,
    dnsHostnames: true,
    dhcp: { id: 'dopt-1', domainNameServers: ['AmazonProvidedDNS'] },
    tags: {},
  },
  subnets: existingVpc.subnets.map((id, index) => ({
    id,
    vpcId: existingVpc.id,
    ownerId: '111122223333',
    zoneId: `euw1-az${index + 1}`,
    zoneName: `eu-west-1${'abc'.charAt(index)}`,
    cidr: `172.20.${index * 16}.0/20`,
    freeAddresses: 4000,
    mapPublicIp: false,
    state: 'available',
    tags: { 'kubernetes.io/role/internal-elb': '1' },
  })),
  routeTables: [
    {
      id: 'rtb-0a',
      main: true,
      subnetIds: [existingVpc.subnets[0], existingVpc.subnets[1]],
      routes: [{ destination: '172.20.0.0/16', target: 'local', state: 'active' }],
    },
    {
      id: 'rtb-0b',
      main: false,
      subnetIds: [existingVpc.subnets[2]],
      routes: [{ destination: '172.20.0.0/16', target: 'local', state: 'active' }],
    },
  ],
  networkAcls: [],
  endpoints: [],
  securityGroups: [],
  hostedZones: [],
  clusters: [],
  unknown: [],
};
const existing = `network: {vpc: {id: ${existingVpc.id}, subnets: [${existingVpc.subnets.join(', ')}]}}`;

describe('a plan for an existing VPC', () => {
  const looked = plan(existing, { ...account, network });

  it('makes no network, and has as literals what the account shows', () => {
    assert.ok(!looked.stacks.some(({ kind }) => kind === 'network'));
    const { parameters } = stackOf(looked, 'endpoints');
    assert.deepEqual(parameters, {
      VpcId: { from: 'literal', value: existingVpc.id },
      VpcCidrs: { from: 'literal', value: '172.20.0.0/16,100.64.0.0/16' },
      SubnetIds: { from: 'literal', value: existingVpc.subnets.join(',') },
      RouteTableIds: { from: 'literal', value: 'rtb-0a,rtb-0b' },
    });
    assert.deepEqual(stackOf(looked, 'cluster').parameters.SubnetIds, {
      from: 'literal',
      value: existingVpc.subnets.join(','),
    });
    assert.deepEqual(looked.steps.find(({ id }) => id === 'endpoints')?.needs, ['preflight']);
  });

  it('keeps services clear of the VPC’s blocks, and lets all of them in to the endpoints', () => {
    const { Cluster } = stackOf(looked, 'cluster').template.Resources;
    assert.match(JSON.stringify(Cluster?.Properties?.KubernetesNetworkConfig), /"ServiceIpv4Cidr":"10\.100\.0\.0\/16"/);
    const { EndpointSecurityGroup } = stackOf(looked, 'endpoints').template.Resources;
    assert.equal((EndpointSecurityGroup?.Properties?.SecurityGroupIngress as unknown[]).length, 2);
  });

  it('leaves open without an account what it cannot know, and says so', () => {
    const blind = plan(existing);
    assert.deepEqual(stackOf(blind, 'endpoints').parameters, {
      VpcId: { from: 'literal', value: existingVpc.id },
      VpcCidrs: { from: 'account', fact: 'vpcCidrs' },
      SubnetIds: { from: 'account', fact: 'endpointSubnetIds' },
      RouteTableIds: { from: 'account', fact: 'routeTableIds' },
    });
    assert.ok(codes(blind).includes('vpc-open'));
    assert.ok(!codes(blind).includes('zones-open') && !codes(blind).includes('two-zones-save'));
    assert.ok(!codes(looked).includes('vpc-open'));
  });

  it('names by field and value what it takes for granted of a VPC that nobody looked at', () => {
    const said = (of: Plan) => of.warnings.filter(({ code }) => code.startsWith('assumed-'));
    const told = said(plan(existing));
    assert.deepEqual(
      told.map(({ code, path }) => [code, path]),
      [
        ['assumed-zones', 'network.vpc.subnets'],
        ['assumed-blocks', 'network.vpc.id'],
        ['assumed-service-range', 'network.serviceCidr'],
      ],
    );
    const { Cluster } = stackOf(plan(existing), 'cluster').template.Resources;
    const range = /"ServiceIpv4Cidr":"([^"]+)"/.exec(JSON.stringify(Cluster?.Properties))?.[1] ?? '';
    assert.ok(told[2]?.message.includes(`network.serviceCidr is ${range}`), told[2]?.message);
    assert.match(told[1]?.message ?? '', /has one IPv4 block and no IPv6 block/);
    assert.deepEqual(said(looked), []);
    assert.ok(codes(looked).includes('not-looked-at') && !codes(plan(existing)).includes('not-looked-at'));
    const ticket = networkTicket(plan(existing));
    for (const { message } of told) assert.ok(ticket.includes(message));
  });

  it('plans the endpoints that its own stacks made as before, so that the next run does not take them away', () => {
    const own = {
      id: 'vpce-0a',
      ownerId: '111122223333',
      serviceName: 'com.amazonaws.eu-west-1.ecr.api',
      type: 'Interface' as const,
      state: 'available',
      subnetIds: [...existingVpc.subnets],
      routeTableIds: [],
      securityGroupIds: ['sg-1'],
      privateDns: true,
      managedByAws: false,
      tags: { 'private-eks:cluster': 'payments' },
    };
    const again = plan(existing, { ...account, network: { ...network, endpoints: [own] } });
    assert.deepEqual(stackOf(again, 'endpoints').template, stackOf(looked, 'endpoints').template);
    assert.equal(again.specHash, looked.specHash);
  });

  it('makes no stack of endpoints when all are reached in another way, and counts none', () => {
    const services = plan('').endpoints.map(({ service }) => service);
    const reached = plan(`endpoints: {reachable: [${services.join(', ')}]}`);
    assert.ok(!reached.stacks.some(({ id }) => id === 'endpoints'));
    assert.deepEqual(reached.steps.find(({ id }) => id === 'nodes-default')?.needs, ['node-addons', 'identity']);
    assert.ok(!reached.cost.lines.some(({ item }) => item.includes('endpoint')));
  });
});

describe('an endpoint service that is not offered in every zone', () => {
  it('stands in the others only, and is counted there', () => {
    const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
    const all = Object.fromEntries(
      plan('').endpoints.map(({ service }) => [`com.amazonaws.eu-west-1.${service}`, zones]),
    );
    const endpointZones = { ...all, 'com.amazonaws.eu-west-1.eks-auth': ['eu-west-1a', 'eu-west-1c'] };
    const one = plan('', { ...account, endpointZones });
    const { EksAuthEndpoint, Ec2Endpoint } = stackOf(one, 'endpoints').template.Resources;
    assert.deepEqual(EksAuthEndpoint?.Properties?.SubnetIds, [
      { 'Fn::Select': [0, { Ref: 'SubnetIds' }] },
      { 'Fn::Select': [2, { Ref: 'SubnetIds' }] },
    ]);
    assert.deepEqual(Ec2Endpoint?.Properties?.SubnetIds, { Ref: 'SubnetIds' });
    const line = one.cost.lines.find(({ item }) => item.includes('endpoint'));
    assert.deepEqual([line?.item, line?.monthlyUsd], ['6 interface endpoints, 17 zones in all', 124.1]);
  });
});

describe('the steps of a plan', () => {
  it('of Fargate alone put CoreDNS after the profiles, and take a profile’s time for each', () => {
    const { steps } = plan('fargate: {apps: {selectors: [{namespace: apps}]}}\nfeatures: {podIdentity: false}');
    const needs = Object.fromEntries(steps.map(step => [step.id, step.needs]));
    assert.deepEqual(needs.fargate, ['identity', 'endpoints']);
    assert.deepEqual(needs['workload-addons'], ['fargate']);
    assert.equal(steps.find(({ id }) => id === 'fargate')?.usualSeconds.typical, 240);
  });

  it('make the namespaces that profiles name, once pods and people can get there', () => {
    const fargate =
      'fargate: {a: {selectors: [{namespace: apps}, {namespace: dev-*}]}, b: {selectors: [{namespace: apps}]}}';
    const { steps } = plan(`nodes: {default: {}}\n${fargate}`);
    const needs = Object.fromEntries(steps.map(step => [step.id, step.needs]));
    assert.deepEqual(needs.namespaces, ['nodes-default', 'fargate']);
    assert.deepEqual(needs.verify, ['workload-addons', 'namespaces']);
    const wild = plan('fargate: {a: {selectors: [{namespace: dev-*}, {namespace: kube-system}]}}');
    assert.ok(!wild.steps.some(({ id }) => id === 'namespaces'));
    assert.ok(!wild.warnings.some(({ code }) => code === 'fargate-namespaces'));
  });

  it('of Auto Mode end when access and endpoints are there', () => {
    const { steps } = plan('autoMode: {}');
    assert.deepEqual(steps.find(({ id }) => id === 'verify')?.needs, ['identity', 'endpoints']);
  });

  it('make groups beside each other, a self-managed one in its own time', () => {
    const { steps } = plan('nodes: {default: {}, own: {kind: self-managed}}');
    const [managed, own] = steps.filter(({ id }) => id.startsWith('nodes-'));
    assert.deepEqual(managed?.needs, own?.needs);
    assert.notDeepEqual(own?.usualSeconds, managed?.usualSeconds);
  });

  it('need only what is planned before them, for the thirty and with an account', () => {
    assert.equal(thirtySpecs.length, 30);
    for (const { name, text } of thirtySpecs) {
      const { stacks, steps } = buildPlan(specOf(text, ''), { ...account, network }, today);
      const done = new Set<string>();
      for (const { id, needs } of steps) {
        for (const need of needs) assert.ok(done.has(need), `${name}: ${id} needs ${need}`);
        done.add(id);
      }
      for (const { id, parameters, template } of stacks) {
        assert.deepEqual(
          Object.keys(parameters).sort(),
          Object.keys(template.Parameters ?? {}).sort(),
          `${name}: ${id}`,
        );
        assert.ok(!Object.values(parameters).some(({ from }) => from === 'account'), `${name}: ${id} is open`);
      }
    }
  });
});

describe('what a plan says of choices', () => {
  for (const [code, lines] of [
    ['egress-for-good', 'controlPlane: {egress: customer-isolated}'],
    ['ip-family-for-good', 'network: {ipFamily: ipv6}'],
    ['service-cidr-for-good', 'network: {serviceCidr: 10.200.0.0/16}'],
    ['self-managed', 'nodes: {default: {kind: self-managed}}'],
    ['device-plugin', 'nodes: {default: {instanceTypes: [g6.xlarge]}}'],
    ['own-image', 'nodes: {default: {ami: ami-0a1b2c3d4e5f67890}}'],
    ['bastion-needed', 'autoMode: {}'],
    ['auto-mode-price', 'autoMode: {}'],
    ['room-assumed', 'autoMode: {}'],
    ['room-assumed', 'features: {karpenter: true}'],
    ['coredns-on-fargate', 'fargate: {a: {selectors: [{namespace: a}]}}\nfeatures: {podIdentity: false}'],
    ['fargate-namespaces', 'fargate: {a: {selectors: [{namespace: a}]}}\nfeatures: {podIdentity: false}'],
    [
      'no-pod-identity-on-fargate',
      'nodes: {default: {}}\nfargate: {a: {selectors: [{namespace: a}]}}\nfeatures: {secrets: true}',
    ],
    ['first-interface', 'network: {podCidr: 100.64.0.0/16}'],
  ] as const) {
    it(`tells ${code}, with the field to jump to, and not of the defaults`, () => {
      const found = plan(lines).warnings.find(warning => warning.code === code);
      assert.ok(found?.path);
      assert.ok(!codes(plan('')).includes(code));
    });
  }

  it('counts CoreDNS on Fargate, and names what it cannot count', () => {
    const fargate = plan('fargate: {a: {selectors: [{namespace: a}]}}\nfeatures: {podIdentity: false}');
    const line = fargate.cost.lines.find(({ item }) => item === '2 CoreDNS pods on Fargate');
    // 2 × (0.25 × 0.04048 + 0.5 × 0.004445) × 730
    assert.equal(line?.monthlyUsd, 18.02);
    assert.match(fargate.cost.note, /the workloads’ Fargate pods, 0\.04048 USD an hour for a vCPU/);
    assert.match(plan('autoMode: {}').cost.note, /Auto Mode’s nodes.*about 12 % of it/);
    assert.match(plan('controlPlane: {tier: tier-2xl}').cost.note, /surcharge of control plane tier-2xl/);
  });
});
