import * as Ec2 from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { ec2Account, makeSubnet, makeVpc, refuses } from './ec2Account.ts';

describe('a simulated VPC', () => {
  it('comes with a default group, a main route table and DNS flags as on AWS', async () => {
    const { account, ec2 } = await ec2Account();
    const VpcId = await makeVpc(ec2, '10.0.3.7/16', false);
    const { Vpcs } = await ec2.send(new Ec2.DescribeVpcsCommand({ VpcIds: [VpcId] }));
    assert.equal(Vpcs?.[0]?.CidrBlock, '10.0.0.0/16');
    const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
    const { SecurityGroups = [] } = await ec2.send(new Ec2.DescribeSecurityGroupsCommand({ Filters }));
    const [group] = SecurityGroups;
    assert.equal(group?.GroupName, 'default');
    assert.deepEqual(group?.IpPermissions?.[0]?.UserIdGroupPairs, [
      { GroupId: group?.GroupId, UserId: '000000000000' },
    ]);
    assert.equal(group?.IpPermissionsEgress?.[0]?.IpProtocol, '-1');
    const { RouteTables = [] } = await ec2.send(new Ec2.DescribeRouteTablesCommand({ Filters }));
    assert.deepEqual(
      RouteTables[0]?.Associations?.map(item => item.Main),
      [true],
    );
    for (const [Attribute, member, value] of [
      ['enableDnsSupport', 'EnableDnsSupport', true],
      ['enableDnsHostnames', 'EnableDnsHostnames', false],
    ] as const) {
      const answer = await ec2.send(new Ec2.DescribeVpcAttributeCommand({ VpcId, Attribute }));
      assert.equal(answer[member]?.Value, value);
    }
    const dry = ec2.send(new Ec2.DeleteVpcCommand({ VpcId, DryRun: true }));
    await refuses(dry, 'DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
    await ec2.send(new Ec2.DeleteVpcCommand({ VpcId }));
    assert.deepEqual(account.state().resources, []);
  });

  for (const [CidrBlock, code, message] of [
    ['10.0.0.0/15', 'InvalidVpc.Range', "The CIDR '10.0.0.0/15' is invalid."],
    ['10.0.0.0/29', 'InvalidVpc.Range', "The CIDR '10.0.0.0/29' is invalid."],
    [
      '10.0.0/16',
      'InvalidParameterValue',
      'Value (10.0.0/16) for parameter cidrBlock is invalid. This is not a valid CIDR block.',
    ],
  ] as const)
    it(`refuses ${CidrBlock}`, async () => {
      const { ec2 } = await ec2Account();
      await refuses(ec2.send(new Ec2.CreateVpcCommand({ CidrBlock })), code, message);
    });

  it('is one of five at most in a region, and each region has its own five', async () => {
    const { account, ec2 } = await ec2Account();
    for (let i = 0; i < 5; i++) await makeVpc(ec2, `10.${i}.0.0/16`, false);
    await refuses(
      ec2.send(new Ec2.CreateVpcCommand({ CidrBlock: '10.9.0.0/16' })),
      'VpcLimitExceeded',
      'The maximum number of VPCs has been reached.',
    );
    const other = await account.session('us-east-1').client('ec2');
    assert.match(await makeVpc(other), /^vpc-0[0-9a-f]{16}$/);
    await refuses(
      other.send(new Ec2.DescribeVpcsCommand({ VpcIds: ['vpc-0123456789abcdef0'] })),
      'InvalidVpcID.NotFound',
      "The vpc ID 'vpc-0123456789abcdef0' does not exist",
    );
  });
});

describe('simulated subnets', () => {
  it('lie in the VPC, in a zone, beside each other', async () => {
    const { ec2 } = await ec2Account();
    const VpcId = await makeVpc(ec2);
    const create = (CidrBlock: string, AvailabilityZone = 'eu-west-1a') =>
      ec2.send(new Ec2.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }));
    await create('10.0.1.0/24');
    await refuses(
      create('10.0.1.128/25'),
      'InvalidSubnet.Conflict',
      "The CIDR '10.0.1.128/25' conflicts with another subnet",
    );
    await refuses(create('10.1.1.0/24'), 'InvalidSubnet.Range', "The CIDR '10.1.1.0/24' is invalid.");
    await refuses(create('10.0.2.0/29'), 'InvalidSubnet.Range', "The CIDR '10.0.2.0/29' is invalid.");
    await refuses(
      create('10.0.2.0/24', 'eu-west-1d'),
      'InvalidParameterValue',
      'Value (eu-west-1d) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: eu-west-1a, eu-west-1b, eu-west-1c.',
    );
  });

  it('count their free addresses, five of which are AWS’s, and run out of them', async () => {
    const { ec2 } = await ec2Account();
    const VpcId = await makeVpc(ec2);
    const SubnetId = await makeSubnet(ec2, VpcId, '10.0.0.0/28', 'eu-west-1a');
    const free = async () => (await ec2.send(new Ec2.DescribeSubnetsCommand({}))).Subnets?.[0]?.AvailableIpAddressCount;
    assert.equal(await free(), 11);
    const taken: (string | undefined)[] = [];
    const create = () => ec2.send(new Ec2.CreateNetworkInterfaceCommand({ SubnetId }));
    for (let i = 0; i < 11; i++) taken.push((await create()).NetworkInterface?.PrivateIpAddress);
    assert.deepEqual([taken[0], taken[10], await free()], ['10.0.0.4', '10.0.0.14', 0]);
    await refuses(
      create(),
      'InsufficientFreeAddressesInSubnet',
      'The specified subnet does not have enough free addresses to satisfy the request.',
    );
  });

  it('and their VPC stay while something is in them', async () => {
    const { ec2 } = await ec2Account();
    const VpcId = await makeVpc(ec2);
    const SubnetId = await makeSubnet(ec2, VpcId, '10.0.0.0/24', 'eu-west-1a');
    const eni = (await ec2.send(new Ec2.CreateNetworkInterfaceCommand({ SubnetId }))).NetworkInterface;
    await refuses(
      ec2.send(new Ec2.DeleteSubnetCommand({ SubnetId })),
      'DependencyViolation',
      `The subnet '${SubnetId}' has dependencies and cannot be deleted.`,
    );
    await ec2.send(new Ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: eni?.NetworkInterfaceId }));
    await refuses(
      ec2.send(new Ec2.DeleteVpcCommand({ VpcId })),
      'DependencyViolation',
      `The vpc '${VpcId}' has dependencies and cannot be deleted.`,
    );
    await ec2.send(new Ec2.DeleteSubnetCommand({ SubnetId }));
    await ec2.send(new Ec2.DeleteVpcCommand({ VpcId }));
  });
});

