import * as Ec2 from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { ec2Account, makeSubnet, makeVpc, refuses } from './ec2Account.ts';

const ImageId = 'ami-0123456789abcdef0';

async function withSubnet(region = 'us-east-1', zone = 'us-east-1a') {
  const { account, ec2 } = await ec2Account(region);
  const VpcId = await makeVpc(ec2);
  const SubnetId = await makeSubnet(ec2, VpcId, '10.0.0.0/24', zone);
  const template = (LaunchTemplateName: string, LaunchTemplateData: Ec2.RequestLaunchTemplateData = {}) =>
    ec2.send(
      new Ec2.CreateLaunchTemplateCommand({
        LaunchTemplateName,
        LaunchTemplateData: { ImageId, ...LaunchTemplateData },
      }),
    );
  const run = (LaunchTemplateName: string, input: Partial<Ec2.RunInstancesRequest> = {}) =>
    ec2.send(
      new Ec2.RunInstancesCommand({
        LaunchTemplate: { LaunchTemplateName },
        SubnetId,
        MinCount: 1,
        MaxCount: 1,
        ...input,
      }),
    );
  const state = async (id: string) =>
    (await ec2.send(new Ec2.DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations?.[0]?.Instances?.[0]?.State
      ?.Name;
  return { account, ec2, VpcId, template, run, state };
}

describe('simulated instances', () => {
  it('start, stop and vanish over account time, with an address in their subnet', async () => {
    const { account, ec2, template, run, state } = await withSubnet();
    await template('plain');
    const before = account.state().resources;
    const [instance] = (await run('plain', { InstanceType: 't3.medium' })).Instances ?? [];
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
    const { ec2, VpcId, template, run } = await withSubnet();
    await template('plain');
    await refuses(
      run('plain', { InstanceType: 'm5.medium' as never }),
      'InvalidParameterValue',
      "Invalid value 'm5.medium' for InstanceType.",
    );
    const Filters = [{ Name: 'zone-id', Values: ['use1-az3'] }];
    const { AvailabilityZones = [] } = await ec2.send(new Ec2.DescribeAvailabilityZonesCommand({ Filters }));
    const zone = AvailabilityZones[0]?.ZoneName ?? '';
    const SubnetId = await makeSubnet(ec2, VpcId, '10.0.7.0/24', zone);
    await refuses(
      run('plain', { SubnetId, InstanceType: 'm5.large' }),
      'Unsupported',
      new RegExp(
        `^Your requested instance type \\(m5.large\\) is not supported in your requested Availability Zone \\(${zone}\\). Please retry`,
      ),
    );
    await template('profile', { InstanceType: 't3.medium', IamInstanceProfile: { Name: 'nobody' } });
    await refuses(
      run('profile'),
      'InvalidParameterValue',
      'Value (nobody) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
    );
    await template('image', { ImageId: 'x' });
    await refuses(run('image'), 'InvalidAMIID.Malformed', 'Invalid id: "x"');
    await template('key', { KeyName: 'x' });
    await refuses(run('key'), 'SandboxNotImplemented', /KeyName of a launch template$/);
    const without = run('plain', { LaunchTemplate: undefined, ImageId });
    await refuses(without, 'SandboxNotImplemented', 'SandboxNotImplemented: ec2:RunInstances without LaunchTemplate');
  });

  it('take what their launch template says, where the call says nothing', async () => {
    const { ec2, template, run } = await withSubnet();
    const data: Ec2.RequestLaunchTemplateData = {
      InstanceType: 'm5.large',
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'node' }] }],
    };
    const LaunchTemplateName = 'nodes';
    await template(LaunchTemplateName, data);
    await refuses(
      template(LaunchTemplateName, data),
      'InvalidLaunchTemplateName.AlreadyExistsException',
      'Launch template name already in use.',
    );
    const [usual] = (await run(LaunchTemplateName)).Instances ?? [];
    const [other] = (await run(LaunchTemplateName, { InstanceType: 'm6i.large' })).Instances ?? [];
    assert.deepEqual([usual?.InstanceType, other?.InstanceType], ['m5.large', 'm6i.large']);
    assert.equal(usual?.MetadataOptions?.HttpTokens, 'required');
    for (const [Key, Value] of [
      ['Name', 'node'],
      ['aws:ec2launchtemplate:version', '1'],
    ])
      assert.ok(usual?.Tags?.some(tag => tag.Key === Key && tag.Value === Value));
    await refuses(
      run(LaunchTemplateName, { LaunchTemplate: { LaunchTemplateName, Version: '9' } }),
      'InvalidLaunchTemplateId.VersionNotFound',
      /^Could not find the specified version 9 for the launch template with ID lt-/,
    );
    const ask = new Ec2.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName, Versions: ['$Latest'] });
    const [shown] = (await ec2.send(ask)).LaunchTemplateVersions ?? [];
    assert.deepEqual([shown?.LaunchTemplateData?.ImageId, shown?.DefaultVersion], [ImageId, true]);
    await ec2.send(new Ec2.DeleteLaunchTemplateCommand({ LaunchTemplateName }));
    await refuses(
      run(LaunchTemplateName),
      'InvalidLaunchTemplateName.NotFoundException',
      'The specified launch template, with template name nodes, does not exist.',
    );
  });
});
