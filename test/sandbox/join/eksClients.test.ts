import assert from 'node:assert/strict';
import {
  CreateClusterCommand,
  DescribeClusterCommand,
  DescribeClusterVersionsCommand,
  ResourceNotFoundException,
  UnsupportedAvailabilityZoneException,
} from '@aws-sdk/client-eks';
import { CreateSubnetCommand, CreateVpcCommand, DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import { GetParameterCommand, ParameterNotFound } from '@aws-sdk/client-ssm';
import { virtualAccount } from '../support/virtualAccount.ts';

describe('EKS and SSM through the SDK’s own clients', () => {
  const account = virtualAccount();
  const session = account.session('us-east-1');

  it('answer with typed errors and their members', async () => {
    const [eks, ec2] = await Promise.all([session.client('eks'), session.client('ec2')]);
    await assert.rejects(eks.send(new DescribeClusterCommand({ name: 'none' })), error => {
      assert.ok(error instanceof ResourceNotFoundException);
      assert.deepEqual(
        [error.clusterName, error.message, error.$metadata.httpStatusCode],
        ['none', 'No cluster found for name: none.', 404],
      );
      return true;
    });
    const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const subnetIds: string[] = [];
    for (const ZoneId of ['use1-az3', 'use1-az1']) {
      const { ZoneName: AvailabilityZone } = AvailabilityZones.find(zone => zone.ZoneId === ZoneId) ?? {};
      const CidrBlock = `10.0.${subnetIds.length}.0/24`;
      const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock, AvailabilityZone }));
      subnetIds.push(Subnet?.SubnetId ?? '');
    }
    const roleArn = 'arn:aws:iam::000000000000:role/none';
    const create = new CreateClusterCommand({
      name: 'demo',
      roleArn,
      resourcesVpcConfig: { subnetIds },
      accessConfig: { authenticationMode: 'API' },
      bootstrapSelfManagedAddons: false,
    });
    await assert.rejects(eks.send(create), error => {
      assert.ok(error instanceof UnsupportedAvailabilityZoneException);
      assert.ok((error.validZones?.length ?? 0) >= 4 && error.clusterName === 'demo');
      return true;
    });
  });

  it('answer with dates and pages', async () => {
    const eks = await session.client('eks');
    const { clusterVersions = [] } = await eks.send(new DescribeClusterVersionsCommand({ maxResults: 2 }));
    assert.equal(clusterVersions.length, 2);
    assert.equal(clusterVersions[0]?.endOfStandardSupportDate?.toISOString(), '2027-08-02T00:00:00.000Z');
  });

  it('say of a parameter that is not there what SSM says', async () => {
    const ssm = await session.client('ssm');
    await assert.rejects(
      ssm.send(new GetParameterCommand({ Name: '/none' })),
      error => error instanceof ParameterNotFound,
    );
  });
});
