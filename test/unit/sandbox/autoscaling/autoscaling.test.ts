import * as Asg from '@aws-sdk/client-auto-scaling';
import * as Ec2 from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { ec2Account, makeSubnet, makeVpc, refuses } from '../ec2/ec2Account.ts';

const AutoScalingGroupName = 'nodes';

async function withTemplate(data: Ec2.RequestLaunchTemplateData = {}) {
  const { account, ec2 } = await ec2Account('eu-west-1');
  const autoScaling = await account.session('eu-west-1').client('autoScaling');
  const VpcId = await makeVpc(ec2);
  const subnets = [
    await makeSubnet(ec2, VpcId, '10.0.0.0/28', 'eu-west-1a'),
    await makeSubnet(ec2, VpcId, '10.0.1.0/28', 'eu-west-1b'),
  ];
  const LaunchTemplateName = 'template';
  const LaunchTemplateData = {
    ImageId: 'ami-0123456789abcdef0',
    InstanceType: 't3.medium',
    ...data,
  } as Ec2.RequestLaunchTemplateData;
  await ec2.send(new Ec2.CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
  const create = (input: Partial<Asg.CreateAutoScalingGroupType> = {}) =>
    autoScaling.send(
      new Asg.CreateAutoScalingGroupCommand({
        AutoScalingGroupName,
        MinSize: 1,
        MaxSize: 30,
        DesiredCapacity: 3,
        VPCZoneIdentifier: subnets.join(','),
        MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateName, Version: '1' } } },
        ...input,
      }),
    );
  const group = async () =>
    (await autoScaling.send(new Asg.DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups?.[0];
  return { account, ec2, autoScaling, create, group };
}

describe('simulated Auto Scaling', () => {
  it('launches over its subnets, replaces what is lost, and goes', async () => {
    const { account, ec2, autoScaling, create, group } = await withTemplate();
    const before = account.state().resources;
    await create({ Tags: [{ Key: 'team', Value: 'a', PropagateAtLaunch: true }] });
    assert.deepEqual((await group())?.Instances, []);
    await account.pass(60);
    const instances = (await group())?.Instances ?? [];
    assert.deepEqual(
      instances.map(item => item.LifecycleState),
      ['InService', 'InService', 'InService'],
    );
    assert.deepEqual(instances.map(item => item.AvailabilityZone).sort(), ['eu-west-1a', 'eu-west-1a', 'eu-west-1b']);
    assert.equal(instances[0]?.LaunchTemplate?.Version, '1');
    const Filters = [
      { Name: 'tag:aws:autoscaling:groupName', Values: [AutoScalingGroupName] },
      { Name: 'tag:team', Values: ['a'] },
    ];
    assert.equal((await ec2.send(new Ec2.DescribeInstancesCommand({ Filters }))).Reservations?.length, 3);

    const [lost] = instances;
    await ec2.send(new Ec2.TerminateInstancesCommand({ InstanceIds: [lost?.InstanceId ?? ''] }));
    await account.pass(120);
    const after = (await group())?.Instances ?? [];
    assert.equal(after.length, 3);
    assert.ok(!after.some(item => item.InstanceId === lost?.InstanceId));
    const remove = (ForceDelete: boolean) =>
      autoScaling.send(new Asg.DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete }));
    await refuses(
      remove(false),
      'ResourceInUseFault',
      /^You cannot delete an AutoScalingGroup while there are instances/,
    );
    await remove(true);
    assert.equal((await group())?.Status, 'Delete in progress');
    await account.pass(120);
    assert.equal(await group(), undefined);
    assert.deepEqual(account.state().resources, before);
  });

  it('tries failed launches again until a day is over', async () => {
    const { account, create, group } = await withTemplate();
    await create({ DesiredCapacity: 30 });
    await account.pass(30);
    assert.equal((await group())?.Instances?.length, 22);
    const looks = () => account.state().pending.length;
    assert.ok(looks() > 0);
    await account.pass(200_000);
    assert.equal(looks(), 0);
  });

  it('refuses groups that cannot be', async () => {
    const { create } = await withTemplate();
    await refuses(
      create({ MinSize: 5, MaxSize: 3 }),
      'ValidationError',
      'Max bound, must be greater than or equal to min bound',
    );
    await refuses(
      create({ DesiredCapacity: 31 }),
      'ValidationError',
      'Desired capacity:31 must be between the specified min size:1 and max size:30',
    );
    await refuses(
      create({ VPCZoneIdentifier: 'subnet-0123456789abcdef0' }),
      'ValidationError',
      "The subnet ID 'subnet-0123456789abcdef0' does not exist",
    );
    await refuses(
      create({ MixedInstancesPolicy: undefined }),
      'ValidationError',
      /^Valid requests must contain either LaunchTemplate/,
    );
    await refuses(create({ TargetGroupARNs: ['x'] }), 'SandboxNotImplemented', /TargetGroupARNs/);
    await create();
    await refuses(
      create(),
      'AlreadyExistsFault',
      'AutoScalingGroup by this name already exists - A group with the name nodes already exists',
    );
    const odd = await withTemplate({ InstanceType: 'm5.medium' as never });
    await refuses(
      odd.create(),
      'ValidationError',
      "You must use a valid fully-formed launch template. Invalid value 'm5.medium' for InstanceType.",
    );
  });
});
