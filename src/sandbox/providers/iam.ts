import type { ProviderContext, ResourceProvider, ResourceProviders } from '../cloudformation/resourceProvider.ts';
import { equal } from '../cloudformation/propertyChanges.ts';
import { AwsError } from '../kernel/awsError.ts';
import { ignoring, notUpdated, pick, policyText, tagsGone, tagsOf, type CfnNumber, type CfnTag } from './property.ts';

const gone = ['NoSuchEntity'];
const ownTags = (tags: readonly CfnTag[] | undefined, context: ProviderContext): CfnTag[] =>
  tagsOf(tags, context.stackTags).filter(tag => !tag.Key.startsWith('aws:'));

/** What `next` has and `previous` has not. */
const added = (next: readonly string[] = [], previous: readonly string[] = []): string[] =>
  next.filter(item => !previous.includes(item));

/** A handler takes back what it has made when a later call of its own is refused. */
function orUndo(act: () => void, undo: () => void): void {
  try {
    act();
  } catch (error) {
    undo();
    throw error;
  }
}

interface RoleProperties {
  readonly RoleName?: string;
  readonly Path?: string;
  readonly Description?: string;
  readonly AssumeRolePolicyDocument?: unknown;
  readonly ManagedPolicyArns?: readonly string[];
  readonly MaxSessionDuration?: CfnNumber;
  readonly Policies?: readonly { readonly PolicyName: string; readonly PolicyDocument: unknown }[];
  readonly Tags?: readonly CfnTag[];
}

function putPolicies(RoleName: string, next: RoleProperties, previous: RoleProperties, context: ProviderContext): void {
  const call = (operation: string, input: object) => context.call('iam', operation, { RoleName, ...input });
  const names = ({ Policies }: RoleProperties) => Policies?.map(policy => policy.PolicyName);
  for (const PolicyArn of added(previous.ManagedPolicyArns, next.ManagedPolicyArns))
    ignoring(gone, () => call('DetachRolePolicy', { PolicyArn }));
  for (const PolicyArn of added(next.ManagedPolicyArns, previous.ManagedPolicyArns))
    call('AttachRolePolicy', { PolicyArn });
  for (const PolicyName of added(names(previous), names(next)))
    ignoring(gone, () => call('DeleteRolePolicy', { PolicyName }));
  for (const { PolicyName, PolicyDocument } of next.Policies ?? [])
    call('PutRolePolicy', { PolicyName, PolicyDocument: policyText(PolicyDocument) });
}

/** Past `context.call`, so that the refused call stays the last one known. */
function undoRole(RoleName: string, context: ProviderContext): void {
  const call = <Output extends object>(operation: string, input: object = {}) =>
    context.account.call<Output>(context, 'iam', operation, { RoleName, ...input });
  const { AttachedPolicies } = call<{ AttachedPolicies: { PolicyArn: string }[] }>('ListAttachedRolePolicies');
  for (const { PolicyArn } of AttachedPolicies) call('DetachRolePolicy', { PolicyArn });
  for (const PolicyName of call<{ PolicyNames: string[] }>('ListRolePolicies').PolicyNames)
    call('DeleteRolePolicy', { PolicyName });
  call('DeleteRole');
}

