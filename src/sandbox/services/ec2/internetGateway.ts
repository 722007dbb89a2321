import type {
  AttachInternetGatewayRequest,
  CreateInternetGatewayRequest,
  CreateInternetGatewayResult,
  DeleteInternetGatewayRequest,
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
  DetachInternetGatewayRequest,
} from '@aws-sdk/client-ec2';
import type { Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { describe, find } from './describe.ts';
import { dependencies, invalidValue } from './ec2Error.ts';
import { rows } from './rows.ts';
import { specifiedTags } from './tags.ts';

const createInternetGateway: Operation<CreateInternetGatewayRequest, CreateInternetGatewayResult> = (
  input,
  context,
) => {
  const Tags = specifiedTags(context, 'internetGateways', input.TagSpecifications);
  const InternetGatewayId = context.account.resourceId('igw');
  const row = { InternetGatewayId, Attachments: [], OwnerId: context.account.accountId, Tags };
  return { InternetGateway: rows(context, 'internetGateways').set(InternetGatewayId, row) };
};

const describeInternetGateways: Operation<DescribeInternetGatewaysRequest, DescribeInternetGatewaysResult> = (
  input,
  context,
) => {
  const { found, ...next } = describe(context, 'internetGateways', gatewayFilters, input, input.InternetGatewayIds);
  return { InternetGateways: found, ...next };
};
const gatewayFilters = {
  'internet-gateway-id': 'InternetGatewayId',
  'attachment.vpc-id': 'Attachments.VpcId',
  'attachment.state': 'Attachments.State',
  'owner-id': 'OwnerId',
};

const attachInternetGateway: Operation<AttachInternetGatewayRequest> = (input, context) => {
  const gateway = find(context, 'internetGateways', input.InternetGatewayId);
  const { VpcId } = find(context, 'vpcs', input.VpcId);
  const [own] = gateway.Attachments;
  if (own)
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `resource ${gateway.InternetGatewayId} is already attached to network ${own.VpcId ?? ''}`,
    );
  if (rows(context, 'internetGateways').find(row => row.Attachments.some(item => item.VpcId === VpcId)))
    throw invalidValue(`Network ${VpcId} already has an internet gateway attached`);
  // EC2 answers with a state of its own for this attachment.
  gateway.Attachments.push({ VpcId, State: 'available' as never });
  return {};
};

const detachInternetGateway: Operation<DetachInternetGatewayRequest> = (input, context) => {
  const gateway = find(context, 'internetGateways', input.InternetGatewayId);
  const { VpcId } = find(context, 'vpcs', input.VpcId);
  if (!gateway.Attachments.some(item => item.VpcId === VpcId))
    throw new AwsError(
      'Gateway.NotAttached',
      `resource ${gateway.InternetGatewayId} is not attached to network ${VpcId}`,
    );
  gateway.Attachments = [];
  for (const table of rows(context, 'routeTables').values())
    for (const route of table.Routes) if (route.GatewayId === gateway.InternetGatewayId) route.State = 'blackhole';
  return {};
};

const deleteInternetGateway: Operation<DeleteInternetGatewayRequest> = (input, context) => {
  const gateway = find(context, 'internetGateways', input.InternetGatewayId);
  if (gateway.Attachments.length > 0) throw dependencies('internetGateway', gateway.InternetGatewayId);
  rows(context, 'internetGateways').delete(gateway.InternetGatewayId);
  return {};
};

export const internetGatewayOperations = {
  CreateInternetGateway: createInternetGateway,
  DescribeInternetGateways: describeInternetGateways,
  AttachInternetGateway: attachInternetGateway,
  DetachInternetGateway: detachInternetGateway,
  DeleteInternetGateway: deleteInternetGateway,
};
