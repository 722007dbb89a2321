import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock.ts';

/** One local connection: since when (real ms), and how much it has carried. */
export interface ConnectionCount {
  readonly since: number;
  bytesIn: number;
  bytesOut: number;
}

export interface JoinOptions {
  readonly connect: (signal: AbortSignal) => Promise<Duplex>;
  readonly clock: Clock;
  /** How long an answer may take after the local side has half-closed; ms. */
  readonly lingerMs: number;
  readonly onBytesIn: (bytes: number) => void;
  readonly onBytesOut: (bytes: number) => void;
  readonly onConnectFailed: (error: unknown) => void;
}

/** Joins a local connection to a stream into the VPC until either is gone. Takes both over: it closes what is left. */
export async function joinConnection(socket: Socket, options: JoinOptions): Promise<void> {
  const gone = new AbortController();
  socket.on('error', () => socket.destroy());
  socket.on('close', () => gone.abort());
  let stream: Duplex;
  try {
    stream = await options.connect(gone.signal);
  } catch (error) {
    if (!socket.destroyed) options.onConnectFailed(error);
    // A reset, not a polite end: a client must not take it for an empty answer.
    return void (socket.destroyed || socket.resetAndDestroy());
  }
  stream.on('error', () => socket.resetAndDestroy());
  if (socket.destroyed) return void stream.destroy();
  socket.on('data', (chunk: Buffer) => options.onBytesOut(chunk.length));
  stream.on('data', (chunk: Buffer) => options.onBytesIn(chunk.length));
  // A local half-close is not passed on: the protocol would close both directions and lose the answer.
  socket.pipe(stream, { end: false });
  stream.pipe(socket);
  const answered = new AbortController();
  socket.on('end', () => {
    void options.clock.sleep(options.lingerMs, answered.signal).then(
      () => stream.destroy(),
      () => undefined,
    );
  });
  stream.on('end', () => stream.destroy());
  stream.on('close', () => {
    answered.abort();
    if (socket.destroyed) return;
    socket.end();
    if (!socket.readableEnded) socket.destroySoon();
  });
  socket.on('close', () => stream.destroy());
}
