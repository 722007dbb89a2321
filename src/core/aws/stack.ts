import type { Stack } from '@aws-sdk/client-cloudformation';
import type { AwsSession } from './awsSession.ts';
import { awsErrorCode, toPrivateEksError } from './errors.ts';
import { signalOption } from './identity.ts';
import { isWhole } from './stackStatus.ts';

/** A stack as far as the product looks at it. */
export interface StackView {
  /** ARN: names the stack for ever, also after it is deleted. */
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly statusReason: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly terminationProtection: boolean;
  readonly createdAt: number;
}

/** By name, or by id for one that may be deleted. A name without a living stack gives undefined. */
export async function describeStack(
  session: AwsSession,
  nameOrId: string,
  signal?: AbortSignal,
): Promise<StackView | undefined> {
  try {
    const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: nameOrId }), signalOption(signal));
    return Stacks[0] && toStackView(Stacks[0]);
  } catch (error) {
    if (awsErrorCode(error) === 'ValidationError' && /does not exist/.test((error as Error).message)) return undefined;
    throw toPrivateEksError(error);
  }
}

/** Every living stack of the account and region that `accept` takes. */
export async function listStacks(
  session: AwsSession,
  accept: (stack: StackView) => boolean,
  signal?: AbortSignal,
): Promise<StackView[]> {
  try {
    const { paginateDescribeStacks } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    const found: StackView[] = [];
    for await (const page of paginateDescribeStacks({ client }, {}, signalOption(signal)))
      for (const stack of (page.Stacks ?? []).map(toStackView))
        if (stack.status !== 'DELETE_COMPLETE' && accept(stack)) found.push(stack);
    return found;
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

export interface StackResourceView {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
}

export async function stackResources(
  session: AwsSession,
  nameOrId: string,
  signal?: AbortSignal,
): Promise<StackResourceView[]> {
  try {
    const { paginateListStackResources } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    const resources: StackResourceView[] = [];
    for await (const page of paginateListStackResources({ client }, { StackName: nameOrId }, signalOption(signal)))
      for (const summary of page.StackResourceSummaries ?? [])
        resources.push({
          logicalId: summary.LogicalResourceId ?? '',
          physicalId: summary.PhysicalResourceId ?? '',
          type: summary.ResourceType ?? '',
          status: summary.ResourceStatus ?? '',
        });
    return resources;
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

/** True when the stack has been complete at any time: then something may depend on what is in it. */
export async function hasBeenWhole(session: AwsSession, stackId: string, signal?: AbortSignal): Promise<boolean> {
  try {
    const { paginateDescribeStackEvents } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    for await (const page of paginateDescribeStackEvents({ client }, { StackName: stackId }, signalOption(signal)))
      for (const { PhysicalResourceId, ResourceStatus = '' } of page.StackEvents ?? [])
        if (PhysicalResourceId === stackId && isWhole(ResourceStatus)) return true;
    return false;
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

/** When the stack last said anything, ms; undefined where it never has. */
export async function lastEventAt(
  session: AwsSession,
  stackId: string,
  signal?: AbortSignal,
): Promise<number | undefined> {
  try {
    const { DescribeStackEventsCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    const command = new DescribeStackEventsCommand({ StackName: stackId });
    const { StackEvents = [] } = await client.send(command, signalOption(signal));
    return StackEvents[0]?.Timestamp?.getTime();
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

/** The template as it was sent, parsed; undefined where it is not JSON. */
export async function stackTemplate(session: AwsSession, nameOrId: string, signal?: AbortSignal): Promise<unknown> {
  try {
    const { GetTemplateCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    const input = { StackName: nameOrId, TemplateStage: 'Original' as const };
    const { TemplateBody } = await client.send(new GetTemplateCommand(input), signalOption(signal));
    return parseJson(TemplateBody);
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function toStackView(stack: Stack): StackView {
  return {
    id: stack.StackId ?? '',
    name: stack.StackName ?? '',
    status: stack.StackStatus ?? '',
    statusReason: stack.StackStatusReason,
    tags: Object.fromEntries((stack.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    parameters: Object.fromEntries(
      (stack.Parameters ?? []).map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
    ),
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
    terminationProtection: stack.EnableTerminationProtection ?? false,
    createdAt: stack.CreationTime?.getTime() ?? 0,
  };
}
