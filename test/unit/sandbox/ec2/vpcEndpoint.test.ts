import * as Ec2 from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { ec2Account, makeSubnet, makeVpc, refuses } from './ec2Account.ts';

const service = (name: string, region = 'eu-west-1') => `com.amazonaws.${region}.${name}`;

async function withSubnets(region = 'eu-west-1', dns = true) {
  const { account, ec2 } = await ec2Account(region);
  const VpcId = await makeVpc(ec2, '10.0.0.0/16', dns);
  const SubnetIds = [
    await makeSubnet(ec2, VpcId, '10.0.0.0/24', `${region}a`),
    await makeSubnet(ec2, VpcId, '10.0.1.0/24', `${region}b`),
  ];
  const create = (name: string, input: Partial<Ec2.CreateVpcEndpointRequest> = {}) =>
    ec2.send(
      new Ec2.CreateVpcEndpointCommand({
        VpcId,
        ServiceName: service(name, region),
        VpcEndpointType: 'Interface',
        SubnetIds,
        ...input,
      }),
    );
  const state = async (id: string) =>
    (await ec2.send(new Ec2.DescribeVpcEndpointsCommand({ Filters: [{ Name: 'vpc-endpoint-id', Values: [id] }] })))
      .VpcEndpoints?.[0]?.State;
  return { account, ec2, VpcId, SubnetIds, create, state };
}

