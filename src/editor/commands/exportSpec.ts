import * as vscode from 'vscode';
import type { ExportFormat } from '../../core/export/exported.ts';
import { isCancellation } from '../../core/errors.ts';
import type { AccountFacts } from '../../core/plan/plan.ts';
import type { ClusterSpec } from '../../core/spec/clusterSpec.ts';
import { isSpecFile } from '../../core/spec/specFile.ts';
import { inRegion, type Account } from '../accounts/account.ts';
import type { EditorServices } from '../services.ts';

interface Format extends vscode.QuickPickItem {
  readonly format: ExportFormat;
  readonly language: string;
}

const formats: readonly Format[] = [
  {
    label: 'CloudFormation',
    description: 'a template for each stack, and deploy.sh',
    format: 'cloudformation',
    language: 'yaml',
  },
  { label: 'eksctl', description: 'ClusterConfig; not run with eksctl itself', format: 'eksctl', language: 'yaml' },
  {
    label: 'Terraform',
    description: 'AWS provider, plain resources; not run with Terraform itself',
    format: 'terraform',
    language: 'plaintext',
  },
];

/**
 * *Export…*: a spec in another tool's words, as a page to look at and save. What it loses is told. The account of the spec's planner is looked
 * at, or the only one that is shown; without one, what only an account tells stays open.
 */
export async function exportSpec(services: EditorServices, uri?: unknown): Promise<void> {
  const document = await documentOf(services, uri);
  if (!document) {
    void vscode.window.showInformationMessage('Open a *.private-eks.yaml first.');
    return;
  }
  const chosen = await vscode.window.showQuickPick(formats, { title: 'Export', placeHolder: 'In whose words?' });
  if (!chosen) return;
  const { parseSpec } = await import('../../core/spec/parseSpec.ts');
  const { spec, problems } = parseSpec(document.getText());
  if (!spec) {
    const [first] = problems.filter(({ severity }) => severity === 'error');
    void vscode.window.showErrorMessage(`This spec has errors; mend them first. ${first?.message ?? ''}`);
    return;
  }
  const [only, ...others] = services.accounts.list();
  const planned = services.planners.shown(document.uri);
  const account = planned?.account ?? (others.length === 0 ? only : undefined);
  const seen = planned?.facts ?? (account && (await lookAt(services, account, spec)));
  if (seen === 'cancelled') return;
  const facts = seen === 'refused' ? undefined : seen;
  const { buildPlan } = await import('../../core/plan/buildPlan.ts');
  const { exportedText, exportPlan } = await import('../../core/export/exportPlan.ts');
  const exported = exportPlan(buildPlan(spec, facts), chosen.format);
  const page = await vscode.workspace.openTextDocument({ language: chosen.language, content: exportedText(exported) });
  await vscode.window.showTextDocument(page);
  for (const loss of exported.losses) services.log.info(`not in the ${chosen.label} export of ${spec.name}: ${loss}`);
  const told = [
    facts
      ? `As ${account?.label ?? facts.accountId} has it.`
      : `${seen === 'refused' && account ? `${account.label} could not be looked at (see the log)` : 'No account was looked at'}: what only an account tells stays open.`,
    ...(exported.losses.length > 0
      ? [
          `${chosen.label} cannot say ${exported.losses.length} things of this spec. They stand at the head of the file.`,
        ]
      : []),
  ];
  void vscode.window.showInformationMessage(told.join(' '));
}

/** The file that was clicked, that of the planner in front, or the one that is edited. */
export async function documentOf({ planners }: EditorServices, uri: unknown): Promise<vscode.TextDocument | undefined> {
  if (uri instanceof vscode.Uri && isSpecFile(uri.path)) return vscode.workspace.openTextDocument(uri);
  const active = vscode.window.activeTextEditor?.document;
  return planners.shown()?.document ?? (active && isSpecFile(active.fileName) ? active : undefined);
}

async function lookAt(
  { accounts, log }: EditorServices,
  account: Account,
  spec: ClusterSpec,
): Promise<AccountFacts | 'cancelled' | 'refused'> {
  const title = `Looking at ${spec.network.vpc?.id ?? account.label} in ${spec.region}`;
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const { signal } = abort;
    try {
      const { readAccountFacts } = await import('../../core/aws/accountFacts.ts');
      return await readAccountFacts(await accounts.session(inRegion(account, spec.region)), { spec, signal });
    } catch (error) {
      if (isCancellation(error) || signal.aborted) return 'cancelled';
      log.warn(`${account.label} cannot be looked at for an export: ${String(error)}`);
      return 'refused';
    }
  });
}
