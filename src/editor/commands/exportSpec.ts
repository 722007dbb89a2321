import * as vscode from 'vscode';
import { isSpecFile } from '../../core/spec/specFile.ts';
import type { ExportFormat } from '../../core/export/exported.ts';
import type { EditorServices } from '../services.ts';
import { clusterOf } from './commandTarget.ts';

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

/** *Export…*: the open spec in another tool's words, as a page to look at and save. What it loses is told. */
export async function exportSpec(services: EditorServices, uri?: unknown): Promise<void> {
  const active = vscode.window.activeTextEditor?.document;
  const document =
    uri instanceof vscode.Uri
      ? await vscode.workspace.openTextDocument(uri)
      : active && isSpecFile(active.fileName)
        ? active
        : undefined;
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
  const { buildPlan } = await import('../../core/plan/buildPlan.ts');
  const { exportedText, exportPlan } = await import('../../core/export/exportPlan.ts');
  const exported = exportPlan(buildPlan(spec), chosen.format);
  const page = await vscode.workspace.openTextDocument({ language: chosen.language, content: exportedText(exported) });
  await vscode.window.showTextDocument(page);
  for (const loss of exported.losses) services.log.info(`not in the ${chosen.label} export of ${spec.name}: ${loss}`);
  if (exported.losses.length > 0)
    void vscode.window.showInformationMessage(
      `${chosen.label} cannot say ${exported.losses.length} things of this spec. They stand at the head of the file.`,
    );
}

/** *Write Spec of This Cluster…*: an existing cluster read back into a spec, as a page to look at and save. */
export async function importSpec(services: EditorServices, node?: unknown): Promise<void> {
  const target = await clusterOf(services, node);
  if (!target) return;
  const title = `Reading ${target.cluster.name}`;
  const imported = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const { gatherClusterFacts } = await import('../../core/import/gatherClusterFacts.ts');
      const { specFromCluster } = await import('../../core/import/specFromCluster.ts');
      const session = await services.accounts.session(target.account);
      return specFromCluster(await gatherClusterFacts(session, target.cluster.name, abort.signal));
    },
  );
  const page = await vscode.workspace.openTextDocument({ language: 'yaml', content: imported.text });
  await vscode.window.showTextDocument(page);
  const told = imported.proven
    ? `This is the very spec that made ${target.cluster.name}.`
    : `${imported.losses.length} things of ${target.cluster.name} are not in its spec. They stand at the head of the file.`;
  void vscode.window.showInformationMessage(told);
}
