import * as vscode from 'vscode';
import { PrivateEksError } from '../../core/errors.ts';
import { requestCancel } from '../../core/run/runRequests.ts';
import { wordsOf } from '../../core/run/runWords.ts';
import {
  readRunPanelRequest,
  recentEvents,
  type RunPanelChange,
  type RunPanelRequest,
  type RunPanelState,
} from '../../protocol/runPanel.ts';
import type { AccountList } from '../accounts/accountList.ts';
import type { ErrorMessages } from '../errorMessage.ts';
import { EventLedger } from '../runs/eventLedger.ts';
import type { RunActions } from '../runs/runActions.ts';
import {
  eventsAsText,
  outlookChange,
  runPanelChange,
  runPanelState,
  supportText,
  type PanelSurroundings,
} from '../runs/runPanelState.ts';
import type { RunOutlooks } from '../runs/runOutlooks.ts';
import type { RunStore } from '../runs/runStore.ts';
import { PanelChannel } from './panelChannel.ts';
import { panelHtml, panelIcon, webviewRoot } from './panelHtml.ts';

export const runPanelType = 'privateEks.run';

export interface RunPanelDependencies {
  readonly extensionUri: vscode.Uri;
  readonly runs: RunStore;
  readonly outlooks: RunOutlooks;
  readonly accounts: AccountList;
  readonly actions: RunActions;
  readonly errors: ErrorMessages;
  readonly log: (message: string) => void;
}

/** One panel per run; opening it again shows the one that is there. */
export class RunPanels implements vscode.Disposable {
  readonly #dependencies: RunPanelDependencies;
  readonly #open = new Map<string, vscode.WebviewPanel>();

  constructor(dependencies: RunPanelDependencies) {
    this.#dependencies = dependencies;
  }

  async show(runId: string): Promise<void> {
    const open = this.#open.get(runId);
    if (open) return open.reveal();
    const panel = vscode.window.createWebviewPanel(runPanelType, 'Run', vscode.ViewColumn.Active);
    await this.restore(panel, runId);
  }

  /** Fills a panel that was made here, or brought back by the editor after a reload. */
  async restore(panel: vscode.WebviewPanel, runId: string | undefined): Promise<void> {
    const { extensionUri, runs, outlooks, errors, log } = this.#dependencies;
    await runs.load();
    const view = runId === undefined ? undefined : runs.get(runId);
    if (!view || runId === undefined) return void panel.dispose();
    const { verb } = wordsOf(view);
    panel.title = `${verb} ${view.cluster}`;
    panel.iconPath = panelIcon(extensionUri);
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extensionUri)] };
    const surroundings = await this.#surroundings(view.started.profile, view.started.accountId, view.started.speed);
    const first = runs.get(runId) ?? view;
    let ledger = new EventLedger(first.stackEvents);
    const state = () => {
      const now = runs.get(runId);
      return now && runPanelState(now, surroundings, ledger, outlooks.of(now));
    };
    const channel: PanelChannel<RunPanelState, RunPanelChange, RunPanelRequest> = new PanelChannel({
      webview: panel,
      snapshot: state,
      read: readRunPanelRequest,
      handle: request => {
        if (request.type === 'events')
          return channel.change({ window: ledger.window(request, request.from, request.count) });
        if (request.type !== 'copy') return this.#handle(runId, request);
        const now = state();
        if (!now) throw runGone();
        if (request.what === 'support') return copy(supportText(now, ledger), 'Copied for support');
        const rows = ledger.matching(request);
        return copy(eventsAsText(rows), `${rows.length} events copied`);
      },
      refuse: error => errors.refusal(error),
      log,
    });
    const subscription = runs.onDidChange(({ view: now, added }) => {
      if (now.runId !== runId) return;
      const isAnew = added[0]?.seq === 1;
      if (isAnew) ledger = new EventLedger(now.stackEvents);
      const change = isAnew ? undefined : runPanelChange(now, added, ledger, outlooks.of(now));
      // Many at once are not told one by one: the panel begins with the latest again.
      if (!change || (change.events?.length ?? 0) > recentEvents) channel.reset();
      else channel.change(change);
    });
    let told = '';
    const others = outlooks.onDidChange(() => {
      const now = runs.get(runId);
      const change = now && outlookChange(outlooks.of(now));
      if (!change || JSON.stringify(change) === told) return;
      told = JSON.stringify(change);
      channel.change(change);
    });
    this.#open.set(runId, panel);
    panel.onDidDispose(() => {
      this.#open.delete(runId);
      subscription.dispose();
      others.dispose();
      channel.dispose();
    });
    panel.webview.html = panelHtml(panel.webview, extensionUri, 'run', panel.title);
  }

  dispose(): void {
    for (const panel of this.#open.values()) panel.dispose();
  }

  async #surroundings(profile: string | undefined, accountId: string, speed: number): Promise<PanelSurroundings> {
    const short = `${accountId.slice(0, 4)}…${accountId.slice(-4)}`;
    if (speed === 1)
      return { account: profile ? `${profile} · ${short}` : short, clock: { realEpoch: 0, epoch: 0, speed } };
    const record = await this.#dependencies.accounts.sandboxRecord();
    const clock = record ?? { realEpoch: Date.now(), epoch: Date.now(), speed };
    return { account: 'Sandbox', clock: { realEpoch: clock.realEpoch, epoch: clock.epoch, speed: clock.speed } };
  }

  async #handle(runId: string, { type }: RunAct): Promise<void> {
    const { actions, runs } = this.#dependencies;
    const view = runs.get(runId);
    if (!view) throw runGone();
    switch (type) {
      case 'ready':
        return;
      case 'cancel':
        return requestCancel(runs.dir(runId));
      case 'retry':
      case 'resume':
        return actions.carryOn(view);
      case 'delete':
        return actions.deleteWhatWasMade(view);
      case 'open-spec':
        return actions.openSpec(view);
      case 'connect':
        return actions.connect(view);
      case 'sign-in':
        return actions.signIn(view);
      case 'explain':
        return actions.explain(view);
      case 'roll-back':
        return actions.rollBack(view);
    }
  }
}

/** What is done with the run, not with what is shown of it. */
type RunAct = Exclude<RunPanelRequest, { readonly type: 'copy' | 'events' }>;

function runGone(): PrivateEksError {
  return new PrivateEksError('run-gone', 'This run is not on record any more.');
}

async function copy(text: string, told: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(told, 3000);
}
