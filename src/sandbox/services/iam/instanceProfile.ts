import type * as Sdk from '@aws-sdk/client-iam';
import type { CallContext } from '../../kernel/account.ts';
import { findRole, shownRole } from './role.ts';
import {
  alreadyExists,
  deleteConflict,
  limitExceeded,
  newEntity,
  noSuchEntity,
  page,
  rows,
  uniqueId,
  type ProfileRow,
} from './rows.ts';

function findInstanceProfile(context: CallContext, name: string | undefined): ProfileRow {
  const profile = rows(context, 'profiles').get(name);
  if (!profile) throw noSuchEntity(`Instance Profile ${name ?? ''} cannot be found.`);
  return profile;
}

const shown = (context: CallContext, { roleNames, ...profile }: ProfileRow): Sdk.InstanceProfile =>
  structuredClone({ ...profile, Roles: roleNames.map(name => shownRole(findRole(context, name))) });

export const instanceProfileOperations = {
  CreateInstanceProfile(
    input: Sdk.CreateInstanceProfileRequest,
    context: CallContext,
  ): Sdk.CreateInstanceProfileResponse {
    const { InstanceProfileName = '' } = input;
    const entity = newEntity(context, ['instance-profile', 'instanceProfileName', 128], InstanceProfileName, input);
    const table = rows(context, 'profiles');
    if (table.get(InstanceProfileName)) throw alreadyExists(`Instance Profile ${InstanceProfileName} already exists.`);
    const InstanceProfileId = uniqueId(context.account, 'AIPA');
    const profile = { ...entity, InstanceProfileName, InstanceProfileId, roleNames: [] };
    return { InstanceProfile: shown(context, table.set(InstanceProfileName, profile)) };
  },

  GetInstanceProfile: ({ InstanceProfileName }: Sdk.GetInstanceProfileRequest, context: CallContext) => ({
    InstanceProfile: shown(context, findInstanceProfile(context, InstanceProfileName)),
  }),

  ListInstanceProfiles(input: Sdk.ListInstanceProfilesRequest, context: CallContext): object {
    const all = rows(context, 'profiles').filter(row => row.Path.startsWith(input.PathPrefix ?? '/'));
    // A list leaves out tags.
    return page(
      'InstanceProfiles',
      all.map(row => ({ ...shown(context, row), Tags: undefined })),
      input,
    );
  },

  ListInstanceProfilesForRole(input: Sdk.ListInstanceProfilesForRoleRequest, context: CallContext): object {
    const { RoleName } = findRole(context, input.RoleName);
    const all = rows(context, 'profiles').filter(row => row.roleNames.includes(RoleName));
    return page(
      'InstanceProfiles',
      all.map(row => ({ ...shown(context, row), Tags: undefined })),
      input,
    );
  },

  AddRoleToInstanceProfile(input: Sdk.AddRoleToInstanceProfileRequest, context: CallContext): object {
    const { roleNames } = findInstanceProfile(context, input.InstanceProfileName);
    const { RoleName } = findRole(context, input.RoleName);
    if (roleNames.length > 0) throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
    roleNames.push(RoleName);
    return {};
  },

  RemoveRoleFromInstanceProfile(
    { InstanceProfileName, RoleName = '' }: Sdk.RemoveRoleFromInstanceProfileRequest,
    context: CallContext,
  ): object {
    const profile = findInstanceProfile(context, InstanceProfileName);
    if (!profile.roleNames.includes(RoleName)) throw noSuchEntity(`The role with name ${RoleName} cannot be found.`);
    profile.roleNames = profile.roleNames.filter(name => name !== RoleName);
    return {};
  },

  DeleteInstanceProfile(input: Sdk.DeleteInstanceProfileRequest, context: CallContext): object {
    const { InstanceProfileName, roleNames } = findInstanceProfile(context, input.InstanceProfileName);
    if (roleNames.length > 0) throw deleteConflict('remove roles from instance profile');
    rows(context, 'profiles').delete(InstanceProfileName);
    return {};
  },
};