const role: ResourceProvider = {
  properties: [
    'AssumeRolePolicyDocument',
    'Description',
    'ManagedPolicyArns',
    'MaxSessionDuration',
    'Path',
    'Policies',
    'RoleName',
    'Tags',
  ],
  required: ['AssumeRolePolicyDocument'],
  createOnly: ['Path', 'RoleName'],
  unsupported: ['PermissionsBoundary'],
  seconds: { create: 16, delete: 2 },
  create(properties: RoleProperties, context) {
    const RoleName = properties.RoleName ?? context.generatedName(64);
    const { MaxSessionDuration: seconds } = properties;
    context.call('iam', 'CreateRole', {
      RoleName,
      ...pick(properties, 'Path', 'Description'),
      AssumeRolePolicyDocument: policyText(properties.AssumeRolePolicyDocument),
      ...(seconds !== undefined && { MaxSessionDuration: Number(seconds) }),
      Tags: ownTags(properties.Tags, context),
    });
    orUndo(
      () => putPolicies(RoleName, properties, {}, context),
      () => undoRole(RoleName, context),
    );
    return RoleName;
  },
  update(RoleName, next, previous, context) {
    const [after, before] = [next as RoleProperties, previous as RoleProperties];
    if (!equal(after.AssumeRolePolicyDocument, before.AssumeRolePolicyDocument)) {
      const PolicyDocument = policyText(after.AssumeRolePolicyDocument);
      context.call('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
    }
    if (!equal([after.Description, after.MaxSessionDuration], [before.Description, before.MaxSessionDuration]))
      context.call('iam', 'UpdateRole', {
        RoleName,
        Description: after.Description ?? '',
        MaxSessionDuration: Number(after.MaxSessionDuration ?? 3600),
      });
    putPolicies(RoleName, after, before, context);
    const TagKeys = tagsGone(before.Tags, after.Tags);
    if (TagKeys.length > 0) context.call('iam', 'UntagRole', { RoleName, TagKeys });
    context.call('iam', 'TagRole', { RoleName, Tags: ownTags(after.Tags, context) });
  },
  read(RoleName, _expected, context) {
    const call = <Output extends object>(operation: string, input: object = {}) =>
      context.call<Output>('iam', operation, { RoleName, ...input });
    type Role = { AssumeRolePolicyDocument: string; Description?: string; MaxSessionDuration: number; Tags?: CfnTag[] };
    const { Role } = call<{ Role: Role }>('GetRole');
    const document = (text: string): unknown => JSON.parse(decodeURIComponent(text));
    const names = call<{ PolicyNames: string[] }>('ListRolePolicies').PolicyNames;
    return {
      AssumeRolePolicyDocument: document(Role.AssumeRolePolicyDocument),
      Description: Role.Description,
      MaxSessionDuration: Role.MaxSessionDuration,
      Tags: Role.Tags,
      ManagedPolicyArns: call<{ AttachedPolicies: { PolicyArn: string }[] }>(
        'ListAttachedRolePolicies',
      ).AttachedPolicies.map(({ PolicyArn }) => PolicyArn),
      Policies: names.map(PolicyName => ({
        PolicyName,
        PolicyDocument: document(call<{ PolicyDocument: string }>('GetRolePolicy', { PolicyName }).PolicyDocument),
      })),
    };
  },
  delete(RoleName, properties: RoleProperties, context) {
    ignoring(gone, () => {
      putPolicies(RoleName, {}, properties, context);
      context.call('iam', 'DeleteRole', { RoleName });
    });
  },
  attributes(RoleName, _properties, context) {
    const { Arn, RoleId } = context.call<{ Role: { Arn: string; RoleId: string } }>('iam', 'GetRole', {
      RoleName,
    }).Role;
    return { Arn, RoleId };
  },
};

interface PolicyProperties {
  readonly PolicyName?: string;
  readonly PolicyDocument?: unknown;
  readonly Roles?: readonly string[];
}

/** An inline policy of several roles at once. */
const policy: ResourceProvider = {
  properties: ['PolicyDocument', 'PolicyName', 'Roles'],
  required: ['PolicyDocument', 'PolicyName'],
  createOnly: [],
  unsupported: ['Groups', 'Users'],
  seconds: { create: 14, delete: 2 },
  create(properties: PolicyProperties, context) {
    if (!properties.Roles || properties.Roles.length === 0)
      throw new AwsError('ValidationError', 'At least one of [Groups,Roles,Users] must be non-empty.');
    for (const RoleName of properties.Roles) {
      const PolicyDocument = policyText(properties.PolicyDocument);
      context.call('iam', 'PutRolePolicy', { RoleName, PolicyName: properties.PolicyName, PolicyDocument });
    }
    return `${context.stackName.slice(0, 5)}-${context.logicalId.slice(0, 4)}-${context.account.hex(12).toUpperCase()}`;
  },
  update: notUpdated('AWS::IAM::Policy'),
  delete(_id, { PolicyName, Roles = [] }: PolicyProperties, context) {
    for (const RoleName of Roles)
      ignoring(gone, () => context.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName }));
  },
  attributes: Id => ({ Id }),
};

