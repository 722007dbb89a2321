import { toPrivateEksError } from '../../aws/errors.ts';
import { failureCause } from '../failureCause.ts';
import { lookAtJoining, type JoinSeen } from '../nodeLooks/joinLook.ts';
import { StepFailure, type StepContext, type StepResult } from '../step.ts';
import { explainNodes } from './explainNodes.ts';

/** As long as EKS waits at the least before it gives a managed group's nodes up. */
const patienceMinutes = 15;
const lookEveryMs = 10_000;

/** After the group's stack: its nodes have joined, or it is said that nobody may look. A group that nobody waits for would fail in silence. */
export async function joined(group: string, made: StepResult, context: StepContext): Promise<StepResult> {
  const told = await awaitJoin(group, context);
  return { ...made, summary: made.summary === undefined ? told : `${made.summary}; ${told}` };
}

/**
 * CloudFormation is content when the instances of a self-managed group run, and `cfn-signal` would need an endpoint of CloudFormation's in
 * the VPC: so it is EC2 that is asked, until the network plug-in works on every instance. @throws StepFailure with what kept them
 */
async function awaitJoin(group: string, context: StepContext): Promise<string> {
  const { session, cluster, clock, cancel } = context;
  const deadline = clock.now() + patienceMinutes * 60_000;
  for (;;) {
    const seen = await lookAtJoining(session, cluster, group, cancel).catch((error: unknown) => {
      throw toPrivateEksError(error);
    });
    const [refused] = seen.unknown;
    if (refused !== undefined) return `whether its nodes have joined may not be looked at (${refused})`;
    const { wanted, joined: there, missing } = seen;
    if (there.length >= wanted && missing.length === 0)
      return wanted === 0 ? 'no node is wanted yet' : `${there.length} of ${wanted} nodes have joined`;
    if (clock.now() >= deadline) throw await notJoined(group, seen, context);
    context.progress(`${there.length} of ${wanted} nodes have joined, usually within 1 to 3 minutes`);
    await clock.sleep(lookEveryMs, cancel);
  }
}

async function notJoined(group: string, seen: JoinSeen, context: StepContext): Promise<StepFailure> {
  const { wanted, joined: there, missing, refused } = seen;
  const cause = failureCause({
    code: 'nodes-not-joined',
    what: `Only ${there.length} of ${wanted} nodes of ${group} have joined the cluster within ${patienceMinutes} minutes.`,
    why: 'The instances run, but the network plug-in, the first pod of every node, works on none of those that are missing.',
    fix: 'Look at the console output of the instances that are named. Once the reason is mended, terminate them (Auto Scaling makes others), and retry.',
    evidence: [
      ...missing.map(({ id, state }) => `${id}: ${state}, has no address for pods`),
      ...refused.slice(0, 2).map(message => `Auto Scaling: ${message}`),
    ],
    specPath: `nodes.${group}`,
  });
  return new StepFailure(await explainNodes(cause, group, context));
}
