import type * as sdk from '@aws-sdk/client-cloudformation';
import type { Account, CallContext } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import type { Table } from '../kernel/table.ts';
import { resourceContext, type Deployment } from './deployment.ts';
import { asText, differences } from './differences.ts';
import { page } from './page.ts';
import type { Properties, ResourceProviders } from './resourceProvider.ts';
import { stacks, type StackResource } from './stack.ts';
import { requireDeployment } from './stackRequests.ts';
import { isObject, validationError } from './template.ts';

type Drift = Omit<sdk.StackResourceDrift, 'Timestamp'> & { readonly at: number };

interface Detection {
  readonly id: string;
  readonly stackId: string;
  readonly at: number;
  readonly only: readonly string[] | undefined;
  status: sdk.StackDriftDetectionStatus;
  drifts: Drift[];
}

export interface DriftJob {
  readonly region: string;
  readonly id: string;
}

const detections = (account: Account, region: string): Table<Detection> =>
  account.regional<Detection>(region, 'cloudformation.driftDetections');

const gone = /NotFound|NoSuch/;

/** What is there now of the properties that the template sets; undefined: the resource is gone. */
function actualProperties(
  deployment: Deployment,
  resource: StackResource,
  expected: Properties,
): Properties | undefined {
  const { physicalId = '', type } = resource;
  try {
    const provider = deployment.providers[type];
    return provider?.read?.(physicalId, expected, resourceContext(deployment, resource)) ?? {};
  } catch (error) {
    if (error instanceof AwsError && gone.test(error.code)) return undefined;
    throw error;
  }
}

interface NamedTag {
  readonly Key: string;
}
const isTagList = (value: unknown): value is NamedTag[] =>
  Array.isArray(value) && value.every(item => isObject(item) && 'Key' in item);
const byKey = (tags: readonly NamedTag[]) => tags.toSorted((a, b) => (a.Key < b.Key ? -1 : 1));

/** Tags that the stack gave are nobody's change, nor is an order. */
function comparable(
  expected: Properties,
  actual: Properties,
  stackTags: readonly NamedTag[],
): [Properties, Properties] {
  const sides = (key: string): [unknown, unknown] => {
    const [left, right] = [expected[key], actual[key]];
    if (!isTagList(right) || (left !== undefined && !isTagList(left))) return [left, right];
    const own = new Set(left?.map(({ Key }) => Key));
    const given = new Set(stackTags.map(({ Key }) => Key).filter(name => !own.has(name)));
    return [byKey(left ?? []), byKey(right.filter(({ Key }) => !Key.startsWith('aws:') && !given.has(Key)))];
  };
  const keys = Object.keys(expected).filter(key => actual[key] !== undefined);
  const side = (index: 0 | 1) => Object.fromEntries(keys.map(key => [key, sides(key)[index]]));
  return [side(0), side(1)];
}

function driftOf(deployment: Deployment, resource: StackResource): Drift[] {
  const { account, stack, providers } = deployment;
  const { logicalId, physicalId, type, properties = {} } = resource;
  if (!providers[type]?.read || physicalId === undefined) return [];
  const found = actualProperties(deployment, resource, properties);
  const base = {
    StackId: stack.id,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    at: account.now(),
  };
  if (!found) return [{ ...base, StackResourceDriftStatus: 'DELETED', PropertyDifferences: [] }];
  const [expected, actual] = comparable(properties, found, stack.definition.tags);
  const PropertyDifferences = differences(expected, actual, '').map(({ path, before, after }) => ({
    PropertyPath: path,
    ExpectedValue: asText(before) ?? 'null',
    ActualValue: asText(after) ?? 'null',
    DifferenceType:
      before === undefined ? ('ADD' as const) : after === undefined ? ('REMOVE' as const) : ('NOT_EQUAL' as const),
  }));
  return [
    {
      ...base,
      ExpectedProperties: JSON.stringify(expected),
      ActualProperties: JSON.stringify(actual),
      PropertyDifferences,
      StackResourceDriftStatus: PropertyDifferences.length > 0 ? 'MODIFIED' : 'IN_SYNC',
    },
  ];
}

export function driftDetected(providers: ResourceProviders) {
  return ({ region, id }: DriftJob, account: Account): void => {
    const detection = detections(account, region).get(id);
    const stack = detection && stacks(account, region).get(detection.stackId);
    if (!detection || !stack) return;
    const wanted = Object.values(stack.resources).filter(
      ({ logicalId, status }) =>
        status.endsWith('_COMPLETE') &&
        status !== 'DELETE_COMPLETE' &&
        (!detection.only || detection.only.includes(logicalId)),
    );
    detection.drifts = wanted.flatMap(resource => driftOf({ account, providers, stack }, resource));
    detection.status = 'DETECTION_COMPLETE';
    stack.driftDetectionId = id;
  };
}

