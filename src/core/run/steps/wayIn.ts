import { toPrivateEksError } from '../../aws/errors.ts';
import { isCancellation } from '../../errors.ts';
import type { ClusterSpec } from '../../spec/clusterSpec.ts';
import { nodeGroups } from '../../spec/nodeGroups.ts';
import { describeClusterAccess } from '../../tunnel/route/clusterAccess.ts';
import { findRoute } from '../../tunnel/route/findRoute.ts';
import type { OpenCluster, OpenedCluster } from '../openCluster.ts';
import type { StepContext } from '../step.ts';

/** How long the agents of new nodes may take to come online before a step goes on without a route; ms. */
const agentPatienceMs = 5 * 60_000;

/** The Kubernetes API, or why it cannot be asked, for people. */
export type WayIn = { readonly opened: OpenedCluster } | { readonly none: string; readonly agent?: string };

/** Waits for a node's agent where one is to come, then opens what way there is. That there is none yet is told, and is no failure. */
export async function wayIn(spec: ClusterSpec, context: StepContext, open: OpenCluster | undefined): Promise<WayIn> {
  const agent = hasAgents(spec) ? await onlineAgent(spec.name, context) : undefined;
  if (hasAgents(spec) && agent === undefined) return { none: 'no agent is online yet' };
  if (!open) return agent === undefined ? { none: 'no route' } : { none: 'nothing here opens a tunnel', agent };
  try {
    context.progress('asking the Kubernetes API through a tunnel');
    return { opened: await open(context, ['instance', 'direct', 'bastion']) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { none: toPrivateEksError(error).message };
  }
}

/** Neither Fargate nor Auto Mode has an agent that anybody could go through. */
function hasAgents(spec: ClusterSpec): boolean {
  return spec.features.sessionManager && nodeGroups(spec).some(({ desiredSize }) => desiredSize > 0);
}

async function onlineAgent(name: string, context: StepContext): Promise<string | undefined> {
  const { session, clock, cancel } = context;
  const cluster = await describeClusterAccess(session, name, cancel);
  const deadline = clock.now() + agentPatienceMs;
  const look = findRoute({ session, cluster, clock, direct: undefined });
  for (;;) {
    const { route } = await look({ kind: 'instance' }, cancel);
    if (route?.kind === 'instance') return route.target;
    if (clock.now() >= deadline) return undefined;
    context.progress('waiting for a node’s Session Manager agent to come online, usually 1 to 3 minutes');
    await clock.sleep(10_000, cancel);
  }
}
