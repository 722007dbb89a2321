import assert from 'node:assert/strict';
import { deleteOutlook, outlookLines } from '../../../src/core/leftovers/deleteOutlook.ts';
import { ClusterBench, failureOf, region, stepOutcomes } from '../support/clusterRun.ts';
import {
  classicBalancer,
  foreignInterface,
  karpenterTags,
  launchNode,
  nodeProfile,
  placeOf,
} from '../support/controllers.ts';

describe('a delete of a cluster with nodes and load balancers that no stack knows', function () {
  this.timeout(120_000);
  let bench: ClusterBench;
  let place: { vpcId: string; subnetId: string };
  let before: unknown;
  beforeEach(async () => {
    bench = await ClusterBench.open();
    before = bench.account.state().resources;
    const created = await bench.create(await bench.plan());
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
    place = await bench.account.run(placeOf(bench.account.session(region), 'demo'));
  });
  afterEach(() => bench.close());

  const ec2 = () => bench.account.session(region).client('ec2');
  const outlook = async () => {
    const session = bench.account.session(region);
    return bench.account.run(deleteOutlook(session, 'demo', { withVolumes: false }));
  };
  const evidence = (run: Parameters<typeof failureOf>[0]) => failureOf(run)?.evidence.join('\n') ?? '';

  it('terminates what Karpenter launched, and its launch templates, told before with the price', async () => {
    const id = await launchNode(bench, place.subnetId, { tags: karpenterTags('demo') });
    const told = await outlook();
    assert.match(
      outlookLines(told).join('\n'),
      new RegExp(`Goes too: instance ${id}: 70\\.08 USD a month, m5\\.large, running, of Karpenter’s pool default`),
    );
    assert.deepEqual(told.inTheWay, []);
    const deleted = await bench.delete();
    assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
    assert.equal(stepOutcomes(deleted)['instances'], 'done');
    assert.deepEqual(bench.account.state().resources, before);
    const order = Object.keys(stepOutcomes(deleted));
    assert.ok(order.indexOf('delete-nodes-default') < order.indexOf('instances'));
    assert.ok(order.indexOf('instances') < order.indexOf('delete-cluster'));
  });

  it('terminates nothing of another cluster’s, of an Auto Scaling group or without a tag, and names each before and at the stop', async () => {
    const other = await launchNode(bench, place.subnetId, {
      tags: karpenterTags('other'),
      templateTags: karpenterTags('other'),
    });
    const bare = await launchNode(bench, place.subnetId, { tags: { Name: 'jump host' }, templateTags: { a: 'b' } });
    const told = outlookLines(await outlook()).join('\n');
    assert.match(told, new RegExp(`In the way: instance ${other}: .*never deleted by a run`));
    assert.match(told, new RegExp(`In the way: instance jump host \\(${bare}\\)`));
    const failed = await bench.delete();
    assert.equal(failureOf(failed)?.code, 'foreign-in-vpc');
    assert.match(evidence(failed), new RegExp(`instance jump host \\(${bare}\\)`));
    assert.match(evidence(failed), new RegExp(`instance ${other}`));
    assert.equal(stepOutcomes(failed)['delete-network'], undefined);
    // Each once: the interface that it holds is not told beside it.
    assert.equal(failureOf(failed)?.evidence.length, 2, evidence(failed));
    const { TerminateInstancesCommand } = await import('@aws-sdk/client-ec2');
    await bench.account.run((await ec2()).send(new TerminateInstancesCommand({ InstanceIds: [other, bare] })));
    await bench.account.pass(120);
    const again = await bench.delete();
    assert.equal(again.outcome, 'done', JSON.stringify(failureOf(again)));
    assert.equal(again.runId, failed.runId);
  });

  it('stops before the control plane at an instance that may not be terminated, with the command that lets it', async () => {
    const id = await launchNode(bench, place.subnetId, { tags: karpenterTags('demo') });
    const message = `The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`;
    // The first two calls are of the node group that goes before.
    const calls = () => bench.account.calls.filter(({ operation }) => operation === 'TerminateInstances').length;
    bench.account.fault({
      service: 'ec2',
      operation: 'TerminateInstances',
      code: 'OperationNotPermitted',
      message,
      status: 400,
    });
    const failed = await bench.delete();
    assert.equal(failureOf(failed)?.code, 'instance-protected');
    assert.match(failureOf(failed)?.fix ?? '', new RegExp(`--no-disable-api-termination --instance-id ${id}`));
    assert.equal(stepOutcomes(failed)['delete-cluster'], undefined);
    assert.equal(calls(), 1);
    assert.equal((await bench.delete()).outcome, 'done');
    assert.deepEqual(bench.account.state().resources, before);
  });

  it('deletes a node group that somebody made beside the stacks; one of another stack it names, and stops', async () => {
    const eks = await import('@aws-sdk/client-eks');
    const client = await bench.account.session(region).client('eks');
    const at = { clusterName: 'demo', nodegroupName: 'by-hand' };
    const made = async (tags: Record<string, string>) => {
      const { nodegroup } = await bench.account.run(
        client.send(new eks.DescribeNodegroupCommand({ clusterName: 'demo', nodegroupName: 'default' })),
      );
      const { nodeRole, subnets = [] } = nodegroup ?? {};
      const input = { ...at, nodeRole, subnets, scalingConfig: { minSize: 1, maxSize: 1, desiredSize: 1 }, tags };
      await bench.account.run(client.send(new eks.CreateNodegroupCommand(input)));
      await bench.account.pass(600);
    };
    await made({});
    assert.match(
      outlookLines(await outlook()).join('\n'),
      /Goes too: node group by-hand: .*1 nodes of t3\.medium, ACTIVE/,
    );
    const tags = { 'alpha.eksctl.io/nodegroup-name': 'eksctl-demo' };
    const { nodegroup } = await bench.account.run(client.send(new eks.DescribeNodegroupCommand(at)));
    await bench.account.run(
      client.send(new eks.TagResourceCommand({ resourceArn: nodegroup?.nodegroupArn ?? '', tags })),
    );
    assert.match(outlookLines(await outlook()).join('\n'), /In the way: node group by-hand.*stack eksctl-demo made it/);
    const failed = await bench.delete();
    assert.equal(failureOf(failed)?.code, 'foreign-node-group');
    assert.match(evidence(failed), /node group by-hand/);
    assert.equal(stepOutcomes(failed)['delete-cluster'], undefined);
    await bench.account.run(
      client.send(
        new eks.UntagResourceCommand({ resourceArn: nodegroup?.nodegroupArn ?? '', tagKeys: Object.keys(tags) }),
      ),
    );
    const again = await bench.delete();
    assert.equal(again.outcome, 'done', JSON.stringify(failureOf(again)));
    assert.deepEqual(bench.account.state().resources, before);
  });

  it('takes the node role out of Karpenter’s instance profile, and leaves anybody else’s alone', async () => {
    const iam = await import('@aws-sdk/client-iam');
    const client = await bench.account.session(region).client('iam');
    await nodeProfile(bench, 'demo_4067990795380418201', { 'kubernetes.io/cluster/demo': 'owned' });
    const RoleName = await nodeProfile(bench, 'jump-hosts', {});
    const failed = await bench.delete();
    assert.equal(failureOf(failed)?.code, 'still-in-use');
    assert.match(failureOf(failed)?.why ?? '', /must remove roles from instance profile first/);
    assert.match(
      failureOf(failed)?.fix ?? '',
      /put it into an instance profile.*private-eks delete demo --retain NodeRole/,
    );
    const profiles = () =>
      bench.account.state().resources.flatMap(({ type, id }) => (type === 'AWS::IAM::InstanceProfile' ? id : []));
    assert.deepEqual(profiles(), ['jump-hosts']);
    const InstanceProfileName = 'jump-hosts';
    await bench.account.run(
      client.send(new iam.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName })),
    );
    await bench.account.run(client.send(new iam.DeleteInstanceProfileCommand({ InstanceProfileName })));
    const again = await bench.delete();
    assert.equal(again.outcome, 'done', JSON.stringify(failureOf(again)));
    assert.deepEqual(bench.account.state().resources, before);
  });

  it('deletes a classic load balancer whose security group is the cluster’s', async () => {
    await classicBalancer(bench, place, 'a0123456789abcdef', 'demo');
    const lines = outlookLines(await outlook()).join('\n');
    assert.match(lines, /Goes too: classic load balancer a0123456789abcdef: 18\.25 USD a month, classic, .*holds eni-/);
    const deleted = await bench.delete();
    assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
    assert.deepEqual(bench.account.state().resources, before);
  });

  it('leaves a classic load balancer of nobody’s alone: named with the command, before CloudFormation tries', async () => {
    await classicBalancer(bench, place, 'intranet');
    const inTheWay = /classic load balancer intranet: .*aws elb delete-load-balancer --load-balancer-name intranet/;
    assert.match(outlookLines(await outlook()).join('\n'), new RegExp(`In the way: ${inTheWay.source}`));
    const failed = await bench.delete();
    assert.equal(failureOf(failed)?.code, 'foreign-in-vpc');
    assert.match(evidence(failed), inTheWay);
    assert.equal(stepOutcomes(failed)['delete-network'], undefined);
    assert.ok(bench.account.state().resources.some(({ type }) => type === 'AWS::ElasticLoadBalancing::LoadBalancer'));
  });

  it('names what has no interface and holds the VPC all the same: endpoints, groups, subnets, gateways', async () => {
    const sdk = await import('@aws-sdk/client-ec2');
    const client = await ec2();
    const { vpcId: VpcId } = place;
    const { VpcEndpoint } = await bench.account.run(
      client.send(
        new sdk.CreateVpcEndpointCommand({
          VpcId,
          ServiceName: `com.amazonaws.${region}.dynamodb`,
          VpcEndpointType: 'Gateway',
        }),
      ),
    );
    const Tags = [{ Key: 'GuardDutyManaged', Value: 'true' }];
    const { GroupId = '' } = await bench.account.run(
      client.send(
        new sdk.CreateSecurityGroupCommand({
          VpcId,
          GroupName: `GuardDutyManagedSecurityGroup-${VpcId}`,
          Description: 'x',
          TagSpecifications: [{ ResourceType: 'security-group', Tags }],
        }),
      ),
    );
    const { RouteTable } = await bench.account.run(client.send(new sdk.CreateRouteTableCommand({ VpcId })));
    const failed = await bench.delete();
    assert.equal(failureOf(failed)?.code, 'foreign-in-vpc');
    const endpoint = VpcEndpoint?.VpcEndpointId ?? '';
    assert.match(
      evidence(failed),
      new RegExp(`endpoint .*dynamodb \\(${endpoint}\\).*delete-vpc-endpoints --vpc-endpoint-ids ${endpoint}`),
    );
    assert.match(evidence(failed), new RegExp(`\\(${GroupId}\\).*GuardDuty’s Runtime Monitoring made it by itself`));
    assert.match(evidence(failed), new RegExp(`route table ${RouteTable?.RouteTableId}`));
    assert.equal(stepOutcomes(failed)['delete-network'], undefined);
    await bench.account.run(
      (async () => {
        await client.send(new sdk.DeleteVpcEndpointsCommand({ VpcEndpointIds: [endpoint] }));
        await client.send(new sdk.DeleteSecurityGroupCommand({ GroupId }));
        await client.send(new sdk.DeleteRouteTableCommand({ RouteTableId: RouteTable?.RouteTableId ?? '' }));
      })(),
    );
    await bench.account.pass(300);
    const again = await bench.delete();
    assert.equal(again.outcome, 'done', JSON.stringify(failureOf(again)));
    assert.deepEqual(bench.account.state().resources, before);
  });

  it('says which look was refused, and goes on to what it may see', async () => {
    const foreign = await foreignInterface(bench, place.subnetId, 'RDSNetworkInterface');
    bench.account.fault({
      service: 'ec2',
      operation: 'DescribeNetworkAcls',
      code: 'UnauthorizedOperation',
      message: 'You are not authorized to perform this operation.',
      status: 403,
      times: 1,
    });
    const { unknown, inTheWay } = await outlook();
    assert.equal(unknown.length, 1);
    assert.match(unknown[0] ?? '', /^others’ network ACLs: /);
    assert.deepEqual(
      inTheWay.map(({ id }) => id),
      [foreign.id],
    );
  });
});
