import type * as Eks from '@aws-sdk/client-eks';
import type { GetRoleResponse, GetUserResponse } from '@aws-sdk/client-iam';
import type { CallContext } from '../../kernel/account.ts';
import { accessPolicyPrefix } from './accessPolicies.ts';
import { isAnswer } from './clusterRules.ts';
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

const [byInstance, bySession] = ['system:node:{{EC2PrivateDNSName}}', 'system:node:{{SessionName}}'];
const nodeTypes: Readonly<Record<string, { username: string; groups: readonly string[] }>> = {
  EC2_LINUX: { username: byInstance, groups: ['system:nodes'] },
  EC2_WINDOWS: { username: byInstance, groups: ['system:nodes', 'eks:kube-proxy-windows'] },
  FARGATE_LINUX: { username: bySession, groups: ['system:nodes', 'system:node-proxier'] },
  EC2: { username: byInstance, groups: ['system:nodes'] },
  HYBRID_LINUX: { username: bySession, groups: ['system:nodes'] },
  HYPERPOD_LINUX: { username: bySession, groups: ['system:nodes'] },
};

const principalPattern = /^arn:aws[a-z-]*:iam::(\d{12}):(?:(role|user)\/(.+)|root)$/;
const refuse = (message: string) => eksError('InvalidParameter', message);

function requireApiMode(scope: Scope, clusterName: string | undefined): string {
  const { name, cluster } = requireCluster(scope, clusterName);
  if (cluster.accessConfig?.authenticationMode !== 'CONFIG_MAP') return name;
  throw eksError(
    'InvalidRequest',
    "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
  );
}

export function requireEntry(scope: Scope, input: Eks.DescribeAccessEntryRequest): AccessEntryRow {
  const row = accessEntries(scope).get(`${requireApiMode(scope, input.clusterName)}/${input.principalArn ?? ''}`);
  if (row) return row;
  throw eksError(
    'ResourceNotFound',
    "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
  );
}

const told = ({ entry }: AccessEntryRow) => ({ accessEntry: dated<Eks.AccessEntry>(entry) });

export function putEntry(scope: Scope, input: Eks.CreateAccessEntryRequest): AccessEntryRow {
  const { account, region } = scope;
  const { clusterName = '', principalArn = '', type = 'STANDARD' } = input;
  const [, owner = '', kind = 'root', path = 'root'] = principalPattern.exec(principalArn) ?? [];
  const name = path.slice(path.lastIndexOf('/') + 1);
  const node = nodeTypes[type];
  const usual = kind === 'role' ? `arn:aws:sts::${owner}:assumed-role/${name}/{{SessionName}}` : principalArn;
  const now = account.now();
  const id = `access-entry/${clusterName}/${kind}/${owner}/${name}/${account.uuid()}`;
  return accessEntries(scope).set(`${clusterName}/${principalArn}`, {
    entry: {
      clusterName,
      principalArn,
      kubernetesGroups: [...(node?.groups ?? input.kubernetesGroups ?? [])],
      accessEntryArn: account.arn('eks', region, id),
      createdAt: now,
      modifiedAt: now,
      tags: { ...input.tags },
      username: input.username ?? node?.username ?? usual,
      type,
    },
    policies: [],
  });
}

/** The IAM principal behind a caller: a session of a role counts as the role, its path included. */
function principalOf(context: CallContext, callerArn: string): string {
  const [, accountId, RoleName] = /^arn:aws[a-z-]*:sts::(\d+):assumed-role\/([^/]+)\//.exec(callerArn) ?? [];
  if (!accountId || !RoleName) return callerArn;
  return iamArn(context, 'role', RoleName) ?? `arn:aws:iam::${accountId}:role/${RoleName}`;
}

function iamArn({ account, ...rest }: CallContext, kind: string, name: string): string | undefined {
  const context = { account, ...rest };
  try {
    if (kind === 'role') return account.call<GetRoleResponse>(context, 'iam', 'GetRole', { RoleName: name }).Role?.Arn;
    return account.call<GetUserResponse>(context, 'iam', 'GetUser', { UserName: name }).User?.Arn;
  } catch (error) {
    if (isAnswer(error)) return undefined;
    throw error;
  }
}

export function addCreatorAdministrator(clusterName: string, context: CallContext): void {
  const principalArn = principalOf(context, context.principal.arn);
  const { policies, entry } = putEntry(context, { clusterName, principalArn });
  const times = { associatedAt: entry.createdAt, modifiedAt: entry.createdAt };
  const policyArn = `${accessPolicyPrefix}AmazonEKSClusterAdminPolicy`;
  policies.push({ policyArn, accessScope: { type: 'cluster', namespaces: [] }, ...times });
}

