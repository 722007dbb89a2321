import * as vscode from 'vscode';
import { runOutlook, type RunOutlook } from '../../core/run/runOutlook.ts';
import type { RunEvent } from '../../core/run/runEvent.ts';
import type { RunView } from '../../core/run/runView.ts';
import type { AccountList } from '../accounts/accountList.ts';
import type { ClusterStore } from '../clusters/clusterStore.ts';
import type { RunStore } from './runStore.ts';

const turns: readonly RunEvent['type'][] = ['run-started', 'run-resumed', 'run-finished'];

/** What can be done with each run, by the other runs and by the clusters that AWS has named; it is asked nothing for this. */
export class RunOutlooks implements vscode.Disposable {
  readonly #runs: RunStore;
  readonly #clusters: ClusterStore;
  readonly #accounts: AccountList;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly vscode.Disposable[];
  /** Of any run. */
  readonly onDidChange = this.#changed.event;

  constructor(runs: RunStore, clusters: ClusterStore, accounts: AccountList) {
    this.#runs = runs;
    this.#clusters = clusters;
    this.#accounts = accounts;
    this.#subscriptions = [
      runs.onDidChange(({ added }) => {
        if (added.length === 0 || added.some(({ type }) => turns.includes(type))) this.#changed.fire();
      }),
      clusters.onDidList(() => this.#changed.fire()),
    ];
  }

  of(view: RunView): RunOutlook {
    return runOutlook(view, { runs: this.#runs.list(), clusterIsGone: this.#isGone(view) });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #isGone({ runId, cluster, started }: RunView): boolean {
    const over = this.#runs.overSince(runId);
    const { profile, region } = started;
    const account = this.#accounts.list().find(shown => shown.profile === profile && shown.region === region);
    return over !== undefined && account !== undefined && this.#clusters.isGone(account, cluster, over);
  }
}
