import { watch, type FSWatcher } from 'node:fs';
import * as vscode from 'vscode';
import { systemClock } from '../../core/clock.ts';
import { JournalReader } from '../../core/run/journalReader.ts';
import { currentLease } from '../../core/run/lease.ts';
import type { RunEvent, RunStarted } from '../../core/run/runEvent.ts';
import { runDir, runIds, runsDir } from '../../core/run/runFolder.ts';
import { RunFold } from '../../core/run/runFold.ts';
import type { RunView } from '../../core/run/runView.ts';
import { ensureStateDir } from '../../core/state/stateFile.ts';

/** A run as far as its journal has been read. */
interface Known {
  readonly runId: string;
  readonly reader: JournalReader;
  fold: RunFold;
  view: RunView;
  /** When it was first seen to be over, on `performance`'s clock; undefined: it is on. */
  overSince: number | undefined;
  following: AbortController | undefined;
}

export interface RunChange {
  readonly view: RunView;
  /** The events since the last change; empty when only the lease changed. The first one is event 1 where the journal was written anew. */
  readonly added: readonly RunEvent[];
}

const leaseEveryMs = 3000;
const journalEveryMs = 200;

/**
 * Every run of the state folder, as its journal tells it, whoever executes it: this window's child, another window's, a command line.
 * Ended runs are read once; running ones are followed.
 */
export class RunStore implements vscode.Disposable {
  readonly #home: string;
  readonly #log: (message: string) => void;
  readonly #runs = new Map<string, Known>();
  /** Of folders that hold no run yet. */
  readonly #unread = new Map<string, JournalReader>();
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

  /** When this window first saw that it was over, on `performance`'s clock; undefined: it is on. */
  overSince(runId: string): number | undefined {
    return this.#runs.get(runId)?.overSince;
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
    for (const runId of await runIds(this.#home)) {
      const known = this.#runs.get(runId);
      if (!known) await this.#add(runId);
      // An ended or interrupted run is carried on by somebody.
      else if (!known.following && (await this.#readMore(known).catch(() => false))) this.#follow(known);
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
    this.#timer = setInterval(() => void this.#look(), leaseEveryMs).unref();
  }

  async #add(runId: string): Promise<void> {
    const reader = this.#unread.get(runId) ?? new JournalReader(this.dir(runId));
    const events = await reader.read().catch(() => []);
    const [started, ...rest] = events;
    if (started?.type !== 'run-started' || started.runId !== runId) return void this.#unread.set(runId, reader);
    this.#unread.delete(runId);
    const fold = new RunFold(started).add(rest);
    const view = fold.view({ live: await this.#isLive(started) });
    const known: Known = { runId, reader, fold, view, overSince: overSince(view), following: undefined };
    this.#runs.set(runId, known);
    this.#changed.fire({ view, added: events });
    if (!isOver(view.status)) this.#follow(known);
  }

  /** Until the run ends, or this window does. */
  #follow(known: Known): void {
    const following = new AbortController();
    const { signal } = following;
    known.following = following;
    const read = async () => {
      while (!signal.aborted) {
        await this.#readMore(known);
        if (known.view.endedAt !== undefined) return;
        await systemClock.sleep(journalEveryMs, signal).catch(() => undefined);
      }
    };
    read()
      .catch((error: unknown) => this.#log(`journal of ${known.runId} cannot be read: ${String(error)}`))
      .finally(() => {
        if (known.following === following) known.following = undefined;
      });
  }

  /** What arrives in one read is told in one change; whoever writes is live, unless more is known. @returns whether there was anything. */
  async #readMore(known: Known, live?: boolean): Promise<boolean> {
    const added = await known.reader.read();
    const [first] = added;
    if (first?.type === 'run-started' && first.seq === 1) known.fold = new RunFold(first).add(added.slice(1));
    else known.fold.add(added);
    const isLive = live ?? (added.length > 0 || known.view.status !== 'interrupted');
    if (added.length > 0 || isLive !== (known.view.status !== 'interrupted')) {
      known.view = known.fold.view({ live: isLive });
      known.overSince = overSince(known.view, known.overSince);
      this.#changed.fire({ view: known.view, added });
    }
    return added.length > 0;
  }

  /** A run's folder is there before its journal, and only the folder tells of itself. */
  async #look(): Promise<void> {
    if (this.#unread.size > 0) await this.load().catch(error => this.#log(`runs cannot be read: ${error}`));
    await this.#checkLeases();
  }

  async #checkLeases(): Promise<void> {
    for (const known of this.#runs.values()) {
      if (known.view.endedAt !== undefined) continue;
      const live = await this.#isLive(known.view.started);
      if (live === (known.view.status !== 'interrupted')) continue;
      // A process that has just ended let its lease go after its last word: that is read before the run counts as interrupted.
      await this.#readMore(known, live);
      if (live && !known.following) this.#follow(known);
    }
  }

  async #isLive({ accountId, region, cluster, runId }: RunStarted): Promise<boolean> {
    const lease = await currentLease(this.#home, { accountId, region, cluster });
    return lease?.runId === runId;
  }
}

function overSince({ status }: RunView, before?: number): number | undefined {
  return isOver(status) ? (before ?? performance.now()) : undefined;
}

export function isOver(status: RunView['status']): boolean {
  return status === 'done' || status === 'failed' || status === 'cancelled' || status === 'interrupted';
}
