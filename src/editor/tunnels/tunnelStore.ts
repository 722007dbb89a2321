import * as vscode from 'vscode';
import { holdTunnel, type TunnelHold } from '../../core/tunnel/process/tunnelControl.ts';
import {
  listTunnelRecords,
  tunnelId,
  type TunnelKey,
  type TunnelRecord,
} from '../../core/tunnel/process/tunnelRecord.ts';
import type { TunnelStatus } from '../../core/tunnel/supervisor/tunnelStatus.ts';

export interface LiveTunnel {
  readonly record: TunnelRecord;
  readonly status: TunnelStatus;
}

/** The tunnels that run on this machine, this window's hold on each, and their states as they measure them. */
export class TunnelStore implements vscode.Disposable {
  readonly #home: string;
  readonly #live = new Map<string, { tunnel: LiveTunnel; hold: TunnelHold | undefined }>();
  readonly #changed = new vscode.EventEmitter<TunnelKey>();
  readonly onDidChange = this.#changed.event;

  constructor(home: string) {
    this.#home = home;
  }

  list(): LiveTunnel[] {
    return [...this.#live.values()].map(({ tunnel }) => tunnel);
  }

  get(key: TunnelKey): LiveTunnel | undefined {
    return this.#live.get(tunnelId(key))?.tunnel;
  }

  /** Takes hold of every tunnel that has a record and answers; one that does not answer is a leftover, and no tunnel. */
  async load(): Promise<void> {
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
    this.#live.get(tunnelId(key))?.hold?.stop();
  }

  dispose(): void {
    for (const { hold } of this.#live.values()) hold?.release();
    this.#changed.dispose();
  }

  async #hold(record: TunnelRecord): Promise<void> {
    const id = tunnelId(record);
    if (this.#live.get(id)?.tunnel.record.token === record.token) return;
    const hold = await holdTunnel(
      record,
      status => {
        this.#live.set(id, { tunnel: { record, status }, hold: this.#live.get(id)?.hold });
        this.#changed.fire(record);
      },
      () => {
        this.#live.delete(id);
        this.#changed.fire(record);
      },
    );
    const known = this.#live.get(id);
    if (known) known.hold = hold;
  }
}
