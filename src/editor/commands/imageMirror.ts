import * as vscode from 'vscode';
import type { NeededImage } from '../../core/images/planImages.ts';
import type { ClusterSpec } from '../../core/spec/clusterSpec.ts';
import { countWords, sentence } from '../words.ts';
import type { EditorServices } from '../services.ts';
import { imageTable } from './imageTable.ts';
import { homeOfPages, newPage } from './newPage.ts';
import { documentOf, factsOf, validSpec } from './specFacts.ts';
import { askText, choose } from '../questions.ts';

interface Wanted {
  readonly name: string;
  readonly content: string;
  readonly told: string;
}
interface Choice extends vscode.QuickPickItem {
  readonly make: () => Promise<Wanted | undefined>;
}

/** *Mirror Images…*: which images a spec’s cluster pulls, and what brings them into a VPC without internet, as pages to look at and save. */
export async function mirrorImages(services: EditorServices, uri?: unknown): Promise<void> {
  const document = await documentOf(services, uri);
  if (!document) return void vscode.window.showInformationMessage('Open a *.private-eks.yaml first.');
  const spec = validSpec(document);
  const { chartsOf, planImages } = await import('../../core/images/planImages.ts');
  const { images, unknown } = planImages(spec);
  const outside = images.filter(({ origin }) => origin !== 'regional');
  const list: Choice = {
    label: 'List of images',
    description: 'where each comes from and what it is for',
    make: async () => ({
      name: `${spec.name}-images.md`,
      content: imageTable(spec.name, images, unknown),
      told: `${whereWords(images.length, outside.length, spec)}.`,
    }),
  };
  const script: Choice = {
    label: 'Copy script',
    description: 'bash with crane; not run against AWS itself',
    detail: 'Runs where both the internet and the account are reached',
    make: () => copying(spec, images),
  };
  const rules: Choice = {
    label: 'Pull-through cache rules',
    description: 'a CloudFormation template',
    make: () => pulling(images, spec),
  };
  const charts: Choice = {
    label: 'Chart values',
    description: 'usual charts of its features, with the account’s own registry',
    make: () => values(services, document, spec),
  };
  const choices = [
    list,
    ...(outside.length > 0 ? [script] : []),
    ...(outside.some(({ origin }) => origin === 'mirror') ? [rules] : []),
    ...(chartsOf(spec).length > 0 ? [charts] : []),
  ];
  const title = `Images of ${spec.name}: ${whereWords(images.length, outside.length, spec)}`;
  const placeHolder = 'What should be written?';
  // With nothing to bring there is nothing to choose.
  const chosen = choices.length === 1 ? list : await choose(choices, { title, placeHolder });
  const wanted = await chosen?.make();
  if (!wanted) return;
  await newPage(homeOfPages(services.home, document), wanted.name, wanted.content);
  const more = unknown.length > 0 ? ` Not known: ${unknown.join('; ')}` : '';
  void vscode.window.showInformationMessage(`${sentence(wanted.told)} The page is not saved yet.${more}`);
}

function whereWords(all: number, outside: number, { region }: ClusterSpec): string {
  if (outside === 0) return `all ${all} lie in ECR of ${region} already`;
  return `${outside} of ${all} have to be brought into ECR of ${region}`;
}

async function copying(spec: ClusterSpec, images: readonly NeededImage[]): Promise<Wanted> {
  const { copyScript } = await import('../../core/images/copyScript.ts');
  return {
    name: `${spec.name}-images.sh`,
    content: copyScript(images, spec.region, spec.name),
    told: 'The tags of charts are only an example: hold them against what you deploy.',
  };
}

async function pulling(images: readonly NeededImage[], spec: ClusterSpec): Promise<Wanted | undefined> {
  const { pullThroughCatches, pullThroughTemplate } = await import('../../core/images/pullThrough.ts');
  const { templateYaml } = await import('../../core/plan/planFiles.ts');
  const template = pullThroughTemplate(images);
  if (!template)
    return void vscode.window.showInformationMessage(
      `No image of ${spec.name} comes from a registry that ECR can stand in front of.`,
    );
  return {
    name: `${spec.name}-pull-through.template.yaml`,
    content: `${pullThroughCatches.map(text => `# Mind: ${text}\n`).join('')}${templateYaml(template)}`,
    told: `${countWords(pullThroughCatches.length, 'catch', 'catches')} of pull-through rules stand at the head of the page.`,
  };
}

async function values(
  services: EditorServices,
  document: vscode.TextDocument,
  spec: ClusterSpec,
): Promise<Wanted | undefined> {
  const seen = await factsOf(services, document, spec);
  if (!seen) return undefined;
  const account = seen.state === 'seen' ? seen.facts.accountId : await askAccount();
  if (!account) return undefined;
  const { chartValues } = await import('../../core/images/chartValues.ts');
  return {
    name: `${spec.name}-chart-values.yaml`,
    content: chartValues(spec, account),
    told: `The charts pull from the registry of the account ${account}.`,
  };
}

function askAccount(): Thenable<string | undefined> {
  return askText({
    title: 'Whose registry?',
    prompt: 'The 12 digits of the account whose ECR has the copies',
    validateInput: text => (/^\d{12}$/.test(text) ? undefined : '12 digits'),
  });
}
