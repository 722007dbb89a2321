import type * as Sdk from '@aws-sdk/client-iam';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { managedPolicyArns } from './managedPolicy.ts';
import { checkIdentityPolicy } from './policyDocument.ts';
import {
  alreadyExists,
  deleteConflict,
  limitExceeded,
  newEntity,
  noSuchEntity,
  page,
  rows,
  uniqueId,
  type PolicyRow,
} from './rows.ts';

const maxVersions = 5;
const maxBytes = 6144;

/** A policy that can be attached: the account's own, or undefined for one of AWS's. */
export function findAttachable(context: CallContext, arn: string): PolicyRow | undefined {
  const own = rows(context, 'policies').get(arn);
  if (!own && !managedPolicyArns.has(arn)) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  return own;
}

export function findOwnPolicy(context: CallContext, arn: string | undefined): PolicyRow {
  const policy = rows(context, 'policies').get(arn);
  if (!policy) throw noSuchEntity(`Policy ${arn ?? ''} was not found.`);
  return policy;
}

const shown = ({ versions: _versions, ...policy }: PolicyRow): Sdk.Policy => structuredClone(policy);

const ofAws = (Arn: string): Sdk.Policy => {
  const slash = Arn.lastIndexOf('/');
  const Path = Arn.slice(Arn.indexOf('/'), slash + 1);
  return { PolicyName: Arn.slice(slash + 1), Arn, Path, DefaultVersionId: 'v1', IsAttachable: true };
};

function checked(document = ''): string {
  checkIdentityPolicy(document);
  // White space does not count.
  if (document.replace(/\s/g, '').length > maxBytes)
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${maxBytes}`);
  return document;
}

function versionOf(policy: PolicyRow, id: string | undefined): PolicyRow['versions'][number] {
  const version = policy.versions.find(item => item.VersionId === id);
  if (!version) throw noSuchEntity(`Policy ${policy.Arn} version ${id ?? ''} does not exist or is not attachable.`);
  return version;
}

export const policyOperations = {
  CreatePolicy(input: Sdk.CreatePolicyRequest, context: CallContext): Sdk.CreatePolicyResponse {
    const { PolicyName = '', Description } = input;
    const entity = newEntity(context, ['policy', 'policyName', 128], PolicyName, input);
    const Document = checked(input.PolicyDocument);
    if (rows(context, 'policies').find(row => row.PolicyName.toLowerCase() === PolicyName.toLowerCase()))
      throw alreadyExists(`A policy called ${PolicyName} already exists. Duplicate names are not allowed.`);
    const { Arn, CreateDate } = entity;
    const policy = rows(context, 'policies').set(Arn, {
      ...entity,
      PolicyName,
      PolicyId: uniqueId(context.account, 'ANPA'),
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      IsAttachable: true,
      ...(Description !== undefined && { Description }),
      UpdateDate: CreateDate,
      versions: [{ VersionId: 'v1', Document, IsDefaultVersion: true, CreateDate }],
    });
    return { Policy: shown(policy) };
  },

  GetPolicy: ({ PolicyArn = '' }: Sdk.GetPolicyRequest, context: CallContext): Sdk.GetPolicyResponse => ({
    Policy: managedPolicyArns.has(PolicyArn) ? ofAws(PolicyArn) : shown(findOwnPolicy(context, PolicyArn)),
  }),

  ListPolicies(input: Sdk.ListPoliciesRequest, context: CallContext): object {
    const own = input.Scope === 'AWS' ? [] : rows(context, 'policies').values().map(shown);
    const all = [...own, ...(input.Scope === 'Local' ? [] : [...managedPolicyArns].map(ofAws))];
    const attached = new Set(
      rows(context, 'roles')
        .values()
        .flatMap(row => row.attached),
    );
    const isWanted = ({ Path = '/', Arn = '' }: Sdk.Policy) =>
      Path.startsWith(input.PathPrefix ?? '/') && (!input.OnlyAttached || attached.has(Arn));
    return page('Policies', all.filter(isWanted), input);
  },

  DeletePolicy({ PolicyArn }: Sdk.DeletePolicyRequest, context: CallContext): object {
    const { Arn, AttachmentCount, versions } = findOwnPolicy(context, PolicyArn);
    if (AttachmentCount > 0) throw deleteConflict('detach this policy from all entities');
    if (versions.length > 1) throw deleteConflict('delete all non-default versions of this policy');
    rows(context, 'policies').delete(Arn);
    return {};
  },

  CreatePolicyVersion(input: Sdk.CreatePolicyVersionRequest, context: CallContext): Sdk.CreatePolicyVersionResponse {
    const policy = findOwnPolicy(context, input.PolicyArn);
    const Document = checked(input.PolicyDocument);
    if (policy.versions.length >= maxVersions)
      throw limitExceeded(
        `A managed policy can have up to ${maxVersions} versions. Before you create a new version, you must delete an existing version.`,
      );
    const CreateDate = new Date(context.account.now());
    const VersionId = `v${Number(policy.versions.at(-1)?.VersionId.slice(1)) + 1}`;
    const IsDefaultVersion = input.SetAsDefault === true;
    if (IsDefaultVersion) {
      for (const item of policy.versions) item.IsDefaultVersion = false;
      policy.DefaultVersionId = VersionId;
    }
    policy.versions.push({ VersionId, Document, IsDefaultVersion, CreateDate });
    policy.UpdateDate = CreateDate;
    return { PolicyVersion: { VersionId, IsDefaultVersion, CreateDate } };
  },

  GetPolicyVersion(input: Sdk.GetPolicyVersionRequest, context: CallContext): Sdk.GetPolicyVersionResponse {
    const { Document, ...version } = versionOf(findOwnPolicy(context, input.PolicyArn), input.VersionId);
    return { PolicyVersion: { ...version, Document: encodeURIComponent(Document) } };
  },

  ListPolicyVersions(input: Sdk.ListPolicyVersionsRequest, context: CallContext): object {
    const { versions } = findOwnPolicy(context, input.PolicyArn);
    return page(
      'Versions',
      versions.map(({ Document: _document, ...version }) => version),
      input,
    );
  },

  DeletePolicyVersion(input: Sdk.DeletePolicyVersionRequest, context: CallContext): object {
    const policy = findOwnPolicy(context, input.PolicyArn);
    const version = versionOf(policy, input.VersionId);
    if (version.IsDefaultVersion)
      throw new AwsError('DeleteConflict', 'Cannot delete the default version of a policy.', 409);
    policy.versions = policy.versions.filter(item => item !== version);
    return {};
  },
};
