import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openPortForward } from '../../../../src/core/tunnel/forward/portForward.ts';
import { echo } from './measuredTarget.ts';
import { openSession, type SessionSource } from './openSession.ts';

export interface StormOptions {
  readonly agent: SessionSource;
  /** Connections one after the other, twenty at a time, after as many as `warmUp` that are not counted. */
  readonly short: number;
  readonly atOnce: number;
  readonly warmUp: number;
  readonly onProgress?: (done: number) => void;
}

export interface StormFigures {
  /** Connections that did not give back what they were given. */
  wrong: number;
  readonly before: Footprint;
  readonly after: Footprint;
  /** In words, what there is more of than before. */
  readonly leaks: string[];
  readonly seconds: number;
}

export interface Footprint {
  readonly heapMiB: number;
  /** Linux; elsewhere 0. */
  readonly fileHandles: number;
  /** Node's own list of what holds the process, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

const atATime = 20;
/** What the runtime itself may take and give back between two looks. */
const heapSlackMiB = 8;

/** Opens and ends many connections through one session, then looks for what they left in this process. */
export async function connectionStorm(options: StormOptions): Promise<StormFigures> {
  const session = await openSession(options.agent);
  const forward = await openPortForward(0, async () => session.openStream());
  let wrong = 0;
  const connection = async () => {
    const socket = connect({ port: forward.port, host: '127.0.0.1', noDelay: true });
    const data = randomBytes(200);
    const back = await echo(socket, data).catch(() => Buffer.alloc(0));
    if (!back.equals(data)) wrong++;
    if (!socket.closed) await once(socket, 'close');
  };
  const many = async (count: number, together: number, onDone?: (done: number) => void) => {
    let begun = 0;
    const worker = async () => {
      while (begun < count) {
        begun++;
        onDone?.(begun);
        await connection();
      }
    };
    await Promise.all(Array.from({ length: together }, worker));
  };
  await many(options.warmUp, atATime);
  await many(options.atOnce, options.atOnce);
  const before = await footprint(() => forward.traffic.openConnections === 0);
  const started = performance.now();
  await many(options.short, atATime, options.onProgress);
  await many(options.atOnce, options.atOnce);
  const seconds = (performance.now() - started) / 1000;
  const after = await footprint(() => forward.traffic.openConnections === 0);
  await session.channel.terminate();
  await forward.close();
  return { wrong, before, after, leaks: compare(before, after), seconds };
}

function compare(before: Footprint, after: Footprint): string[] {
  const leaks: string[] = [];
  if (after.heapMiB > before.heapMiB + heapSlackMiB)
    leaks.push(`heap ${before.heapMiB.toFixed(1)} MiB, then ${after.heapMiB.toFixed(1)} MiB`);
  if (after.fileHandles > before.fileHandles)
    leaks.push(`${before.fileHandles} file handles, then ${after.fileHandles}`);
  for (const [kind, count] of Object.entries(after.resources))
    if (count > (before.resources[kind] ?? 0)) leaks.push(`${before.resources[kind] ?? 0} ${kind}, then ${count}`);
  return leaks;
}

/** Once nothing is open and closed sockets have gone: what comes later than a few seconds is a leak. */
async function footprint(isQuiet: () => boolean): Promise<Footprint> {
  let seen = look();
  for (let looks = 0; looks < 30; looks++) {
    await sleep(100);
    const now = look();
    const same =
      now.fileHandles === seen.fileHandles && JSON.stringify(now.resources) === JSON.stringify(seen.resources);
    seen = now;
    if (same && isQuiet() && looks > 3) break;
  }
  return seen;
}

function look(): Footprint {
  collectGarbage();
  const resources: Record<string, number> = {};
  // Short pauses come and go; what lasts is compared.
  for (const kind of process.getActiveResourcesInfo())
    if (kind !== 'Immediate') resources[kind] = (resources[kind] ?? 0) + 1;
  const fileHandles = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
  return { heapMiB: process.memoryUsage().heapUsed / (1 << 20), fileHandles, resources };
}

let collect: (() => void) | undefined;

function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
