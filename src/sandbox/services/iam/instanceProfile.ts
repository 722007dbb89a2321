import type * as Iam from '@aws-sdk/client-iam';
import type { CallContext, Operation } from '../../kernel/account.ts';
import { findRole, shownRole } from './role.ts';
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
  type ProfileRow,
} from './rows.ts';
import { checkTags } from './tags.ts';

export function findInstanceProfile(context: CallContext, name: string | undefined): ProfileRow {
  const profile = rows(context, 'profiles').get(name);
  if (!profile) throw noSuchEntity(`Instance Profile ${name ?? ''} cannot be found.`);
  return profile;
}

function shown(context: CallContext, { roleNames, ...profile }: ProfileRow): Iam.InstanceProfile {
  return {
    ...structuredClone(profile),
    Roles: roleNames.map(name => shownRole(findRole(context, name))),
  };
}

const createInstanceProfile: Operation<Iam.CreateInstanceProfileRequest, Iam.CreateInstanceProfileResponse> = (
  input,
  context,
) => {
  const { InstanceProfileName = '', Path = '/', Tags = [] } = input;
  checkName(InstanceProfileName, 'instanceProfileName', 128);
  checkPath(Path);
  checkTags(Tags, context);
  if (rows(context, 'profiles').get(InstanceProfileName))
    throw alreadyExists(`Instance Profile ${InstanceProfileName} already exists.`);
  const profile = rows(context, 'profiles').set(InstanceProfileName, {
    InstanceProfileName,
    InstanceProfileId: uniqueId(context.account, 'AIPA'),
    Arn: iamArn(context, `instance-profile${Path}${InstanceProfileName}`),
    Path,
    CreateDate: new Date(context.account.now()),
    Roles: [],
    Tags,
    roleNames: [],
  });
  return { InstanceProfile: shown(context, profile) };
};

const getInstanceProfile: Operation<Iam.GetInstanceProfileRequest, Iam.GetInstanceProfileResponse> = (
  input,
  context,
) => ({
  InstanceProfile: shown(context, findInstanceProfile(context, input.InstanceProfileName)),
});

const listInstanceProfiles: Operation<Iam.ListInstanceProfilesRequest, Iam.ListInstanceProfilesResponse> = (
  input,
  context,
) => {
  const { items, rest } = page(
    rows(context, 'profiles').filter(row => row.Path.startsWith(input.PathPrefix ?? '/')),
    input,
  );
  return { InstanceProfiles: items.map(row => shown(context, row)), ...rest };
};

const listInstanceProfilesForRole: Operation<
  Iam.ListInstanceProfilesForRoleRequest,
  Iam.ListInstanceProfilesForRoleResponse
> = (input, context) => {
  const { RoleName } = findRole(context, input.RoleName);
  const { items, rest } = page(
    rows(context, 'profiles').filter(row => row.roleNames.includes(RoleName)),
    input,
  );
  return { InstanceProfiles: items.map(row => shown(context, row)), ...rest };
};

const addRole: Operation<Iam.AddRoleToInstanceProfileRequest> = (input, context) => {
  const profile = findInstanceProfile(context, input.InstanceProfileName);
  const { RoleName } = findRole(context, input.RoleName);
  if (profile.roleNames.length > 0)
    throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
  profile.roleNames.push(RoleName);
  return {};
};

const removeRole: Operation<Iam.RemoveRoleFromInstanceProfileRequest> = (input, context) => {
  const profile = findInstanceProfile(context, input.InstanceProfileName);
  if (!profile.roleNames.includes(input.RoleName ?? ''))
    throw noSuchEntity(`The role with name ${input.RoleName ?? ''} cannot be found.`);
  profile.roleNames = profile.roleNames.filter(name => name !== input.RoleName);
  return {};
};

const deleteInstanceProfile: Operation<Iam.DeleteInstanceProfileRequest> = (input, context) => {
  const profile = findInstanceProfile(context, input.InstanceProfileName);
  if (profile.roleNames.length > 0) throw deleteConflict('remove roles from instance profile');
  rows(context, 'profiles').delete(profile.InstanceProfileName);
  return {};
};

export const instanceProfileOperations = {
  CreateInstanceProfile: createInstanceProfile,
  GetInstanceProfile: getInstanceProfile,
  ListInstanceProfiles: listInstanceProfiles,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  AddRoleToInstanceProfile: addRole,
  RemoveRoleFromInstanceProfile: removeRole,
  DeleteInstanceProfile: deleteInstanceProfile,
};
