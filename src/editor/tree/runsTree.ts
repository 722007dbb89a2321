import * as vscode from 'vscode';
import type { RunView } from '../../core/run/runView.ts';
import { wordsOf } from '../../core/run/runWords.ts';
import type { RunOutlooks } from '../runs/runOutlooks.ts';
import { isOver, type RunStore } from '../runs/runStore.ts';
import { runContext } from './contextValue.ts';
import type { RunNode } from './treeNode.ts';

/** Runs, the latest first; a running one tells its step and what is left. */
export class RunsTree implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  readonly #runs: RunStore;
  readonly #changed = new vscode.EventEmitter<RunNode | RunNode[] | undefined>();
  readonly #nodes = new Map<string, RunNode>();
  readonly #outlooks: RunOutlooks;
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(runs: RunStore, outlooks: RunOutlooks) {
    this.#runs = runs;
    this.#outlooks = outlooks;
    this.#subscriptions = [
      runs.onDidChange(({ view, added }) => {
        const known = this.#nodes.get(view.runId);
        const told = added.some(event => event.type !== 'stack-event' && event.type !== 'step-progress');
        if (!known) this.#changed.fire(undefined);
        else if (told || added.length === 0) this.#changed.fire(known);
      }),
      // What comes of one run says something of the others, too. Row by row: a whole tree that is made anew forgets for a moment what is selected.
      outlooks.onDidChange(() => this.#changed.fire([...this.#nodes.values()])),
    ];
  }

  getTreeItem({ run }: RunNode): vscode.TreeItem {
    const now = this.#runs.get(run.runId) ?? run;
    const item = new vscode.TreeItem(`${wordsOf(now).verb} ${now.cluster}`, vscode.TreeItemCollapsibleState.None);
    item.id = `run/${now.runId}`;
    item.description = runDescription(now);
    item.iconPath = runIcon(now);
    const { past } = this.#outlooks.of(now);
    item.contextValue = runContext(now, past !== undefined);
    item.tooltip = runTooltip(now, past);
    const label = `${typeof item.label === 'string' ? item.label : now.cluster}, ${item.description}`;
    item.accessibilityInformation = { label: past === undefined ? label : `${label}. ${past}` };
    return item;
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    if (node) return [];
    await this.#runs.load();
    return this.#runs.list().map(run => {
      const known: RunNode = { kind: 'run', run };
      this.#nodes.set(run.runId, known);
      return known;
    });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}

/** What went in and what came out, a line each. */
function runTooltip({ runId, started, startedAt, failure, summary }: RunView, past: string | undefined): string {
  const { region, accountId, profile, specPath, specHash, monthlyUsd } = started;
  const spec = specHash === undefined ? undefined : `Spec ${specPath ?? ''} ${specHash.slice(0, 8)}`.replace('  ', ' ');
  return [
    failure?.cause.what ?? summary,
    past,
    `${runId} in ${region}`,
    `Account ${accountId}${profile === undefined ? '' : `, profile ${profile}`}`,
    spec,
    monthlyUsd === undefined ? undefined : `About ${monthlyUsd.toFixed(0)} USD a month`,
    `Started ${new Date(startedAt).toLocaleString()}`,
  ]
    .filter(line => line !== undefined)
    .join('\n');
}

export function runDescription(run: RunView): string {
  const done = run.steps.filter(step => step.status === 'done').length;
  if (isOver(run.status)) {
    const took = run.endedAt === undefined ? '' : ` · ${minutes((run.endedAt - run.startedAt) / 1000)}`;
    const { what } = run.failure?.cause ?? {};
    return `${run.status}${took}${run.status === 'failed' && what ? ` · ${what}` : ''}${run.status === 'interrupted' ? ` · ${done} of ${run.steps.length}` : ''}`;
  }
  const running = run.steps.filter(step => step.status === 'running').map(step => step.title.toLowerCase());
  return [
    `${done} of ${run.steps.length}`,
    ...(run.status === 'running' ? running : [run.status.replaceAll('-', ' ')]),
  ].join(' · ');
}

function runIcon({ status }: RunView): vscode.ThemeIcon {
  switch (status) {
    case 'done':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('errorForeground'));
    case 'cancelled':
      return new vscode.ThemeIcon('circle-slash');
    case 'interrupted':
      return new vscode.ThemeIcon('debug-disconnect');
    case 'waiting-for-sign-in':
      return new vscode.ThemeIcon('key');
    case 'running':
    case 'cancelling':
      return new vscode.ThemeIcon('sync~spin');
  }
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
