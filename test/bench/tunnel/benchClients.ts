import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import process from 'node:process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../src/core/clock.ts';
import { webSocketDial } from '../../../src/core/tunnel/channel/channelSocket.ts';
import { DataChannel, type SessionGrant } from '../../../src/core/tunnel/channel/dataChannel.ts';
import { SmuxClient } from '../../../src/core/tunnel/channel/smuxClient.ts';
import { openPortForward } from '../../../src/core/tunnel/forward/portForward.ts';
import { findPlugin } from '../../../src/core/tunnel/session/pluginPath.ts';
import { openPluginForward } from '../../../src/core/tunnel/session/pluginSession.ts';
import { Tunnel } from '../../../src/core/tunnel/supervisor/tunnel.ts';
import { echo } from '../../sandbox/tunnel/support/measuredTarget.ts';

/** Where sessions come from: the agent that all clients share. */
export interface BenchService {
  readonly targetPort: number;
  start(): Promise<SessionGrant>;
  resume(sessionId: string): Promise<SessionGrant | undefined>;
  /** Bytes of uploads that the target got so far. */
  received(): Promise<number>;
}

/** A client under measurement, open. */
export interface BenchClient {
  readonly port: number;
  /** How many sessions carry it now. */
  readonly sessions: () => number;
  /** Figures of a process besides this one: seconds of processor time, MiB. */
  readonly beside?: () => { readonly cpuSeconds: number; readonly memoryMiB: number };
  close(): Promise<void>;
}

/** `bound` is told the port as soon as it takes connections, which may be before the tunnel stands. */
export type OpenClient = (service: BenchService, bound?: (port: number) => void) => Promise<BenchClient>;

const dial = webSocketDial({ region: 'eu-west-1', loopback: true });
const never = new AbortController().signal;

export async function connectTo(port: number): Promise<Duplex> {
  const socket = connectTcp({ port, host: 'localhost', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Straight to the target. */
const raw: OpenClient = async ({ targetPort }) => ({
  port: targetPort,
  sessions: () => 0,
  close: async () => undefined,
});

/** The product, as `private-eks tunnel` runs it, with up to four sessions. */
const product: OpenClient = async (service, bound) => {
  const tunnel = await Tunnel.open(
    {
      cluster: {
        ...{ name: 'bench', arn: 'arn:aws:eks:eu-west-1:000000000000:cluster/bench', region: 'eu-west-1', host: 'api' },
        ...{ certificateAuthority: '', vpcId: 'vpc-1', status: 'ACTIVE' },
      },
      findRoute: async () => {
        const route = { kind: 'instance', target: 'i-0', agentVersion: '3.3.3050.0', reason: 'bench' } as const;
        return { route, findings: [], at: Date.now() };
      },
      sessions: {
        start: () => service.start(),
        resume: sessionId => service.resume(sessionId),
        terminate: async () => undefined,
      },
      probe: async (connect, signal) => {
        const started = performance.now();
        await echo(await connect(signal), Buffer.from('?'));
        return Math.round(performance.now() - started);
      },
      ...{ dial, accountClock: systemClock, clock: systemClock, port: 0, waitForRouteMs: 0, maxSessions: 4 },
      onStatus: status => bound?.(status.port),
      log: () => undefined,
    },
    never,
  );
  return {
    port: tunnel.status.port,
    sessions: () => tunnel.status.sessions.length,
    close: () => tunnel.close(),
  };
};

/**
 * A model of AWS's plugin, on this product's channel: at most 1,024 bytes a message and a pause of 1 ms after each, a port that is bound when
 * the session stands, one session.
 */
const pluginModel: OpenClient = async service => {
  const grant = await service.start();
  const channel = new DataChannel({
    ...{ grant, dial, clock: systemClock },
    resume: () => service.resume(grant.sessionId),
    log: () => undefined,
    onData: bytes => streams.receive(bytes),
    onConnectError: () => undefined,
    onState: () => undefined,
    onResumeFailed: () => undefined,
  });
  const waiting: (() => void)[] = [];
  let queue: Buffer = Buffer.alloc(0);
  let isPumping = false;
  const pump = async () => {
    isPumping = true;
    while (queue.length > 0) {
      channel.write(queue.subarray(0, 1024));
      queue = queue.subarray(1024);
      if (queue.length < 65_536) for (const resolve of waiting.splice(0)) resolve();
      await sleep(1);
    }
    isPumping = false;
  };
  const streams = new SmuxClient({
    write: bytes => {
      queue = Buffer.concat([queue, bytes]);
      if (!isPumping) void pump();
    },
    writable: () => (queue.length < 65_536 ? Promise.resolve() : new Promise(resolve => waiting.push(resolve))),
    pause: paused => channel.pause(paused),
  });
  await channel.open(never);
  const forward = await openPortForward(0, async () => streams.openStream());
  return {
    port: forward.port,
    sessions: () => 1,
    close: async () => {
      await channel.terminate();
      await forward.close();
    },
  };
};

export function pluginPath(): string | undefined {
  return findPlugin({ platform: process.platform, environment: process.env, exists: existsSync });
}

/** AWS's own. */
const plugin: OpenClient = async service => {
  let child: ChildProcess | undefined;
  const grant = await service.start();
  const forward = await openPluginForward({
    ...{ plugin: pluginPath() ?? '', grant, target: 'i-0123456789abcdef0', region: 'eu-west-1' },
    ...{ endpoint: 'http://127.0.0.1:9', port: 0, environment: process.env, clock: systemClock, signal: never },
    spawn: (file, args, options) => (child = spawn(file, args, options)),
    endSession: async () => undefined,
  });
  return {
    port: forward.port,
    sessions: () => 1,
    beside: () => processFigures(child?.pid),
    close: () => forward.close(),
  };
};

export const benchClients = { raw, product, pluginModel, plugin } as const;
export type BenchClientName = keyof typeof benchClients;

/** Linux; elsewhere nothing is known. Ticks are hundredths of a second. */
function processFigures(pid: number | undefined): { cpuSeconds: number; memoryMiB: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100, memoryMiB: Number(peak) / 1024 };
  } catch {
    return { cpuSeconds: NaN, memoryMiB: NaN };
  }
}