interface ProfileProperties {
  readonly InstanceProfileName?: string;
  readonly Path?: string;
  readonly Roles?: readonly string[];
}

const instanceProfile: ResourceProvider = {
  properties: ['InstanceProfileName', 'Path', 'Roles'],
  required: ['Roles'],
  createOnly: ['InstanceProfileName', 'Path'],
  // CloudFormation waits two minutes until a profile is known everywhere.
  seconds: { create: 120, delete: 2 },
  create(properties: ProfileProperties, context) {
    const InstanceProfileName = properties.InstanceProfileName ?? context.generatedName(128);
    context.call('iam', 'CreateInstanceProfile', { InstanceProfileName, ...pick(properties, 'Path') });
    orUndo(
      () => {
        for (const RoleName of properties.Roles ?? [])
          context.call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName });
      },
      () => context.account.call(context, 'iam', 'DeleteInstanceProfile', { InstanceProfileName }),
    );
    return InstanceProfileName;
  },
  update(InstanceProfileName, next: ProfileProperties, previous: ProfileProperties, context) {
    for (const RoleName of added(previous.Roles, next.Roles))
      context.call('iam', 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName });
    for (const RoleName of added(next.Roles, previous.Roles))
      context.call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName });
  },
  delete(InstanceProfileName, { Roles = [] }: ProfileProperties, context) {
    const call = (operation: string, input: object = {}) =>
      ignoring(gone, () => context.call('iam', operation, { InstanceProfileName, ...input }));
    for (const RoleName of Roles) call('RemoveRoleFromInstanceProfile', { RoleName });
    call('DeleteInstanceProfile');
  },
  attributes(InstanceProfileName, _properties, context) {
    const answer = context.call<{ InstanceProfile: { Arn: string } }>('iam', 'GetInstanceProfile', {
      InstanceProfileName,
    });
    return { Arn: answer.InstanceProfile.Arn };
  },
};

interface OidcProperties {
  readonly Url?: string;
  readonly ClientIdList?: readonly string[];
  readonly ThumbprintList?: readonly string[];
  readonly Tags?: readonly CfnTag[];
}

const oidcProvider: ResourceProvider = {
  properties: ['ClientIdList', 'Tags', 'ThumbprintList', 'Url'],
  required: [],
  createOnly: ['Url'],
  seconds: { create: 3, delete: 2 },
  create(properties: OidcProperties, context) {
    type Answer = { OpenIDConnectProviderArn: string };
    return context.call<Answer>('iam', 'CreateOpenIDConnectProvider', {
      ...pick(properties, 'Url', 'ThumbprintList'),
      ClientIDList: properties.ClientIdList ?? [],
      Tags: ownTags(properties.Tags, context),
    }).OpenIDConnectProviderArn;
  },
  update(OpenIDConnectProviderArn, next: OidcProperties, previous: OidcProperties, context) {
    const call = (operation: string, input: object) =>
      context.call('iam', operation, { OpenIDConnectProviderArn, ...input });
    for (const ClientID of added(next.ClientIdList, previous.ClientIdList))
      call('AddClientIDToOpenIDConnectProvider', { ClientID });
    for (const ClientID of added(previous.ClientIdList, next.ClientIdList))
      call('RemoveClientIDFromOpenIDConnectProvider', { ClientID });
    if (next.ThumbprintList && !equal(next.ThumbprintList, previous.ThumbprintList))
      call('UpdateOpenIDConnectProviderThumbprint', { ThumbprintList: next.ThumbprintList });
    const TagKeys = tagsGone(previous.Tags, next.Tags);
    if (TagKeys.length > 0) call('UntagOpenIDConnectProvider', { TagKeys });
    call('TagOpenIDConnectProvider', { Tags: ownTags(next.Tags, context) });
  },
  delete(OpenIDConnectProviderArn, _properties, context) {
    context.call('iam', 'DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
  },
  attributes: Arn => ({ Arn }),
};

export const iamProviders: ResourceProviders = {
  'AWS::IAM::Role': role,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::InstanceProfile': instanceProfile,
  'AWS::IAM::OIDCProvider': oidcProvider,
};
