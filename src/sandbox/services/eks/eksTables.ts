import type {
  AccessEntry,
  Addon,
  AssociatedAccessPolicy,
  Cluster,
  Nodegroup,
  PodIdentityAssociation,
  Update,
} from '@aws-sdk/client-eks';
import type { Account, CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import type { Table } from '../../kernel/table.ts';

/** Rows are JSON: what AWS tells as a `Date` is kept in ms, and `dated` turns it back. */
type Kept<T, Times extends keyof T> = Omit<T, Times> & Record<Times, number>;

export interface EndpointAccess {
  readonly at: number;
  readonly endpointPublicAccess: boolean;
  readonly endpointPrivateAccess: boolean;
}

export interface ClusterRow {
  /** Tells this cluster from another of the same name, before or after it. */
  readonly uid: string;
  readonly name: string;
  readonly cluster: Kept<Cluster, 'createdAt'>;
  readonly requestToken: string | undefined;
  readonly selfManagedAddons: boolean;
  readonly networkInterfaceIds: string[];
  /** Every state of endpoint access that ever was, the first from the cluster's first moment. */
  readonly endpointHistory: EndpointAccess[];
  /** The update in progress, if there is one. */
  updateId?: string | undefined;
}

export interface NodegroupRow {
  readonly uid: string;
  readonly nodegroup: Kept<Nodegroup, 'createdAt' | 'modifiedAt'>;
  readonly requestToken: string | undefined;
  readonly launchTemplateId: string;
  readonly instanceProfile: string;
  readonly securityGroupIds: readonly string[];
  updateId?: string | undefined;
}

export interface AddonRow {
  readonly uid: string;
  readonly addon: Kept<Addon, 'createdAt' | 'modifiedAt'>;
  readonly deadline: number;
  updateId?: string | undefined;
}

export interface AccessEntryRow {
  readonly entry: Kept<AccessEntry, 'createdAt' | 'modifiedAt'>;
  readonly policies: Kept<AssociatedAccessPolicy, 'associatedAt' | 'modifiedAt'>[];
}

export interface AssociationRow {
  readonly association: Kept<PodIdentityAssociation, 'createdAt' | 'modifiedAt'>;
}

export interface UpdateRow {
  readonly update: Kept<Update, 'createdAt'>;
  readonly cluster: string;
  readonly nodegroup?: string | undefined;
  readonly addon?: string | undefined;
  /** What becomes of the cluster once the update is through. */
  readonly patch?: Partial<Cluster>;
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

export const clusters = tableOf<ClusterRow>('eks.clusters');
export const nodegroups = tableOf<NodegroupRow>('eks.nodegroups');
export const addons = tableOf<AddonRow>('eks.addons');
export const accessEntries = tableOf<AccessEntryRow>('eks.accessEntries');
export const associations = tableOf<AssociationRow>('eks.podIdentityAssociations');
export const updates = tableOf<UpdateRow>('eks.updates');

/** Turns the times of a row back into `Date`s and leaves its tables behind. */
export function dated<T>(row: object): T {
  const entries = Object.entries(structuredClone(row));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key.endsWith('At') && typeof value === 'number' ? new Date(value) : value]),
  ) as T;
}

const statuses: Readonly<Record<string, number>> = { ResourceInUseException: 409, ResourceNotFoundException: 404 };

/** An EKS exception; `members` are those of its shape beside the message. */
export function eksError(
  code: 'ResourceInUse' | 'ResourceNotFound' | 'InvalidParameter' | 'InvalidRequest' | 'UnsupportedAvailabilityZone',
  message: string,
  members: Readonly<Record<string, unknown>> = {},
): AwsError {
  const name = `${code}Exception`;
  return new AwsError(name, message, statuses[name] ?? 400, members);
}

export function requireCluster(scope: Scope, name = ''): ClusterRow {
  const row = clusters(scope).get(name);
  if (!row) throw eksError('ResourceNotFound', `No cluster found for name: ${name}.`, { clusterName: name });
  return row;
}

/** The rows of one cluster, in a table whose keys begin with the cluster's name and a slash. */
export function ofCluster<T extends object>(table: Table<T>, cluster: string): [string, T][] {
  return table.entries().filter(([key]) => key.startsWith(`${cluster}/`));
}

/** A duration that looks random and is not: in seconds, from the account's own history. */
export function between(account: Account, low: number, high: number): number {
  return low + Math.round((parseInt(account.hex(6), 16) / 0xffffff) * (high - low));
}

/** EKS acting by itself on the caller's behalf. */
export function asEks({ account, region }: Scope): CallContext {
  return account.serviceContext(region, 'eks.amazonaws.com');
}

/** One page of `items`; tokens are opaque and count from the start. */
export function page<T>(
  items: readonly T[],
  { maxResults = 100, nextToken }: { maxResults?: number | undefined; nextToken?: string | undefined },
): { items: T[]; nextToken: string | undefined } {
  if (maxResults < 1 || maxResults > 100)
    throw eksError('InvalidParameter', 'maxResults needs to be 1 or greater, and less than or equal to 100');
  const start = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64').toString());
  if (!Number.isInteger(start) || start < 0 || start > items.length)
    throw eksError('InvalidParameter', 'Invalid nextToken');
  const end = start + maxResults;
  const token = end < items.length ? Buffer.from(String(end)).toString('base64') : undefined;
  return { items: items.slice(start, end), nextToken: token };
}
