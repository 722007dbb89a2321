import * as vscode from 'vscode';
import type { PolicyDocument } from '../../core/access/policyDocument.ts';
import type { BastionPower, TunnelPolicies, TunnelPolicyInput } from '../../core/access/tunnelPolicies.ts';
import type { EditorServices } from '../services.ts';
import { tunnelSettings } from '../tunnels/tunnelSettings.ts';
import { clusterOf, type ClusterTarget } from './commandTarget.ts';

interface Need extends vscode.QuickPickItem {
  readonly bastion: BastionPower;
  readonly of: keyof TunnelPolicies;
}

const needs: readonly Need[] = [
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

/** *Generate IAM Policy*: exactly what one need of one cluster takes, as a document to be looked at, changed and saved. */
export async function generatePolicy(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target) return;
  const need = await vscode.window.showQuickPick(needs, {
    title: `An IAM policy for ${target.cluster.name}`,
    placeHolder: 'What should it allow?',
  });
  if (!need) return;
  const { tunnelPolicies } = await import('../../core/access/tunnelPolicies.ts');
  const policy = tunnelPolicies(policyInput(target, need.bastion))[need.of];
  const document = await vscode.workspace.openTextDocument({ language: 'json', content: policyText(policy) });
  await vscode.window.showTextDocument(document);
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

function policyText(policy: PolicyDocument): string {
  return `${JSON.stringify(policy, null, 2)}\n`;
}
