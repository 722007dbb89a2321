import * as vscode from 'vscode';
import type { PolicyDocument } from '../../core/access/policyDocument.ts';
import type { BastionPower, TunnelPolicies, TunnelPolicyInput } from '../../core/access/tunnelPolicies.ts';
import type { Account } from '../accounts/account.ts';
import type { EditorServices } from '../services.ts';
import { tunnelSettings } from '../tunnels/tunnelSettings.ts';
import { clusterOf, type ClusterTarget } from './commandTarget.ts';
import { homeOfPages, newPage } from './newPage.ts';
import { documentOf, factsOf, validSpec } from './specFacts.ts';
import { specOf } from './specOfCluster.ts';
import { choose } from '../questions.ts';

interface TunnelNeed extends vscode.QuickPickItem {
  readonly bastion: BastionPower;
  readonly of: keyof TunnelPolicies;
  /** Names the page: `orders-connect.policy.json`. */
  readonly name: string;
}

const reaching: readonly TunnelNeed[] = [
  { label: 'Connect through instances', description: 'no bastions', bastion: 'none', of: 'user', name: 'connect' },
  { label: 'Connect through instances and running bastions', bastion: 'use', of: 'user', name: 'connect' },
  {
    label: 'Connect, and start bastions',
    description: 'where the VPC has their stack',
    ...{ bastion: 'start', of: 'user', name: 'connect' },
  },
  {
    label: 'Connect, and start bastions and make their stack',
    description: 'all of it',
    ...{ bastion: 'create', of: 'user', name: 'connect' },
  },
];
const bastionsOwn: readonly TunnelNeed[] = [
  {
    label: 'The bastion’s task',
    description: 'its task role',
    ...{ bastion: 'create', of: 'bastionTask', name: 'bastion-task' },
  },
  {
    label: 'Starting the bastion’s task',
    description: 'its execution role',
    ...{ bastion: 'create', of: 'bastionExecution', name: 'bastion-execution' },
  },
];

const runNeed = {
  of: 'run',
  label: 'Make the cluster and run it',
  description: 'what its runs need',
  detail: 'Create, explain, update, upgrade, drift, leftovers and delete, by its spec',
} as const satisfies vscode.QuickPickItem & { readonly of: 'run' };

const guardrailNeed = {
  of: 'guardrail',
  label: 'Keep every cluster private',
  description: 'a service control policy',
  detail:
    'No public endpoint, no hidden administrator, no way out of VPCs that were made here: for whoever looks after the organization',
} as const satisfies vscode.QuickPickItem & { readonly of: 'guardrail' };

const divider = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator, of: undefined });

/**
 * *Generate IAM Policy*: exactly what one need takes, as a document to be looked at, changed and saved: of a cluster, or of a spec, by its
 * file, its planner or its editor, for a cluster that may not be there yet.
 */
export async function generatePolicy(services: EditorServices, node?: unknown): Promise<void> {
  const isRow = typeof node === 'object' && node !== null && 'kind' in node;
  const spec = isRow ? undefined : await documentOf(services, node);
  if (spec) {
    const subject = await subjectOf(spec, node);
    if (subject === 'run') return showRunPolicy(services, spec);
    if (subject === 'guardrail') return showGuardrail(services, spec);
    if (!subject) return;
  }
  const target = await clusterOf(services, node);
  if (!target) return;
  const { name } = target.cluster;
  const items = [
    ...[divider('Reach it'), ...reaching],
    ...[divider('Make it'), runNeed],
    ...[divider('For a bastion itself'), ...bastionsOwn],
    ...[divider('For the organization'), guardrailNeed],
  ];
  const need = await choose(items, {
    title: `An IAM policy for ${name}`,
    placeHolder: 'What should it allow?',
  });
  if (!need?.of) return;
  if (need.of === 'guardrail') return showGuardrail(services);
  if (need.of === 'run') {
    const document = await specOf(services, target);
    return document && showRunPolicy(services, document, target.account);
  }
  const { tunnelPolicies } = await import('../../core/access/tunnelPolicies.ts');
  const policy = tunnelPolicies(policyInput(target, need.bastion))[need.of];
  await showJson(homeOfPages(services.home), `${name}-${need.name}`, policy);
}

/** A spec that was clicked means its runs; one that is only in front may not be meant. Undefined: dismissed. */
async function subjectOf(
  spec: vscode.TextDocument,
  clicked: unknown,
): Promise<'run' | 'cluster' | 'guardrail' | undefined> {
  if (clicked !== undefined) return 'run';
  const file = vscode.workspace.asRelativePath(spec.uri);
  const subjects = [
    { ...runNeed, detail: file, subject: 'run' as const },
    { label: 'Reach a cluster', description: 'its tunnel and its bastion', subject: 'cluster' as const },
    { ...guardrailNeed, subject: 'guardrail' as const },
  ];
  const title = 'An IAM policy';
  return (await choose(subjects, { title, placeHolder: 'What for?' }))?.subject;
}

async function showRunPolicy(
  services: EditorServices,
  document: vscode.TextDocument,
  account?: Account,
): Promise<void> {
  const spec = validSpec(document);
  const seen = await factsOf(services, document, spec, account);
  if (!seen) return;
  const facts = seen.state === 'seen' ? seen.facts : undefined;
  const { buildPlan } = await import('../../core/plan/buildPlan.ts');
  const { runPolicy } = await import('../../core/access/runPolicy.ts');
  const policies = runPolicy(buildPlan(spec, facts));
  const folder = homeOfPages(services.home, document);
  const parts = policies.length === 1 ? [''] : policies.map((_, index) => `-${index + 1}-of-${policies.length}`);
  const pages: vscode.TextDocument[] = [];
  for (const [index, policy] of policies.entries())
    pages.push(await showJson(folder, `${spec.name}-run${parts[index] ?? ''}`, policy));
  const [first, ...others] = pages;
  if (first && others.length > 0) await vscode.window.showTextDocument(first, { preview: false });
  const whose = facts
    ? `for ${facts.callerPrincipalArn}`
    : 'for any role or user of any account: none could be looked at';
  const all = others.length > 0 ? `${pages.length} policies, as one would be too long: attach all of them. ` : '';
  void vscode.window.showInformationMessage(`${all}Everything that the runs of ${spec.name} need, ${whose}.`);
}

/** Of a spec its one-way choices are held, too. */
async function showGuardrail(services: EditorServices, document?: vscode.TextDocument): Promise<void> {
  const spec = document && validSpec(document);
  const { guardrailPolicy } = await import('../../core/access/guardrail.ts');
  const folder = homeOfPages(services.home, document);
  await showJson(folder, `${spec?.name ?? 'organization'}-guardrail`, guardrailPolicy(spec));
}

function policyInput({ account, cluster }: ClusterTarget, bastion: BastionPower): TunnelPolicyInput {
  const [, partition = 'aws', , , accountId = ''] = cluster.arn.split(':');
  const { document, bastionImage } = tunnelSettings();
  return {
    partition,
    region: account.region,
    accountId,
    cluster: cluster.name,
    vpcId: cluster.vpcId,
    bastion,
    ...(document ? { document } : {}),
    ...(bastionImage ? { image: bastionImage } : {}),
  };
}

function showJson(folder: vscode.Uri, name: string, policy: PolicyDocument): Promise<vscode.TextDocument> {
  return newPage(folder, `${name}.policy.json`, `${JSON.stringify(policy, null, 2)}\n`);
}
