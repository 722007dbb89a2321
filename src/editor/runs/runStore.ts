import { watch, type FSWatcher } from 'node:fs';
import * as vscode from 'vscode';
import { systemClock } from '../../core/clock.ts';
import { followJournal } from '../../core/run/followJournal.ts';
import { readJournal } from '../../core/run/journal.ts';
import { currentLease } from '../../core/run/lease.ts';
import type { RunEvent, RunStarted } from '../../core/run/runEvent.ts';
import { listRuns, runDir, runsDir, type StoredRun } from '../../core/run/runFolder.ts';
import { runView, type RunView } from '../../core/run/runView.ts';
import { ensureStateDir } from '../../core/state/stateFile.ts';

interface Known {
  readonly started: RunStarted;
  readonly events: RunEvent[];
  view: RunView;
  following: AbortController | undefined;
}

export interface RunChange {
  readonly view: RunView;
  /** The events since the last change; empty when only the lease changed. */
  readonly added: readonly RunEvent[];
}

const leaseEveryMs = 3000;

/**
 * Every run of the state folder, as its journal tells it, whoever executes it: this window's child, another window's, a command line.
 * Ended runs are read once; running ones are followed.
 */
export class RunStore implements vscode.Disposable {
  readonly #home: string;
  readonly #log: (message: string) => void;
  readonly #runs = new Map<string, Known>();
  readonly #changed = new vscode.EventEmitter<RunChange>();
  readonly onDidChange = this.#changed.event;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #loading: Promise<void> | undefined;

  constructor(home: string, log: (message: string) => void) {
    this.#home = home;
    this.#log = log;
  }

  /** Reads the folder and begins to watch it; later calls only read what is new. */
  async load(): Promise<void> {
    await (this.#loading ??= this.#read().finally(() => (this.#loading = undefined)));
  }

  /** Views, the latest run first. */
  list(): RunView[] {
    return [...this.#runs.values()].map(run => run.view).sort((a, b) => b.startedAt - a.startedAt);
  }

  get(runId: string): RunView | undefined {
    return this.#runs.get(runId)?.view;
  }

  /** The run that works on a cluster now. */
  active(cluster: { accountId?: string; region: string; cluster: string }): RunView | undefined {
    return this.list().find(
      ({ status, started }) =>
        !isOver(status) &&
        started.cluster === cluster.cluster &&
        started.region === cluster.region &&
        (cluster.accountId === undefined || started.accountId === cluster.accountId),
    );
  }

  /** Waits until a run that was just begun shows up in the folder. */
  async appeared(isIt: (run: RunView) => boolean, timeoutMs: number): Promise<RunView | undefined> {
    for (const until = Date.now() + timeoutMs; Date.now() < until;) {
      await this.load();
      const found = this.list().find(isIt);
      if (found) return found;
      await new Promise(resolve => setTimeout(resolve, 150));
    }
    return undefined;
  }

  dir(runId: string): string {
    return runDir(this.#home, runId);
  }

  dispose(): void {
    this.#watcher?.close();
    clearInterval(this.#timer);
    for (const run of this.#runs.values()) run.following?.abort();
    this.#changed.dispose();
  }

  async #read(): Promise<void> {
    await this.#watch();
    for (const stored of await listRuns(this.#home)) {
      const known = this.#runs.get(stored.runId);
      if (!known) await this.#add(stored);
      else if (!known.following && stored.events.length > known.events.length) await this.#takeUp(known);
    }
  }

  async #watch(): Promise<void> {
    if (this.#watcher) return;
    await ensureStateDir(runsDir(this.#home));
    // A new run is a new folder; what happens inside one is followed by itself.
    this.#watcher = watch(
      runsDir(this.#home),
      () => void this.load().catch(error => this.#log(`runs cannot be read: ${error}`)),
    );
    this.#timer = setInterval(() => void this.#checkLeases(), leaseEveryMs).unref();
  }

  async #add(stored: StoredRun): Promise<void> {
    const live = await this.#isLive(stored.started);
    const events = [...stored.events];
    const known: Known = { started: stored.started, events, view: runView(events, { live }), following: undefined };
    this.#runs.set(stored.runId, known);
    this.#changed.fire({ view: known.view, added: events });
    if (!isOver(known.view.status)) this.#follow(known);
  }

  /** An ended or interrupted run is carried on by somebody. */
  async #takeUp(known: Known): Promise<void> {
    this.#follow(known);
  }

  #follow(known: Known): void {
    const following = new AbortController();
    known.following = following;
    const afterSeq = known.events.at(-1)?.seq ?? 0;
    const { runId } = known.started;
    const read = async () => {
      let batch: RunEvent[] = [];
      const flush = () => {
        const added = batch;
        batch = [];
        this.#append(known, added, true);
      };
      const stream = followJournal(this.dir(runId), { clock: systemClock, signal: following.signal, afterSeq });
      for await (const event of stream) {
        // What arrives in one read is told in one change.
        if (batch.length === 0) setImmediate(flush);
        batch.push(event);
        if (event.type === 'run-finished') break;
      }
    };
    read()
      .catch((error: unknown) => this.#log(`journal of ${runId} cannot be read: ${String(error)}`))
      .finally(() => {
        if (known.following === following) known.following = undefined;
      });
  }

  /** Journals are read here and by whoever looks at a lease: what is known already is not told again. */
  #append(known: Known, events: readonly RunEvent[], live: boolean): void {
    const last = known.events.at(-1)?.seq ?? 0;
    const added = events.filter(event => event.seq > last);
    known.events.push(...added);
    if (added.length > 0 || live !== (known.view.status !== 'interrupted')) this.#update(known, added, live);
  }

  #update(known: Known, added: readonly RunEvent[], live: boolean): void {
    known.view = runView(known.events, { live });
    this.#changed.fire({ view: known.view, added });
  }

  async #checkLeases(): Promise<void> {
    for (const known of this.#runs.values()) {
      const ended = known.view.endedAt !== undefined;
      if (ended) continue;
      const live = await this.#isLive(known.started);
      if (live === (known.view.status !== 'interrupted')) continue;
      if (live && !known.following) this.#follow(known);
      // A process that has just ended let its lease go after its last word: that is read before the run counts as interrupted.
      this.#append(known, live ? [] : await readJournal(this.dir(known.started.runId)), live);
    }
  }

  async #isLive({ accountId, region, cluster, runId }: RunStarted): Promise<boolean> {
    const lease = await currentLease(this.#home, { accountId, region, cluster });
    return lease?.runId === runId;
  }
}

export function isOver(status: RunView['status']): boolean {
  return status === 'done' || status === 'failed' || status === 'cancelled' || status === 'interrupted';
}
