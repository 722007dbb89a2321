import type * as Sdk from '@aws-sdk/client-ecs';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { checkRange, page as pageOf } from '../../kernel/constraint.ts';
import type { Table } from '../../kernel/table.ts';

type Sure<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };

export type ClusterRow = Sure<Sdk.Cluster, 'clusterArn' | 'clusterName' | 'tags'> & { status: 'ACTIVE' | 'INACTIVE' };

/** By ARN. A family's revisions go on counting when the earlier ones are deregistered, so none is ever removed. */
export type DefinitionRow = Sure<
  Sdk.TaskDefinition,
  'taskDefinitionArn' | 'family' | 'revision' | 'containerDefinitions' | 'cpu' | 'memory'
> & { status: 'ACTIVE' | 'INACTIVE'; tags: Sdk.Tag[] };

/** Where a task stands in its VPC. */
export interface TaskNetwork {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly groupIds: readonly string[];
  readonly address: string;
  readonly interfaceId: string;
}

/** By ARN; one that has stopped is told of for an hour. */
export type TaskRow = Sure<
  Sdk.Task,
  'taskArn' | 'clusterArn' | 'taskDefinitionArn' | 'lastStatus' | 'desiredStatus' | 'containers' | 'tags'
> & {
  readonly network: TaskNetwork;
  readonly taskRole: string | undefined;
  readonly executionRole: string | undefined;
  /** Seconds after which the container's own command ends it. */
  readonly lifetime: number | undefined;
  /** Extra seconds before it starts, and the reason why it never will: faults. */
  readonly struck: { readonly delaySeconds: number; readonly fail?: string } | undefined;
};

export type Place = Pick<CallContext, 'account' | 'region'>;
const tableOf =
  <T extends object>(name: string) =>
  ({ account, region }: Place): Table<T> =>
    account.regional<T>(region, name);

export const clusters = tableOf<ClusterRow>('ecs.clusters');
export const definitions = tableOf<DefinitionRow>('ecs.definitions');
export const tasks = tableOf<TaskRow>('ecs.tasks');

export const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

export const clientError = (message: string): AwsError => new AwsError('ClientException', message);
export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);

/** By name or ARN. */
export function findCluster(place: Place, given = 'default'): ClusterRow {
  const row = clusters(place).get(lastPart(given));
  if (!row) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return row;
}

export function activeCluster(place: Place, given: string | undefined): ClusterRow {
  const row = findCluster(place, given);
  if (row.status === 'ACTIVE') return row;
  throw new AwsError('ClusterNotFoundException', 'The referenced cluster was inactive.');
}

/** Tasks of a cluster that are not over. */
export const livingTasks = (place: Place, clusterArn: string): TaskRow[] =>
  tasks(place).filter(row => row.clusterArn === clusterArn && row.lastStatus !== 'STOPPED');

/** `family`, `family:revision` or ARN; a family stands for its latest active revision. */
export function findDefinition(place: Place, given: string, message: string): DefinitionRow {
  const [family = '', revision] = lastPart(given).split(':');
  const row = definitions(place)
    .filter(one => one.family === family)
    .filter(one => (revision === undefined ? one.status === 'ACTIVE' : String(one.revision) === revision))
    .at(-1);
  if (!row) throw clientError(message);
  return row;
}

/** Of a member's own members, refuses those that are not simulated; `false` and empty lists ask for nothing. */
export function refuseOther(where: string, asked: object, simulated: string): void {
  const known = new Set(simulated.split(' '));
  for (const [member, value] of Object.entries(asked)) {
    const asks = value != null && (value as unknown) !== false && !(Array.isArray(value) && value.length === 0);
    if (asks && !known.has(member)) throw notImplemented(`ecs:${where} ${member}`);
  }
}

export function checkedTags(given: Sdk.Tag[] | undefined, { principal }: CallContext): Sdk.Tag[] {
  const tags = (given ?? []).map(({ key = '', value = '' }) => ({ key, value }));
  if (tags.length > 50) throw invalid('The maximum number of tags allowed is 50.');
  if (tags.some(({ key }) => key === '' || key.length > 128)) throw invalid('Tag keys must be 1 to 128 characters.');
  if (new Set(tags.map(({ key }) => key)).size < tags.length) throw invalid('Duplicate tag keys are not allowed.');
  if (!principal.arn.endsWith('.amazonaws.com') && tags.some(({ key }) => /^aws:/i.test(key)))
    throw invalid("Tag keys can't start with aws:, which is reserved.");
  return tags;
}

/** A page of a list call's answer under `member`. */
export function listed(
  member: string,
  all: readonly string[],
  { maxResults = 100, nextToken }: { maxResults?: number | undefined; nextToken?: string | undefined },
): object {
  checkRange('maxResults', maxResults, 1, 100, 'InvalidParameterException');
  const { items, next } = pageOf(all, maxResults, nextToken, () => invalid('Invalid token'));
  return { [member]: items, nextToken: next };
}
