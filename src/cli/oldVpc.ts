import type { AwsSession } from '../core/aws/awsSession.ts';

/** The name that a person sees it by. */
export const oldVpcName = 'eks-vpc-2020';

/** Endpoints of that time: none for Pod Identity, which was not there yet. */
const services = ['ecr.api', 'ecr.dkr', 'ec2', 'logs', 'autoscaling', 'sts', 'ssm', 'ssmmessages'];
const blocks = ['10.0.2.0/24', '10.0.4.0/24', '10.0.8.0/24'];

/**
 * A VPC for a private cluster as they were made in 2020, with the defects of that time: its endpoints admit a group of clients that no
 * managed node carries, one zone's route table has no way to S3, subnets lack the load balancers' tag, and there is no eks-auth. It
 * waits for the planner. Made by EC2's own calls.
 */
export async function makeOldVpc(session: AwsSession): Promise<void> {
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = await session.client('ec2');
  type Kind = 'vpc' | 'subnet' | 'route-table' | 'security-group' | 'vpc-endpoint';
  const named = (ResourceType: Kind, Value: string) => ({
    TagSpecifications: [{ ResourceType, Tags: [{ Key: 'Name', Value }] }],
  });
  const { region } = session;
  const { Vpc } = await ec2.send(new sdk.CreateVpcCommand({ CidrBlock: '10.0.0.0/16', ...named('vpc', oldVpcName) }));
  const VpcId = made(Vpc?.VpcId);
  await ec2.send(new sdk.ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const { AvailabilityZones = [] } = await ec2.send(new sdk.DescribeAvailabilityZonesCommand({}));
  const subnets: string[] = [];
  const tables: string[] = [];
  for (const [index, CidrBlock] of blocks.entries()) {
    const AvailabilityZone = AvailabilityZones[index % AvailabilityZones.length]?.ZoneName;
    const name = `${oldVpcName}-private-${index + 1}`;
    const { Subnet } = await ec2.send(
      new sdk.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone, ...named('subnet', name) }),
    );
    const SubnetId = made(Subnet?.SubnetId);
    const { RouteTable } = await ec2.send(new sdk.CreateRouteTableCommand({ VpcId, ...named('route-table', name) }));
    const RouteTableId = made(RouteTable?.RouteTableId);
    await ec2.send(new sdk.AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    subnets.push(SubnetId);
    tables.push(RouteTableId);
  }
  const group = async (GroupName: string, Description: string) => {
    const input = { VpcId, GroupName, Description, ...named('security-group', GroupName) };
    return made((await ec2.send(new sdk.CreateSecurityGroupCommand(input))).GroupId);
  };
  const clients = await group('endpoint-clients', 'May use the endpoints');
  const endpoints = await group('endpoints', 'The endpoints');
  const IpPermissions = [443, 3128].map(port => ({
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    UserIdGroupPairs: [{ GroupId: clients }],
  }));
  await ec2.send(new sdk.AuthorizeSecurityGroupIngressCommand({ GroupId: endpoints, IpPermissions }));
  const endpoint = (service: string, input: object) =>
    ec2.send(
      new sdk.CreateVpcEndpointCommand({
        VpcId,
        ServiceName: `com.amazonaws.${region}.${service}`,
        ...named('vpc-endpoint', `${oldVpcName}-${service}`),
        ...input,
      }),
    );
  await endpoint('s3', { VpcEndpointType: 'Gateway', RouteTableIds: tables.slice(0, -1) });
  // AWS takes one subnet of a zone: with fewer zones than subnets the rest have none of their own.
  const SubnetIds = subnets.slice(0, AvailabilityZones.length);
  for (const service of services) {
    const input = { VpcEndpointType: 'Interface', SubnetIds, SecurityGroupIds: [endpoints], PrivateDnsEnabled: true };
    await endpoint(service, input);
  }
}

function made(id: string | undefined): string {
  if (id === undefined) throw new Error('the old VPC could not be made');
  return id;
}
