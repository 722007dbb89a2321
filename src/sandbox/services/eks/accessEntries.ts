import type * as Eks from '@aws-sdk/client-eks';
import type { GetRoleResponse, GetUserResponse } from '@aws-sdk/client-iam';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { accessPolicyPrefix } from './accessPolicies.ts';
import { answered } from './clusterRules.ts';
import {
  accessEntries,
  dated,
  eksError,
  fargateProfiles,
  listOf,
  nodegroups,
  ofCluster,
  requireCluster,
  type AccessEntryRow,
  type Scope,
} from './eksTables.ts';

const principalPattern = /^arn:aws[a-z-]*:iam::(\d{12}):(?:(role|user)\/(.+)|root)$/;
const refuse = (message: string) => eksError('InvalidParameter', message);

/** Those of nodes; `EC2` is Auto Mode's. */
const nodeTypes = ['EC2_LINUX', 'EC2_WINDOWS', 'EC2', 'FARGATE_LINUX'];

/** A cluster of mode CONFIG_MAP knows no entries, and refuses every call about them. */
function requireEntries(scope: Scope, clusterName: string | undefined): string {
  const { name, cluster } = requireCluster(scope, clusterName);
  if (cluster.accessConfig?.authenticationMode !== 'CONFIG_MAP') return name;
  throw eksError(
    'InvalidRequest',
    "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
  );
}

export function requireEntry(scope: Scope, { clusterName, principalArn }: Eks.DescribeAccessEntryRequest) {
  const row = accessEntries(scope).get(`${requireEntries(scope, clusterName)}/${principalArn ?? ''}`);
  if (row) return row;
  throw eksError(
    'ResourceNotFound',
    "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
  );
}

const told = ({ entry }: AccessEntryRow) => ({ accessEntry: dated<Eks.AccessEntry>(entry) });

function putEntry({ account, region }: Scope, input: Eks.CreateAccessEntryRequest): AccessEntryRow {
  const { clusterName = '', principalArn = '', type = 'STANDARD', kubernetesGroups = [] } = input;
  const [, owner = '', kind = 'root', path = 'root'] = principalPattern.exec(principalArn) ?? [];
  const name = path.slice(path.lastIndexOf('/') + 1);
  const usual = kind === 'role' ? `arn:aws:sts::${owner}:assumed-role/${name}/{{SessionName}}` : principalArn;
  const nodeName = type === 'FARGATE_LINUX' ? 'system:node:{{SessionName}}' : 'system:node:{{EC2PrivateDNSName}}';
  const now = account.now();
  const id = `access-entry/${clusterName}/${kind}/${owner}/${name}/${account.uuid()}`;
  return accessEntries({ account, region }).set(`${clusterName}/${principalArn}`, {
    entry: {
      clusterName,
      principalArn,
      kubernetesGroups: type === 'STANDARD' ? [...kubernetesGroups] : type === 'EC2' ? [] : ['system:nodes'],
      accessEntryArn: account.arn('eks', region, id),
      createdAt: now,
      modifiedAt: now,
      tags: { ...input.tags },
      username: input.username ?? (type === 'STANDARD' ? usual : nodeName),
      type,
    },
    policies: [],
  });
}

/** The ARN that IAM has for a role or user, its path included; undefined when there is none. */
function iamArn({ account, ...rest }: CallContext, kind: string, name: string): string | undefined {
  const context = { account, ...rest };
  if (kind === 'role') return answered<GetRoleResponse>(context, 'iam', 'GetRole', { RoleName: name })?.Role?.Arn;
  return answered<GetUserResponse>(context, 'iam', 'GetUser', { UserName: name })?.User?.Arn;
}

/** A session of a role counts as the role. */
export function addCreatorAdministrator(clusterName: string, context: CallContext): void {
  const { arn } = context.principal;
  const [, accountId, role] = /^arn:aws[a-z-]*:sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  const principalArn = role ? (iamArn(context, 'role', role) ?? `arn:aws:iam::${accountId ?? ''}:role/${role}`) : arn;
  const { policies, entry } = putEntry(context, { clusterName, principalArn });
  const times = { associatedAt: entry.createdAt, modifiedAt: entry.createdAt };
  const policyArn = `${accessPolicyPrefix}AmazonEKSClusterAdminPolicy`;
  policies.push({ policyArn, accessScope: { type: 'cluster', namespaces: [] }, ...times });
}

/** EKS itself lets the nodes of a managed node group into the cluster. */
export function allowNodes(scope: Scope, clusterName: string, nodeRole: string, type = 'EC2_LINUX'): void {
  if (!accessEntries(scope).get(`${clusterName}/${nodeRole}`))
    putEntry(scope, { clusterName, principalArn: nodeRole, type });
}

