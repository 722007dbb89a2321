import * as Ec2 from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { ec2Account, makeSubnet, makeVpc, refuses } from './ec2Account.ts';

const ImageId = 'ami-0123456789abcdef0';

async function withSubnet(region = 'us-east-1', zone = 'us-east-1a') {
  const { account, ec2 } = await ec2Account(region);
  const SubnetId = await makeSubnet(ec2, await makeVpc(ec2), '10.0.0.0/24', zone);
  const run = (input: Partial<Ec2.RunInstancesRequest> = {}) =>
    ec2.send(
      new Ec2.RunInstancesCommand({ ImageId, InstanceType: 't3.medium', SubnetId, MinCount: 1, MaxCount: 1, ...input }),
    );
  const state = async (id: string) =>
    (await ec2.send(new Ec2.DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations?.[0]?.Instances?.[0]?.State
      ?.Name;
  return { account, ec2, SubnetId, run, state };
}

describe('simulated instances', () => {
  it('start, stop and vanish over account time, with an address in their subnet', async () => {
    const { account, ec2, run, state } = await withSubnet();
    const before = account.state().resources;
    const [instance] = (await run()).Instances ?? [];
    const id = instance?.InstanceId ?? '';
    assert.deepEqual([instance?.PrivateIpAddress, instance?.PrivateDnsName], ['10.0.0.4', 'ip-10-0-0-4.ec2.internal']);
    assert.equal(await state(id), 'pending');
    await account.pass(30);
    assert.equal(await state(id), 'running');
    await ec2.send(new Ec2.TerminateInstancesCommand({ InstanceIds: [id] }));
    assert.equal(await state(id), 'shutting-down');
    await account.pass(60);
    assert.equal(await state(id), 'terminated');
    assert.deepEqual(account.state().resources, before);
    await account.pass(3600);
    await refuses(state(id), 'InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
  });

  it('are refused for a type that is not, or not there, and for a profile that is not', async () => {
    const { ec2, run } = await withSubnet();
    await refuses(
      run({ InstanceType: 'm5.medium' as never }),
      'InvalidParameterValue',
      "Invalid value 'm5.medium' for InstanceType.",
    );
    const { AvailabilityZones = [] } = await ec2.send(
      new Ec2.DescribeAvailabilityZonesCommand({ ZoneIds: ['use1-az3'] }),
    );
    const zone = AvailabilityZones[0]?.ZoneName ?? '';
    const { Vpcs } = await ec2.send(new Ec2.DescribeVpcsCommand({}));
    const SubnetId = await makeSubnet(ec2, Vpcs?.[0]?.VpcId ?? '', '10.0.7.0/24', zone);
    await refuses(
      run({ SubnetId, InstanceType: 'm5.large' }),
      'Unsupported',
      new RegExp(
        `^Your requested instance type \\(m5.large\\) is not supported in your requested Availability Zone \\(${zone}\\). Please retry`,
      ),
    );
    await refuses(
      run({ IamInstanceProfile: { Name: 'nobody' } }),
      'InvalidParameterValue',
      'Value (nobody) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
    );
    await refuses(run({ ImageId: 'x' }), 'InvalidAMIID.Malformed', 'Invalid id: "x"');
  });

  it('take what their launch template says, where the call says nothing', async () => {
    const { ec2, SubnetId } = await withSubnet();
    const LaunchTemplateData: Ec2.RequestLaunchTemplateData = {
      ImageId,
      InstanceType: 'm5.large',
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'node' }] }],
    };
    const LaunchTemplateName = 'nodes';
    await ec2.send(new Ec2.CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
    await refuses(
      ec2.send(new Ec2.CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData })),
      'InvalidLaunchTemplateName.AlreadyExistsException',
      'Launch template name already in use.',
    );
    const next = new Ec2.CreateLaunchTemplateVersionCommand({
      LaunchTemplateName,
      SourceVersion: '1',
      LaunchTemplateData: { InstanceType: 'm6i.large' },
    });
    assert.equal((await ec2.send(next)).LaunchTemplateVersion?.VersionNumber, 2);
    const run = (Version: string) =>
      ec2.send(
        new Ec2.RunInstancesCommand({
          LaunchTemplate: { LaunchTemplateName, Version },
          SubnetId,
          MinCount: 1,
          MaxCount: 1,
        }),
      );
    const [old] = (await run('$Default')).Instances ?? [];
    const [latest] = (await run('$Latest')).Instances ?? [];
    assert.deepEqual([old?.InstanceType, latest?.InstanceType], ['m5.large', 'm6i.large']);
    assert.equal(latest?.MetadataOptions?.HttpTokens, 'required');
    assert.ok(latest?.Tags?.some(tag => tag.Key === 'aws:ec2launchtemplate:version' && tag.Value === '2'));
    await refuses(
      run('9'),
      'InvalidLaunchTemplateId.VersionNotFound',
      /^Could not find the specified version 9 for the launch template with ID lt-/,
    );
    const ask = new Ec2.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName, Versions: ['$Latest'] });
    const [shown] = (await ec2.send(ask)).LaunchTemplateVersions ?? [];
    assert.deepEqual([shown?.LaunchTemplateData?.ImageId, shown?.DefaultVersion], [ImageId, false]);
    await ec2.send(new Ec2.DeleteLaunchTemplateCommand({ LaunchTemplateName }));
    await refuses(
      run('1'),
      'InvalidLaunchTemplateName.NotFoundException',
      'The specified launch template, with template name nodes, does not exist.',
    );
  });
});