function checkPrincipal(principalArn: string, type: string, context: CallContext): void {
  const invalid = (why: string) => refuse(`The specified principalArn is invalid: ${why}.`);
  const [found, owner, kind, path = ''] = principalPattern.exec(principalArn) ?? [];
  if (!found) throw invalid('invalid syntax');
  if (path.startsWith('aws-service-role/')) throw invalid('service-linked roles are not supported');
  const own = owner === context.account.accountId;
  if (type !== 'STANDARD' && !own) throw invalid(`an access entry of type ${type} must be of the cluster's account`);
  if (own && kind && iamArn(context, kind, path.slice(path.lastIndexOf('/') + 1)) !== principalArn)
    throw invalid('invalid principal');
}

function checkNames(type: string, username: string | undefined, groups: readonly string[]): void {
  if (type !== 'STANDARD' && groups.length > 0)
    throw refuse(`The kubernetesGroups field cannot be specified for access entries of type ${type}`);
  const reserved = groups.find(group => group.startsWith('system:'));
  if (reserved) throw refuse(`The kubernetes group name ${reserved} is invalid, it cannot start with system:`);
  const prefix = ['system:', 'eks:', 'aws:', 'amazon:', 'iam:'].find(start => username?.startsWith(start));
  if (prefix && type === 'STANDARD') throw refuse(`The username is invalid: it cannot start with ${prefix}`);
  const [before] = username?.split('{{SessionName') ?? [];
  if (before !== username && !before?.includes(':'))
    throw refuse('The username is invalid: {{SessionName}} needs a colon before it');
}

export const accessEntryOperations = {
  CreateAccessEntry(input: Eks.CreateAccessEntryRequest, context: CallContext) {
    const clusterName = requireApiMode(context, input.clusterName);
    const { principalArn = '', type = 'STANDARD', kubernetesGroups = [], username } = input;
    if (type !== 'STANDARD' && !nodeTypes[type]) throw refuse(`The specified type is invalid: ${type}`);
    checkPrincipal(principalArn, type, context);
    checkNames(type, username, kubernetesGroups);
    if (accessEntries(context).get(`${clusterName}/${principalArn}`))
      throw eksError('ResourceInUse', 'The specified access entry resource is already in use on this cluster.');
    return told(putEntry(context, input));
  },
  DescribeAccessEntry: (input: Eks.DescribeAccessEntryRequest, context: CallContext) =>
    told(requireEntry(context, input)),
  ListAccessEntries(input: Eks.ListAccessEntriesRequest, context: CallContext) {
    const rows = ofCluster(accessEntries(context), requireApiMode(context, input.clusterName));
    const { associatedPolicyArn: arn } = input;
    const wanted = rows.filter(({ policies }) => !arn || policies.some(policy => policy.policyArn === arn));
    const { items, nextToken } = page(
      wanted.map(({ entry }) => entry.principalArn),
      input,
    );
    return { accessEntries: items, nextToken };
  },
  UpdateAccessEntry(input: Eks.UpdateAccessEntryRequest, context: CallContext) {
    const row = requireEntry(context, input);
    const { kubernetesGroups = row.entry.kubernetesGroups, username = row.entry.username } = input;
    checkNames(row.entry.type ?? '', input.username, input.kubernetesGroups ?? []);
    Object.assign(row.entry, { kubernetesGroups, username, modifiedAt: context.account.now() });
    return told(row);
  },
  DeleteAccessEntry(input: Eks.DeleteAccessEntryRequest, context: CallContext) {
    const { entry } = requireEntry(context, input);
    accessEntries(context).delete(`${entry.clusterName ?? ''}/${entry.principalArn ?? ''}`);
    return {};
  },
};

export interface KubernetesIdentity {
  readonly username: string;
  readonly groups: readonly string[];
  /** `namespaces` undefined: the whole cluster. */
  readonly policies: readonly { readonly policyArn: string; readonly namespaces: readonly string[] | undefined }[];
}

/** Who a caller (`sts:GetCallerIdentity`'s ARN) is to a cluster, by its access entries; undefined: nobody. */
export function kubernetesIdentity(scope: Scope, cluster: string, callerArn: string): KubernetesIdentity | undefined {
  const session = /^arn:aws[a-z-]*:sts::(\d+):assumed-role\/([^/]+)\/(.+)$/.exec(callerArn);
  const [, owner = scope.account.accountId, role = '', sessionName = ''] = session ?? [];
  const found = ofCluster(accessEntries(scope), cluster).find(({ entry: { principalArn = '' } }) =>
    session
      ? principalArn.startsWith(`arn:aws:iam::${owner}:role/`) && principalArn.endsWith(`/${role}`)
      : principalArn === callerArn,
  );
  if (!found) return undefined;
  const username = (found.entry.username ?? '')
    .replaceAll('{{SessionName}}', sessionName.replaceAll('@', '-'))
    .replaceAll('{{SessionNameRaw}}', sessionName)
    .replaceAll('{{AccountID}}', owner);
  const policies = found.policies.map(({ policyArn = '', accessScope }) => ({
    policyArn,
    namespaces: accessScope?.type === 'namespace' ? accessScope.namespaces : undefined,
  }));
  return { username, groups: found.entry.kubernetesGroups ?? [], policies };
}