/** Takes the entry away with the last node group that used the role. */
export function disallowNodes(scope: Scope, cluster: string, nodeRole: string): void {
  const used = ofCluster(nodegroups(scope), cluster).some(({ nodegroup }) => nodegroup.nodeRole === nodeRole);
  const key = `${cluster}/${nodeRole}`;
  if (!used && accessEntries(scope).get(key)?.entry.type === 'EC2_LINUX') accessEntries(scope).delete(key);
}

/** The same of the last Fargate profile. */
export function disallowFargate(scope: Scope, cluster: string, role: string): void {
  const used = ofCluster(fargateProfiles(scope), cluster).some(({ profile }) => profile.podExecutionRoleArn === role);
  const key = `${cluster}/${role}`;
  if (!used && accessEntries(scope).get(key)?.entry.type === 'FARGATE_LINUX') accessEntries(scope).delete(key);
}

function checkPrincipal(principalArn: string, context: CallContext): void {
  const invalid = (why: string) => refuse(`The specified principalArn is invalid: ${why}.`);
  const [found, owner, kind, path = ''] = principalPattern.exec(principalArn) ?? [];
  if (!found) throw invalid('invalid syntax');
  if (path.startsWith('aws-service-role/')) throw invalid('service-linked roles are not supported');
  const own = owner === context.account.accountId;
  if (own && kind && iamArn(context, kind, path.slice(path.lastIndexOf('/') + 1)) !== principalArn)
    throw invalid('invalid principal');
}

function checkGroups(kubernetesGroups: readonly string[]): void {
  const reserved = kubernetesGroups.find(group => group.startsWith('system:'));
  if (reserved) throw refuse(`The kubernetes group name ${reserved} is invalid, it cannot start with system:`);
}

export const accessEntryOperations = {
  CreateAccessEntry(input: Eks.CreateAccessEntryRequest, context: CallContext) {
    const { principalArn = '', type = 'STANDARD', kubernetesGroups = [] } = input;
    const name = requireEntries(context, input.clusterName);
    if (!nodeTypes.includes(type) && type !== 'STANDARD') throw notImplemented(`eks:CreateAccessEntry type ${type}`);
    if (type !== 'STANDARD' && (kubernetesGroups.length > 0 || input.username !== undefined))
      throw refuse(`Kubernetes groups and username cannot be specified for access entries of type ${type}`);
    checkPrincipal(principalArn, context);
    checkGroups(kubernetesGroups);
    if (accessEntries(context).get(`${name}/${principalArn}`))
      throw eksError('ResourceInUse', 'The specified access entry resource is already in use on this cluster.');
    return told(putEntry(context, input));
  },
  DescribeAccessEntry: (input: Eks.DescribeAccessEntryRequest, context: CallContext) =>
    told(requireEntry(context, input)),
  ListAccessEntries(input: Eks.ListAccessEntriesRequest, context: CallContext) {
    requireEntries(context, input.clusterName);
    return listOf(context, 'accessEntries', accessEntries, ({ entry }) => entry.principalArn, input);
  },
  UpdateAccessEntry(input: Eks.UpdateAccessEntryRequest, context: CallContext) {
    const row = requireEntry(context, input);
    const { kubernetesGroups, username } = input;
    if (row.entry.type !== 'STANDARD')
      throw eksError('InvalidRequest', `Access entries of type ${row.entry.type ?? ''} cannot be updated`);
    checkGroups(kubernetesGroups ?? []);
    if (kubernetesGroups) row.entry.kubernetesGroups = [...kubernetesGroups];
    if (username !== undefined) row.entry.username = username;
    row.entry.modifiedAt = context.account.now();
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
  const [, owner = '', role = '', sessionName = ''] = session ?? [];
  const found = ofCluster(accessEntries(scope), cluster).find(({ entry: { principalArn = '' } }) =>
    session
      ? principalArn.startsWith(`arn:aws:iam::${owner}:role/`) && principalArn.endsWith(`/${role}`)
      : principalArn === callerArn,
  );
  if (!found) return undefined;
  const username = (found.entry.username ?? '').replaceAll('{{SessionName}}', sessionName.replaceAll('@', '-'));
  const policies = found.policies.map(({ policyArn = '', accessScope }) => ({
    policyArn,
    namespaces: accessScope?.type === 'namespace' ? accessScope.namespaces : undefined,
  }));
  return { username, groups: found.entry.kubernetesGroups ?? [], policies };
}
