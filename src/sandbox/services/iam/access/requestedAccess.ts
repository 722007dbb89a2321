import type { Tag } from '@aws-sdk/client-cloudformation';
import type { CreateRoleRequest } from '@aws-sdk/client-iam';
import { findStack } from '../../../cloudformation/stack.ts';
import { rows } from '../rows.ts';
import { arnOf, asks, passRole, requestTags, resourceTags, rowsFor, type AccessTable } from './asked.ts';
import { ec2Access } from './ec2Access.ts';
import { ecsAccess } from './ecsAccess.ts';
import { eksAccess } from './eksAccess.ts';
import {
  autoScalingAccess,
  balancingAccess,
  kmsAccess,
  onInstanceProfile,
  onLogGroup,
  onOidcProvider,
  s3Access,
} from './storedAccess.ts';
import { ssmAccess, ssmMessagesAccess } from './ssmAccess.ts';

interface StackInput {
  readonly StackName?: string;
  readonly Tags?: Tag[];
  readonly RoleARN?: string;
}

/** By its id, or, before it has one, by its name with any. */
const onStack = (operation: string) =>
  asks<StackInput>(({ StackName, Tags, RoleARN }, context) => {
    const { id, definition } = findStack(context.account, context.region, StackName) ?? {};
    const given = StackName?.startsWith('arn:') ? StackName : undefined;
    const resource = id ?? given ?? arnOf('cloudformation', `stack/${StackName ?? '*'}/*`, context);
    const keys = { ...resourceTags('cloudformation', definition?.tags), ...requestTags(Tags) };
    // AWS asks for the leave to look at one resource with that for all of a stack.
    const actions = operation === 'DetectStackDrift' ? [operation, 'DetectStackResourceDrift'] : [operation];
    return [
      ...actions.map(action => ({ action: `cloudformation:${action}`, resource, keys })),
      ...(actions.length > 1 ? [{ action: 'cloudformation:BatchDescribeTypeConfigurations', resource: '*' }] : []),
      ...passRole(RoleARN, 'cloudformation'),
    ];
  });

const onRole = (operation: string) =>
  asks<CreateRoleRequest & { PolicyArn?: string }>(({ RoleName = '', Path = '/', Tags, PolicyArn }, { account }) => {
    const row = rows({ account }, 'roles').get(RoleName);
    const resource = row?.Arn ?? account.arn('iam', '', `role${Path}${RoleName}`);
    const policy = PolicyArn === undefined ? {} : { 'iam:policyarn': [PolicyArn] };
    const keys = { ...resourceTags('iam', row?.Tags), ...requestTags(Tags), ...policy };
    const tagsToo = operation === 'CreateRole' && Tags !== undefined && Tags.length > 0;
    const actions = [operation, ...(tagsToo ? ['TagRole'] : [])];
    return actions.map(action => ({ action: `iam:${action}`, resource, keys }));
  });

/** Neither needs a leave by identity: nobody is refused the first, and roles say themselves who takes them. */
const nothing = asks(() => []);

/** What calls ask for where it is more than `service:Operation` on `*`: as far as the ways of the tunnel and the bastion go. */
export const requestedAccess: Readonly<Record<string, AccessTable>> = {
  autoscaling: autoScalingAccess,
  cloudformation: rowsFor(
    'CreateStack UpdateStack DeleteStack DescribeStacks DescribeStackEvents GetTemplate UpdateTerminationProtection ListStackResources ListStacks ' +
      'CreateChangeSet DescribeChangeSet ExecuteChangeSet DeleteChangeSet RollbackStack ContinueUpdateRollback CancelUpdateStack ' +
      'DetectStackDrift DescribeStackResourceDrifts',
    onStack,
  ),
  ec2: ec2Access,
  ecs: ecsAccess,
  eks: eksAccess,
  elasticloadbalancing: balancingAccess,
  iam: {
    ...rowsFor(
      'CreateInstanceProfile GetInstanceProfile DeleteInstanceProfile AddRoleToInstanceProfile RemoveRoleFromInstanceProfile',
      onInstanceProfile,
    ),
    SimulatePrincipalPolicy: asks<{ PolicySourceArn?: string }>(({ PolicySourceArn = '*' }) => ({
      action: 'iam:SimulatePrincipalPolicy',
      resource: PolicySourceArn,
    })),
    ...rowsFor(
      'CreateOpenIDConnectProvider DeleteOpenIDConnectProvider GetOpenIDConnectProvider TagOpenIDConnectProvider UntagOpenIDConnectProvider ' +
        'AddClientIDToOpenIDConnectProvider RemoveClientIDFromOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint',
      onOidcProvider,
    ),
    ...rowsFor(
      'CreateRole GetRole DeleteRole TagRole UntagRole PutRolePolicy DeleteRolePolicy GetRolePolicy ListRolePolicies ListInstanceProfilesForRole AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies UpdateRole UpdateAssumeRolePolicy',
      onRole,
    ),
  },
  kms: kmsAccess,
  logs: rowsFor(
    'CreateLogGroup DeleteLogGroup PutRetentionPolicy TagResource UntagResource ListTagsForResource',
    onLogGroup,
  ),
  s3: s3Access,
  ssm: ssmAccess,
  ssmmessages: ssmMessagesAccess,
  sts: { GetCallerIdentity: nothing, AssumeRole: nothing },
};
