import type {
  AccessEntry,
  AssociateAccessPolicyRequest,
  AssociateAccessPolicyResponse,
  AssociatedAccessPolicy,
  CreateAccessEntryRequest,
  CreateAccessEntryResponse,
  DeleteAccessEntryRequest,
  DescribeAccessEntryRequest,
  DescribeAccessEntryResponse,
  DisassociateAccessPolicyRequest,
  ListAccessEntriesRequest,
  ListAccessEntriesResponse,
  ListAssociatedAccessPoliciesRequest,
  ListAssociatedAccessPoliciesResponse,
  UpdateAccessEntryRequest,
  UpdateAccessEntryResponse,
} from '@aws-sdk/client-eks';
import type { GetRoleResponse } from '@aws-sdk/client-iam';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { accessPolicyPrefix, isAccessPolicy } from './accessPolicies.ts';
import {
  accessEntries,
  dated,
  eksError,
  ofCluster,
  page,
  requireCluster,
  type AccessEntryRow,
  type Scope,
} from './eksTables.ts';

const nodeTypes: Readonly<Record<string, { username: string; groups: readonly string[] }>> = {
  EC2_LINUX: { username: 'system:node:{{EC2PrivateDNSName}}', groups: ['system:nodes'] },
  EC2_WINDOWS: {
    username: 'system:node:{{EC2PrivateDNSName}}',
    groups: ['system:nodes', 'eks:kube-proxy-windows'],
  },
  FARGATE_LINUX: { username: 'system:node:{{SessionName}}', groups: ['system:nodes', 'system:node-proxier'] },
  EC2: { username: 'system:node:{{EC2PrivateDNSName}}', groups: ['system:nodes'] },
  HYBRID_LINUX: { username: 'system:node:{{SessionName}}', groups: ['system:nodes'] },
  HYPERPOD_LINUX: { username: 'system:node:{{SessionName}}', groups: ['system:nodes'] },
};

const principalPattern = /^arn:aws[a-z-]*:iam::(\d{12}):(role|user)\/(.+)$|^arn:aws[a-z-]*:iam::(\d{12}):root$/;

function requireApiMode(scope: Scope, clusterName: string | undefined): string {
  const { name, cluster } = requireCluster(scope, clusterName);
  if (cluster.accessConfig?.authenticationMode === 'CONFIG_MAP')
    throw eksError(
      'InvalidRequest',
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
      { clusterName: name },
    );
  return name;
}

function requireEntry(scope: Scope, input: { clusterName?: string | undefined; principalArn?: string | undefined }) {
  const row = accessEntries(scope).get(`${requireApiMode(scope, input.clusterName)}/${input.principalArn ?? ''}`);
  if (!row)
    throw eksError(
      'ResourceNotFound',
      "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
    );
  return row;
}

export function putEntry(scope: Scope, input: CreateAccessEntryRequest): AccessEntryRow {
  const { account, region } = scope;
  const { clusterName = '', principalArn = '', type = 'STANDARD' } = input;
  const [, owner = account.accountId, kind = 'root', path = ''] = principalPattern.exec(principalArn) ?? [];
  const name = path.split('/').at(-1) ?? '';
  const node = nodeTypes[type];
  const session = kind === 'role' ? `arn:aws:sts::${owner}:assumed-role/${name}/{{SessionName}}` : principalArn;
  const now = account.now();
  const row: AccessEntryRow = {
    entry: {
      clusterName,
      principalArn,
      kubernetesGroups: [...(node?.groups ?? input.kubernetesGroups ?? [])],
      accessEntryArn: account.arn(
        'eks',
        region,
        `access-entry/${clusterName}/${kind}/${owner}/${name || 'root'}/${account.uuid()}`,
      ),
      createdAt: now,
      modifiedAt: now,
      tags: { ...input.tags },
      username: input.username ?? node?.username ?? session,
      type,
    },
    policies: [],
  };
  return accessEntries(scope).set(`${clusterName}/${principalArn}`, row);
}

