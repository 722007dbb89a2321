import type { EKSClient } from '@aws-sdk/client-eks';
import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { pages } from '../../aws/pages.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ClusterSpec } from '../../spec/clusterSpec.ts';
import { nodeGroups } from '../../spec/nodeGroups.ts';
import { plannedAddons } from '../../templates/plannedAddons.ts';
import type { OpenCluster } from '../openCluster.ts';
import type { StepContext, StepResult } from '../step.ts';
import { notVerified } from './notVerified.ts';
import { selfManagedReady } from './selfManagedReady.ts';
import { wayIn } from './wayIn.ts';

/** Holds the cluster to AWS's own evidence, and to one answer of its API where there is a route. */
export async function verify(plan: Plan, context: StepContext, open?: OpenCluster): Promise<StepResult> {
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
  if (wrong.length > 0) throw notVerified(wrong, 'AWS’s own description is not what the spec asks for.');
  const reach = await reachability(spec, context, open);
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
  const { DescribeAddonCommand, paginateListAddons } = await import('@aws-sdk/client-eks');
  const clusterName = spec.name;
  const paged = paginateListAddons({ client: eks }, { clusterName }, signalOption(signal));
  const addons = await pages(paged, page => page.addons);
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

/** One answer of the Kubernetes API, and the nodes that only it knows. @throws StepFailure `not-verified` */
async function reachability(spec: ClusterSpec, context: StepContext, open: OpenCluster | undefined): Promise<string> {
  const way = await wayIn(spec, context, open);
  if ('none' in way) return way.agent === undefined ? `not probed: ${way.none}` : `the agent of ${way.agent} is online`;
  const { api, latencyMs, close } = way.opened;
  try {
    const answers = `the Kubernetes API answers through a tunnel in ${latencyMs ?? '?'} ms`;
    const nodes = await selfManagedReady(spec, api, context);
    return nodes === undefined ? answers : `${answers}; ${nodes}`;
  } finally {
    await close();
  }
}
