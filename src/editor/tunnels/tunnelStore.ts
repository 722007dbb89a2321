import { watch, type FSWatcher } from 'node:fs';
import * as vscode from 'vscode';
import { holdTunnel, type TunnelHold } from '../../core/tunnel/process/tunnelControl.ts';
import {
  listTunnelRecords,
  tunnelId,
  tunnelsFolder,
  type TunnelKey,
  type TunnelRecord,
} from '../../core/tunnel/process/tunnelRecord.ts';
import { ensureStateDir } from '../../core/state/stateFile.ts';
import type { RouteChoice, RouteReport } from '../../core/tunnel/route/route.ts';
import type { TunnelEvent } from '../../core/tunnel/supervisor/tunnelEvent.ts';
import type { TunnelStatus } from '../../core/tunnel/supervisor/tunnelStatus.ts';
import { TrafficHistory } from './trafficHistory.ts';
import type { TunnelMemory } from './tunnelPanelState.ts';

export interface LiveTunnel {
  readonly record: TunnelRecord;
  readonly status: TunnelStatus;
}

interface Known {
  readonly record: TunnelRecord;
  readonly history: TrafficHistory;
  hold: TunnelHold | undefined;
  /** Undefined until the tunnel has said how it is. */
  status: TunnelStatus | undefined;
  events: readonly TunnelEvent[];
  report: RouteReport | undefined;
}

/** A tunnel that another window opens shows up within this, ms. */
const noticeMs = 300;
/** So many events of a tunnel are kept here; its process keeps its own. */
const keptEvents = 2000;

/** The tunnels that run on this machine, this window's hold on each, and what they tell of themselves, also after they have ended. */
export class TunnelStore implements vscode.Disposable {
  readonly #home: string;
  readonly #known = new Map<string, Known>();
  readonly #holding = new Map<string, Promise<void>>();
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #changed = new vscode.EventEmitter<TunnelKey>();
  readonly onDidChange = this.#changed.event;

  constructor(home: string) {
    this.#home = home;
  }

  /** Those that are open. */
  list(): LiveTunnel[] {
    return [...this.#known.values()].flatMap(known => live(known) ?? []);
  }

  get(key: TunnelKey): LiveTunnel | undefined {
    const known = this.#known.get(tunnelId(key));
    return known && live(known);
  }

  /** What is known of a tunnel, open or ended; undefined when this window has never seen it. */
  memory(key: TunnelKey): TunnelMemory | undefined {
    const known = this.#known.get(tunnelId(key));
    if (!known?.status) return undefined;
    const { status, events, report, history } = known;
    return { status, events, report, samples: history.samples };
  }

  /** The record of a tunnel that is open or was. */
  record(key: TunnelKey): TunnelRecord | undefined {
    return this.#known.get(tunnelId(key))?.record;
  }

  /** Takes hold of every tunnel that has a record and answers; one that does not answer is a leftover, and no tunnel. */
  async load(): Promise<void> {
    await this.#watch();
    const records = await listTunnelRecords(this.#home);
    await Promise.all(records.map(record => this.#hold(record).catch(() => undefined)));
  }

  async hold(key: TunnelKey): Promise<LiveTunnel | undefined> {
    const record = (await listTunnelRecords(this.#home)).find(other => tunnelId(other) === tunnelId(key));
    if (record) await this.#hold(record).catch(() => undefined);
    return this.get(key);
  }

  /** Asks the tunnel's process to end its session and go. */
  stop(key: TunnelKey): void {
    this.#known.get(tunnelId(key))?.hold?.stop();
  }

  /** Asks it to leave its route for another; the answer is its next state. */
  chooseRoute(key: TunnelKey, choice: RouteChoice): void {
    this.#known.get(tunnelId(key))?.hold?.chooseRoute(choice);
  }

  reconnect(key: TunnelKey): void {
    this.#known.get(tunnelId(key))?.hold?.reconnect();
  }

  /** Somebody has signed in, by whichever account: several share one sign-in, and a tunnel that waits for none has nothing to do. */
  signedIn(): void {
    for (const { hold } of this.#known.values()) hold?.signedIn();
  }

  dispose(): void {
    this.#watcher?.close();
    clearTimeout(this.#timer);
    for (const { hold } of this.#known.values()) hold?.release();
    this.#changed.dispose();
  }

  async #watch(): Promise<void> {
    if (this.#watcher) return;
    await ensureStateDir(tunnelsFolder(this.#home));
    this.#watcher ??= watch(tunnelsFolder(this.#home), () => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.load();
      }, noticeMs);
    });
  }

  #hold(record: TunnelRecord): Promise<void> {
    const id = tunnelId(record);
    const before = this.#known.get(id);
    if (before?.hold && before.record.token === record.token) return Promise.resolve();
    let holding = this.#holding.get(id);
    if (!holding) this.#holding.set(id, (holding = this.#takeHold(id, record).finally(() => this.#holding.delete(id))));
    return holding;
  }

  async #takeHold(id: string, record: TunnelRecord): Promise<void> {
    const known: Known = {
      record,
      history: new TrafficHistory(),
      hold: undefined,
      status: undefined,
      events: [],
      report: undefined,
    };
    const learn = (what: Partial<Pick<Known, 'status' | 'report' | 'events'>>) => {
      this.#known.set(id, known);
      Object.assign(known, what);
      if (what.status) known.history.add(Date.now(), what.status);
      // Before there is a hold, it is told once, by whoever asked for it.
      if (known.hold) this.#changed.fire(record);
    };
    known.hold = await holdTunnel(
      record,
      {
        onStatus: status => learn({ status }),
        onEvent: event => learn({ events: withEvent(known.events, event) }),
        onRoutes: report => learn({ report }),
      },
      () => {
        known.hold = undefined;
        if (known.status) known.status = ended(known.status, Date.now());
        this.#changed.fire(record);
      },
    );
    this.#changed.fire(record);
  }
}

function live({ record, status, hold }: Known): LiveTunnel | undefined {
  return hold && status ? { record, status } : undefined;
}

/** A tunnel tells what it has kept to everybody who attaches: what is known already is not taken twice. */
function withEvent(events: readonly TunnelEvent[], event: TunnelEvent): readonly TunnelEvent[] {
  const last = events.at(-1)?.seq ?? 0;
  return event.seq > last ? [...events, event].slice(-keptEvents) : events;
}

/** Its process is gone, in whatever state that found it. */
function ended(status: TunnelStatus, at: number): TunnelStatus {
  const detail = status.state === 'ended' ? status.detail : 'The tunnel’s process has ended.';
  const since = status.state === 'ended' ? status.since : at;
  return { ...status, state: 'ended', detail, since, sessions: [], openConnections: 0, latencyMs: undefined };
}
