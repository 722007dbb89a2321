import type * as Sdk from '@aws-sdk/client-iam';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { checkIdentityPolicy, checkTrustPolicy } from './policyDocument.ts';
import { findAttachable } from './policy.ts';
import {
  alreadyExists,
  deleteConflict,
  invalid,
  limitExceeded,
  newEntity,
  noSuchEntity,
  page,
  rows,
  uniqueId,
  type RoleRow,
} from './rows.ts';

const policiesPerRole = 10;
const inlineBytes = 10_240;

const named = (context: CallContext, name: string | undefined): RoleRow | undefined =>
  rows(context, 'roles').find(row => row.RoleName.toLowerCase() === name?.toLowerCase());

export function findRole(context: CallContext, name: string | undefined): RoleRow {
  const role = named(context, name);
  if (!role) throw noSuchEntity(`The role with name ${name ?? ''} cannot be found.`);
  return role;
}

/** Roles of services are the services' own: nobody else changes them. */
function findOwn(context: CallContext, name: string | undefined): RoleRow {
  const role = findRole(context, name);
  if (role.linkedTo === undefined || role.linkedTo === context.principal.arn) return role;
  const message = `Cannot perform the operation on the protected role '${role.RoleName}' - this role is only modifiable by AWS`;
  throw new AwsError('UnmodifiableEntity', message);
}

/** As IAM shows it: documents percent-encoded. */
export function shownRole({ attached: _attached, inline: _inline, linkedTo: _linkedTo, ...role }: RoleRow): Sdk.Role {
  const AssumeRolePolicyDocument = encodeURIComponent(role.AssumeRolePolicyDocument);
  return structuredClone({ ...role, AssumeRolePolicyDocument, RoleLastUsed: {} });
}

type NewRole = Pick<Sdk.CreateRoleRequest, 'Path' | 'Tags'> &
  Pick<RoleRow, 'AssumeRolePolicyDocument'> &
  Partial<Pick<RoleRow, 'Description' | 'MaxSessionDuration' | 'attached' | 'linkedTo'>>;

function makeRole(context: CallContext, RoleName: string, { Path, Tags, ...given }: NewRole): RoleRow {
  const entity = newEntity(context, ['role', 'roleName', 64], RoleName, { Path, Tags });
  if (named(context, RoleName)) throw alreadyExists(`Role with name ${RoleName} already exists.`);
  const RoleId = uniqueId(context.account, 'AROA');
  const usual = { MaxSessionDuration: 3600, attached: [], inline: {} };
  return rows(context, 'roles').set(RoleName, { ...entity, ...usual, ...given, RoleName, RoleId });
}

/** What both a create and an update may set. */
function settings({
  Description,
  MaxSessionDuration: seconds,
}: Sdk.UpdateRoleRequest | Sdk.CreateRoleRequest): Partial<NewRole> {
  if (seconds !== undefined && seconds < 3600)
    throw invalid(seconds, 'maxSessionDuration', 'have value greater than or equal to 3600');
  if (seconds !== undefined && seconds > 43_200)
    throw invalid(seconds, 'maxSessionDuration', 'have value less than or equal to 43200');
  return {
    ...(Description !== undefined && { Description }),
    ...(seconds !== undefined && { MaxSessionDuration: seconds }),
  };
}

function inlineOf(role: RoleRow, name: string | undefined): string {
  const document = role.inline[name ?? ''];
  if (document === undefined) throw noSuchEntity(`The role policy with name ${name ?? ''} cannot be found.`);
  return document;
}

/** Services that have a role of their own, with its name's end and its policy. */
const serviceRoles: Readonly<Record<string, readonly [name: string, policy: string]>> = {
  'eks.amazonaws.com': ['AmazonEKS', 'AmazonEKSServiceRolePolicy'],
  'eks-nodegroup.amazonaws.com': ['AmazonEKSNodegroup', 'AWSServiceRoleForAmazonEKSNodegroup'],
  'eks-fargate.amazonaws.com': ['AmazonEKSForFargate', 'AmazonEKSForFargateServiceRolePolicy'],
  'autoscaling.amazonaws.com': ['AutoScaling', 'AutoScalingServiceRolePolicy'],
  'ecs.amazonaws.com': ['ECS', 'AmazonECSServiceRolePolicy'],
  'ssm.amazonaws.com': ['AmazonSSM', 'AmazonSSMServiceRolePolicy'],
};

function makeServiceRole(context: CallContext, service: string): RoleRow {
  const [suffix, policy] = serviceRoles[service] ?? [];
  if (suffix === undefined)
    throw new AwsError('InvalidInput', `Service role is not supported for service name ${service}`);
  const RoleName = `AWSServiceRoleFor${suffix}`;
  const taken = `Service role name ${RoleName} has been taken in this account, please try a different suffix.`;
  if (named(context, RoleName)) throw new AwsError('InvalidInput', taken);
  const Statement = [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }];
  return makeRole(context, RoleName, {
    Path: `/aws-service-role/${service}/`,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    attached: [`arn:aws:iam::aws:policy/aws-service-role/${policy}`],
    linkedTo: service,
  });
}

