import assert from 'node:assert/strict';
import type { ClusterSummary } from '../../../src/core/cluster/clusterDetails.ts';
import type { ClusterParts } from '../../../src/editor/clusters/clusterStore.ts';
import type { sectionFacts as factsOfSection } from '../../../src/editor/tree/sectionFacts.ts';
import type { Section } from '../../../src/editor/tree/treeNode.ts';
import { standInForVscode } from '../../support/vscodeStandIn.ts';

const account = { id: 'a', label: 'A', profile: 'p', region: 'eu-west-1', isSandbox: false, place: {} };
const cluster = {
  ...{ name: 'orders', arn: 'arn:aws:eks:eu-west-1:1:cluster/orders', version: '1.36', status: 'ACTIVE' },
  ...{ vpcId: 'vpc-1', zones: 2, publicEndpoint: false, logTypes: ['api'], customerKey: false, health: [] },
  ...{ autoMode: true, tags: { 'private-eks:cluster': 'orders' }, deletionProtection: true },
} as unknown as ClusterSummary;
const endpoint = { type: 'Interface', service: 'sts', state: 'available' };
const group = { status: 'ACTIVE', desired: 2, spot: false, instanceTypes: ['t3.medium'], issues: [] };
const parts: ClusterParts = {
  nodeGroups: [
    { ...group, name: 'default' },
    { ...group, name: 'big', spot: true, instanceTypes: ['m7i.large', 'm6i.large', 'm5.large'] },
    { ...group, name: 'ill', status: 'DEGRADED', issues: ['NodeCreationFailure: none joined'] },
  ],
  principals: [],
  endpoints: [
    { ...endpoint, id: 'vpce-1', madeFor: 'orders' },
    { ...endpoint, id: 'vpce-2', madeFor: 'billing' },
    { ...endpoint, id: 'vpce-3', madeFor: undefined, state: 'rejected' },
  ],
  stacks: [{ name: 'private-eks-orders-nodes-own', id: 'arn', status: 'CREATE_COMPLETE', reason: undefined }],
  fargate: [{ name: 'batch', status: 'ACTIVE', selectors: ['batch-*'], issues: [] }],
  addons: [
    { name: 'coredns', version: 'v1.14.1', status: 'ACTIVE', issues: [], update: 'v1.14.2' },
    { name: 'kube-proxy', version: 'v1.36.2', status: 'ACTIVE', issues: [], update: undefined },
    { name: 'vpc-cni', version: 'v1.21.1', status: 'UPDATE_FAILED', issues: [], update: undefined },
  ],
};

describe('the rows of a cluster’s sections', () => {
  let sectionFacts: typeof factsOfSection;
  before(async () => {
    standInForVscode();
    ({ sectionFacts } = await import('../../../src/editor/tree/sectionFacts.ts'));
  });
  const rows = (section: Section, of: ClusterParts = parts) =>
    sectionFacts({ kind: 'section', section, account, cluster }, of, undefined).map(({ label, description, icon }) => [
      label,
      description,
      icon,
    ]);

  it('tell every kind of node, what differs first', () => {
    assert.deepEqual(rows('nodes'), [
      ['default', '2 × t3.medium · active', 'server'],
      ['big', '2 × m7i.large +2 · spot · active', 'server'],
      ['ill', '2 × t3.medium · degraded', 'warning'],
      ['own', 'self-managed', 'server'],
      ['batch', 'Fargate · active · batch-*', 'cloud'],
      ['Auto Mode', 'AWS runs the nodes', 'server-environment'],
    ]);
  });

  it('tell whose an endpoint is where it is not the cluster’s own, and its state only when it is not well', () => {
    assert.deepEqual(rows('network'), [
      ['VPC', 'vpc-1', 'type-hierarchy'],
      ['sts', 'interface', 'plug'],
      ['sts', 'adopted, of billing · interface', 'plug'],
      ['sts', 'rejected · adopted · interface', 'warning'],
    ]);
  });

  it('tell of an add-on its update before its version, which a narrow view cuts off', () => {
    assert.deepEqual(rows('addons'), [
      ['coredns', 'update to v1.14.2 · has v1.14.1', 'arrow-circle-up'],
      ['kube-proxy', 'v1.36.2', 'extensions'],
      ['vpc-cni', 'update failed · v1.21.1', 'warning'],
    ]);
  });

  it('say what may not be seen, and what it takes', () => {
    const nothing: ClusterParts = {
      ...{ nodeGroups: undefined, principals: undefined, endpoints: undefined },
      ...{ stacks: undefined, fargate: undefined, addons: undefined },
    };
    const told = (section: Section) => rows(section, nothing).filter(([, , icon]) => icon === 'lock');
    assert.deepEqual(told('nodes'), [
      ['Not to be seen', 'needs eks:ListNodegroups, eks:DescribeNodegroup', 'lock'],
      ['Fargate profiles', 'needs eks:ListFargateProfiles, eks:DescribeFargateProfile', 'lock'],
    ]);
    for (const [section, action] of [
      ['network', 'ec2:DescribeVpcEndpoints'],
      ['addons', 'eks:ListAddons, eks:DescribeAddon'],
      ['access', 'eks:ListAccessEntries'],
      ['stacks', 'cloudformation:DescribeStacks'],
    ] as const)
      assert.deepEqual(told(section), [['Not to be seen', `needs ${action}`, 'lock']]);
  });
});
