import * as vscode from 'vscode';
import { commandIds } from './editor/commands/commandIds.ts';
import type { EditorServices } from './editor/services.ts';

/** Registrations only: whatever they need is loaded at the first gesture that needs it. */
export function activate(context: vscode.ExtensionContext): void {
  let services: Promise<EditorServices> | undefined;
  const load = (): Promise<EditorServices> =>
    (services ??= import('./editor/services.ts').then(module => module.createServices(context)));
  const { subscriptions } = context;
  const clusters = lazyTree('privateEks.clusters', async () => (await load()).clustersTree);
  const tell = (told: (tree: EditorServices['clustersTree']) => void) =>
    void services?.then(ready => told(ready.clustersTree));
  const runs = lazyTree('privateEks.runs', async () => (await load()).runsTree);

  for (const id of commandIds)
    subscriptions.push(
      vscode.commands.registerCommand(id, async (argument?: unknown) => {
        const [{ commandTable }, ready] = await Promise.all([import('./editor/commands/commandTable.ts'), load()]);
        // A key press brings no row with it: the binding selects the focused one and asks for it.
        const target = argument === 'selected-run' ? runs.selection[0] : argument;
        await ready.errors.guard(async () => commandTable[id](ready, target))();
      }),
    );

  subscriptions.push(
    clusters,
    clusters.onDidChangeVisibility(({ visible }) => tell(tree => tree.setShown(visible))),
    clusters.onDidExpandElement(({ element }) => tell(tree => tree.setOpen(element, true))),
    clusters.onDidCollapseElement(({ element }) => tell(tree => tree.setOpen(element, false))),
    runs,
    vscode.window.registerWebviewPanelSerializer('privateEks.run', {
      deserializeWebviewPanel: async (panel, kept: unknown) =>
        (await load()).runPanels.restore(panel, text(kept, 'runId')),
    }),
    vscode.window.registerWebviewPanelSerializer('privateEks.planner', {
      deserializeWebviewPanel: async (panel, kept: unknown) =>
        (await load()).planners.restore(panel, text(kept, 'uri')),
    }),
    vscode.window.registerWebviewPanelSerializer('privateEks.tunnel', {
      deserializeWebviewPanel: async (panel, kept: unknown) => (await load()).tunnelPanels.restoreKept(panel, kept),
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
    vscode.languages.registerHoverProvider(
      { pattern: '**/*.private-eks.yaml' },
      {
        provideHover: async (document, position) => {
          const { specHover } = await import('./editor/language/specHover.ts');
          return specHover(document, position);
        },
      },
    ),
    vscode.languages.registerCodeActionsProvider(
      { pattern: '**/*.private-eks.yaml' },
      {
        provideCodeActions: async (document, range, { diagnostics }) => {
          const { specQuickFixes } = await import('./editor/language/specQuickFix.ts');
          return specQuickFixes(document, range, diagnostics);
        },
      },
    ),
  );
}

function lazyTree<T>(id: string, load: () => Promise<vscode.TreeDataProvider<T>>): vscode.TreeView<T> {
  const changed = new vscode.EventEmitter<T | T[] | undefined | null | void>();
  let provider: Promise<vscode.TreeDataProvider<T>> | undefined;
  const ready = () =>
    (provider ??= load().then(tree => {
      tree.onDidChangeTreeData?.(node => changed.fire(node));
      return tree;
    }));
  return vscode.window.createTreeView<T>(id, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: async node => (await ready()).getTreeItem(node),
      getChildren: async node => (await ready()).getChildren(node),
    },
  });
}

function text(value: unknown, key: string): string | undefined {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}
