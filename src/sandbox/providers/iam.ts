import type { ProviderContext, ResourceProvider, ResourceProviders } from '../cloudformation/resourceProvider.ts';
import { AwsError } from '../kernel/awsError.ts';
import { ignoring, pick, policyText, tagsGone, tagsOf, type CfnNumber, type CfnTag } from './property.ts';

const words = (text: string): string[] => text.split(' ');
const gone = ['NoSuchEntity'];
const ownTags = (tags: readonly CfnTag[] | undefined, context: ProviderContext): CfnTag[] =>
  tagsOf(tags, context.stackTags).filter(tag => !tag.Key.startsWith('aws:'));

/** What `next` has and `previous` has not. */
const added = <T>(next: readonly T[] = [], previous: readonly T[] = []): T[] =>
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

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

interface RoleProperties {
  readonly RoleName?: string;
  readonly Path?: string;
  readonly Description?: string;
  readonly AssumeRolePolicyDocument?: unknown;
  readonly ManagedPolicyArns?: readonly string[];
  readonly MaxSessionDuration?: CfnNumber;
  readonly PermissionsBoundary?: string;
  readonly Policies?: readonly InlinePolicy[];
  readonly Tags?: readonly CfnTag[];
}

function putPolicies(RoleName: string, next: RoleProperties, previous: RoleProperties, context: ProviderContext): void {
  for (const PolicyArn of added(previous.ManagedPolicyArns, next.ManagedPolicyArns))
    ignoring(gone, () => context.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }));
  for (const PolicyArn of added(next.ManagedPolicyArns, previous.ManagedPolicyArns))
    context.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
  const names = next.Policies?.map(policy => policy.PolicyName) ?? [];
  for (const { PolicyName } of previous.Policies ?? [])
    if (!names.includes(PolicyName))
      ignoring(gone, () => context.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName }));
  for (const { PolicyName, PolicyDocument } of next.Policies ?? [])
    context.call('iam', 'PutRolePolicy', { RoleName, PolicyName, PolicyDocument: policyText(PolicyDocument) });
}

function removeRole(RoleName: string, properties: RoleProperties, context: ProviderContext): void {
  putPolicies(RoleName, {}, properties, context);
  context.call('iam', 'DeleteRole', { RoleName });
}

