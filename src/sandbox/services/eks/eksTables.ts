import type * as Eks from '@aws-sdk/client-eks';
import type { Account, CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { checkRange, page as pageOf } from '../../kernel/constraint.ts';
import { copyOf } from '../../kernel/copyOf.ts';
import type { Table } from '../../kernel/table.ts';

/** Rows are JSON: what AWS tells as a `Date` is kept in ms, and `dated` turns it back. */
type Kept<T, Times extends keyof T = 'createdAt' & keyof T> = Omit<T, Times> & Record<Times, number>;
type Lived = 'createdAt' | 'modifiedAt';

export interface EndpointAccess {
  readonly at: number;
  readonly endpointPublicAccess: boolean;
  readonly endpointPrivateAccess: boolean;
}

export interface ClusterRow {
  /** Tells this cluster from another of the same name, before or after it. */
  readonly uid: string;
  readonly name: string;
  readonly cluster: Kept<Eks.Cluster>;
  readonly networkInterfaceIds: string[];
  /** Every state of endpoint access that ever was, from the cluster's first moment. */
  readonly endpointHistory: EndpointAccess[];
  /** The update in progress, if there is one. */
  updateId?: string | undefined;
  /** When the version last went up (ms): for some days it may go down again. */
  upgradedAt?: number | undefined;
  /** How long Auto Mode still waits for the nodes on their way (ms). */
  autoModeUntil?: number | undefined;
}

export interface UpdateRow {
  readonly cluster: string;
  readonly nodegroup?: string | undefined;
  readonly addon?: string | undefined;
  readonly update: Kept<Eks.Update>;
}

export interface FargateRow {
  readonly uid: string;
  readonly profile: Kept<Eks.FargateProfile>;
}

export interface PodIdentityRow {
  readonly association: Kept<Eks.PodIdentityAssociation, Lived>;
}

export interface NodegroupRow {
  readonly uid: string;
  readonly nodegroup: Kept<Eks.Nodegroup, Lived>;
  readonly launchTemplateId: string;
  readonly instanceProfile: string;
}

export interface AddonRow {
  readonly uid: string;
  readonly addon: Kept<Eks.Addon, Lived>;
  deadline: number;
  updateId?: string | undefined;
  /** Its objects stay when it goes. */
  preserve?: boolean;
}

export interface AccessEntryRow {
  readonly entry: Kept<Eks.AccessEntry, Lived>;
  readonly policies: Kept<Eks.AssociatedAccessPolicy, 'associatedAt' | 'modifiedAt'>[];
}

/** What a table belongs to; any `CallContext` is one. */
export interface Scope {
  readonly account: Account;
  readonly region: string;
}

const tableOf =
  <T extends object>(name: string) =>
  ({ account, region }: Scope): Table<T> =>
    account.regional<T>(region, name);

/** By name; the others by `<cluster>/<name>`. */
export const clusters = tableOf<ClusterRow>('eks.clusters');
/** By uid; kept for the control URL alone. */
export const pastClusters = tableOf<Pick<ClusterRow, 'name' | 'endpointHistory'>>('eks.pastClusters');
export const nodegroups = tableOf<NodegroupRow>('eks.nodegroups');
export const addons = tableOf<AddonRow>('eks.addons');
export const updates = tableOf<UpdateRow>('eks.updates');
export const fargateProfiles = tableOf<FargateRow>('eks.fargateProfiles');
export const podIdentities = tableOf<PodIdentityRow>('eks.podIdentities');
export const accessEntries = tableOf<AccessEntryRow>('eks.accessEntries');

/** A row as AWS tells it: a copy, its times as `Date`s. */
export function dated<T>(row: object): T {
  const entries = Object.entries(copyOf(row));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key.endsWith('At') && typeof value === 'number' ? new Date(value) : value]),
  ) as T;
}

const statuses: Readonly<Record<string, number>> = { ResourceInUse: 409, ResourceNotFound: 404 };

/** An EKS exception; `members` are those of its shape beside the message. */
export function eksError(
  kind:
    | 'ResourceInUse'
    | 'ResourceNotFound'
    | 'ResourceLimitExceeded'
    | 'InvalidParameter'
    | 'InvalidRequest'
    | 'UnsupportedAvailabilityZone',
  message: string,
  members: object = {},
): AwsError {
  return new AwsError(`${kind}Exception`, message, statuses[kind] ?? 400, { ...members });
}

export function requireCluster(scope: Scope, name = ''): ClusterRow {
  const row = clusters(scope).get(name);
  if (!row) throw eksError('ResourceNotFound', `No cluster found for name: ${name}.`, { clusterName: name });
  return row;
}

/** Node groups and add-ons need a control plane to talk to. */
export function requireActive(scope: Scope, name: string | undefined): ClusterRow {
  const row = requireCluster(scope, name);
  if (row.cluster.status === 'ACTIVE' || row.cluster.status === 'UPDATING') return row;
  throw eksError('InvalidRequest', `Cluster ${row.name} is not in ACTIVE status`, { clusterName: row.name });
}

export const ofCluster = <T extends object>(table: Table<T>, cluster: string): T[] =>
  table.entries().flatMap(([key, row]) => (key.startsWith(`${cluster}/`) ? [row] : []));

/** A duration in seconds that looks random and is not: it comes from the account's own history. */
export const between = (account: Account, low: number, high: number): number =>
  low + Math.round((parseInt(account.hex(6), 16) / 0xffffff) * (high - low));

/** EKS acting by itself on the caller's behalf. */
export const asEks = ({ account, region }: Scope): CallContext => account.serviceContext(region, 'eks.amazonaws.com');

export function page<T>(
  rows: readonly T[],
  { maxResults = 100, nextToken }: { maxResults?: number | undefined; nextToken?: string | undefined },
): { items: T[]; nextToken: string | undefined } {
  checkRange('maxResults', maxResults, 1, 100, 'InvalidParameterException');
  const invalid = () => eksError('InvalidParameter', 'Invalid nextToken');
  const { items, next } = pageOf(rows, maxResults, nextToken, invalid);
  return { items, nextToken: next };
}

/** The answer of an operation that lists what a cluster has by name. */
export function listOf<T extends object>(
  scope: Scope,
  member: string,
  table: (scope: Scope) => Table<T>,
  nameOf: (row: T) => string | undefined,
  { clusterName, ...wanted }: Parameters<typeof page>[1] & { clusterName: string | undefined },
): object {
  const names = ofCluster(table(scope), requireCluster(scope, clusterName).name).map(row => nameOf(row) ?? '');
  const { items, nextToken } = page(names.sort(), wanted);
  return { [member]: items, nextToken };
}
