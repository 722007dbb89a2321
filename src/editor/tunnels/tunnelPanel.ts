import * as vscode from 'vscode';
import { tunnelId } from '../../core/tunnel/process/tunnelRecord.ts';
import { isRecord } from '../../protocol/envelope.ts';
import {
  readTunnelPanelRequest,
  readTunnelPlace,
  type TunnelPanelChange,
  type TunnelPanelRequest,
  type TunnelPanelState,
  type TunnelPlace,
} from '../../protocol/tunnelPanel.ts';
import type { ErrorMessages } from '../errorMessage.ts';
import { PanelChannel } from '../panels/panelChannel.ts';
import { panelHtml, panelIcon, webviewRoot } from '../panels/panelHtml.ts';
import type { TunnelActions } from './tunnelActions.ts';
import { tunnelPanelChange, tunnelPanelState, type TunnelMemory } from './tunnelPanelState.ts';
import type { TunnelStore } from './tunnelStore.ts';

export const tunnelPanelType = 'privateEks.tunnel';

export interface TunnelPanelDependencies {
  readonly extensionUri: vscode.Uri;
  readonly tunnels: TunnelStore;
  readonly actions: TunnelActions;
  /** "Sandbox", "prod · 1234…9012". */
  readonly accountName: (place: TunnelPlace) => string;
  readonly errors: ErrorMessages;
  readonly log: (message: string) => void;
}

/** A busy tunnel has news many times a second; nobody reads faster than this, ms. */
const tellEveryMs = 500;

/** One panel per tunnel; opening it again shows the one that is there. */
export class TunnelPanels implements vscode.Disposable {
  readonly #dependencies: TunnelPanelDependencies;
  readonly #open = new Map<string, vscode.WebviewPanel>();

  constructor(dependencies: TunnelPanelDependencies) {
    this.#dependencies = dependencies;
  }

  async show(place: TunnelPlace): Promise<void> {
    const open = this.#open.get(tunnelId(place));
    if (open) return open.reveal();
    const { accountId, region, cluster } = place;
    const panel = vscode.window.createWebviewPanel(tunnelPanelType, 'Tunnel', vscode.ViewColumn.Active);
    await this.restore(panel, { accountId, region, cluster });
  }

  /** Fills a panel that the editor has brought back after a reload, by what its page has kept. */
  async restoreKept(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const place = readTunnelPlace(isRecord(kept) ? kept.place : undefined);
    if (place) await this.restore(panel, place);
    else panel.dispose();
  }

  async restore(panel: vscode.WebviewPanel, place: TunnelPlace): Promise<void> {
    const { extensionUri, tunnels, errors, log } = this.#dependencies;
    await tunnels.load();
    panel.title = `Tunnel ${place.cluster}`;
    panel.iconPath = panelIcon(extensionUri);
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extensionUri)] };
    /** What the panel was told last. */
    let told: TunnelMemory | undefined;
    const snapshot = (): TunnelPanelState => {
      told = tunnels.memory(place);
      return tunnelPanelState(place, this.#dependencies.accountName(place), told, Date.now());
    };
    const channel = new PanelChannel<TunnelPanelState, TunnelPanelChange, TunnelPanelRequest>({
      webview: panel,
      snapshot,
      read: readTunnelPanelRequest,
      handle: request => this.#handle(place, request),
      refuse: error => errors.refusal(error),
      log,
    });
    const tell = () => {
      const now = tunnels.memory(place);
      // A tunnel that was opened again counts its events from one.
      if (!told || !now || now.events.length < told.events.length) return channel.reset();
      channel.change(tunnelPanelChange(told, now, Date.now()));
      told = now;
    };
    const id = tunnelId(place);
    let timer: NodeJS.Timeout | undefined;
    const subscription = tunnels.onDidChange(key => {
      if (tunnelId(key) !== id) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        tell();
      }, tellEveryMs);
    });
    this.#open.set(id, panel);
    panel.onDidDispose(() => {
      this.#open.delete(id);
      clearTimeout(timer);
      subscription.dispose();
      channel.dispose();
    });
    panel.webview.html = panelHtml(panel.webview, extensionUri, 'tunnel', panel.title);
  }

  dispose(): void {
    for (const panel of this.#open.values()) panel.dispose();
  }

  async #handle(place: TunnelPlace, request: TunnelPanelRequest): Promise<void> {
    const { actions } = this.#dependencies;
    switch (request.type) {
      case 'ready':
        return;
      case 'connect':
        return actions.connect(place);
      case 'disconnect':
        return actions.disconnect(place);
      case 'reconnect':
        return actions.reconnect(place);
      case 'change-route':
        return actions.changeRoute(place);
      case 'use-route':
        return actions.changeRoute(place, request.kind);
      case 'copy-environment':
        return actions.copyEnvironment(place);
      case 'copy-diagnostics':
        return actions.copyDiagnostics(place);
      case 'open-terminal':
        return actions.openTerminal(place);
      case 'sign-in':
        return actions.signIn(place);
    }
  }
}
