import * as vscode from 'vscode';
import type { PolicyDocument } from '../../core/access/policyDocument.ts';
import type { BastionPower, TunnelPolicies, TunnelPolicyInput } from '../../core/access/tunnelPolicies.ts';
import { PrivateEksError } from '../../core/errors.ts';
import { parseSpec } from '../../core/spec/parseSpec.ts';
import type { EditorServices } from '../services.ts';
import { tunnelSettings } from '../tunnels/tunnelSettings.ts';
import { clusterOf, type ClusterTarget } from './commandTarget.ts';
import { documentOf } from './exportSpec.ts';
import { specOf } from './updateCluster.ts';

interface TunnelNeed extends vscode.QuickPickItem {
  readonly bastion: BastionPower;
  readonly of: keyof TunnelPolicies;
}

const tunnelNeeds: readonly TunnelNeed[] = [
  { label: 'Connect through instances', description: 'no bastions', bastion: 'none', of: 'user' },
  { label: 'Connect through instances and running bastions', bastion: 'use', of: 'user' },
  { label: 'Connect, and start bastions', description: 'where the VPC has their stack', bastion: 'start', of: 'user' },
  {
    label: 'Connect, and start bastions and make their stack',
    description: 'all of it',
    bastion: 'create',
    of: 'user',
  },
  { label: 'The bastion’s task', description: 'its task role', bastion: 'create', of: 'bastionTask' },
  {
    label: 'Starting the bastion’s task',
    description: 'its execution role',
    bastion: 'create',
    of: 'bastionExecution',
  },
];

const runNeed = {
  of: 'run',
  label: 'Make the cluster and run it',
  description: 'what its spec’s runs need: create, explain, update, upgrade, drift, leftovers, delete',
} as const satisfies vscode.QuickPickItem & { readonly of: 'run' };

/**
 * *Generate IAM Policy*: exactly what one need takes, as a document to be looked at, changed and saved: of a cluster, or of a spec, by its
 * file, its planner or its editor, for a cluster that may not be there yet.
 */
export async function generatePolicy(services: EditorServices, node?: unknown): Promise<void> {
  const isRow = typeof node === 'object' && node !== null && 'kind' in node;
  const spec = isRow ? undefined : await documentOf(services, node);
  if (spec) {
    const subject = await subjectOf(spec, node);
    if (subject !== 'cluster') return subject && showRunPolicy(services, spec);
  }
  const target = await clusterOf(services, node);
  if (!target) return;
  const need = await vscode.window.showQuickPick<TunnelNeed | typeof runNeed>([...tunnelNeeds, runNeed], {
    title: `An IAM policy for ${target.cluster.name}`,
    placeHolder: 'What should it allow?',
  });
  if (!need) return;
  if (need.of === 'run') return showRunPolicy(services, await specOf(services, target));
  const { tunnelPolicies } = await import('../../core/access/tunnelPolicies.ts');
  await showJson(tunnelPolicies(policyInput(target, need.bastion))[need.of]);
}

/** A spec that was clicked means its runs; one that is only in front may not be meant. Undefined: dismissed. */
async function subjectOf(spec: vscode.TextDocument, clicked: unknown): Promise<'run' | 'cluster' | undefined> {
  if (clicked !== undefined) return 'run';
  const file = vscode.workspace.asRelativePath(spec.uri);
  const subjects = [
    { ...runNeed, detail: file, subject: 'run' as const },
    { label: 'Reach a cluster', description: 'its tunnel and its bastion', subject: 'cluster' as const },
  ];
  const title = 'An IAM policy';
  return (await vscode.window.showQuickPick(subjects, { title, placeHolder: 'What for?' }))?.subject;
}

async function showRunPolicy({ planners }: EditorServices, document: vscode.TextDocument): Promise<void> {
  const { spec, problems } = parseSpec(document.getText());
  if (!spec) {
    const [first] = problems.filter(({ severity }) => severity === 'error');
    throw new PrivateEksError('spec-invalid', `This spec has errors; mend them first. ${first?.message ?? ''}`);
  }
  const facts = planners.shown(document.uri)?.facts;
  const { buildPlan } = await import('../../core/plan/buildPlan.ts');
  const { runPolicy } = await import('../../core/access/runPolicy.ts');
  const policies = runPolicy(buildPlan(spec, facts));
  for (const policy of policies) await showJson(policy);
  const whose = facts
    ? `for ${facts.callerPrincipalArn}`
    : 'for any role or user of any account: no planner of it knows one';
  const parts =
    policies.length > 1 ? `${policies.length} policies, as one would be too long: attach all of them. ` : '';
  void vscode.window.showInformationMessage(`${parts}Everything that runs of ${spec.name} need, ${whose}.`);
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

async function showJson(policy: PolicyDocument): Promise<void> {
  const content = `${JSON.stringify(policy, null, 2)}\n`;
  const document = await vscode.workspace.openTextDocument({ language: 'json', content });
  await vscode.window.showTextDocument(document, { preview: false });
}
