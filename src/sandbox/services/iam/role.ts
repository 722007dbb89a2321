import type * as Iam from '@aws-sdk/client-iam';
import type { CallContext, Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { checkIdentityPolicy, checkTrustPolicy } from './policyDocument.ts';
import { findPolicy } from './policy.ts';
import {
  alreadyExists,
  checkName,
  checkPath,
  deleteConflict,
  iamArn,
  limitExceeded,
  noSuchEntity,
  page,
  rows,
  uniqueId,
  validation,
  type RoleRow,
} from './rows.ts';
import { checkTags } from './tags.ts';

const policiesPerRole = 10;
const inlineBytes = 10_240;

export function findRole(context: CallContext, name: string | undefined): RoleRow {
  const role = rows(context, 'roles').find(row => row.RoleName.toLowerCase() === name?.toLowerCase());
  if (!role) throw noSuchEntity(`The role with name ${name ?? ''} cannot be found.`);
  return role;
}

/** As IAM shows it: documents percent-encoded, and no more than the SDK's members. */
export function shownRole({ attached: _attached, inline: _inline, linkedTo: _linkedTo, ...role }: RoleRow): Iam.Role {
  return structuredClone({ ...role, AssumeRolePolicyDocument: encodeURIComponent(role.AssumeRolePolicyDocument) });
}

/** Roles of services are the services' own: nobody else changes them. */
function findOwn(context: CallContext, name: string | undefined): RoleRow {
  const role = findRole(context, name);
  if (role.linkedTo !== undefined && role.linkedTo !== context.principal.arn)
    throw new AwsError(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${role.RoleName}' - this role is only modifiable by AWS`,
    );
  return role;
}

export function makeRole(
  context: CallContext,
  given: Pick<RoleRow, 'RoleName' | 'Path' | 'AssumeRolePolicyDocument' | 'Tags'> & Partial<RoleRow>,
): RoleRow {
  if (rows(context, 'roles').find(row => row.RoleName.toLowerCase() === given.RoleName.toLowerCase()))
    throw alreadyExists(`Role with name ${given.RoleName} already exists.`);
  return rows(context, 'roles').set(given.RoleName, {
    MaxSessionDuration: 3600,
    ...given,
    RoleId: uniqueId(context.account, 'AROA'),
    Arn: iamArn(context, `role${given.Path}${given.RoleName}`),
    CreateDate: new Date(context.account.now()),
    RoleLastUsed: {},
    attached: given.attached ?? [],
    inline: {},
  });
}

const createRole: Operation<Iam.CreateRoleRequest, Iam.CreateRoleResponse> = (input, context) => {
  const { RoleName = '', Path = '/', AssumeRolePolicyDocument = '', Description, Tags = [] } = input;
  checkName(RoleName, 'roleName', 64);
  checkPath(Path);
  checkSession(input.MaxSessionDuration);
  checkTags(Tags, context);
  checkTrustPolicy(AssumeRolePolicyDocument, context);
  const boundary = boundaryOf(context, input.PermissionsBoundary);
  const role = makeRole(context, {
    RoleName,
    Path,
    AssumeRolePolicyDocument,
    Tags,
    MaxSessionDuration: input.MaxSessionDuration ?? 3600,
    ...(Description !== undefined && { Description }),
    ...(boundary && { PermissionsBoundary: boundary }),
  });
  return { Role: shownRole(role) };
};

function boundaryOf(context: CallContext, arn: string | undefined): Iam.AttachedPermissionsBoundary | undefined {
  if (arn === undefined) return undefined;
  findPolicy(context, arn);
  // The model's only member is `PermissionsBoundaryPolicy`; IAM answers `Policy`.
  return { PermissionsBoundaryType: 'Policy' as Iam.PermissionsBoundaryAttachmentType, PermissionsBoundaryArn: arn };
}

const putRolePermissionsBoundary: Operation<Iam.PutRolePermissionsBoundaryRequest> = (input, context) => {
  const role = findOwn(context, input.RoleName);
  role.PermissionsBoundary = boundaryOf(context, input.PermissionsBoundary);
  return {};
};

const deleteRolePermissionsBoundary: Operation<Iam.DeleteRolePermissionsBoundaryRequest> = ({ RoleName }, context) => {
  const role = findOwn(context, RoleName);
  if (!role.PermissionsBoundary) throw noSuchEntity(`No permissions boundary is set for role ${role.RoleName}.`);
  delete role.PermissionsBoundary;
  return {};
};

function checkSession(seconds: number | undefined): void {
  if (seconds === undefined || (seconds >= 3600 && seconds <= 43_200)) return;
  const rule = seconds < 3600 ? 'greater than or equal to 3600' : 'less than or equal to 43200';
  throw validation(
    `Value '${seconds}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value ${rule}`,
  );
}

const getRole: Operation<Iam.GetRoleRequest, Iam.GetRoleResponse> = ({ RoleName }, context) => ({
  Role: shownRole(findRole(context, RoleName)),
});

const listRoles: Operation<Iam.ListRolesRequest, Iam.ListRolesResponse> = (input, context) => {
  const all = rows(context, 'roles').filter(row => row.Path.startsWith(input.PathPrefix ?? '/'));
  const { items, rest } = page(all, input);
  // A list leaves out tags, last use and boundary.
  return {
    Roles: items.map(row => ({
      ...shownRole(row),
      Tags: undefined,
      RoleLastUsed: undefined,
      PermissionsBoundary: undefined,
    })),
    ...rest,
  };
};

const deleteRole: Operation<Iam.DeleteRoleRequest> = ({ RoleName }, context) => {
  const role = findOwn(context, RoleName);
  if (rows(context, 'profiles').find(row => row.roleNames.includes(role.RoleName)))
    throw deleteConflict('remove roles from instance profile');
  if (role.attached.length > 0) throw deleteConflict('detach all policies');
  if (Object.keys(role.inline).length > 0) throw deleteConflict('delete policies');
  rows(context, 'roles').delete(role.RoleName);
  return {};
};

const updateRole: Operation<Iam.UpdateRoleRequest> = (input, context) => {
  const role = findOwn(context, input.RoleName);
  checkSession(input.MaxSessionDuration);
  if (input.Description !== undefined) role.Description = input.Description;
  if (input.MaxSessionDuration !== undefined) role.MaxSessionDuration = input.MaxSessionDuration;
  return {};
};

const updateAssumeRolePolicy: Operation<Iam.UpdateAssumeRolePolicyRequest> = (
  { RoleName, PolicyDocument = '' },
  context,
) => {
  const role = findOwn(context, RoleName);
  checkTrustPolicy(PolicyDocument, context);
  role.AssumeRolePolicyDocument = PolicyDocument;
  return {};
};

const attachRolePolicy: Operation<Iam.AttachRolePolicyRequest> = ({ RoleName, PolicyArn = '' }, context) => {
  const role = findOwn(context, RoleName);
  const policy = findPolicy(context, PolicyArn);
  if (role.attached.includes(PolicyArn)) return {};
  if (role.attached.length >= policiesPerRole)
    throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${policiesPerRole}`);
  role.attached.push(PolicyArn);
  if (policy) policy.AttachmentCount = (policy.AttachmentCount ?? 0) + 1;
  return {};
};

const detachRolePolicy: Operation<Iam.DetachRolePolicyRequest> = ({ RoleName, PolicyArn = '' }, context) => {
  const role = findOwn(context, RoleName);
  if (!role.attached.includes(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
  role.attached = role.attached.filter(arn => arn !== PolicyArn);
  const policy = rows(context, 'policies').get(PolicyArn);
  if (policy) policy.AttachmentCount = (policy.AttachmentCount ?? 1) - 1;
  return {};
};

const listAttachedRolePolicies: Operation<Iam.ListAttachedRolePoliciesRequest, Iam.ListAttachedRolePoliciesResponse> = (
  input,
  context,
) => {
  const attached = findRole(context, input.RoleName).attached.map(PolicyArn => ({
    PolicyArn,
    PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
  }));
  const { items, rest } = page(attached, input);
  return { AttachedPolicies: items, ...rest };
};

const putRolePolicy: Operation<Iam.PutRolePolicyRequest> = (
  { RoleName, PolicyName = '', PolicyDocument = '' },
  context,
) => {
  const role = findOwn(context, RoleName);
  checkName(PolicyName, 'policyName', 128);
  checkIdentityPolicy(PolicyDocument);
  const others = Object.entries(role.inline).filter(([name]) => name !== PolicyName);
  // White space does not count.
  const size = [...others.map(([, text]) => text), PolicyDocument].join('').replace(/\s/g, '').length;
  if (size > inlineBytes)
    throw limitExceeded(`Maximum policy size of ${inlineBytes} bytes exceeded for role ${role.RoleName}`);
  role.inline[PolicyName] = PolicyDocument;
  return {};
};

function inlineOf(role: RoleRow, name: string | undefined): string {
  const document = role.inline[name ?? ''];
  if (document === undefined) throw noSuchEntity(`The role policy with name ${name ?? ''} cannot be found.`);
  return document;
}

const getRolePolicy: Operation<Iam.GetRolePolicyRequest, Iam.GetRolePolicyResponse> = (
  { RoleName, PolicyName },
  context,
) => {
  const role = findRole(context, RoleName);
  return { RoleName: role.RoleName, PolicyName, PolicyDocument: encodeURIComponent(inlineOf(role, PolicyName)) };
};

const deleteRolePolicy: Operation<Iam.DeleteRolePolicyRequest> = ({ RoleName, PolicyName }, context) => {
  const role = findOwn(context, RoleName);
  inlineOf(role, PolicyName);
  role.inline = Object.fromEntries(Object.entries(role.inline).filter(([name]) => name !== PolicyName));
  return {};
};

const listRolePolicies: Operation<Iam.ListRolePoliciesRequest, Iam.ListRolePoliciesResponse> = (input, context) => {
  const { items, rest } = page(Object.keys(findRole(context, input.RoleName).inline), input);
  return { PolicyNames: items, ...rest };
};

const createServiceLinkedRole: Operation<Iam.CreateServiceLinkedRoleRequest, Iam.CreateServiceLinkedRoleResponse> = (
  input,
  context,
) => ({
  Role: shownRole(makeServiceRole(context, input.AWSServiceName ?? '')),
});

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
  if (rows(context, 'roles').get(RoleName))
    throw new AwsError(
      'InvalidInput',
      `Service role name ${RoleName} has been taken in this account, please try a different suffix.`,
    );
  const Statement = [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }];
  return makeRole(context, {
    RoleName,
    Path: `/aws-service-role/${service}/`,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    Tags: [],
    attached: [`arn:aws:iam::aws:policy/aws-service-role/${policy}`],
    linkedTo: service,
  });
}

/** What a service does at its first use in an account; its ARN. */
export function ensureServiceLinkedRole(context: CallContext, service: string): string {
  const known = rows(context, 'roles').find(row => row.linkedTo === service);
  return (known ?? makeServiceRole(context, service)).Arn;
}

const deleteServiceLinkedRole: Operation<Iam.DeleteServiceLinkedRoleRequest, Iam.DeleteServiceLinkedRoleResponse> = (
  input,
  context,
) => {
  const role = findRole(context, input.RoleName);
  if (role.linkedTo === undefined) throw noSuchEntity(`The role with name ${role.RoleName} cannot be found.`);
  rows(context, 'roles').delete(role.RoleName);
  return { DeletionTaskId: `task/aws-service-role/${role.linkedTo}/${role.RoleName}/${context.account.uuid()}` };
};

export const roleOperations = {
  CreateRole: createRole,
  GetRole: getRole,
  ListRoles: listRoles,
  DeleteRole: deleteRole,
  UpdateRole: updateRole,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  PutRolePermissionsBoundary: putRolePermissionsBoundary,
  DeleteRolePermissionsBoundary: deleteRolePermissionsBoundary,
  AttachRolePolicy: attachRolePolicy,
  DetachRolePolicy: detachRolePolicy,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  PutRolePolicy: putRolePolicy,
  GetRolePolicy: getRolePolicy,
  DeleteRolePolicy: deleteRolePolicy,
  ListRolePolicies: listRolePolicies,
  CreateServiceLinkedRole: createServiceLinkedRole,
  DeleteServiceLinkedRole: deleteServiceLinkedRole,
};
