import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
import { dependencies, invalidValue } from './ec2Error.ts';
import { rows } from './rows.ts';
import { specifiedTags } from './tags.ts';

export const internetGatewayOperations = {
  CreateInternetGateway(
    input: Sdk.CreateInternetGatewayRequest,
    context: CallContext,
  ): Sdk.CreateInternetGatewayResult {
    const Tags = specifiedTags(context, 'internetGateways', input);
    const InternetGatewayId = context.account.resourceId('igw');
    const row = { InternetGatewayId, Attachments: [], OwnerId: context.account.accountId, Tags };
    return { InternetGateway: rows(context, 'internetGateways').set(InternetGatewayId, row) };
  },

  DescribeInternetGateways: describer(
    'internetGateways',
    'InternetGateways',
    'InternetGatewayIds',
    'internet-gateway-id attachment.vpc-id=Attachments.VpcId attachment.state=Attachments.State owner-id',
  ),

  AttachInternetGateway(input: Sdk.AttachInternetGatewayRequest, context: CallContext): object {
    const { InternetGatewayId, Attachments } = find(context, 'internetGateways', input.InternetGatewayId);
    const { VpcId } = find(context, 'vpcs', input.VpcId);
    if (Attachments.length > 0) {
      const message = `resource ${InternetGatewayId} is already attached to network ${Attachments[0]?.VpcId}`;
      throw new AwsError('Resource.AlreadyAssociated', message);
    }
    if (rows(context, 'internetGateways').find(row => row.Attachments.some(item => item.VpcId === VpcId)))
      throw invalidValue(`Network ${VpcId} already has an internet gateway attached`);
    // The model's enumeration lacks the state that EC2 answers with.
    Attachments.push({ VpcId, State: 'available' as never });
    return {};
  },

  DetachInternetGateway(input: Sdk.DetachInternetGatewayRequest, context: CallContext): object {
    const gateway = find(context, 'internetGateways', input.InternetGatewayId);
    const { VpcId } = find(context, 'vpcs', input.VpcId);
    if (!gateway.Attachments.some(item => item.VpcId === VpcId)) {
      const message = `resource ${gateway.InternetGatewayId} is not attached to network ${VpcId}`;
      throw new AwsError('Gateway.NotAttached', message);
    }
    gateway.Attachments = [];
    for (const route of rows(context, 'routeTables')
      .values()
      .flatMap(table => table.Routes))
      if (route.GatewayId === gateway.InternetGatewayId) route.State = 'blackhole';
    return {};
  },

  DeleteInternetGateway(input: Sdk.DeleteInternetGatewayRequest, context: CallContext): object {
    const { InternetGatewayId, Attachments } = find(context, 'internetGateways', input.InternetGatewayId);
    if (Attachments.length > 0) throw dependencies('internetGateway', InternetGatewayId);
    rows(context, 'internetGateways').delete(InternetGatewayId);
    return {};
  },
};
