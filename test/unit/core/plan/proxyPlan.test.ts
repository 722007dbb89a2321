import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildPlan } from '../../../../src/core/plan/buildPlan.ts';
import type { AccountFacts, Plan, ProxyServiceFacts, StackId } from '../../../../src/core/plan/plan.ts';
import { noProxyList } from '../../../../src/core/templates/nodeProxy.ts';
import { specOf } from '../templates/specGrid.ts';

const service = 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0';
const shared = `proxy: {endpointService: ${service}, port: 8080}`;
const given = 'proxy: {url: "http://proxy.example.internal:3128", noProxy: [.example.internal]}';
const zoneNames = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];

const accountWith = (proxyService?: ProxyServiceFacts): AccountFacts => ({
  accountId: '111122223333',
  partition: 'aws',
  region: 'eu-west-1',
  callerPrincipalArn: 'arn:aws:iam::111122223333:role/platform',
  zones: zoneNames.map((name, index) => ({ id: `euw1-az${index + 1}`, name })),
  versions: [{ version: '1.36', support: 'standard', isDefault: true, standardUntil: '2027-08-02' }],
  ...(proxyService ? { proxyService } : {}),
});
const everywhere: ProxyServiceFacts = { isShared: true, zones: zoneNames, acceptanceRequired: false };
const plan = (lines: string, account?: AccountFacts) => buildPlan(specOf(`${lines}\n`), account, '2026-11-21');
const codes = ({ warnings }: Plan) => warnings.map(({ code }) => code).filter(code => code.startsWith('proxy'));
const stackOf = ({ stacks }: Plan, id: StackId) => stacks.find(stack => stack.id === id);
const nodesText = (of: Plan) => JSON.stringify(stackOf(of, 'nodes-default')?.template.Resources);

