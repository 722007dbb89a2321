import * as ec2sdk from '@aws-sdk/client-ec2';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import type { AwsSession } from '../../../src/core/aws/awsSession.ts';
import { existingGroup, existingKey, existingRole, existingVpc } from '../../support/thirtySpecs.ts';

/** Puts what a spec's text only stands for into an account, and its own ids into the text. */
export async function settleIn(text: string, session: AwsSession): Promise<string> {
  let settled = text.replaceAll(existingRole, existingRole.replace('111122223333', '000000000000'));
  if (text.includes(existingRole)) await makeRole(session);
  if (text.includes(existingKey)) settled = settled.replaceAll(existingKey, await makeKey(session));
  if (text.includes(existingVpc.id)) settled = await makeVpc(settled, session);
  return settled;
}

async function makeRole(session: AwsSession): Promise<void> {
  const iam = await session.client('iam');
  const Principal = { Service: 'pods.eks.amazonaws.com' };
  const Statement = [{ Effect: 'Allow', Principal, Action: ['sts:AssumeRole', 'sts:TagSession'] }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument }));
}

async function makeKey(session: AwsSession): Promise<string> {
  const kms = await session.client('kms');
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  return KeyMetadata?.Arn ?? '';
}

/** Three private subnets with a route table each, and a group of callers. */
async function makeVpc(text: string, session: AwsSession): Promise<string> {
  const ec2 = await session.client('ec2');
  const { Vpc } = await ec2.send(new ec2sdk.CreateVpcCommand({ CidrBlock: '10.90.0.0/16' }));
  const VpcId = Vpc?.VpcId ?? '';
  await ec2.send(new ec2sdk.ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  let settled = text.replaceAll(existingVpc.id, VpcId);
  for (const [index, zone] of ['a', 'b', 'c'].entries()) {
    const CidrBlock = `10.90.${index * 16}.0/20`;
    const AvailabilityZone = `${session.region}${zone}`;
    const { Subnet } = await ec2.send(new ec2sdk.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }));
    const { RouteTable } = await ec2.send(new ec2sdk.CreateRouteTableCommand({ VpcId }));
    const SubnetId = Subnet?.SubnetId ?? '';
    await ec2.send(new ec2sdk.AssociateRouteTableCommand({ SubnetId, RouteTableId: RouteTable?.RouteTableId ?? '' }));
    settled = settled.replaceAll(existingVpc.subnets[index] ?? '', SubnetId);
  }
  if (!text.includes(existingGroup)) return settled;
  await makeElsewhere(VpcId, session);
  const group = { VpcId, GroupName: 'callers', Description: 'callers' };
  const { GroupId = '' } = await ec2.send(new ec2sdk.CreateSecurityGroupCommand(group));
  return settled.replaceAll(existingGroup, GroupId);
}

/** What the spec only says to be reached: in the simulated account by endpoints in the VPC, too. */
async function makeElsewhere(VpcId: string, session: AwsSession): Promise<void> {
  const ec2 = await session.client('ec2');
  const name = { VpcId, GroupName: 'central', Description: 'central' };
  const { GroupId = '' } = await ec2.send(new ec2sdk.CreateSecurityGroupCommand(name));
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.90.0.0/16' }] }];
  await ec2.send(new ec2sdk.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  const { Subnets = [] } = await ec2.send(
    new ec2sdk.DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }),
  );
  for (const service of ['ec2', 'ssm'])
    await ec2.send(
      new ec2sdk.CreateVpcEndpointCommand({
        VpcId,
        VpcEndpointType: 'Interface',
        ServiceName: `com.amazonaws.${session.region}.${service}`,
        SubnetIds: Subnets.map(({ SubnetId = '' }) => SubnetId),
        SecurityGroupIds: [GroupId],
        PrivateDnsEnabled: true,
      }),
    );
}
