import * as vscode from 'vscode';
import { wordsOf } from '../core/run/runWords.ts';
import { latencyText } from '../protocol/measures.ts';
import { isOver, type RunStore } from './runs/runStore.ts';
import { tunnelIsTroubled, tunnelTooltip } from './tree/tunnelRows.ts';
import type { LiveTunnel, TunnelStore } from './tunnels/tunnelStore.ts';

/** One item: what is connected, or what is being made. A click shows what can be done. */
export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #runs: RunStore;
  readonly #tunnels: TunnelStore;
  readonly #subscriptions: vscode.Disposable[];

  constructor(runs: RunStore, tunnels: TunnelStore) {
    this.#runs = runs;
    this.#tunnels = tunnels;
    this.#item = vscode.window.createStatusBarItem('privateEks.status', vscode.StatusBarAlignment.Left, 10);
    this.#item.name = 'Private EKS';
    this.#item.command = 'privateEks.status.actions';
    this.#subscriptions = [this.#item, runs.onDidChange(() => this.#show()), tunnels.onDidChange(() => this.#show())];
    this.#show();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #show(): void {
    const running = this.#runs.list().find(run => !isOver(run.status));
    const tunnels = this.#tunnels.list();
    // Of several the one that somebody should look at.
    const tunnel = tunnels.find(tunnelIsTroubled) ?? tunnels[0];
    if (tunnel) {
      const others = tunnels.length > 1 ? ` +${tunnels.length - 1}` : '';
      this.#tell(`${tunnelText(tunnel)}${others}`, tunnelTooltip(tunnel, Date.now()), tunnelIsTroubled(tunnel));
    } else if (running) {
      const done = running.steps.filter(step => step.status === 'done').length;
      const verb = wordsOf(running).doing.toLowerCase();
      this.#tell(`$(sync~spin) ${verb} ${running.cluster} ${done}/${running.steps.length}`, 'A run is on');
    } else this.#item.hide();
  }

  #tell(text: string, tooltip: string | vscode.MarkdownString, isAmber = false): void {
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.backgroundColor = isAmber ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.accessibilityInformation = { label: `Private EKS: ${text.replace(/\$\([^)]*\)/g, '').trim()}` };
    this.#item.show();
  }
}

/** `payments 38 ms`; whatever else there is stands in the tooltip. */
function tunnelText({ record, status }: LiveTunnel): string {
  switch (status.state) {
    case 'healthy':
      return `$(plug) ${record.cluster}${status.latencyMs === undefined ? '' : ` ${latencyText(status.latencyMs)}`}`;
    case 'resting':
      return `$(plug) ${record.cluster} resting`;
    case 'degraded':
      return `$(warning) ${record.cluster}: no answer`;
    case 'waiting-for-sign-in':
      return `$(key) ${record.cluster}: sign in`;
    case 'finding-route':
    case 'opening':
    case 'resuming':
      return `$(sync~spin) ${record.cluster}: ${status.state.replaceAll('-', ' ')}`;
    case 'ended':
      return `$(debug-disconnect) ${record.cluster}`;
  }
}