describe('simulated interface endpoints', () => {
  it('take a while to come and to go, with their interfaces', async () => {
    const { account, ec2, VpcId, SubnetIds, create, state } = await withSubnets();
    const before = account.state().resources;
    const endpoint = (await create('ecr.dkr')).VpcEndpoint;
    const id = endpoint?.VpcEndpointId ?? '';
    assert.equal(endpoint?.NetworkInterfaceIds?.length, 2);
    assert.ok(endpoint?.DnsEntries?.some(entry => entry.DnsName === '*.dkr.ecr.eu-west-1.amazonaws.com'));
    assert.equal(await state(id), 'pending');
    await account.pass(180);
    assert.equal(await state(id), 'available');
    await refuses(
      ec2.send(new Ec2.DeleteSubnetCommand({ SubnetId: SubnetIds[0] })),
      'DependencyViolation',
      /dependencies/,
    );
    assert.deepEqual((await ec2.send(new Ec2.DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }))).Unsuccessful, []);
    assert.equal(await state(id), 'deleting');
    await account.pass(120);
    assert.equal(await state(id), undefined);
    assert.deepEqual(account.state().resources, before);
    const again = await ec2.send(new Ec2.DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }));
    assert.equal(again.Unsuccessful?.[0]?.Error?.Code, 'InvalidVpcEndpointId.NotFound');
    assert.ok(VpcId);
  });

  it('need both DNS flags for private names, and a name once in a VPC', async () => {
    const { ec2, VpcId, create } = await withSubnets('eu-west-1', false);
    await refuses(
      create('sts'),
      'InvalidParameter',
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${VpcId}`,
    );
    await create('sts', { PrivateDnsEnabled: false });
    await ec2.send(new Ec2.ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
    await create('sts');
    const clash = `private-dns-enabled cannot be set because there is already a conflicting DNS domain for sts.eu-west-1.amazonaws.com in the VPC ${VpcId}`;
    await refuses(create('sts'), 'InvalidParameter', clash);
  });

  it('stand in zones where the service is, one subnet each', async () => {
    const { ec2, VpcId, SubnetIds, create } = await withSubnets();
    const third = await makeSubnet(ec2, VpcId, '10.0.2.0/24', 'eu-west-1a');
    await refuses(
      create('ec2', { SubnetIds: [SubnetIds[0] ?? '', third] }),
      'DuplicateSubnetsInSameZone',
      `Found another VPC endpoint subnet in the availability zone of ${third}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`,
    );
    const east = await withSubnets('us-east-1');
    const { AvailabilityZones = [] } = await east.ec2.send(
      new Ec2.DescribeAvailabilityZonesCommand({ Filters: [{ Name: 'zone-id', Values: ['use1-az3'] }] }),
    );
    const odd = await makeSubnet(east.ec2, east.VpcId, '10.0.9.0/24', AvailabilityZones[0]?.ZoneName ?? '');
    await refuses(
      east.create('eks', { SubnetIds: [odd] }),
      'InvalidParameter',
      `The VPC endpoint service com.amazonaws.us-east-1.eks does not support the availability zone of the subnet: ${odd}.`,
    );
    assert.equal((await ec2.send(new Ec2.DescribeNetworkInterfacesCommand({}))).NetworkInterfaces?.length, 0);
  });

  it('of a service that is not, or not of that kind, are refused', async () => {
    const { create } = await withSubnets();
    await refuses(
      create('nonsense'),
      'InvalidServiceName',
      "The Vpc Endpoint Service 'com.amazonaws.eu-west-1.nonsense' does not exist",
    );
    await refuses(
      create('ec2', { VpcEndpointType: 'Gateway', SubnetIds: [] }),
      'InvalidParameter',
      'Endpoint type (Gateway) does not match available service types ([Interface]).',
    );
    await refuses(
      create('oidc-eks', { PolicyDocument: '{"Statement":[]}' }),
      'InvalidParameter',
      /does not support endpoint policies/,
    );
    await refuses(create('ec2', { PolicyDocument: 'x' }), 'InvalidPolicyDocument', /malformed/);
    await refuses(create('s3'), 'SandboxNotImplemented', /VpcEndpointType Interface of com\.amazonaws\.eu-west-1\.s3$/);
    await refuses(create('ec2', { IpAddressType: 'dualstack' }), 'SandboxNotImplemented', /IpAddressType/);
  });

  it('are made once for one client token', async () => {
    const { create } = await withSubnets();
    const first = await create('ec2', { ClientToken: 't' });
    const second = await create('ec2', { ClientToken: 't' });
    assert.equal(second.VpcEndpoint?.VpcEndpointId, first.VpcEndpoint?.VpcEndpointId);
    await refuses(create('sts', { ClientToken: 't' }), 'IdempotentParameterMismatch', /different request/);
  });
});

describe('a simulated gateway endpoint', () => {
  it('puts one route into each of its tables and takes it out again', async () => {
    const { ec2, VpcId, create } = await withSubnets();
    const RouteTableId = (await ec2.send(new Ec2.CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId ?? '';
    const gateway = () => create('s3', { VpcEndpointType: 'Gateway', SubnetIds: [], RouteTableIds: [RouteTableId] });
    const id = (await gateway()).VpcEndpoint?.VpcEndpointId ?? '';
    const routes = async () =>
      (await ec2.send(new Ec2.DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }))).RouteTables?.[0]?.Routes;
    const list = (await routes())?.[1]?.DestinationPrefixListId;
    assert.match(list ?? '', /^pl-[0-9a-f]{8}$/);
    assert.deepEqual((await routes())?.[1], {
      DestinationPrefixListId: list,
      GatewayId: id,
      Origin: 'CreateRoute',
      State: 'active',
    });
    await refuses(
      gateway(),
      'RouteAlreadyExists',
      `route table ${RouteTableId} already has a route with destination-prefix-list-id ${list}`,
    );
    await refuses(
      create('ec2', { RouteTableIds: [RouteTableId] }),
      'InvalidParameter',
      'Route table IDs are only supported for Gateway type VPC Endpoint.',
    );
    await ec2.send(new Ec2.DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }));
    assert.equal((await routes())?.length, 1);
  });
});

describe('simulated endpoint services', () => {
  it('tell their types, zones and private names', async () => {
    const { ec2 } = await ec2Account('us-east-1');
    const ask = (...names: string[]) =>
      ec2.send(
        new Ec2.DescribeVpcEndpointServicesCommand({ ServiceNames: names.map(name => service(name, 'us-east-1')) }),
      );
    const { ServiceDetails = [] } = await ask('s3');
    assert.deepEqual(
      ServiceDetails.map(item => item.ServiceType?.[0]?.ServiceType),
      ['Gateway'],
    );
    const [eks] = (await ask('eks')).ServiceDetails ?? [];
    assert.deepEqual([eks?.PrivateDnsName, eks?.AvailabilityZones?.length], ['eks.us-east-1.amazonaws.com', 5]);
    await refuses(ask('nonsense'), 'InvalidServiceName', /does not exist$/);
  });
});
