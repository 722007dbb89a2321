import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { systemClock, type Clock } from '../../clock.ts';
import { PrivateEksError } from '../../errors.ts';
import { joinConnection, type ConnectionCount } from './joinConnection.ts';

/** Gives a connection into the VPC, waiting for a session where one is being made; rejects when there is none to be had. */
export type Connect = (signal: AbortSignal) => Promise<Duplex>;

/** Since the listener was opened; bytes of the connections' own data, without any protocol's part. */
export interface TrafficCount {
  bytesIn: number;
  bytesOut: number;
  connections: number;
  openConnections: number;
  /** Connections that no session could be had for. */
  failedConnections: number;
}

export interface PortForwardOptions {
  /** How long an answer may take after the local side has said that it will send no more; ms. */
  readonly lingerMs?: number;
  /** Local connections at once; more are closed as they come. */
  readonly mostConnections?: number;
  readonly clock?: Clock;
  /** A connection could not be carried; what `connect` was rejected with. */
  readonly onConnectFailed?: (error: unknown) => void;
}

export interface PortForward {
  readonly port: number;
  readonly traffic: Readonly<TrafficCount>;
  /** Those that are open, oldest first. */
  readonly connections: readonly ConnectionCount[];
  close(): Promise<void>;
}

const defaultLingerMs = 120_000;
const defaultMostConnections = 2000;

/** Listens on 127.0.0.1 before any session exists, so that a taken port is known at once. @throws PrivateEksError `port-in-use` */
export async function openPortForward(
  port: number,
  connect: Connect,
  options: PortForwardOptions = {},
): Promise<PortForward> {
  const { lingerMs = defaultLingerMs, mostConnections = defaultMostConnections, clock = systemClock } = options;
  const traffic: TrafficCount = { bytesIn: 0, bytesOut: 0, connections: 0, openConnections: 0, failedConnections: 0 };
  const open = new Map<Socket, ConnectionCount>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    const count: ConnectionCount = { since: clock.now(), bytesIn: 0, bytesOut: 0 };
    open.set(socket, count);
    traffic.connections++;
    traffic.openConnections++;
    socket.on('close', () => {
      open.delete(socket);
      traffic.openConnections--;
    });
    void joinConnection(socket, {
      connect,
      clock,
      lingerMs,
      onBytesIn: bytes => (traffic.bytesIn += bytes) && (count.bytesIn += bytes),
      onBytesOut: bytes => (traffic.bytesOut += bytes) && (count.bytesOut += bytes),
      onConnectFailed: error => {
        traffic.failedConnections++;
        options.onConnectFailed?.(error);
      },
    });
  });
  server.maxConnections = mostConnections;
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    traffic,
    get connections() {
      return [...open.values()];
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of open.keys()) socket.destroy();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const code = taken ? 'port-in-use' : 'port-refused';
      const message = taken
        ? `Port ${port} on 127.0.0.1 is taken by another program.`
        : `Cannot listen on 127.0.0.1:${port}: ${error.message}.`;
      reject(
        new PrivateEksError(code, message, { cause: error, fix: 'Choose another port, or none to have one picked.' }),
      );
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      // A later failure of the listener (too many open files) ends one connection, not the tunnel.
      server.on('error', () => undefined);
      resolve();
    });
  });
}
