import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError, toPrivateEksError } from '../aws/errors.ts';
import { describeStack, stackResources, type StackResourceView } from '../aws/stack.ts';
import { isCancellation } from '../errors.ts';
import { stackKindOf, stackName } from '../plan/stackName.ts';
import type { StackId } from '../plan/plan.ts';
import { addonLook, clusterLook, fargateLook, nodesLook } from './slowLooks/eksLooks.ts';
import { endpointsLook, networkLook } from './slowLooks/ec2Looks.ts';
import type { RunStep } from './runEvent.ts';

export interface Slowness {
  /** One line for people. */
  readonly waitingFor: string;
  /** Each a fact seen in the account now. */
  readonly evidence: readonly string[];
}

export interface SlowContext {
  readonly session: AwsSession;
  readonly cluster: string;
  readonly signal?: AbortSignal;
}

/** One part of the account that a step may wait for. */
export interface Look {
  readonly waitingFor?: string | undefined;
  readonly evidence: readonly string[];
}
export type SlowLook = (context: SlowContext & { readonly stack: StackId }) => Promise<Look>;

const looks: Readonly<Partial<Record<ReturnType<typeof stackKindOf>, SlowLook>>> = {
  cluster: clusterLook,
  'node-addons': addonLook,
  'workload-addons': addonLook,
  nodes: nodesLook,
  fargate: fargateLook,
  endpoints: endpointsLook,
  network: networkLook,
};

/** Why a step takes so long: what the account shows of it now. Looks only; what may not be looked at is said, nothing is thrown. */
export async function explainSlowness(step: Pick<RunStep, 'id' | 'title'>, context: SlowContext): Promise<Slowness> {
  const stack = stackOfStep(step.id);
  if (!stack) return { waitingFor: `${step.title.toLowerCase()} to end`, evidence: [] };
  const found: Look[] = [];
  for (const look of [stackLook, looks[stackKindOf(stack)]]) {
    if (!look) continue;
    try {
      found.push(await look({ ...context, stack }));
    } catch (error) {
      if (isCancellation(error)) throw error;
      if (isAwsError(error, 'ResourceNotFoundException')) continue;
      found.push({ evidence: [`could not be looked at: ${toPrivateEksError(error).message}`] });
    }
  }
  // What the service itself says is nearer to the reason than CloudFormation's word.
  const waitingFor = found.findLast(look => look.waitingFor !== undefined)?.waitingFor ?? `${step.title} to end`;
  return { waitingFor, evidence: found.flatMap(({ evidence }) => evidence) };
}

function stackOfStep(id: string): StackId | undefined {
  if (id.startsWith('delete-')) return id.slice('delete-'.length) as StackId;
  const other = [
    'preflight',
    'staging',
    'verify',
    'proof',
    'key',
    'log-group',
    'load-balancers',
    'volumes',
    'interfaces',
  ];
  // `key` is a step of a delete and a stack of a create: the stack is what can be looked at.
  return id !== 'key' && other.includes(id) ? undefined : (id as StackId);
}

const stackLook: SlowLook = async ({ session, cluster, stack, signal }) => {
  const name = stackName(cluster, stack);
  const view = await describeStack(session, name, signal);
  if (!view) return { evidence: [`stack ${name}: not there`] };
  const resources = await stackResources(session, view.id, signal);
  const moving = resources.filter(({ status }) => status.endsWith('_IN_PROGRESS'));
  const last = await lastEvent(session, view.id, signal);
  return {
    ...(moving.length > 0 ? { waitingFor: moving.map(shown).join(', ') } : {}),
    evidence: [
      `stack ${name}: ${view.status}${last ? `, last event ${last}` : ''}`,
      ...moving.map(resource => `${shown(resource)}: ${resource.status}`),
    ],
  };
};

const shown = ({ logicalId, physicalId, type }: StackResourceView) =>
  `${logicalId} (${type}${physicalId ? ` ${physicalId}` : ''})`;

async function lastEvent(session: AwsSession, stackId: string, signal?: AbortSignal): Promise<string | undefined> {
  const { DescribeStackEventsCommand } = await import('@aws-sdk/client-cloudformation');
  const client = await session.client('cloudFormation');
  const options = signal ? { abortSignal: signal } : {};
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: stackId }), options);
  const [event] = StackEvents;
  if (!event) return undefined;
  const reason = event.ResourceStatusReason ? `: ${event.ResourceStatusReason}` : '';
  return `${event.Timestamp?.toISOString()} ${event.LogicalResourceId} ${event.ResourceStatus}${reason}`;
}