describe('simulated routes', () => {
  it('lead to an attached gateway, once per destination, and hold their table', async () => {
    const { ec2 } = await ec2Account();
    const VpcId = await makeVpc(ec2);
    const SubnetId = await makeSubnet(ec2, VpcId, '10.0.0.0/24', 'eu-west-1a');
    const RouteTableId = (await ec2.send(new Ec2.CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId ?? '';
    const InternetGatewayId =
      (await ec2.send(new Ec2.CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId ?? '';
    const route = () =>
      ec2.send(
        new Ec2.CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: InternetGatewayId }),
      );
    await refuses(
      route(),
      'InvalidParameterValue',
      `route table ${RouteTableId} and network gateway ${InternetGatewayId} belong to different networks`,
    );
    await ec2.send(new Ec2.AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
    await route();
    await refuses(route(), 'RouteAlreadyExists', 'The route identified by 0.0.0.0/0 already exists.');
    const AssociationId = (await ec2.send(new Ec2.AssociateRouteTableCommand({ RouteTableId, SubnetId })))
      .AssociationId;
    const Filters = [{ Name: 'association.subnet-id', Values: [SubnetId] }];
    const { RouteTables } = await ec2.send(new Ec2.DescribeRouteTablesCommand({ Filters }));
    assert.deepEqual(
      RouteTables?.map(table => table.RouteTableId),
      [RouteTableId],
    );
    await refuses(ec2.send(new Ec2.DeleteRouteTableCommand({ RouteTableId })), 'DependencyViolation', /routeTable/);
    await ec2.send(new Ec2.DisassociateRouteTableCommand({ AssociationId }));
    await ec2.send(new Ec2.DetachInternetGatewayCommand({ VpcId, InternetGatewayId }));
    const after = await ec2.send(new Ec2.DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
    assert.equal(after.RouteTables?.[0]?.Routes?.[1]?.State, 'blackhole');
    const to = { RouteTableId, DestinationCidrBlock: '10.9.0.0/16' };
    await refuses(
      ec2.send(new Ec2.CreateRouteCommand({ ...to, NatGatewayId: 'nat-0123456789abcdef0' })),
      'NatGatewayNotFound',
      'The Nat Gateway nat-0123456789abcdef0 was not found',
    );
    await refuses(
      ec2.send(new Ec2.CreateRouteCommand({ ...to, TransitGatewayId: 'tgw-0123456789abcdef0' })),
      'SandboxNotImplemented',
      'SandboxNotImplemented: ec2:CreateRoute TransitGatewayId',
    );
  });
});

describe('zones and instance types', () => {
  it('have the real ids, dealt to accounts differently', async () => {
    const { ec2 } = await ec2Account('us-east-1');
    const { AvailabilityZones = [] } = await ec2.send(new Ec2.DescribeAvailabilityZonesCommand({}));
    assert.deepEqual(
      AvailabilityZones.map(zone => zone.ZoneName),
      [...'abcdef'].map(letter => `us-east-1${letter}`),
    );
    assert.ok(AvailabilityZones.some(zone => zone.ZoneId === 'use1-az3'));
  });

  it('offer a type by region and by zone, and not in use1-az3', async () => {
    const { ec2 } = await ec2Account('us-east-1');
    const Filters = [{ Name: 'instance-type', Values: ['m5.large'] }];
    const offered = async (LocationType: 'region' | 'availability-zone-id') => {
      const answer = await ec2.send(new Ec2.DescribeInstanceTypeOfferingsCommand({ LocationType, Filters }));
      return answer.InstanceTypeOfferings?.map(item => item.Location).sort();
    };
    assert.deepEqual(await offered('region'), ['us-east-1']);
    assert.deepEqual(await offered('availability-zone-id'), [
      'use1-az1',
      'use1-az2',
      'use1-az4',
      'use1-az5',
      'use1-az6',
    ]);
  });
});
