import assert from 'node:assert/strict';
import { failureCause } from '../../../../src/core/run/failureCause.ts';
import { refineNodeCause } from '../../../../src/core/run/nodeCause.ts';
import type { EndpointFacts, NodeFacts } from '../../../../src/core/run/nodeFacts.ts';

const plain = failureCause({
  code: 'node-creation-failure',
  what: 'w',
  why: 'y',
  fix: 'f',
  evidence: ['AWS names i-1'],
});

function endpoint(service: string, more: Partial<EndpointFacts> = {}): EndpointFacts {
  const groups = [{ id: 'sg-e', admits443: { cidrs: ['10.0.0.0/16'], groups: [] } }];
  return {
    id: `vpce-${service}`,
    service,
    state: 'available',
    type: 'Interface',
    privateDns: true,
    routeTableIds: [],
    groups,
    ...more,
  };
}
const gateway = endpoint('s3', { type: 'Gateway', privateDns: false, groups: [], routeTableIds: ['rtb-1', 'rtb-2'] });

const healthy: NodeFacts = {
  cluster: 'demo',
  nodeGroup: 'default',
  region: 'eu-west-1',
  vpc: { id: 'vpc-1', dnsSupport: true, dnsHostnames: true },
  subnets: [
    { id: 'subnet-1', cidr: '10.0.0.0/19', routeTableId: 'rtb-1', defaultRoute: undefined },
    { id: 'subnet-2', cidr: '10.0.32.0/19', routeTableId: 'rtb-2', defaultRoute: undefined },
  ],
  nodeSecurityGroup: 'sg-n',
  endpoints: [endpoint('ec2'), endpoint('ecr.api'), endpoint('ecr.dkr'), gateway],
  addons: ['vpc-cni', 'kube-proxy'],
  nodeRole: 'arn:aws:iam::1:role/node',
  nodePolicies: ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'],
};
const without = (service: string) => healthy.endpoints.filter(one => one.service !== service);
const closed = { groups: [{ id: 'sg-e', admits443: { cidrs: ['10.0.0.0/24'], groups: [] } }] };

const cases: readonly (readonly [string, Partial<NodeFacts>, RegExp])[] = [
  ['nodes-cannot-reach-ec2', { endpoints: without('ec2') }, /com\.amazonaws\.eu-west-1\.ec2: not found in vpc-1/],
  [
    'nodes-cannot-reach-ec2',
    { endpoints: [...without('ec2'), endpoint('ec2', { privateDns: false })] },
    /vpce-ec2 ec2: available, private DNS off/,
  ],
  ['nodes-cannot-pull-images', { endpoints: without('ecr.dkr') }, /ecr\.dkr: not found/],
  ['nodes-cannot-pull-images', { endpoints: without('s3') }, /s3 gateway: not found/],
  [
    'nodes-cannot-pull-images',
    { endpoints: [...without('s3'), { ...gateway, routeTableIds: ['rtb-1'] }] },
    /not on rtb-2 of subnet-2/,
  ],
  ['nodes-without-cni', { addons: ['kube-proxy'] }, /add-ons of demo: kube-proxy/],
  [
    'endpoint-group-without-443',
    { endpoints: [endpoint('ec2', closed), ...without('ec2')] },
    /sg-e admits no 443 from 10\.0\.0\.0\/19/,
  ],
  ['vpc-without-dns', { vpc: { id: 'vpc-1', dnsSupport: true, dnsHostnames: false } }, /enableDnsHostnames=false/],
  ['node-role-lacks-policy', { nodePolicies: ['AmazonEC2ContainerRegistryReadOnly'] }, /role\/node/],
];

describe('refineNodeCause', () => {
  for (const [code, change, evidence] of cases)
    it(`names ${code}: ${evidence.source}`, () => {
      const cause = refineNodeCause(plain, { ...healthy, ...change });
      assert.equal(cause.code, code);
      assert.match(cause.evidence.join('\n'), evidence);
      assert.ok(cause.evidence.includes('AWS names i-1'), 'AWS’s own evidence stays');
    });

  it('keeps AWS’s cause where everything looks right, and says what was looked at', () => {
    const cause = refineNodeCause(plain, healthy);
    assert.equal(cause.code, 'node-creation-failure');
    assert.match(cause.evidence.at(-1) ?? '', /look right/);
  });

  it('names the cause that a node meets first, and tells the others too', () => {
    const cause = refineNodeCause(plain, { ...healthy, endpoints: [], addons: [] });
    assert.equal(cause.code, 'nodes-cannot-reach-ec2');
    assert.match(cause.evidence.join('\n'), /ecr\.dkr: not found[\s\S]*add-ons of demo: none/);
  });

  it('does not miss endpoints where there is a way out', () => {
    const subnets = healthy.subnets.map(subnet => ({ ...subnet, defaultRoute: 'nat-1' }));
    assert.equal(refineNodeCause(plain, { ...healthy, endpoints: [], subnets }).code, 'node-creation-failure');
  });

  it('takes a rule that admits the nodes’ own group', () => {
    const groups = [{ id: 'sg-e', admits443: { cidrs: [], groups: ['sg-n'] } }];
    const endpoints = healthy.endpoints.map(one => (one.type === 'Interface' ? { ...one, groups } : one));
    assert.equal(refineNodeCause(plain, { ...healthy, endpoints }).code, 'node-creation-failure');
  });
});