const drifted = ({ drifts }: Detection): number =>
  drifts.filter(({ StackResourceDriftStatus: status }) => status !== 'IN_SYNC').length;

/** A stack's, or a resource's, state in the answers that describe it. */
export function driftInformation(account: Account, region: string, detectionId: string | undefined) {
  const detection = detections(account, region).get(detectionId);
  if (!detection)
    return {
      stack: { StackDriftStatus: 'NOT_CHECKED' as const },
      of: () => ({ StackResourceDriftStatus: 'NOT_CHECKED' as const }),
    };
  const LastCheckTimestamp = new Date(detection.at);
  return {
    stack: {
      StackDriftStatus: drifted(detection) > 0 ? ('DRIFTED' as const) : ('IN_SYNC' as const),
      LastCheckTimestamp,
    },
    of: (logicalId: string) => {
      const row = detection.drifts.find(one => one.LogicalResourceId === logicalId);
      if (!row) return { StackResourceDriftStatus: 'NOT_CHECKED' as const };
      return { StackResourceDriftStatus: row.StackResourceDriftStatus, LastCheckTimestamp };
    },
  };
}

const CHECKED =
  /^(CREATE_COMPLETE|UPDATE_COMPLETE|UPDATE_ROLLBACK_COMPLETE|UPDATE_ROLLBACK_FAILED|IMPORT_COMPLETE|CREATE_FAILED|UPDATE_FAILED)$/;

export const driftRequests = {
  DetectStackDrift(input: sdk.DetectStackDriftInput, context: CallContext, providers: ResourceProviders) {
    const { account, region } = context;
    const { stack } = requireDeployment(input.StackName, context, providers);
    if (!CHECKED.test(stack.status))
      throw validationError(
        `Drift detection cannot be performed on stack [${stack.id}] while it is in state ${stack.status}`,
      );
    const running = detections(account, region).find(
      row => row.stackId === stack.id && row.status === 'DETECTION_IN_PROGRESS',
    );
    if (running)
      throw validationError(
        `Drift detection is already in progress for stack [${stack.id}]. StackDriftDetectionId [${running.id}]`,
      );
    const id = account.uuid();
    const only = input.LogicalResourceIds;
    const row: Detection = {
      id,
      stackId: stack.id,
      at: account.now(),
      only,
      status: 'DETECTION_IN_PROGRESS',
      drifts: [],
    };
    detections(account, region).set(id, row);
    account.schedule(5 + Object.keys(stack.resources).length, 'cloudformation.drift', { region, id });
    return { StackDriftDetectionId: id };
  },

  DescribeStackDriftDetectionStatus(
    { StackDriftDetectionId: id = '' }: sdk.DescribeStackDriftDetectionStatusInput,
    { account, region }: CallContext,
  ): sdk.DescribeStackDriftDetectionStatusOutput {
    const row = detections(account, region).get(id);
    if (!row) throw validationError(`Drift detection with id ${id} does not exist`);
    const done = row.status === 'DETECTION_COMPLETE';
    return {
      StackId: row.stackId,
      StackDriftDetectionId: id,
      DetectionStatus: row.status,
      Timestamp: new Date(row.at),
      ...(done && {
        StackDriftStatus: drifted(row) > 0 ? 'DRIFTED' : 'IN_SYNC',
        DriftedStackResourceCount: drifted(row),
      }),
    };
  },

  DescribeStackResourceDrifts(
    input: sdk.DescribeStackResourceDriftsInput,
    context: CallContext,
    providers: ResourceProviders,
  ) {
    const { stack } = requireDeployment(input.StackName, context, providers);
    const { StackResourceDriftStatusFilters: wanted = [] } = input;
    const all = detections(context.account, context.region).get(stack.driftDetectionId)?.drifts ?? [];
    const rows = all.filter(
      ({ StackResourceDriftStatus: status }) => wanted.length === 0 || (wanted as string[]).includes(String(status)),
    );
    const { items, NextToken } = page(rows, input.NextToken, input.MaxResults ?? 100);
    return {
      StackResourceDrifts: items.map(({ at, ...row }) => ({ ...row, Timestamp: new Date(at) })),
      ...(NextToken ? { NextToken } : {}),
    };
  },
};
