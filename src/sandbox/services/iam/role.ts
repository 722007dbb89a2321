import type * as Sdk from '@aws-sdk/client-iam';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { managedPolicyArns } from './managedPolicy.ts';
import { checkIdentityPolicy, checkTrustPolicy } from './policyDocument.ts';
import {
  alreadyExists,
  checkTags,
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

export type NewRole = Pick<Sdk.CreateRoleRequest, 'Path' | 'Tags'> &
  Pick<RoleRow, 'AssumeRolePolicyDocument'> &
  Partial<Pick<RoleRow, 'Description' | 'MaxSessionDuration' | 'attached' | 'linkedTo'>>;

export function makeRole(context: CallContext, RoleName: string, { Path, Tags, ...given }: NewRole): RoleRow {
  const entity = newEntity(context, ['role', 'roleName', 64], RoleName, { Path, Tags });
  if (named(context, RoleName)) throw alreadyExists(`Role with name ${RoleName} already exists.`);
  const RoleId = uniqueId(context.account, 'AROA');
  const usual = { MaxSessionDuration: 3600, attached: [], inline: {} };
  return rows(context, 'roles').set(RoleName, { ...entity, ...usual, ...given, RoleName, RoleId });
}

function checkDuration(seconds: number | undefined): void {
  if (seconds !== undefined && seconds < 3600)
    throw invalid(seconds, 'maxSessionDuration', 'have value greater than or equal to 3600');
  if (seconds !== undefined && seconds > 43_200)
    throw invalid(seconds, 'maxSessionDuration', 'have value less than or equal to 43200');
}

/** The role behind a permission set of IAM Identity Center, made when it is first used. */
export function ensurePermissionSetRole(context: CallContext, permissionSet: string): RoleRow {
  const prefix = `AWSReservedSSO_${permissionSet}_`;
  const known = rows(context, 'roles').find(row => row.RoleName.startsWith(prefix));
  if (known) return known;
  const linkedTo = 'sso.amazonaws.com';
  const { account } = context;
  const Principal = { Federated: account.arn('iam', '', 'saml-provider/AWSSSO_practice_DO_NOT_DELETE') };
  const Statement = [{ Effect: 'Allow', Principal, Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'] }];
  return makeRole(context, prefix + account.hex(16), {
    Path: `/aws-reserved/${linkedTo}/`,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    attached: [`arn:aws:iam::aws:policy/${permissionSet}`],
    MaxSessionDuration: 43_200,
    linkedTo,
  });
}

export const roleOperations = {
  CreateRole(input: Sdk.CreateRoleRequest, context: CallContext): Sdk.CreateRoleResponse {
    const { RoleName = '', Path, Tags, AssumeRolePolicyDocument = '', Description, MaxSessionDuration } = input;
    checkDuration(MaxSessionDuration);
    checkTrustPolicy(AssumeRolePolicyDocument, context);
    const given = {
      Path,
      Tags,
      AssumeRolePolicyDocument,
      ...(Description !== undefined && { Description }),
      ...(MaxSessionDuration !== undefined && { MaxSessionDuration }),
    };
    return { Role: shownRole(makeRole(context, RoleName, given)) };
  },

  UpdateAssumeRolePolicy({ RoleName, PolicyDocument = '' }: Sdk.UpdateAssumeRolePolicyRequest, context: CallContext) {
    const role = findOwn(context, RoleName);
    checkTrustPolicy(PolicyDocument, context);
    role.AssumeRolePolicyDocument = PolicyDocument;
    return {};
  },

  UpdateRole({ RoleName, Description, MaxSessionDuration }: Sdk.UpdateRoleRequest, context: CallContext): object {
    const role = findOwn(context, RoleName);
    checkDuration(MaxSessionDuration);
    if (Description !== undefined) role.Description = Description;
    if (MaxSessionDuration !== undefined) role.MaxSessionDuration = MaxSessionDuration;
    return {};
  },

  GetRolePolicy({ RoleName = '', PolicyName = '' }: Sdk.GetRolePolicyRequest, context: CallContext): object {
    const document = findRole(context, RoleName).inline[PolicyName];
    if (document === undefined) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
    return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(document) };
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

  AttachRolePolicy({ RoleName, PolicyArn = '' }: Sdk.AttachRolePolicyRequest, context: CallContext): object {
    const role = findOwn(context, RoleName);
    if (!managedPolicyArns.has(PolicyArn))
      throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`);
    if (role.attached.includes(PolicyArn)) return {};
    if (role.attached.length >= policiesPerRole)
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${policiesPerRole}`);
    role.attached.push(PolicyArn);
    return {};
  },

  DetachRolePolicy({ RoleName, PolicyArn = '' }: Sdk.DetachRolePolicyRequest, context: CallContext): object {
    const role = findOwn(context, RoleName);
    if (!role.attached.includes(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
    role.attached = role.attached.filter(arn => arn !== PolicyArn);
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

  DeleteRolePolicy({ RoleName, PolicyName = '' }: Sdk.DeleteRolePolicyRequest, context: CallContext): object {
    const role = findOwn(context, RoleName);
    if (role.inline[PolicyName] === undefined)
      throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
    const { [PolicyName]: _gone, ...rest } = role.inline;
    role.inline = rest;
    return {};
  },

  ListRolePolicies: (input: Sdk.ListRolePoliciesRequest, context: CallContext): object =>
    page('PolicyNames', Object.keys(findRole(context, input.RoleName).inline), input),

  TagRole({ RoleName, Tags = [] }: Sdk.TagRoleRequest, context: CallContext): object {
    const role = findOwn(context, RoleName);
    checkTags(Tags, context);
    const keys = Tags.map(tag => tag.Key?.toLowerCase());
    role.Tags = [...role.Tags.filter(tag => !keys.includes(tag.Key?.toLowerCase())), ...Tags];
    return {};
  },

  UntagRole({ RoleName, TagKeys = [] }: Sdk.UntagRoleRequest, context: CallContext): object {
    const role = findOwn(context, RoleName);
    role.Tags = role.Tags.filter(tag => !TagKeys.includes(tag.Key ?? ''));
    return {};
  },
};