describe('a plan with a proxy', () => {
  it('makes the way to one of another VPC while the control plane is being made, and nodes wait for it', () => {
    const found = plan(shared, accountWith(everywhere));
    const step = (id: string) => found.steps.find(one => one.id === id);
    assert.deepEqual(step('proxy')?.needs, ['network']);
    assert.ok(step('nodes-default')?.needs.includes('proxy'));
    assert.ok(!step('cluster')?.needs.includes('proxy'));
    const { Endpoint, Group } = Object.fromEntries(
      Object.entries(stackOf(found, 'proxy')?.template.Resources ?? {}).map(([id, { Properties }]) => [
        id.replace('Proxy', '').replace('Security', ''),
        Properties,
      ]),
    );
    assert.equal(Endpoint?.['ServiceName'], service);
    assert.equal(Endpoint?.['PrivateDnsEnabled'], false);
    assert.deepEqual(Endpoint?.['SubnetIds'], { Ref: 'SubnetIds' });
    const [rule] = (Group?.['SecurityGroupIngress'] ?? []) as { FromPort?: number; ToPort?: number }[];
    assert.deepEqual([rule?.FromPort, rule?.ToPort], [8080, 8080]);
    assert.deepEqual(stackOf(found, 'nodes-default')?.parameters['ProxyUrl'], {
      from: 'output',
      stack: 'proxy',
      output: 'ProxyUrl',
    });
    assert.ok(found.cost.lines.some(({ item, monthlyUsd }) => item === 'Way to the proxy' && monthlyUsd > 20));
  });

  it('takes only subnets of the zones that the service is in, and says what that costs', () => {
    const found = plan(shared, accountWith({ ...everywhere, zones: ['eu-west-1b'] }));
    const { Properties } = stackOf(found, 'proxy')?.template.Resources['ProxyEndpoint'] ?? {};
    assert.deepEqual(Properties?.['SubnetIds'], [{ 'Fn::Select': [1, { Ref: 'SubnetIds' }] }]);
    assert.deepEqual(codes(found), ['proxy-for-nodes', 'proxy-across-zones']);
  });

  it('makes no way to one that the VPC reaches, and nodes have it with the node group’s own image type', () => {
    const found = plan(given);
    assert.equal(stackOf(found, 'proxy'), undefined);
    const nodes = stackOf(found, 'nodes-default');
    assert.deepEqual(nodes?.parameters['ProxyUrl'], { from: 'literal', value: 'http://proxy.example.internal:3128' });
    assert.deepEqual(Object.keys(nodes?.parameters ?? {}).sort(), [
      'ClusterName',
      'NodeRoleArn',
      'ProxyUrl',
      'ServiceCidr',
      'SubnetIds',
      'VpcCidrs',
    ]);
    assert.match(nodesText(found), /AL2023_x86_64_STANDARD/);
    for (const direct of [
      '${ServiceCidr}',
      '${VpcCidrs0}',
      '169.254.169.254',
      '.eks.amazonaws.com',
      'ec2.eu-west-1',
      '.s3.eu-west-1',
      '.example.internal',
    ])
      assert.ok(nodesText(found).includes(direct), direct);
  });

  it('leaves nodes without one exactly as they were', () => {
    assert.doesNotMatch(nodesText(plan('')), /proxy/i);
    assert.doesNotMatch(nodesText(plan('')), /UserData/);
  });

  it('sends what the spec only says to be reached through it, and says so', () => {
    const found = plan(`${given}\nendpoints: {reachable: [sts]}\nfeatures: {irsa: true}`);
    assert.doesNotMatch(nodesText(found), /sts\.eu-west-1/);
    assert.ok(codes(found).includes('proxy-takes-reachable'));
  });

  it('tells what is wrong with the service, and what it does not do', () => {
    const notShared = { isShared: false, zones: [], acceptanceRequired: false };
    assert.ok(codes(plan(shared, accountWith(notShared))).includes('proxy-not-shared'));
    assert.ok(codes(plan(shared, accountWith({ ...everywhere, zones: ['eu-west-1d'] }))).includes('proxy-in-no-zone'));
    assert.ok(
      codes(plan(shared, accountWith({ ...everywhere, acceptanceRequired: true }))).includes('proxy-acceptance'),
    );
    assert.deepEqual(codes(plan(`${given}\nautoMode: {}`)), ['proxy-not-for-auto-mode']);
    assert.deepEqual(codes(plan(`${given}\nfargate: {apps: {selectors: [{namespace: apps}]}}`)), [
      'proxy-not-for-fargate',
    ]);
    assert.deepEqual(codes(plan('')), []);
  });
});

describe('what goes round a proxy', () => {
  const base = specOf(`${given}\n`);

  it('names the hosts of China and the addresses of IPv6', () => {
    const china = noProxyList({ ...base, region: 'cn-north-1' }, [], ['ecr.dkr', 'sts']);
    assert.ok(china.includes('.dkr.ecr.cn-north-1.amazonaws.com.cn') && china.includes('.eks.amazonaws.com.cn'));
    const ipv6 = noProxyList({ ...base, network: { ...base.network, ipFamily: 'ipv6' } }, [], []);
    assert.ok(ipv6.includes('[fd00:ec2::254]') && ipv6.includes('.api.aws'));
  });

  it('has each entry once, none with a space, a comma or a wildcard of ours, whatever the endpoints are', () => {
    const services = fc.uniqueArray(
      fc.constantFrom('ec2', 'ecr.api', 'ecr.dkr', 's3', 'sts', 'eks-auth', 'oidc-eks', 'route53', 'execute-api'),
    );
    fc.assert(
      fc.property(services, names => {
        const list = noProxyList(base, ['10.40.0.0/16', '172.20.0.0/16'], names);
        assert.equal(new Set(list).size, list.length);
        assert.ok(list.every(entry => /^[^\s,*]+$/.test(entry)));
        assert.ok(
          list.includes('169.254.169.254') && list.includes('169.254.170.23') && list.includes('.example.internal'),
        );
      }),
    );
  });
});
