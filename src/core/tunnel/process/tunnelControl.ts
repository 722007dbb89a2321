import { timingSafeEqual } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { PrivateEksError } from '../../errors.ts';
import { exclusively } from '../../state/exclusively.ts';
import { ensureStateDir, hasCode } from '../../state/stateFile.ts';
import type { TunnelRecord } from './tunnelRecord.ts';
import type { TunnelStatus } from '../supervisor/tunnelStatus.ts';

/** Lines of JSON: the client says `{"token"}` first, then perhaps `{"stop":true}`; the server sends a status whenever it changes. */
export interface ControlServer {
  publish(status: TunnelStatus): void;
  readonly attached: number;
  close(): Promise<void>;
}

/** A process that lives says its state at once. */
const answerWithinMs = 5_000;

export interface ControlOptions {
  readonly path: string;
  readonly token: string;
  /** Undefined: there is nothing to tell yet. */
  readonly current: () => TunnelStatus | undefined;
  readonly onStop: () => void;
  /** Called when a client comes or goes. */
  readonly onAttached: (count: number) => void;
}

/**
 * Binds the control socket, which is also what makes a cluster's tunnel the only one.
 * @throws PrivateEksError `tunnel-busy` when another process has it
 */
export async function serveControl(options: ControlOptions): Promise<ControlServer> {
  const clients = new Set<Socket>();
  const server = createServer(socket => {
    let known = false;
    const left = () => {
      if (clients.delete(socket)) options.onAttached(clients.size);
    };
    socket.on('error', () => socket.destroy());
    socket.on('close', left);
    linesOf(socket, line => {
      const order = parse(line);
      if (!known) {
        if (!sameToken(order.token, options.token)) return void socket.destroy();
        known = true;
        clients.add(socket);
        options.onAttached(clients.size);
        const status = options.current();
        if (status) socket.write(`${JSON.stringify(status)}\n`);
      } else if (order.stop === true) options.onStop();
    });
  });
  await bind(server, options.path);
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

async function bind(server: Server, path: string): Promise<void> {
  // A named pipe goes with its process.
  if (path.startsWith('\\\\')) return claim(server, path);
  await ensureStateDir(dirname(path));
  await exclusively(`${path}.lock`, async () => {
    // A socket that a killed process left behind is in the way of the next.
    if (!(await answers(path))) await rm(path, { force: true });
    await claim(server, path);
  });
  await chmod(path, 0o600);
}

function claim(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', error =>
      reject(
        hasCode(error, 'EADDRINUSE')
          ? new PrivateEksError('tunnel-busy', 'Another process has this tunnel.', { cause: error, retryable: true })
          : error,
      ),
    );
    server.listen(path, resolve);
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path);
    const end = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.on('connect', () => end(true)).on('error', () => end(false));
  });
}

/** A window's or a command line's hold on a running tunnel. The tunnel counts holds: it lingers a while after the last. */
export interface TunnelHold {
  stop(): void;
  release(): void;
}

/** True when the process that wrote this record still serves its tunnel. */
export async function isTunnelLive(record: TunnelRecord): Promise<boolean> {
  try {
    const hold = await holdTunnel(
      record,
      () => undefined,
      () => undefined,
    );
    hold.release();
    return true;
  } catch (error) {
    if (error instanceof PrivateEksError && error.code === 'tunnel-gone') return false;
    throw error;
  }
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
    socket.setTimeout(answerWithinMs, () => socket.destroy());
    socket.on('connect', () => socket.write(`${JSON.stringify({ token: record.token })}\n`));
    socket.on('error', error =>
      reject(new PrivateEksError('tunnel-gone', `The tunnel to ${record.cluster} is gone.`, { cause: error })),
    );
    socket.on('close', () => {
      if (held) onGone();
      else reject(new PrivateEksError('tunnel-gone', `The tunnel to ${record.cluster} does not answer.`));
    });
    linesOf(socket, line => {
      const status = parse(line);
      if (typeof status.state !== 'string') return;
      onStatus(status as unknown as TunnelStatus);
      if (held) return;
      held = true;
      socket.setTimeout(0);
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

function linesOf(socket: Socket, onLine: (line: string) => void): void {
  // Its reader repeats the socket's errors, which are handled where the socket is.
  createInterface({ input: socket })
    .on('line', onLine)
    .on('error', () => undefined);
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
