import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { seededRandom } from '../../../../src/sandbox/agent/channelFaults.ts';

export type Count = (bytes: number) => void;

const headerLength = 16;
const blockLength = 64 * 1024;

/** What stands behind the agent: answers `get`, `put` and `echo` as the first sixteen bytes of a connection ask. */
export interface MeasuredTarget {
  readonly port: number;
  /** Bytes of uploads that arrived. */
  readonly received: number;
  dial(): Promise<Duplex>;
  close(): Promise<void>;
}

/** The bytes of a seed: blocks of noise, each with its number in front, so that nothing can stand in for anything else. */
export function* noise(seed: number, length: number): Generator<Buffer> {
  const random = seededRandom(seed);
  const block = Buffer.alloc(blockLength);
  for (let at = 0; at < blockLength; at += 4) block.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
  for (let number = 0, left = length; left > 0; number++, left -= blockLength) {
    const copy = Buffer.from(block.subarray(0, Math.min(left, blockLength)));
    if (copy.length >= 8) copy.writeDoubleLE(number, 0);
    yield copy;
  }
}

export function digestOfNoise(seed: number, length: number): string {
  const hash = createHash('sha256');
  for (const block of noise(seed, length)) hash.update(block);
  return hash.digest('hex');
}

export async function startMeasuredTarget(): Promise<MeasuredTarget> {
  const sockets = new Set<Socket>();
  let received = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    void serve(socket, bytes => (received += bytes)).catch(() => socket.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get received() {
      return received;
    },
    dial: async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      return socket;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function serve(socket: Socket, count: Count): Promise<void> {
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
  let first: Buffer = Buffer.alloc(0);
  while (first.length < headerLength) {
    const next = await chunks.next();
    if (next.done) return void socket.end();
    first = Buffer.concat([first, next.value]);
  }
  const [order, seed, length] = [first.toString('latin1', 0, 1), first.readUInt32LE(4), first.readDoubleLE(8)];
  let rest: Buffer = first.subarray(headerLength);
  if (order === 'g') {
    await send(socket, noise(seed, length));
    return void socket.end();
  }
  const hash = createHash('sha256');
  for (let taken = 0; ;) {
    taken += rest.length;
    if (order === 'e') await send(socket, [rest]);
    else {
      hash.update(rest);
      count(rest.length);
    }
    if (taken >= length) break;
    const next = await chunks.next();
    if (next.done) return void socket.end();
    rest = next.value;
  }
  socket.end(order === 'e' ? '' : hash.digest());
}

async function send(to: Duplex, blocks: Iterable<Buffer>): Promise<void> {
  for (const block of blocks) if (!to.write(block)) await drained(to);
}

/** Or closed: then there is nothing to wait for either. */
function drained(stream: Duplex): Promise<void> {
  if (stream.destroyed) return Promise.resolve();
  return new Promise(resolve => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}

function header(order: 'g' | 'p' | 'e', seed: number, length: number): Buffer {
  const bytes = Buffer.alloc(headerLength);
  bytes.write(order, 0, 'latin1');
  bytes.writeUInt32LE(seed, 4);
  bytes.writeDoubleLE(length, 8);
  return bytes;
}

/** Fetches the noise of a seed and gives the digest of what came. */
export async function download(stream: Duplex, seed: number, length: number, count: Count = () => {}): Promise<string> {
  stream.write(header('g', seed, length));
  const hash = createHash('sha256');
  let received = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    count(chunk.length);
    received += chunk.length;
    if (received >= length) break;
  }
  stream.destroy();
  return received === length ? hash.digest('hex') : `${received} bytes of ${length}`;
}

/** Sends the noise of a seed and gives the digest of what the target got. */
export async function upload(stream: Duplex, seed: number, length: number, count: Count = () => {}): Promise<string> {
  stream.write(header('p', seed, length));
  for (const block of noise(seed, length)) {
    if (!stream.write(block)) await drained(stream);
    count(block.length);
  }
  let digest = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    digest = Buffer.concat([digest, chunk]);
    if (digest.length >= 32) break;
  }
  stream.destroy();
  return digest.toString('hex');
}

/** Sends a few bytes and gives what comes back. */
export async function echo(stream: Duplex, data: Buffer): Promise<Buffer> {
  stream.write(Buffer.concat([header('e', 0, data.length), data]));
  let back = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    back = Buffer.concat([back, chunk]);
    if (back.length >= data.length) break;
  }
  stream.destroy();
  return back;
}