/** The IAM principal behind a caller: a session of a role counts as the role, its path included. */
export function principalOf(context: CallContext, callerArn: string): string {
  const session = /^arn:(aws[a-z-]*):sts::(\d+):assumed-role\/([^/]+)\//.exec(callerArn);
  if (!session) return callerArn;
  const [, partition = 'aws', accountId = '', role = ''] = session;
  try {
    const { Role } = context.account.call<GetRoleResponse>(context, 'iam', 'GetRole', { RoleName: role });
    if (Role?.Arn) return Role.Arn;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
  return `arn:${partition}:iam::${accountId}:role/${role}`;
}

export function addCreatorAdministrator(clusterName: string, context: CallContext): void {
  const principalArn = principalOf(context, context.principal.arn);
  const { policies } = putEntry(context, { clusterName, principalArn });
  const now = context.account.now();
  const policyArn = `${accessPolicyPrefix}AmazonEKSClusterAdminPolicy`;
  policies.push({ policyArn, accessScope: { type: 'cluster', namespaces: [] }, associatedAt: now, modifiedAt: now });
}

export function createAccessEntry(input: CreateAccessEntryRequest, context: CallContext): CreateAccessEntryResponse {
  const clusterName = requireApiMode(context, input.clusterName);
  const { principalArn = '', type = 'STANDARD', kubernetesGroups = [], username } = input;
  const refuse = (message: string) => eksError('InvalidParameter', message, { clusterName });
  if (type !== 'STANDARD' && !nodeTypes[type]) throw refuse(`The specified type is invalid: ${type}`);
  checkPrincipal(principalArn, type, context);
  if (type !== 'STANDARD' && kubernetesGroups.length > 0)
    throw refuse(`The kubernetesGroups field cannot be specified for access entries of type ${type}`);
  checkUsername(username, type);
  const reserved = kubernetesGroups.find(group => group.startsWith('system:'));
  if (reserved) throw refuse(`The kubernetes group name ${reserved} is invalid, it cannot start with system:`);
  if (accessEntries(context).get(`${clusterName}/${principalArn}`))
    throw eksError('ResourceInUse', 'The specified access entry resource is already in use on this cluster.');
  return { accessEntry: dated<AccessEntry>(putEntry(context, input).entry) };
}

function checkPrincipal(principalArn: string, type: string, context: CallContext): void {
  const refuse = (why: string) => eksError('InvalidParameter', `The specified principalArn is invalid: ${why}.`);
  const match = principalPattern.exec(principalArn);
  if (!match) throw refuse('invalid syntax');
  const [, owner, kind, path = ''] = match;
  if (path.startsWith('aws-service-role/')) throw refuse('service-linked roles are not supported');
  if (type !== 'STANDARD' && owner !== context.account.accountId)
    throw refuse(`access entries of type ${type} must be of the cluster's account`);
  if (owner !== context.account.accountId || principalOf(context, context.principal.arn) === principalArn) return;
  const name = path.split('/').at(-1);
  try {
    const got =
      kind === 'role'
        ? context.account.call<GetRoleResponse>(context, 'iam', 'GetRole', { RoleName: name }).Role?.Arn
        : context.account.hasOperation('iam', 'GetUser')
          ? context.account.call<{ User?: { Arn?: string } }>(context, 'iam', 'GetUser', { UserName: name }).User?.Arn
          : principalArn;
    if (got !== principalArn) throw refuse('invalid principal');
  } catch (error) {
    if (error instanceof AwsError && error.code.startsWith('NoSuchEntity')) throw refuse('invalid principal');
    throw error;
  }
}

function checkUsername(username: string | undefined, type: string): void {
  if (username === undefined) return;
  const prefix = ['system:', 'eks:', 'aws:', 'amazon:', 'iam:'].find(start => username.startsWith(start));
  if (prefix && type === 'STANDARD')
    throw eksError('InvalidParameter', `The username is invalid: it cannot start with ${prefix}`);
  if (/(^|[^:])\{\{SessionName/.test(username) && !/:[^{]*\{\{SessionName/.test(username))
    throw eksError('InvalidParameter', 'The username is invalid: {{SessionName}} needs a colon before it');
}

export function describeAccessEntry(
  input: DescribeAccessEntryRequest,
  context: CallContext,
): DescribeAccessEntryResponse {
  return { accessEntry: dated<AccessEntry>(requireEntry(context, input).entry) };
}

export function listAccessEntries(input: ListAccessEntriesRequest, context: CallContext): ListAccessEntriesResponse {
  const cluster = requireApiMode(context, input.clusterName);
  const rows = ofCluster(accessEntries(context), cluster).map(([, row]) => row);
  const { associatedPolicyArn } = input;
  const wanted = rows.filter(
    row => !associatedPolicyArn || row.policies.some(policy => policy.policyArn === associatedPolicyArn),
  );
  const { items, nextToken } = page(
    wanted.map(row => row.entry.principalArn ?? ''),
    input,
  );
  return { accessEntries: items, nextToken };
}

export function updateAccessEntry(input: UpdateAccessEntryRequest, context: CallContext): UpdateAccessEntryResponse {
  const { entry } = requireEntry(context, input);
  if (entry.type !== 'STANDARD' && input.kubernetesGroups?.length)
    throw eksError(
      'InvalidRequest',
      `The kubernetesGroups field cannot be specified for access entries of type ${entry.type ?? ''}`,
    );
  checkUsername(input.username, entry.type ?? '');
  if (input.kubernetesGroups) entry.kubernetesGroups = [...input.kubernetesGroups];
  if (input.username) entry.username = input.username;
  entry.modifiedAt = context.account.now();
  return { accessEntry: dated<AccessEntry>(entry) };
}

export function deleteAccessEntry(input: DeleteAccessEntryRequest, context: CallContext): object {
  const { entry } = requireEntry(context, input);
  accessEntries(context).delete(`${entry.clusterName ?? ''}/${entry.principalArn ?? ''}`);
  return {};
}

export function associateAccessPolicy(
  input: AssociateAccessPolicyRequest,
  context: CallContext,
): AssociateAccessPolicyResponse {
  const { entry, policies } = requireEntry(context, input);
  const { policyArn = '', accessScope = {} } = input;
  if (!isAccessPolicy(policyArn)) throw eksError('InvalidParameter', 'The specified policyArn is invalid.');
  const nodePolicy = policyArn.endsWith('/AmazonEKSAutoNodePolicy');
  if (entry.type === 'EC2' ? !nodePolicy : entry.type !== 'STANDARD')
    throw eksError(
      'InvalidRequest',
      `Access policies cannot be associated with access entries of type ${entry.type ?? ''}`,
    );
  if (accessScope.type === 'namespace' && !accessScope.namespaces?.length)
    throw eksError('InvalidParameter', 'The namespaces field must be specified for a namespace access scope.');
  if (accessScope.type === 'cluster' && accessScope.namespaces?.length)
    throw eksError('InvalidParameter', 'The namespaces field cannot be specified for a cluster access scope.');
  const now = context.account.now();
  const existing = policies.find(policy => policy.policyArn === policyArn);
  const scope = { type: accessScope.type, namespaces: [...(accessScope.namespaces ?? [])] };
  const policy = existing ?? { policyArn, accessScope: scope, associatedAt: now, modifiedAt: now };
  if (!existing) policies.push(policy);
  policy.accessScope = scope;
  policy.modifiedAt = now;
  return {
    clusterName: entry.clusterName,
    principalArn: entry.principalArn,
    associatedAccessPolicy: dated<AssociatedAccessPolicy>(policy),
  };
}

export function disassociateAccessPolicy(input: DisassociateAccessPolicyRequest, context: CallContext): object {
  const { policies } = requireEntry(context, input);
  const index = policies.findIndex(policy => policy.policyArn === input.policyArn);
  if (index === -1)
    throw eksError('ResourceNotFound', 'The specified policyArn is not associated with the access entry.');
  policies.splice(index, 1);
  return {};
}

export function listAssociatedAccessPolicies(
  input: ListAssociatedAccessPoliciesRequest,
  context: CallContext,
): ListAssociatedAccessPoliciesResponse {
  const { entry, policies } = requireEntry(context, input);
  const { items, nextToken } = page(policies, input);
  return {
    clusterName: entry.clusterName,
    principalArn: entry.principalArn,
    associatedAccessPolicies: items.map(policy => dated<AssociatedAccessPolicy>(policy)),
    nextToken,
  };
}

export interface KubernetesIdentity {
  readonly username: string;
  readonly groups: readonly string[];
  readonly policies: readonly { readonly policyArn: string; readonly namespaces: readonly string[] | undefined }[];
}

/** Who a caller (`sts:GetCallerIdentity`'s ARN) is to a cluster, by its access entries; `undefined`: nobody. */
export function kubernetesIdentity(scope: Scope, cluster: string, callerArn: string): KubernetesIdentity | undefined {
  const session = /^arn:aws[a-z-]*:sts::(\d+):assumed-role\/([^/]+)\/(.+)$/.exec(callerArn);
  const [, owner = scope.account.accountId, role = '', sessionName = ''] = session ?? [];
  const found = ofCluster(accessEntries(scope), cluster).find(([, { entry }]) =>
    session
      ? entry.principalArn?.startsWith(`arn:aws:iam::${owner}:role/`) && entry.principalArn.endsWith(`/${role}`)
      : entry.principalArn === callerArn,
  );
  if (!found) return undefined;
  const { entry, policies } = found[1];
  const username = (entry.username ?? '')
    .replaceAll('{{SessionName}}', sessionName.replaceAll('@', '-'))
    .replaceAll('{{SessionNameRaw}}', sessionName)
    .replaceAll('{{AccountID}}', owner);
  return {
    username,
    groups: entry.kubernetesGroups ?? [],
    policies: policies.map(({ policyArn = '', accessScope }) => ({
      policyArn,
      namespaces: accessScope?.type === 'namespace' ? accessScope.namespaces : undefined,
    })),
  };
}