/** What a service does at its first use in an account; its ARN. */
export function ensureServiceLinkedRole(context: CallContext, service: string): string {
  const known = rows(context, 'roles').find(row => row.linkedTo === service);
  return (known ?? makeServiceRole(context, service)).Arn;
}

export const roleOperations = {
  CreateRole(input: Sdk.CreateRoleRequest, context: CallContext): Sdk.CreateRoleResponse {
    const { RoleName = '', Path, Tags, AssumeRolePolicyDocument = '' } = input;
    const given = { Path, Tags, AssumeRolePolicyDocument, ...settings(input) };
    checkTrustPolicy(AssumeRolePolicyDocument, context);
    return { Role: shownRole(makeRole(context, RoleName, given)) };
  },

  GetRole: ({ RoleName }: Sdk.GetRoleRequest, context: CallContext) => ({
    Role: shownRole(findRole(context, RoleName)),
  }),

  ListRoles(input: Sdk.ListRolesRequest, context: CallContext): object {
    const all = rows(context, 'roles').filter(row => row.Path.startsWith(input.PathPrefix ?? '/'));
    // A list leaves out tags and last use.
    return page(
      'Roles',
      all.map(row => ({ ...shownRole(row), Tags: undefined, RoleLastUsed: undefined })),
      input,
    );
  },

  DeleteRole({ RoleName }: Sdk.DeleteRoleRequest, context: CallContext): object {
    const role = findOwn(context, RoleName);
    if (rows(context, 'profiles').find(row => row.roleNames.includes(role.RoleName)))
      throw deleteConflict('remove roles from instance profile');
    if (role.attached.length > 0) throw deleteConflict('detach all policies');
    if (Object.keys(role.inline).length > 0) throw deleteConflict('delete policies');
    rows(context, 'roles').delete(role.RoleName);
    return {};
  },

  UpdateRole(input: Sdk.UpdateRoleRequest, context: CallContext): object {
    Object.assign(findOwn(context, input.RoleName), settings(input));
    return {};
  },

  UpdateAssumeRolePolicy(
    { RoleName, PolicyDocument = '' }: Sdk.UpdateAssumeRolePolicyRequest,
    context: CallContext,
  ): object {
    const role = findOwn(context, RoleName);
    checkTrustPolicy(PolicyDocument, context);
    role.AssumeRolePolicyDocument = PolicyDocument;
    return {};
  },

  AttachRolePolicy({ RoleName, PolicyArn = '' }: Sdk.AttachRolePolicyRequest, context: CallContext): object {
    const role = findOwn(context, RoleName);
    const policy = findAttachable(context, PolicyArn);
    if (role.attached.includes(PolicyArn)) return {};
    if (role.attached.length >= policiesPerRole)
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${policiesPerRole}`);
    role.attached.push(PolicyArn);
    if (policy) policy.AttachmentCount++;
    return {};
  },

  DetachRolePolicy({ RoleName, PolicyArn = '' }: Sdk.DetachRolePolicyRequest, context: CallContext): object {
    const role = findOwn(context, RoleName);
    if (!role.attached.includes(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
    role.attached = role.attached.filter(arn => arn !== PolicyArn);
    const policy = rows(context, 'policies').get(PolicyArn);
    if (policy) policy.AttachmentCount--;
    return {};
  },

  ListAttachedRolePolicies(input: Sdk.ListAttachedRolePoliciesRequest, context: CallContext): object {
    const nameOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);
    const { attached } = findRole(context, input.RoleName);
    return page(
      'AttachedPolicies',
      attached.map(PolicyArn => ({ PolicyArn, PolicyName: nameOf(PolicyArn) })),
      input,
    );
  },

  PutRolePolicy(
    { RoleName, PolicyName = '', PolicyDocument = '' }: Sdk.PutRolePolicyRequest,
    context: CallContext,
  ): object {
    const role = findOwn(context, RoleName);
    checkIdentityPolicy(PolicyDocument);
    const next = { ...role.inline, [PolicyName]: PolicyDocument };
    // White space does not count.
    if (Object.values(next).join('').replace(/\s/g, '').length > inlineBytes)
      throw limitExceeded(`Maximum policy size of ${inlineBytes} bytes exceeded for role ${role.RoleName}`);
    role.inline = next;
    return {};
  },

  GetRolePolicy({ RoleName, PolicyName }: Sdk.GetRolePolicyRequest, context: CallContext): object {
    const PolicyDocument = encodeURIComponent(inlineOf(findRole(context, RoleName), PolicyName));
    return { RoleName, PolicyName, PolicyDocument };
  },

  DeleteRolePolicy({ RoleName, PolicyName = '' }: Sdk.DeleteRolePolicyRequest, context: CallContext): object {
    const role = findOwn(context, RoleName);
    inlineOf(role, PolicyName);
    const { [PolicyName]: _gone, ...rest } = role.inline;
    role.inline = rest;
    return {};
  },

  ListRolePolicies: (input: Sdk.ListRolePoliciesRequest, context: CallContext): object =>
    page('PolicyNames', Object.keys(findRole(context, input.RoleName).inline), input),

  CreateServiceLinkedRole: ({ AWSServiceName = '' }: Sdk.CreateServiceLinkedRoleRequest, context: CallContext) => ({
    Role: shownRole(makeServiceRole(context, AWSServiceName)),
  }),
};
