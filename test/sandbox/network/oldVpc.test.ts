import assert from 'node:assert/strict';
import { DescribeSubnetsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { makeOldVpc, oldVpcName } from '../../../src/cli/oldVpc.ts';
import { NetworkBench, region, sure } from './soundVpc.ts';

describe('the old VPC of the practice account', () => {
  it('is found by its name, and the plan names its defects', async () => {
    const bench = await NetworkBench.open();
    const { account, ec2 } = bench;
    await account.run(makeOldVpc(account.session(region)));
    await account.pass(300);
    const find = async () => {
      const Filters = [{ Name: 'tag:Name', Values: [oldVpcName] }];
      const vpcId = sure((await ec2.send(new DescribeVpcsCommand({ Filters }))).Vpcs?.[0]?.VpcId);
      const inVpc = [{ Name: 'vpc-id', Values: [vpcId] }];
      const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: inVpc }));
      return { vpcId, subnetIds: Subnets.map(({ SubnetId }) => sure(SubnetId)) };
    };
    const { findings, endpoints } = await bench.plan(await account.run(find()));
    // Five endpoints behind one closed group are one thing to mend, and so are three subnets without a tag.
    const counts = Object.fromEntries(findings.map(({ code, resources }) => [code, resources.length]));
    assert.equal(findings.length, 3);
    assert.deepEqual(counts, { 's3-route-missing': 1, 'endpoint-group-closed': 5, 'subnet-tag-missing': 3 });
    const made = endpoints.filter(({ standing }) => standing === 'make').map(({ service }) => service);
    assert.deepEqual(made, ['eks-auth']);
  });
});
