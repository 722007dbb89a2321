import * as vscode from 'vscode';
import type { ChangePlan } from '../../core/change/changePlan.ts';
import { templateYaml } from '../../core/plan/planFiles.ts';
import type { Template } from '../../core/templates/template.ts';

const scheme = 'private-eks-template';
const texts = new Map<string, string>();
let provider: vscode.Disposable | undefined;

/** Opens every changed stack's template, as it stands and as it will, in one editor of differences. */
export async function showTemplateDifferences({ cluster, stacks }: ChangePlan): Promise<void> {
  provider ??= vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: uri => texts.get(uri.toString()) ?? '',
  });
  const changed = stacks.filter(({ action }) => action !== 'none');
  const stamp = String(Date.now());
  const resources = changed.map(
    ({ name, before, after }): [vscode.Uri, vscode.Uri | undefined, vscode.Uri | undefined] => {
      const label = vscode.Uri.from({ scheme, path: `/${name}.yaml` });
      const [left, right] = [before, after].map((template, index) => {
        if (!template) return undefined;
        const uri = label.with({ query: `${stamp}-${index === 0 ? 'before' : 'after'}` });
        texts.set(uri.toString(), templateYaml(template as Template));
        return uri;
      });
      return [label, left, right];
    },
  );
  await vscode.commands.executeCommand('vscode.changes', `${cluster}: what an update changes`, resources);
}
