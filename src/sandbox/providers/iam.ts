import type { ProviderContext, ResourceProvider, ResourceProviders } from '../cloudformation/resourceProvider.ts';
import { AwsError } from '../kernel/awsError.ts';
import { ignoring, pick, policyText, tagsGone, tagsOf, type CfnNumber, type CfnTag } from './property.ts';

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
  update(RoleName, next: RoleProperties, previous: RoleProperties, context) {
    const { Description = '', MaxSessionDuration = 3600 } = next;
    context.call('iam', 'UpdateRole', { RoleName, Description, MaxSessionDuration: Number(MaxSessionDuration) });
    const PolicyDocument = policyText(next.AssumeRolePolicyDocument);
    context.call('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
    putPolicies(RoleName, next, previous, context);
    context.call('iam', 'UntagRole', { RoleName, TagKeys: tagsGone(previous.Tags, next.Tags) });
    context.call('iam', 'TagRole', { RoleName, Tags: ownTags(next.Tags, context) });
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

function putInline(next: PolicyProperties, previous: PolicyProperties, context: ProviderContext): void {
  const { PolicyName } = next;
  for (const RoleName of next.Roles ?? [])
    context.call('iam', 'PutRolePolicy', { RoleName, PolicyName, PolicyDocument: policyText(next.PolicyDocument) });
  for (const RoleName of added(previous.Roles, PolicyName === previous.PolicyName ? next.Roles : []))
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

interface ManagedPolicyProperties extends PolicyProperties {
  readonly ManagedPolicyName?: string;
  readonly Path?: string;
  readonly Description?: string;
}

function attach(
  PolicyArn: string,
  next: readonly string[] = [],
  previous: readonly string[] = [],
  context: ProviderContext,
): void {
  for (const RoleName of added(next, previous)) context.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
  for (const RoleName of added(previous, next))
    ignoring(gone, () => context.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }));
}

/** Oldest first, the one in force left out. */
function oldVersions(PolicyArn: string, context: ProviderContext): string[] {
  type Answer = { Versions: { VersionId: string; IsDefaultVersion: boolean }[] };
  const { Versions } = context.call<Answer>('iam', 'ListPolicyVersions', { PolicyArn });
  return Versions.filter(item => !item.IsDefaultVersion).map(item => item.VersionId);
}

const managedPolicy: ResourceProvider = {
  properties: ['Description', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'],
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
    const take = (operation: string, input: object) =>
      context.account.call(context, 'iam', operation, { PolicyArn: Arn, ...input });
    orUndo(
      () => attach(Arn, properties.Roles, [], context),
      () => {
        for (const RoleName of properties.Roles ?? []) ignoring(gone, () => take('DetachRolePolicy', { RoleName }));
        take('DeletePolicy', {});
      },
    );
    return Arn;
  },
  update(PolicyArn, next: ManagedPolicyProperties, previous: ManagedPolicyProperties, context) {
    const old = oldVersions(PolicyArn, context);
    if (old.length >= 4) context.call('iam', 'DeletePolicyVersion', { PolicyArn, VersionId: old[0] });
    const PolicyDocument = policyText(next.PolicyDocument);
    context.call('iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true });
    attach(PolicyArn, next.Roles, previous.Roles, context);
  },
  delete(PolicyArn, { Roles }: ManagedPolicyProperties, context) {
    ignoring(gone, () => {
      attach(PolicyArn, [], Roles, context);
      for (const VersionId of oldVersions(PolicyArn, context))
        context.call('iam', 'DeletePolicyVersion', { PolicyArn, VersionId });
      context.call('iam', 'DeletePolicy', { PolicyArn });
    });
  },
  attributes: (PolicyArn, _properties, context) => ({
    ...context.call<{ Policy: object }>('iam', 'GetPolicy', { PolicyArn }).Policy,
    PolicyArn,
  }),
};

interface ProfileProperties {
  readonly InstanceProfileName?: string;
  readonly Path?: string;
  readonly Roles?: readonly string[];
}

function setRoles(
  InstanceProfileName: string,
  next: ProfileProperties,
  previous: ProfileProperties,
  context: ProviderContext,
): void {
  const call = (operation: string, RoleName: string) =>
    context.call('iam', operation, { InstanceProfileName, RoleName });
  for (const name of added(previous.Roles, next.Roles))
    ignoring(gone, () => call('RemoveRoleFromInstanceProfile', name));
  for (const name of added(next.Roles, previous.Roles)) call('AddRoleToInstanceProfile', name);
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
      () => setRoles(InstanceProfileName, properties, {}, context),
      () => context.account.call(context, 'iam', 'DeleteInstanceProfile', { InstanceProfileName }),
    );
    return InstanceProfileName;
  },
  update(name, next: ProfileProperties, previous: ProfileProperties, context) {
    setRoles(name, next, previous, context);
  },
  delete(InstanceProfileName, properties: ProfileProperties, context) {
    ignoring(gone, () => {
      setRoles(InstanceProfileName, {}, properties, context);
      context.call('iam', 'DeleteInstanceProfile', { InstanceProfileName });
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
    const call = (verb: string, input: object) =>
      context.call('iam', verb.replace('*', 'OpenIDConnectProvider'), { OpenIDConnectProviderArn, ...input });
    for (const ClientID of added(previous.ClientIdList, next.ClientIdList)) call('RemoveClientIDFrom*', { ClientID });
    for (const ClientID of added(next.ClientIdList, previous.ClientIdList)) call('AddClientIDTo*', { ClientID });
    if (next.ThumbprintList) call('Update*Thumbprint', { ThumbprintList: next.ThumbprintList });
    call('Untag*', { TagKeys: tagsGone(previous.Tags, next.Tags) });
    call('Tag*', { Tags: ownTags(next.Tags, context) });
  },
  delete(OpenIDConnectProviderArn, _properties, context) {
    context.call('iam', 'DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
  },
  attributes: Arn => ({ Arn }),
};

export const iamProviders: ResourceProviders = {
  'AWS::IAM::Role': role,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::IAM::InstanceProfile': instanceProfile,
  'AWS::IAM::OIDCProvider': oidcProvider,
};
