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
  const subject = subjectOfStep(step.id);
  if (!subject) return { waitingFor: `${step.title.toLowerCase()} to end`, evidence: [] };
  const { stack, byStack } = subject;
  const found: Look[] = [];
  for (const look of [byStack ? stackLook : undefined, looks[stackKindOf(stack)]]) {
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

/** What a step works on. Some go by EKS's API alone: their stack knows nothing of it. */
export function subjectOfStep(id: string): { readonly stack: StackId; readonly byStack: boolean } | undefined {
  const stack = /^(?:delete|rollback)-(.+)$/.exec(id)?.[1];
  if (stack !== undefined) return { stack: stack as StackId, byStack: true };
  if (id === 'control-plane') return { stack: 'cluster', byStack: true };
  if (id === 'encryption') return { stack: 'cluster', byStack: false };
  if (id.startsWith('addon-')) return { stack: 'node-addons', byStack: false };
  const other = [
    'preflight',
    'readiness',
    'staging',
    'namespaces',
    'verify',
    'proof',
    'log-group',
    'instances',
    'load-balancers',
    'volumes',
    'interfaces',
  ];
  // `key` is a step of a delete and a stack of a create: the stack is what can be looked at.
  return other.includes(id) ? undefined : { stack: id as StackId, byStack: true };
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