const role: ResourceProvider = {
  properties: words(
    'AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path PermissionsBoundary Policies RoleName Tags',
  ),
  required: ['AssumeRolePolicyDocument'],
  createOnly: ['Path', 'RoleName'],
  seconds: { create: 16, delete: 2 },
  create(properties: RoleProperties, context) {
    const RoleName = properties.RoleName ?? context.generatedName(64);
    const { MaxSessionDuration: seconds } = properties;
    context.call('iam', 'CreateRole', {
      RoleName,
      ...pick(properties, 'Path', 'Description', 'PermissionsBoundary'),
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
  update(RoleName, next: RoleProperties, previous: RoleProperties, context) {
    const { Description, MaxSessionDuration: seconds } = next;
    context.call('iam', 'UpdateRole', {
      RoleName,
      Description: Description ?? '',
      MaxSessionDuration: seconds === undefined ? 3600 : Number(seconds),
    });
    const PolicyDocument = policyText(next.AssumeRolePolicyDocument);
    context.call('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
    putPolicies(RoleName, next, previous, context);
    const PermissionsBoundary = next.PermissionsBoundary;
    if (PermissionsBoundary !== undefined)
      context.call('iam', 'PutRolePermissionsBoundary', { RoleName, PermissionsBoundary });
    else if (previous.PermissionsBoundary !== undefined)
      context.call('iam', 'DeleteRolePermissionsBoundary', { RoleName });
    context.call('iam', 'UntagRole', { RoleName, TagKeys: tagsGone(previous.Tags, next.Tags) });
    context.call('iam', 'TagRole', { RoleName, Tags: ownTags(next.Tags, context) });
  },
  delete(RoleName, properties: RoleProperties, context) {
    ignoring(gone, () => removeRole(RoleName, properties, context));
  },
  attributes(RoleName, _properties, context) {
    const { Arn, RoleId } = context.call<{ Role: { Arn: string; RoleId: string } }>('iam', 'GetRole', {
      RoleName,
    }).Role;
    return { Arn, RoleId };
  },
};

/** Past `context.call`, so that the refused call stays the last one known. */
function undoRole(RoleName: string, context: ProviderContext): void {
  const call = <Output extends object>(operation: string, input: object) =>
    context.account.call<Output>(context, 'iam', operation, { RoleName, ...input });
  for (const { PolicyArn } of call<{ AttachedPolicies: { PolicyArn: string }[] }>('ListAttachedRolePolicies', {})
    .AttachedPolicies)
    call('DetachRolePolicy', { PolicyArn });
  for (const PolicyName of call<{ PolicyNames: string[] }>('ListRolePolicies', {}).PolicyNames)
    call('DeleteRolePolicy', { PolicyName });
  call('DeleteRole', {});
}

interface PolicyProperties {
  readonly PolicyName?: string;
  readonly PolicyDocument?: unknown;
  readonly Roles?: readonly string[];
  readonly RoleName?: string;
}

function putInline(next: PolicyProperties, previous: PolicyProperties, context: ProviderContext): void {
  const stays = (RoleName: string) => next.PolicyName === previous.PolicyName && next.Roles?.includes(RoleName);
  for (const RoleName of next.Roles ?? [])
    context.call('iam', 'PutRolePolicy', {
      RoleName,
      PolicyName: next.PolicyName,
      PolicyDocument: policyText(next.PolicyDocument),
    });
  for (const RoleName of previous.Roles ?? [])
    if (!stays(RoleName))
      ignoring(gone, () => context.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName: previous.PolicyName }));
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
    putInline(properties, {}, context);
    return `${context.stackName.slice(0, 5)}-${context.logicalId.slice(0, 4)}-${context.account.hex(12).toUpperCase()}`;
  },
  update(_id, next: PolicyProperties, previous: PolicyProperties, context) {
    putInline(next, previous, context);
  },
  delete(_id, properties: PolicyProperties, context) {
    putInline({}, properties, context);
  },
  attributes: Id => ({ Id }),
};

/** One inline policy of one role. */
const rolePolicy: ResourceProvider = {
  properties: ['PolicyDocument', 'PolicyName', 'RoleName'],
  required: ['PolicyName', 'RoleName'],
  createOnly: ['PolicyName', 'RoleName'],
  seconds: { create: 14, delete: 2 },
  create(properties: PolicyProperties, context) {
    putInline({ ...properties, Roles: [properties.RoleName ?? ''] }, {}, context);
    return `${properties.PolicyName}|${properties.RoleName}`;
  },
  update(_id, next: PolicyProperties, _previous, context) {
    putInline({ ...next, Roles: [next.RoleName ?? ''] }, {}, context);
  },
  delete(_id, properties: PolicyProperties, context) {
    putInline({}, { ...properties, Roles: [properties.RoleName ?? ''] }, context);
  },
};

interface ManagedPolicyProperties {
  readonly ManagedPolicyName?: string;
  readonly Path?: string;
  readonly Description?: string;
  readonly PolicyDocument?: unknown;
  readonly Roles?: readonly string[];
}

function attach(
  PolicyArn: string,
  next: readonly string[],
  previous: readonly string[],
  context: ProviderContext,
): void {
  for (const RoleName of next)
    if (!previous.includes(RoleName)) context.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
  for (const RoleName of previous)
    if (!next.includes(RoleName))
      ignoring(gone, () => context.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }));
}

const managedPolicy: ResourceProvider = {
  properties: words('Description ManagedPolicyName Path PolicyDocument Roles'),
  required: ['PolicyDocument'],
  createOnly: ['ManagedPolicyName', 'Description', 'Path'],
  unsupported: ['Groups', 'Users'],
  seconds: { create: 16, delete: 2 },
  create(properties: ManagedPolicyProperties, context) {
    const { Arn } = context.call<{ Policy: { Arn: string } }>('iam', 'CreatePolicy', {
      PolicyName: properties.ManagedPolicyName ?? context.generatedName(128),
      PolicyDocument: policyText(properties.PolicyDocument),
      ...pick(properties, 'Path', 'Description'),
    }).Policy;
    const { account } = context;
    orUndo(
      () => attach(Arn, properties.Roles ?? [], [], context),
      () => {
        for (const RoleName of properties.Roles ?? [])
          ignoring(gone, () => account.call(context, 'iam', 'DetachRolePolicy', { RoleName, PolicyArn: Arn }));
        account.call(context, 'iam', 'DeletePolicy', { PolicyArn: Arn });
      },
    );
    return Arn;
  },
  update(PolicyArn, next: ManagedPolicyProperties, previous: ManagedPolicyProperties, context) {
    type Versions = { Versions: { VersionId: string; IsDefaultVersion: boolean }[] };
    const { Versions } = context.call<Versions>('iam', 'ListPolicyVersions', { PolicyArn });
    const oldest = Versions.filter(item => !item.IsDefaultVersion).at(0);
    if (Versions.length >= 5) context.call('iam', 'DeletePolicyVersion', { PolicyArn, VersionId: oldest?.VersionId });
    const PolicyDocument = policyText(next.PolicyDocument);
    context.call('iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true });
    attach(PolicyArn, next.Roles ?? [], previous.Roles ?? [], context);
  },
  delete(PolicyArn, { Roles = [] }: ManagedPolicyProperties, context) {
    ignoring(gone, () => {
      attach(PolicyArn, [], Roles, context);
      type Versions = { Versions: { VersionId: string; IsDefaultVersion: boolean }[] };
      for (const { VersionId, IsDefaultVersion } of context.call<Versions>('iam', 'ListPolicyVersions', { PolicyArn })
        .Versions)
        if (!IsDefaultVersion) context.call('iam', 'DeletePolicyVersion', { PolicyArn, VersionId });
      context.call('iam', 'DeletePolicy', { PolicyArn });
    });
  },
  attributes(PolicyArn, _properties, context) {
    return { PolicyArn, ...context.call<{ Policy: object }>('iam', 'GetPolicy', { PolicyArn }).Policy };
  },
};

interface ProfileProperties {
  readonly InstanceProfileName?: string;
  readonly Path?: string;
  readonly Roles?: readonly string[];
}

function setRoles(
  InstanceProfileName: string,
  next: readonly string[],
  previous: readonly string[],
  context: ProviderContext,
): void {
  for (const RoleName of previous)
    if (!next.includes(RoleName))
      ignoring(gone, () => context.call('iam', 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName }));
  for (const RoleName of next)
    if (!previous.includes(RoleName))
      context.call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName });
}

