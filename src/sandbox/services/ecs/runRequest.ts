import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Sdk from '@aws-sdk/client-ecs';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { isAnswer, roleTrusts } from '../eks/clusterRules.ts';
import {
  activeCluster,
  checkedTags,
  clientError,
  findDefinition,
  invalid,
  refuseOther,
  type DefinitionRow,
} from './ecsRows.ts';

/** What LATEST stands for on Fargate. */
export const platform = '1.4.0';

/** An operation of EC2's on the caller's behalf; what it refuses, ECS refuses with its words and code. */
function lookedUp<Output extends object>(
  what: string,
  ids: string[],
  context: CallContext,
  operation: string,
  input: object,
) {
  try {
    return context.account.call<Output>(context, 'ec2', operation, input);
  } catch (error) {
    if (!isAnswer(error)) throw error;
    throw invalid(
      `Error retrieving ${what} information for [${ids.join(', ')}]: ${error.message} (ErrorCode: ${error.code})`,
    );
  }
}

/** The subnet with the most room and the security groups, when the configuration holds. */
export function checkNetwork(
  input: Sdk.RunTaskRequest,
  context: CallContext,
): { subnet: Ec2.Subnet; groups: string[] } {
  const wanted = input.networkConfiguration?.awsvpcConfiguration;
  if (!wanted) throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  const { subnets = [], securityGroups: groups = [], assignPublicIp = 'DISABLED' } = wanted;
  if (subnets.length === 0) throw invalid('subnets can not be empty.');
  if (subnets.length > 16) throw invalid('subnets can have at most 16 items.');
  if (groups.length > 5) throw invalid('securityGroups can have at most 5 items.');
  if (assignPublicIp !== 'DISABLED') throw notImplemented('ecs:RunTask assignPublicIp');
  const SubnetIds = [...subnets];
  type Found = Ec2.DescribeSubnetsResult & Ec2.DescribeSecurityGroupsResult;
  const found = lookedUp<Found>('subnet', SubnetIds, context, 'DescribeSubnets', { SubnetIds }).Subnets ?? [];
  if (new Set(found.map(one => one.VpcId)).size > 1) throw invalid('Subnets must all be in the same VPC.');
  const [subnet = {}] = [...found].sort((a, b) => (b.AvailableIpAddressCount ?? 0) - (a.AvailableIpAddressCount ?? 0));
  if (groups.length > 0) {
    const GroupIds = [...groups];
    const rows = lookedUp<Found>('security group', GroupIds, context, 'DescribeSecurityGroups', { GroupIds });
    if (rows.SecurityGroups?.some(group => group.VpcId !== subnet.VpcId))
      throw invalid('Security groups and subnets must be in the same VPC.');
  }
  return { subnet, groups };
}

function checkRole(arn: string | undefined, context: CallContext): void {
  if (arn === undefined || roleTrusts(context, arn, 'ecs-tasks.amazonaws.com')) return;
  throw clientError(
    `ECS was unable to assume the role '${arn}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
  );
}

function checkOverrides({ overrides = {} }: Sdk.RunTaskRequest, definition: DefinitionRow): void {
  refuseOther('RunTask overrides', overrides, 'containerOverrides taskRoleArn executionRoleArn');
  for (const override of overrides.containerOverrides ?? []) {
    refuseOther('RunTask containerOverrides', override, 'name command environment');
    if (!definition.containerDefinitions.some(({ name }) => name === override.name))
      throw invalid(`Override for container named ${override.name} is not a container in the TaskDefinition.`);
  }
}

/** The definition to be run, when nothing speaks against it. */
export function checkedRequest(input: Sdk.RunTaskRequest, context: CallContext): DefinitionRow {
  const { taskDefinition = '', launchType, platformVersion = 'LATEST', count = 1, startedBy = '' } = input;
  activeCluster(context, input.cluster);
  if (count < 1 || count > 10) throw invalid('count must be between 1 and 10.');
  if (startedBy.length > 128) throw invalid('startedBy must have length less than or equal to 128.');
  const definition = findDefinition(context, taskDefinition, 'TaskDefinition not found.');
  if (definition.status === 'INACTIVE') throw clientError('TaskDefinition is inactive');
  if (launchType === undefined || launchType === 'EC2')
    throw invalid('No Container Instances were found in your cluster.');
  if (launchType !== 'FARGATE') throw notImplemented(`ecs:RunTask launch type ${launchType}`);
  if (/^1\.[0-3]\.0$/.test(platformVersion)) throw notImplemented(`ecs:RunTask platform version ${platformVersion}`);
  if (platformVersion !== 'LATEST' && platformVersion !== platform)
    throw new AwsError('PlatformUnknownException', 'The specified platform does not exist.');
  checkOverrides(input, definition);
  const taskRole = input.overrides?.taskRoleArn ?? definition.taskRoleArn;
  if (input.enableExecuteCommand && !taskRole)
    throw invalid(
      'The execute command failed because a valid task role is not being used. Specify a valid task role in your task definition or as a task override and try again.',
    );
  checkRole(input.overrides?.executionRoleArn ?? definition.executionRoleArn, context);
  checkRole(taskRole, context);
  checkNetwork(input, context);
  checkedTags(input.tags, context);
  return definition;
}
