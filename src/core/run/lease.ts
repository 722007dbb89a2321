import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { PrivateEksError } from '../errors.ts';
import { exclusively } from '../state/exclusively.ts';
import { processIsAlive } from '../state/processIsAlive.ts';
import { safeName } from '../state/safeName.ts';
import { ensureStateDir, readStateJson, writeStateFile } from '../state/stateFile.ts';

/** Who works on a cluster now. One lease covers a cluster in its account and region, so that a create and a delete never meet. */
export interface LeaseRecord {
  readonly runId: string;
  readonly pid: number;
  readonly host: string;
  /** Real time, ms. */
  readonly heartbeatAt: number;
}

export interface ClusterKey {
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string;
}

export interface LeaseOptions {
  /** Real ms since the epoch. */
  readonly now?: () => number;
  readonly pid?: number;
  readonly isAlive?: (pid: number) => boolean;
}

const heartbeatMs = 3_000;
/** A heartbeat older than this is given up, unless its process is seen to be dead earlier. */
export const staleAfterMs = 60_000;

export function leaseFile(stateHome: string, key: ClusterKey): string {
  return path.join(stateHome, 'leases', `${safeName(`${key.accountId}_${key.region}_${key.cluster}`)}.json`);
}

/** The lease in force, or undefined: none, or its holder is gone. */
export async function currentLease(
  stateHome: string,
  key: ClusterKey,
  options: LeaseOptions = {},
): Promise<LeaseRecord | undefined> {
  const record = await readLease(leaseFile(stateHome, key));
  return record && isLive(record, options) ? record : undefined;
}

export class Lease {
  readonly #file: string;
  readonly #record: LeaseRecord;
  readonly #now: () => number;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;

  private constructor(file: string, record: LeaseRecord, now: () => number) {
    this.#file = file;
    this.#record = record;
    this.#now = now;
    this.#timer = setInterval(() => void this.#beat(), heartbeatMs).unref();
  }

  /** Aborts when somebody else has taken the lease over, as after a long sleep of this machine. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Takes a free or stale lease; gives the record of whoever holds it otherwise. */
  static async take(
    stateHome: string,
    key: ClusterKey,
    runId: string,
    options: LeaseOptions = {},
  ): Promise<Lease | LeaseRecord> {
    const { now = Date.now, pid = process.pid } = options;
    const file = leaseFile(stateHome, key);
    const mine: LeaseRecord = { runId, pid, host: hostname(), heartbeatAt: now() };
    await ensureStateDir(path.dirname(file));
    return exclusively(`${file}.lock`, async () => {
      const held = await readLease(file);
      if (held && isLive(held, options)) return held;
      await writeStateFile(file, JSON.stringify(mine));
      return new Lease(file, mine, now);
    });
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    if (await this.#isMine()) await rm(this.#file, { force: true });
  }

  async #beat(): Promise<void> {
    try {
      if (await this.#isMine())
        await writeStateFile(this.#file, JSON.stringify({ ...this.#record, heartbeatAt: this.#now() }));
      else if (!this.#lost.signal.aborted)
        this.#lost.abort(new PrivateEksError('lease-lost', 'Another process carries this run on.'));
    } catch {
      // A full disk or a folder that is gone shows at the journal too, which is where it is told.
    }
  }

  async #isMine(): Promise<boolean> {
    const record = await readLease(this.#file);
    return record?.runId === this.#record.runId && record.pid === this.#record.pid && record.host === this.#record.host;
  }
}

function isLive(record: LeaseRecord, options: LeaseOptions): boolean {
  const { now = Date.now, isAlive = processIsAlive } = options;
  if (now() - record.heartbeatAt > staleAfterMs) return false;
  return record.host !== hostname() || isAlive(record.pid);
}

async function readLease(file: string): Promise<LeaseRecord | undefined> {
  const value = await readStateJson(file);
  if (typeof value !== 'object' || value === null) return undefined;
  const { runId, pid, host, heartbeatAt } = value as Record<string, unknown>;
  const complete =
    typeof runId === 'string' && typeof pid === 'number' && typeof host === 'string' && typeof heartbeatAt === 'number';
  return complete ? { runId, pid, host, heartbeatAt } : undefined;
}