const instanceProfile: ResourceProvider = {
  properties: ['InstanceProfileName', 'Path', 'Roles'],
  required: ['Roles'],
  createOnly: ['InstanceProfileName', 'Path'],
  // CloudFormation waits two minutes until a profile is known everywhere.
  seconds: { create: 120, update: 10, delete: 2 },
  create(properties: ProfileProperties, context) {
    const InstanceProfileName = properties.InstanceProfileName ?? context.generatedName(128);
    context.call('iam', 'CreateInstanceProfile', { InstanceProfileName, ...pick(properties, 'Path') });
    orUndo(
      () => setRoles(InstanceProfileName, properties.Roles ?? [], [], context),
      () => context.account.call(context, 'iam', 'DeleteInstanceProfile', { InstanceProfileName }),
    );
    return InstanceProfileName;
  },
  update(name, next: ProfileProperties, previous: ProfileProperties, context) {
    setRoles(name, next.Roles ?? [], previous.Roles ?? [], context);
  },
  delete(name, { Roles = [] }: ProfileProperties, context) {
    ignoring(gone, () => {
      setRoles(name, [], Roles, context);
      context.call('iam', 'DeleteInstanceProfile', { InstanceProfileName: name });
    });
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
    for (const ClientID of added(previous.ClientIdList, next.ClientIdList))
      call('RemoveClientIDFromOpenIDConnectProvider', { ClientID });
    for (const ClientID of added(next.ClientIdList, previous.ClientIdList))
      call('AddClientIDToOpenIDConnectProvider', { ClientID });
    if (next.ThumbprintList) call('UpdateOpenIDConnectProviderThumbprint', { ThumbprintList: next.ThumbprintList });
    call('UntagOpenIDConnectProvider', { TagKeys: tagsGone(previous.Tags, next.Tags) });
    call('TagOpenIDConnectProvider', { Tags: ownTags(next.Tags, context) });
  },
  delete(OpenIDConnectProviderArn, _properties, context) {
    context.call('iam', 'DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
  },
  attributes: Arn => ({ Arn }),
};

const serviceLinkedRole: ResourceProvider = {
  properties: ['AWSServiceName', 'Description'],
  required: [],
  createOnly: ['AWSServiceName', 'Description'],
  unsupported: ['CustomSuffix'],
  seconds: { create: 10, delete: 10 },
  create: (properties, context) =>
    context.call<{ Role: { RoleName: string } }>('iam', 'CreateServiceLinkedRole', properties).Role.RoleName,
  delete(RoleName, _properties, context) {
    ignoring(gone, () => context.call('iam', 'DeleteServiceLinkedRole', { RoleName }));
  },
  attributes: RoleName => ({ RoleName }),
};

export const iamProviders: ResourceProviders = {
  'AWS::IAM::Role': role,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::RolePolicy': rolePolicy,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::IAM::InstanceProfile': instanceProfile,
  'AWS::IAM::OIDCProvider': oidcProvider,
  'AWS::IAM::ServiceLinkedRole': serviceLinkedRole,
};
