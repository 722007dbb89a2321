import type { EKSClient } from '@aws-sdk/client-eks';
import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { isCancellation } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ClusterSpec } from '../../spec/clusterSpec.ts';
import { nodeGroups } from '../../spec/nodeGroups.ts';
import { plannedAddons } from '../../templates/plannedAddons.ts';
import { describeClusterAccess } from '../../tunnel/route/clusterAccess.ts';
import { findRoute } from '../../tunnel/route/findRoute.ts';
import { failureCause } from '../failureCause.ts';
import { StepFailure, type StepContext, type StepResult } from '../step.ts';

/** Asks the Kubernetes API through a tunnel; gives one line for people, `answers in 38 ms`. */
export type ClusterProbe = (context: StepContext) => Promise<string>;

/** How long the agents of new nodes may take to come online before verify goes on without a route; ms. */
const agentPatienceMs = 5 * 60_000;

/** Holds the cluster to AWS's own evidence, and to one answer of its API where there is a route. */
export async function verify(plan: Plan, context: StepContext, probe?: ClusterProbe): Promise<StepResult> {
  const { session, signal } = context;
  const { spec } = plan;
  let wrong: string[];
  try {
    const eks = await session.client('eks');
    const lists = await Promise.all([
      clusterEvidence(eks, spec.name, signal),
      ...nodeGroups(spec)
        .filter(({ kind }) => kind === 'managed')
        .map(({ name }) => nodeGroupEvidence(eks, spec.name, name, signal)),
      addonEvidence(eks, spec, signal),
      administratorEvidence(eks, plan, signal),
    ]);
    wrong = lists.flat();
  } catch (error) {
    throw toPrivateEksError(error);
  }
  if (wrong.length > 0)
    throw new StepFailure(
      failureCause({
        code: 'not-verified',
        what: `The cluster is made, but ${wrong[0]}.`,
        why: 'AWS’s own description is not what the spec asks for.',
        fix: 'Retry looks again; if it stays, look at what is named.',
        evidence: wrong,
      }),
    );
  const reach = spec.features.sessionManager ? await reachability(spec.name, context, probe) : 'not probed: no route';
  return { outcome: 'done', summary: `control plane, nodes, add-ons and administrator as asked; ${reach}` };
}

async function clusterEvidence(eks: EKSClient, name: string, signal: AbortSignal): Promise<string[]> {
  const { DescribeClusterCommand } = await import('@aws-sdk/client-eks');
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }), signalOption(signal));
  const { endpointPrivateAccess, endpointPublicAccess } = cluster?.resourcesVpcConfig ?? {};
  return [
    ...(cluster?.status === 'ACTIVE' ? [] : [`cluster ${name} is ${cluster?.status}`]),
    ...(endpointPrivateAccess === true ? [] : [`the private endpoint of ${name} is off`]),
    ...(endpointPublicAccess === false ? [] : [`the public endpoint of ${name} is on`]),
    ...(cluster?.health?.issues ?? []).map(({ code, message }) => `cluster ${name} reports ${code}: ${message}`),
  ];
}

async function nodeGroupEvidence(
  eks: EKSClient,
  clusterName: string,
  nodegroupName: string,
  signal: AbortSignal,
): Promise<string[]> {
  const { DescribeNodegroupCommand } = await import('@aws-sdk/client-eks');
  const input = { clusterName, nodegroupName };
  const { nodegroup } = await eks.send(new DescribeNodegroupCommand(input), signalOption(signal));
  return [
    ...(nodegroup?.status === 'ACTIVE' ? [] : [`node group ${nodegroupName} is ${nodegroup?.status}`]),
    ...(nodegroup?.health?.issues ?? []).map(
      ({ code, message }) => `node group ${nodegroupName} reports ${code}: ${message}`,
    ),
  ];
}

async function addonEvidence(eks: EKSClient, spec: ClusterSpec, signal: AbortSignal): Promise<string[]> {
  const { DescribeAddonCommand, ListAddonsCommand } = await import('@aws-sdk/client-eks');
  const clusterName = spec.name;
  const { addons = [] } = await eks.send(new ListAddonsCommand({ clusterName, maxResults: 100 }), signalOption(signal));
  const needed = plannedAddons(spec).flatMap(({ name }) => (addons.includes(name) ? [] : [name]));
  const described = await Promise.all(
    addons.map(addonName => eks.send(new DescribeAddonCommand({ clusterName, addonName }), signalOption(signal))),
  );
  return [
    ...needed.map(name => `add-on ${name} is missing`),
    ...described.flatMap(({ addon }) =>
      addon?.status === 'ACTIVE' ? [] : [`add-on ${addon?.addonName} is ${addon?.status}`],
    ),
  ];
}

async function administratorEvidence(eks: EKSClient, plan: Plan, signal: AbortSignal): Promise<string[]> {
  const { ListAssociatedAccessPoliciesCommand, paginateListAccessEntries } = await import('@aws-sdk/client-eks');
  const clusterName = plan.spec.name;
  const { administrators } = plan.spec.access;
  const named = administrators.length > 0 ? administrators : undefined;
  const entries: string[] = [];
  for await (const page of paginateListAccessEntries({ client: eks }, { clusterName }, signalOption(signal)))
    entries.push(...(page.accessEntries ?? []));
  const isAdministrator = async (principalArn: string): Promise<boolean> => {
    try {
      const input = { clusterName, principalArn };
      const { associatedAccessPolicies = [] } = await eks.send(
        new ListAssociatedAccessPoliciesCommand(input),
        signalOption(signal),
      );
      return associatedAccessPolicies.some(({ policyArn }) => policyArn?.endsWith('/AmazonEKSClusterAdminPolicy'));
    } catch (error) {
      if (isAwsError(error, 'ResourceNotFoundException')) return false;
      throw error;
    }
  };
  if (named) {
    const known = await Promise.all(
      named.map(async arn => ({ arn, ok: entries.includes(arn) && (await isAdministrator(arn)) })),
    );
    return known.filter(({ ok }) => !ok).map(({ arn }) => `${arn} is not an administrator`);
  }
  // Whoever resumed need not be who began: one administrator has to be there.
  const found = await Promise.all(entries.map(isAdministrator));
  return found.includes(true) ? [] : ['no administrator has an access entry'];
}

/** Waits for a node's agent, then probes. That there is no route yet is told, and is no failure. */
async function reachability(name: string, context: StepContext, probe: ClusterProbe | undefined): Promise<string> {
  const { session, clock, cancel } = context;
  const access = await describeClusterAccess(session, name, cancel);
  const deadline = clock.now() + agentPatienceMs;
  const look = findRoute({ session, cluster: access, clock, direct: undefined });
  for (;;) {
    const { route } = await look({ kind: 'instance' }, cancel);
    if (route?.kind === 'instance') {
      if (!probe) return `the agent of ${route.target} is online`;
      break;
    }
    if (clock.now() >= deadline) return 'not probed: no agent is online yet';
    context.progress('waiting for a node’s Session Manager agent to come online, usually 1 to 3 minutes');
    await clock.sleep(10_000, cancel);
  }
  try {
    context.progress('asking the Kubernetes API through a tunnel');
    return await probe(context);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return `not probed: ${toPrivateEksError(error).message}`;
  }
}
