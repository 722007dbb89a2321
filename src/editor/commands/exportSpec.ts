import * as vscode from 'vscode';
import type { Exported, ExportFormat } from '../../core/export/exported.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { EditorServices } from '../services.ts';
import { countWords } from '../words.ts';
import { homeOfPages, newPage } from './newPage.ts';
import { saveFiles } from './saveFiles.ts';
import { documentOf, factsOf, validSpec, type SpecFacts } from './specFacts.ts';
import { choose } from '../questions.ts';

interface Format extends vscode.QuickPickItem {
  readonly format: ExportFormat;
}

const formats: readonly Format[] = [
  { label: 'CloudFormation', description: 'a template for each stack, and deploy.sh', format: 'cloudformation' },
  { label: 'eksctl', description: 'a ClusterConfig; not run with eksctl itself', format: 'eksctl' },
  {
    label: 'Terraform',
    description: 'AWS provider, plain resources; not run with Terraform itself',
    format: 'terraform',
  },
];

/**
 * *Export…*: a spec in another tool's words. One file is a page to look at and save; several go into a folder of
 * their own, whose place is asked for. What is lost is told. Without an account, what only an account tells stays open.
 */
export async function exportSpec(services: EditorServices, uri?: unknown): Promise<void> {
  const document = await documentOf(services, uri);
  if (!document) return void vscode.window.showInformationMessage('Open a *.private-eks.yaml first.');
  const spec = validSpec(document);
  const title = `Export ${spec.name}`;
  const chosen = await choose(formats, { title, placeHolder: 'In whose words?' });
  if (!chosen) return;
  const seen = await factsOf(services, document, spec);
  if (!seen) return;
  const { buildPlan } = await import('../../core/plan/buildPlan.ts');
  const { exportPlan } = await import('../../core/export/exportPlan.ts');
  const exported = exportPlan(buildPlan(spec, seen.state === 'seen' ? seen.facts : undefined), chosen.format);
  const done = await putDown(exported, `${spec.name}-${chosen.format}`, homeOfPages(services.home, document));
  if (done === undefined) return;
  for (const loss of exported.losses) services.log.info(`not in the ${chosen.label} export of ${spec.name}: ${loss}`);
  void vscode.window.showInformationMessage(
    [done, seenWords(seen), lossWords(exported, chosen.label)].join(' ').trim(),
  );
}

/** The planner's *Export templates*: CloudFormation's files of the plan that it shows. */
export async function exportTemplates(services: Pick<EditorServices, 'home'>, plan: Plan): Promise<void> {
  const { exportPlan } = await import('../../core/export/exportPlan.ts');
  const name = `${plan.spec.name}-cloudformation`;
  const done = await putDown(exportPlan(plan, 'cloudformation'), name, homeOfPages(services.home));
  if (done !== undefined) void vscode.window.showInformationMessage(done);
}

/** What was done, in words; undefined: given up. */
async function putDown({ files }: Exported, name: string, folder: vscode.Uri): Promise<string | undefined> {
  const [first, ...others] = files;
  if (!first) throw new Error('the export has no file');
  if (others.length === 0) {
    await newPage(folder, first.path, first.content);
    return 'The page is not saved yet.';
  }
  const chosen = await saveFiles(files, name, folder);
  if (!chosen) return undefined;
  const head = files.find(({ executable }) => executable) ?? first;
  await vscode.window.showTextDocument(vscode.Uri.joinPath(chosen, head.path));
  return `${countWords(files.length, 'file')} written to ${chosen.fsPath}.`;
}

function seenWords(seen: SpecFacts): string {
  switch (seen.state) {
    case 'seen':
      return `Zones, versions and the administrator are those of the account ${seen.by}.`;
    case 'refused':
      return `${seen.by} could not be looked at, so what only an account tells stays open: ${seen.why}`;
    case 'nobody':
      return 'No account was looked at: what only an account tells stays open.';
  }
}

function lossWords({ losses, files }: Exported, label: string): string {
  if (losses.length === 0) return '';
  const [first] = files;
  const stand = losses.length === 1 ? 'stands' : 'stand';
  return `${countWords(losses.length, 'thing')} that ${label} does otherwise or cannot say ${stand} at the head of ${first?.path ?? 'the file'}.`;
}
