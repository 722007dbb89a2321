import * as vscode from 'vscode';
import { commandIds } from './editor/commands/commandIds.ts';
import type { EditorServices } from './editor/services.ts';

/** Registrations only: whatever they need is loaded at the first gesture that needs it. */
export function activate(context: vscode.ExtensionContext): void {
  let services: Promise<EditorServices> | undefined;
  const load = (): Promise<EditorServices> =>
    (services ??= import('./editor/services.ts').then(module => module.createServices(context)));
  const { subscriptions } = context;

  for (const id of commandIds)
    subscriptions.push(
      vscode.commands.registerCommand(id, async (argument?: unknown) => {
        const [{ commandTable }, ready] = await Promise.all([import('./editor/commands/commandTable.ts'), load()]);
        await ready.errors.guard(async () => commandTable[id](ready, argument))();
      }),
    );

  subscriptions.push(
    lazyTree('privateEks.clusters', async () => (await load()).clustersTree),
    lazyTree('privateEks.runs', async () => (await load()).runsTree),
    vscode.window.registerWebviewPanelSerializer('privateEks.run', {
      deserializeWebviewPanel: async (panel, kept: unknown) =>
        (await load()).runPanels.restore(panel, text(kept, 'runId')),
    }),
    vscode.window.registerWebviewPanelSerializer('privateEks.planner', {
      deserializeWebviewPanel: async (panel, kept: unknown) =>
        (await load()).planners.restore(panel, text(kept, 'uri')),
    }),
    vscode.window.registerTerminalProfileProvider('privateEks.kubectl', {
      provideTerminalProfile: async () => {
        const { chooseTerminalProfile } = await import('./editor/terminal/chooseTerminalProfile.ts');
        return chooseTerminalProfile(await load());
      },
    }),
    vscode.languages.registerCodeLensProvider(
      { pattern: '**/*.private-eks.yaml' },
      {
        provideCodeLenses: async (document, token) => {
          await load();
          const { specCodeLens } = await import('./editor/language/specCodeLens.ts');
          return specCodeLens.provideCodeLenses(document, token);
        },
      },
    ),
    vscode.languages.registerCompletionItemProvider(
      { pattern: '**/*.private-eks.yaml' },
      {
        provideCompletionItems: async (document, position) => {
          const { specCompletions } = await import('./editor/language/specCompletion.ts');
          return specCompletions(document, position);
        },
      },
    ),
  );
}

function lazyTree<T>(id: string, load: () => Promise<vscode.TreeDataProvider<T>>): vscode.Disposable {
  const changed = new vscode.EventEmitter<T | T[] | undefined | null | void>();
  let provider: Promise<vscode.TreeDataProvider<T>> | undefined;
  const ready = () =>
    (provider ??= load().then(tree => {
      tree.onDidChangeTreeData?.(node => changed.fire(node));
      return tree;
    }));
  const view = vscode.window.createTreeView<T>(id, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: async node => (await ready()).getTreeItem(node),
      getChildren: async node => (await ready()).getChildren(node),
    },
  });
  return vscode.Disposable.from(view, changed);
}

function text(value: unknown, key: string): string | undefined {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}
