import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { PrivateEksError } from '../../errors.ts';

/** Gives a connection into the VPC, waiting for a session where one is being made; rejects when there is none to be had. */
export type Connect = (signal: AbortSignal) => Promise<Duplex>;

export interface TrafficCount {
  bytesIn: number;
  bytesOut: number;
  connections: number;
  openConnections: number;
}

export interface PortForward {
  readonly port: number;
  readonly traffic: Readonly<TrafficCount>;
  close(): Promise<void>;
}

/** After the local side has half-closed, how long an answer may still take. */
const lingerMs = 120_000;

/** Listens on 127.0.0.1 before any session exists, so that a taken port is known at once. @throws PrivateEksError `port-in-use` */
export async function openPortForward(port: number, connect: Connect): Promise<PortForward> {
  const traffic: TrafficCount = { bytesIn: 0, bytesOut: 0, connections: 0, openConnections: 0 };
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    sockets.add(socket);
    traffic.connections++;
    traffic.openConnections++;
    socket.on('close', () => {
      sockets.delete(socket);
      traffic.openConnections--;
    });
    void join(socket, connect, traffic);
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    traffic,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function join(socket: Socket, connect: Connect, traffic: TrafficCount): Promise<void> {
  const gone = new AbortController();
  socket.on('error', () => socket.destroy());
  socket.on('close', () => gone.abort());
  let stream: Duplex;
  try {
    stream = await connect(gone.signal);
  } catch {
    return void socket.destroy();
  }
  if (socket.destroyed) return void stream.destroy();
  socket.on('data', (chunk: Buffer) => (traffic.bytesOut += chunk.length));
  stream.on('data', (chunk: Buffer) => (traffic.bytesIn += chunk.length));
  // A local half-close is not passed on: the protocol would close both directions and lose the answer.
  socket.pipe(stream, { end: false });
  stream.pipe(socket);
  let linger: NodeJS.Timeout | undefined;
  socket.on('end', () => {
    // After the stream has closed nothing would clear the timer, and it would hold the process.
    if (!stream.destroyed) linger = setTimeout(() => stream.destroy(), lingerMs);
  });
  stream.on('error', () => socket.destroy());
  stream.on('close', () => {
    clearTimeout(linger);
    socket.end();
    if (!socket.readableEnded) socket.destroySoon();
  });
  stream.on('end', () => stream.destroy());
  socket.on('close', () => stream.destroy());
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
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve());
  });
}
