import type * as Iam from '@aws-sdk/client-iam';
import type { CallContext, Operation } from '../../kernel/account.ts';
import { managedPolicyArns } from './managedPolicy.ts';
import { checkIdentityPolicy } from './policyDocument.ts';
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
  type PolicyRow,
  type PolicyVersionRow,
} from './rows.ts';
import { checkTags } from './tags.ts';

const maxVersions = 5;
const maxBytes = 6144;

/** A policy that can be attached: the account's own, or undefined for one of AWS's. */
export function findPolicy(context: CallContext, arn: string): PolicyRow | undefined {
  const own = rows(context, 'policies').get(arn);
  if (!own && !managedPolicyArns.has(arn)) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  return own;
}

export function findOwnPolicy(context: CallContext, arn: string | undefined): PolicyRow {
  const policy = rows(context, 'policies').get(arn);
  if (!policy) throw noSuchEntity(`Policy ${arn ?? ''} was not found.`);
  return policy;
}

function shown({ versions: _versions, ...policy }: PolicyRow): Iam.Policy {
  return structuredClone(policy);
}

const ofAws = (arn: string): Iam.Policy => ({
  PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
  Arn: arn,
  Path: arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1),
  DefaultVersionId: 'v1',
  IsAttachable: true,
});

function checkSize(document: string): void {
  if (document.replace(/\s/g, '').length > maxBytes)
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${maxBytes}`);
}

const createPolicy: Operation<Iam.CreatePolicyRequest, Iam.CreatePolicyResponse> = (input, context) => {
  const { PolicyName = '', Path = '/', PolicyDocument = '', Description, Tags = [] } = input;
  checkName(PolicyName, 'policyName', 128);
  checkPath(Path);
  checkTags(Tags, context);
  checkIdentityPolicy(PolicyDocument);
  checkSize(PolicyDocument);
  const Arn = iamArn(context, `policy${Path}${PolicyName}`);
  if (rows(context, 'policies').find(row => row.PolicyName.toLowerCase() === PolicyName.toLowerCase()))
    throw alreadyExists(`A policy called ${PolicyName} already exists. Duplicate names are not allowed.`);
  const now = new Date(context.account.now());
  const policy = rows(context, 'policies').set(Arn, {
    PolicyName,
    PolicyId: uniqueId(context.account, 'ANPA'),
    Arn,
    Path,
    DefaultVersionId: 'v1',
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    ...(Description !== undefined && { Description }),
    CreateDate: now,
    UpdateDate: now,
    Tags,
    versions: [{ VersionId: 'v1', Document: PolicyDocument, IsDefaultVersion: true, CreateDate: now }],
  });
  return { Policy: shown(policy) };
};

const getPolicy: Operation<Iam.GetPolicyRequest, Iam.GetPolicyResponse> = ({ PolicyArn = '' }, context) => {
  if (managedPolicyArns.has(PolicyArn)) return { Policy: ofAws(PolicyArn) };
  return { Policy: shown(findOwnPolicy(context, PolicyArn)) };
};

const listPolicies: Operation<Iam.ListPoliciesRequest, Iam.ListPoliciesResponse> = (input, context) => {
  const own = input.Scope === 'AWS' ? [] : rows(context, 'policies').values().map(shown);
  const all = [...own, ...(input.Scope === 'Local' ? [] : [...managedPolicyArns].map(ofAws))];
  const attached = new Set(
    rows(context, 'roles')
      .values()
      .flatMap(row => row.attached),
  );
  const { items, rest } = page(
    all.filter(
      item =>
        (item.Path ?? '/').startsWith(input.PathPrefix ?? '/') && (!input.OnlyAttached || attached.has(item.Arn ?? '')),
    ),
    input,
  );
  return { Policies: items, ...rest };
};

const deletePolicy: Operation<Iam.DeletePolicyRequest> = ({ PolicyArn }, context) => {
  const policy = findOwnPolicy(context, PolicyArn);
  if (rows(context, 'roles').find(row => row.attached.includes(policy.Arn)))
    throw deleteConflict('detach this policy from all entities');
  if (policy.versions.length > 1) throw deleteConflict('delete all non-default versions of this policy');
  rows(context, 'policies').delete(policy.Arn);
  return {};
};

function versionOf(policy: PolicyRow, id: string | undefined): PolicyVersionRow {
  const version = policy.versions.find(item => item.VersionId === id);
  if (!version) throw noSuchEntity(`Policy ${policy.Arn} version ${id ?? ''} does not exist or is not attachable.`);
  return version;
}

const createPolicyVersion: Operation<Iam.CreatePolicyVersionRequest, Iam.CreatePolicyVersionResponse> = (
  input,
  context,
) => {
  const policy = findOwnPolicy(context, input.PolicyArn);
  const { PolicyDocument = '' } = input;
  checkIdentityPolicy(PolicyDocument);
  checkSize(PolicyDocument);
  if (policy.versions.length >= maxVersions)
    throw limitExceeded(
      `A managed policy can have up to ${maxVersions} versions. Before you create a new version, you must delete an existing version.`,
    );
  const last = Math.max(...policy.versions.map(item => Number(item.VersionId.slice(1))));
  const CreateDate = new Date(context.account.now());
  const version = {
    VersionId: `v${last + 1}`,
    Document: PolicyDocument,
    IsDefaultVersion: input.SetAsDefault === true,
    CreateDate,
  };
  if (input.SetAsDefault) {
    for (const item of policy.versions) item.IsDefaultVersion = false;
    policy.DefaultVersionId = version.VersionId;
  }
  policy.versions.push(version);
  policy.UpdateDate = CreateDate;
  const { VersionId, IsDefaultVersion } = version;
  return { PolicyVersion: { VersionId, IsDefaultVersion, CreateDate } };
};

const getPolicyVersion: Operation<Iam.GetPolicyVersionRequest, Iam.GetPolicyVersionResponse> = (input, context) => {
  const { Document, ...version } = versionOf(findOwnPolicy(context, input.PolicyArn), input.VersionId);
  return { PolicyVersion: { ...version, Document: encodeURIComponent(Document) } };
};

const listPolicyVersions: Operation<Iam.ListPolicyVersionsRequest, Iam.ListPolicyVersionsResponse> = (
  input,
  context,
) => {
  const { items, rest } = page(findOwnPolicy(context, input.PolicyArn).versions, input);
  return { Versions: items.map(({ Document: _document, ...version }) => version), ...rest };
};

const deletePolicyVersion: Operation<Iam.DeletePolicyVersionRequest> = (input, context) => {
  const policy = findOwnPolicy(context, input.PolicyArn);
  const version = versionOf(policy, input.VersionId);
  if (version.IsDefaultVersion) throw deleteConflict('delete non-default versions');
  policy.versions = policy.versions.filter(item => item !== version);
  return {};
};

export const policyOperations = {
  CreatePolicy: createPolicy,
  GetPolicy: getPolicy,
  ListPolicies: listPolicies,
  DeletePolicy: deletePolicy,
  CreatePolicyVersion: createPolicyVersion,
  GetPolicyVersion: getPolicyVersion,
  ListPolicyVersions: listPolicyVersions,
  DeletePolicyVersion: deletePolicyVersion,
};
