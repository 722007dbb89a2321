import assert from 'node:assert/strict';
import { nodeRows } from '../../../src/sandbox/join/nodeRows.ts';
import type { AccountSnapshot } from '../../../src/sandbox/kernel/account.ts';
import { clusterObjects } from '../../../src/sandbox/kubernetes/objectStore.ts';
import { createSandbox } from '../../../src/sandbox/sandbox.ts';
import { eksAccount, nodeEndpoints, region, type NetworkWish } from '../../unit/sandbox/eks/eksAccount.ts';

const allBut = (service: string) => nodeEndpoints.filter(endpoint => endpoint !== service);
const message = /^(Instances failed to join|Unhealthy nodes in) the kubernetes cluster$/;

/** A node group in a network that lacks something, watched until AWS has made up its mind. */
function nodeGroup(wish: NetworkWish = {}, addons = ['vpc-cni', 'kube-proxy'], policies?: string[]) {
  const made = eksAccount();
  const { subnetIds } = made.activeCluster(addons, wish);
  const start = made.account.now();
  made.createNodes(subnetIds, policies);
  while (made.describeNodegroup().status === 'CREATING') made.pass(5);
  const minutes = (made.account.now() - start) / 60_000;
  const scope = { account: made.account, region };
  const nodes = clusterObjects({ ...scope, cluster: 'demo' }).list('nodes');
  return { made, minutes, rows: nodeRows(scope).values(), nodes, nodegroup: made.describeNodegroup() };
}

type Node = { status: { conditions: { type: string; status: string; message: string }[] } };
const readiness = (node: object) => (node as Node).status.conditions.find(({ type }) => type === 'Ready');

describe('nodes that join', () => {
  it('register a minute or so after launch, are Ready half a minute later, and end the wait', () => {
    const { minutes, rows, nodes, nodegroup } = nodeGroup();
    assert.equal(nodegroup.status, 'ACTIVE');
    assert.ok(minutes >= 1.5 && minutes <= 3, `${minutes} min`);
    assert.equal(nodes.length, 2);
    for (const node of nodes) assert.equal(readiness(node)?.status, 'True');
    for (const { registeredAt = 0, readyAt = 0 } of rows) {
      const seconds = (readyAt - registeredAt) / 1000;
      assert.ok(seconds >= 20 && seconds <= 50, `${seconds} s`);
    }
    const [node] = nodes;
    assert.match(node?.metadata.name ?? '', /^ip-10-0-\d+-\d+\.eu-west-1\.compute\.internal$/);
    assert.match((node?.['spec'] as { providerID: string }).providerID, /^aws:\/\/\/eu-west-1[ab]\/i-0[0-9a-f]{16}$/);
  });

  it('carry on after a restart from what was written to disk', () => {
    const made = eksAccount();
    made.createNodes(made.activeCluster().subnetIds);
    made.pass(60);
    const snapshot = JSON.parse(JSON.stringify(made.account.snapshot())) as AccountSnapshot;
    const { account } = createSandbox({ snapshot });
    account.advanceTo(account.now() + 180_000);
    const context = account.serviceContext(region, 'test');
    const input = { clusterName: 'demo', nodegroupName: 'workers' };
    const told = account.call<{ nodegroup: { status: string } }>(context, 'eks', 'DescribeNodegroup', input);
    assert.equal(told.nodegroup.status, 'ACTIVE');
  });

  it('join late when the missing endpoint comes in time', () => {
    const made = eksAccount();
    const { subnetIds, vpcId } = made.activeCluster(undefined, { endpoints: allBut('ec2') });
    made.createNodes(subnetIds);
    made.pass(600);
    assert.equal(made.describeNodegroup().status, 'CREATING');
    const Filters = [{ Name: 'group-name', Values: ['endpoints'] }];
    const { SecurityGroups } = made.ec2<{ SecurityGroups: { GroupId: string }[] }>('DescribeSecurityGroups', {
      Filters,
    });
    made.ec2('CreateVpcEndpoint', {
      VpcId: vpcId,
      VpcEndpointType: 'Interface',
      ServiceName: `com.amazonaws.${region}.ec2`,
      SubnetIds: subnetIds,
      SecurityGroupIds: [SecurityGroups[0]?.GroupId],
      PrivateDnsEnabled: true,
    });
    made.pass(300);
    assert.equal(made.describeNodegroup().status, 'ACTIVE');
  });
});

describe('nodes that do not join', () => {
  const worker = ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'];
  const cases: [string, NetworkWish, string[], string[] | undefined, number, RegExp][] = [
    [
      'no ec2 endpoint',
      { endpoints: allBut('ec2') },
      ['vpc-cni', 'kube-proxy'],
      undefined,
      0,
      /no interface endpoint for ec2/,
    ],
    [
      'no ecr.dkr endpoint',
      { endpoints: allBut('ecr.dkr') },
      ['vpc-cni', 'kube-proxy'],
      undefined,
      2,
      /no interface endpoint for ecr\.dkr/,
    ],
    [
      'no ecr.api endpoint',
      { endpoints: allBut('ecr.api') },
      ['vpc-cni', 'kube-proxy'],
      undefined,
      2,
      /no interface endpoint for ecr\.api/,
    ],
    ['no s3 gateway', { s3: false }, ['vpc-cni', 'kube-proxy'], undefined, 2, /no gateway endpoint for s3/],
    ['no CNI', {}, ['kube-proxy'], undefined, 2, /cni plugin not initialized/],
    ['no permission for the CNI', {}, ['vpc-cni', 'kube-proxy'], worker, 2, /AmazonEKS_CNI_Policy/],
    [
      'no port 443 in the endpoints’ group',
      { port: 80 },
      ['vpc-cni', 'kube-proxy'],
      undefined,
      0,
      /port 443 of the endpoint for ec2/,
    ],
    ['no private DNS', { privateDns: false }, ['vpc-cni', 'kube-proxy'], undefined, 0, /private DNS off/],
    ['a role that is no worker', {}, ['vpc-cni', 'kube-proxy'], worker.slice(1), 0, /AmazonEKSWorkerNodePolicy/],
  ];
  for (const [title, wish, addons, policies, registered, reason] of cases)
    it(`fail their group after 15 to 35 minutes: ${title}`, () => {
      const { minutes, rows, nodes, nodegroup } = nodeGroup(wish, addons, policies);
      assert.equal(nodegroup.status, 'CREATE_FAILED');
      assert.ok(minutes >= 15 && minutes <= 35.2, `${minutes} min`);
      assert.equal(nodes.length, registered);
      for (const node of nodes) {
        assert.equal(readiness(node)?.status, 'False');
        assert.match(readiness(node)?.message ?? '', /cni plugin not initialized/);
      }
      for (const row of rows) assert.match(row.reasons.join(), reason);
      const [issue] = nodegroup.health?.issues ?? [];
      assert.equal(issue?.code, 'NodeCreationFailure');
      assert.match(issue?.message ?? '', message);
      assert.deepEqual([...(issue?.resourceIds ?? [])].sort(), rows.map(row => row.instanceId).sort());
    });
});
