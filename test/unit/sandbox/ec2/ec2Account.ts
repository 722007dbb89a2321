import { CreateSubnetCommand, CreateVpcCommand, ModifyVpcAttributeCommand, type EC2Client } from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { autoScaling } from '../../../../src/sandbox/services/autoscaling.ts';
import { ec2 } from '../../../../src/sandbox/services/ec2.ts';
import { iam } from '../../../../src/sandbox/services/iam.ts';
import { sts } from '../../../../src/sandbox/services/sts.ts';
import { virtualAccount, type VirtualAccount } from '../../../sandbox/support/virtualAccount.ts';

/** An account with the services under test alone, and a client in one region. */
export async function ec2Account(region = 'eu-west-1'): Promise<{ account: VirtualAccount; ec2: EC2Client }> {
  const account = virtualAccount({ services: [sts, ec2, iam, autoScaling] });
  return { account, ec2: await account.session(region).client('ec2') };
}

export async function makeVpc(client: EC2Client, CidrBlock = '10.0.0.0/16', dns = true): Promise<string> {
  const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock }));
  const VpcId = Vpc?.VpcId ?? '';
  if (dns) await client.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  return VpcId;
}

export async function makeSubnet(
  client: EC2Client,
  VpcId: string,
  CidrBlock: string,
  AvailabilityZone: string,
): Promise<string> {
  const { Subnet } = await client.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }));
  return Subnet?.SubnetId ?? '';
}

/** Asserts AWS's error code and message. */
export async function refuses(call: Promise<unknown>, name: string, message: string | RegExp): Promise<void> {
  await assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name, error.message);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}
