import { timingSafeEqual } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { PrivateEksError } from '../errors.ts';
import { ensureStateDir } from '../state/stateFile.ts';
import type { TunnelRecord } from './tunnelRecord.ts';
import type { TunnelStatus } from './tunnelStatus.ts';

/** Lines of JSON: the client says `{"token"}` first, then perhaps `{"stop":true}`; the server sends a status whenever it changes. */
export interface ControlServer {
  publish(status: TunnelStatus): void;
  readonly attached: number;
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly path: string;
  readonly token: string;
  readonly current: () => TunnelStatus;
  readonly onStop: () => void;
  /** Called when a client comes or goes. */
  readonly onAttached: (count: number) => void;
}

export async function serveControl(options: ControlOptions): Promise<ControlServer> {
  const clients = new Set<Socket>();
  const server = createServer(socket => {
    let known = false;
    const left = () => {
      if (clients.delete(socket)) options.onAttached(clients.size);
    };
    socket.on('error', () => socket.destroy());
    socket.on('close', left);
    const lines = createInterface({ input: socket });
    lines.on('line', line => {
      const order = parse(line);
      if (!known) {
        if (!sameToken(order.token, options.token)) return void socket.destroy();
        known = true;
        clients.add(socket);
        options.onAttached(clients.size);
        socket.write(`${JSON.stringify(options.current())}\n`);
      } else if (order.stop === true) options.onStop();
    });
  });
  const isPipe = options.path.startsWith('\\\\');
  if (!isPipe) {
    await ensureStateDir(dirname(options.path));
    // A socket that a killed process left behind; a living one was looked for before.
    await rm(options.path, { force: true });
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.path, resolve);
  });
  if (!isPipe) await chmod(options.path, 0o600);
  return {
    publish: status => {
      for (const client of clients) client.write(`${JSON.stringify(status)}\n`);
    },
    get attached() {
      return clients.size;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const client of clients) client.end();
      }),
  };
}

/** A window's or a command line's hold on a running tunnel. The tunnel counts holds: it lingers a while after the last. */
export interface TunnelHold {
  stop(): void;
  release(): void;
}

/** @throws PrivateEksError `tunnel-gone` when nobody answers at the record's socket */
export function holdTunnel(
  record: TunnelRecord,
  onStatus: (status: TunnelStatus) => void,
  onGone: () => void,
): Promise<TunnelHold> {
  return new Promise((resolve, reject) => {
    const socket = connect(record.control);
    let held = false;
    socket.on('connect', () => socket.write(`${JSON.stringify({ token: record.token })}\n`));
    socket.on('error', error =>
      reject(new PrivateEksError('tunnel-gone', `The tunnel to ${record.cluster} is gone.`, { cause: error })),
    );
    socket.on('close', () => {
      if (held) onGone();
      else reject(new PrivateEksError('tunnel-gone', `The tunnel to ${record.cluster} does not answer.`));
    });
    createInterface({ input: socket }).on('line', line => {
      const status = parse(line);
      if (typeof status.state !== 'string') return;
      onStatus(status as unknown as TunnelStatus);
      if (held) return;
      held = true;
      resolve({
        stop: () => socket.write(`${JSON.stringify({ stop: true })}\n`),
        release: () => {
          held = false;
          socket.destroy();
        },
      });
    });
  });
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function sameToken(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
