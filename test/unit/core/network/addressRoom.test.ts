import assert from 'node:assert/strict';
import { addressNeed, hasRoom } from '../../../../src/core/network/addressRoom.ts';
import { specOf } from './facts.ts';

describe('the addresses that a zone gives away', () => {
  const need = (more: string, zones = 2, endpoints = 0) => addressNeed(specOf(more), zones, endpoints);
  const nodes = (type: string, maxSize = 4) => `nodes: {default: {instanceTypes: [${type}], maxSize: ${maxSize}}}\n`;
  const env = (...names: string[]) =>
    `addons: {vpc-cni: {configuration: {env: {${names.map(name => `${name}: "true"`).join(', ')}}}}}\n`;

  it('are all that a full node’s interfaces hold, beside EKS’s own and the endpoints’', () => {
    // 3 interfaces × 10 addresses, of which the first interface's 10 lie in the node's own subnet.
    assert.deepEqual(need(nodes('m7i.large'), 2, 7), {
      own: 6 + 7 + 2 * 10,
      further: 2 * 20,
      parts: ['6 for EKS', '7 for endpoints', '2 nodes × 30 (m7i.large)'],
      assumed: [],
      unknownTypes: [],
    });
  });

  it('spread groups over the zones, rounded up', () => {
    assert.equal(need(nodes('t3.medium', 5), 3).parts.at(-1), '2 nodes × 18 (t3.medium)');
    const one = 'nodes: {default: {instanceTypes: [t3.medium], minSize: 1, desiredSize: 1, maxSize: 1}}\n';
    assert.equal(need(one, 3).parts.at(-1), '1 node × 18 (t3.medium)');
  });

  it('of mixed types follow the smallest one’s pods, on the larger one’s interfaces', () => {
    // 27 pods fill two interfaces of 14; a third is kept in reserve.
    assert.equal(need(nodes('m7i.large, m7i.xlarge')).parts.at(-1), '2 nodes × 45 (m7i.xlarge)');
  });

  it('with prefixes come in sixteens, one in reserve', () => {
    // 110 pods: 7 prefixes and one warm, on the first interface with its own address.
    const found = need(nodes('m7i.large') + env('ENABLE_PREFIX_DELEGATION'));
    assert.deepEqual([found.own, found.further], [6 + 2 * (8 * 16 + 1), 0]);
    const large = need(nodes('m7i.16xlarge', 2) + env('ENABLE_PREFIX_DELEGATION'));
    assert.equal(large.own, 6 + (16 + 1) * 16 + 1);
  });

  it('with custom networking lie in the pods’ subnets, but for each node’s one', () => {
    const found = need(nodes('m7i.large') + env('AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG'));
    assert.deepEqual([found.own, found.further], [6 + 2, 2 * 20]);
    assert.equal(hasRoom(found, { own: 1000, pods: 39 }, { customNetworking: true }), false);
    assert.equal(hasRoom(found, { own: 8, pods: 40 }, { customNetworking: true }), true);
  });

  it('with IPv6 are one for each node', () => {
    assert.deepEqual(need(`  ipFamily: ipv6\n${nodes('m7i.large')}`).own, 6 + 2);
  });

  describe('of what a spec leaves open', () => {
    const fargate = 'fargate: {apps: {selectors: [{namespace: apps}]}}\n';
    const nodes2 = nodes('m7i.large');

    it('are those of CoreDNS on Fargate, and of no other pod there', () => {
      const alone = need(fargate);
      assert.deepEqual([alone.own, alone.further], [6 + 1, 0]);
      assert.deepEqual(alone.parts, ['6 for EKS', '1 for CoreDNS on Fargate']);
      assert.deepEqual(alone.assumed, ['Each pod on Fargate takes an address of its own: CoreDNS alone is counted.']);
      const beside = need(fargate + nodes2);
      assert.deepEqual([beside.own, beside.further], [6 + 2 * 10, 2 * 20]);
      assert.match(beside.assumed.join(), /none is counted/);
    });

    it('lie in the block for pods, where a new VPC has one', () => {
      const { network: _, ...rest } = specOf(fargate);
      const network = { ...specOf().network, vpc: undefined, podCidr: '100.64.0.0/16' };
      const found = addressNeed({ ...rest, network }, 3, 0);
      assert.deepEqual([found.own, found.further], [6, 1]);
    });

    it('are of Auto Mode a node in each zone with its first prefix', () => {
      const auto = need('autoMode: {}\n');
      assert.deepEqual([auto.own, auto.further, auto.parts.at(-1)], [6 + 17, 0, '1 node of Auto Mode × 17']);
      assert.match(auto.assumed.join(), /one in each zone with 16 addresses for its first pods is counted/);
      assert.equal(need('  ipFamily: ipv6\nautoMode: {}\n').own, 6 + 1);
      assert.equal(need(`autoMode: {nodePools: []}\n${nodes2}`).own, 6 + 2 * 10);
    });

    it('are of Karpenter none, and it is said', () => {
      const found = need(`features: {karpenter: true}\n${nodes2}`);
      assert.deepEqual(found.own, need(nodes2).own);
      assert.match(found.assumed.join(), /Karpenter starts nodes as pods need them: none of them is counted/);
    });
  });

  it('leave out types that nobody knows, and say so', () => {
    assert.deepEqual(need(nodes('g6.xlarge')).unknownTypes, ['g6.xlarge']);
    const known = { 'g6.xlarge': { interfaces: 4, addresses: 15 } };
    const told = addressNeed(specOf(nodes('g6.xlarge')), 2, 0, known);
    assert.deepEqual([told.further, told.unknownTypes], [2 * 45, []]);
  });

  it('may lie in subnets for pods, but for the first interface’s', () => {
    const found = need(nodes('m7i.large'));
    const fits = (own: number, pods: number) => hasRoom(found, { own, pods }, { customNetworking: false });
    assert.deepEqual([fits(66, 0), fits(65, 0), fits(26, 40), fits(25, 400)], [true, false, true, false]);
  });
});
