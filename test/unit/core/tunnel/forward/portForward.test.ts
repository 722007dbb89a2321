import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as dial, createServer, type AddressInfo, type Socket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { openPortForward, type Connect, type PortForward } from '../../../../../src/core/tunnel/forward/portForward.ts';
import { FakeClock } from '../support/fakeClock.ts';

/** A stream into the VPC whose far end the test holds. */
function pair(): { near: Duplex; far: { written: PassThrough; answer: (text: string | null) => void } } {
  const written = new PassThrough();
  const near = new Duplex({
    allowHalfOpen: true,
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => void written.write(chunk, () => done()),
  });
  near.on('error', () => undefined);
  return { near, far: { written, answer: text => near.push(text) } };
}

async function read(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('port forward', () => {
  const forwards: PortForward[] = [];
  const clock = new FakeClock();
  const forward = async (connect: Connect, options = {}) => {
    const made = await openPortForward(0, connect, { clock, ...options });
    forwards.push(made);
    return made;
  };
  const local = async ({ port }: PortForward) => {
    const socket = dial({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  };
  const until = async (what: () => boolean) => {
    while (!what()) await new Promise(setImmediate);
  };
  afterEach(async () => {
    await Promise.all(forwards.splice(0).map(each => each.close()));
  });

  it('waits for the answer after the local side has said that it sends no more', async () => {
    const { near, far } = pair();
    const made = await forward(async () => near);
    const socket = await local(made);
    socket.end('ask');
    assert.equal(String((await once(far.written, 'data'))[0]), 'ask');
    assert.equal(near.destroyed, false);
    far.answer('answer');
    far.answer(null);
    assert.equal(await read(socket), 'answer');
    await until(() => near.destroyed);
    assert.equal(clock.sleeping, 0);
  });

  it('waits for it no longer than its linger', async () => {
    const { near } = pair();
    const made = await forward(async () => near, { lingerMs: 5000 });
    const socket = await local(made);
    socket.end('ask');
    await until(() => clock.sleeping > 0);
    await clock.advance(4999);
    assert.equal(near.destroyed, false);
    await clock.advance(1);
    assert.equal(near.destroyed, true);
    assert.equal(await read(socket), '');
  });

  it('counts what each connection carries, and all of them together', async () => {
    const pairs = [pair(), pair()];
    const left = [...pairs];
    const made = await forward(async () => left.shift()?.near ?? assert.fail());
    const first = await local(made);
    await until(() => left.length === 1);
    const second = await local(made);
    first.write('abc');
    second.write('de');
    await until(() => made.traffic.bytesOut === 5);
    pairs[0]?.far.answer('12345678');
    await until(() => made.traffic.bytesIn === 8);
    assert.deepEqual(
      made.connections.map(({ bytesIn, bytesOut }) => [bytesIn, bytesOut]),
      [
        [8, 3],
        [0, 2],
      ],
    );
    assert.deepEqual([made.traffic.connections, made.traffic.openConnections], [2, 2]);
    first.destroy();
    await until(() => made.traffic.openConnections === 1);
    await until(() => pairs[0]?.near.destroyed === true);
    assert.equal(made.connections.length, 1);
    second.destroy();
  });

  it('resets a connection that cannot be carried, so that nobody takes it for an empty answer', async () => {
    const errors: unknown[] = [];
    const made = await forward(() => Promise.reject(new Error('no session')), {
      onConnectFailed: (error: unknown) => errors.push(error),
    });
    const socket = dial({ port: made.port, host: '127.0.0.1' });
    await assert.rejects(read(socket), { code: 'ECONNRESET' });
    assert.deepEqual([errors.map(String), made.traffic.failedConnections], [['Error: no session'], 1]);
  });

  it('resets it too when its session is lost', async () => {
    const { near } = pair();
    const made = await forward(async () => near);
    const socket = await local(made);
    socket.write('x');
    await until(() => made.traffic.bytesOut === 1);
    near.destroy(new Error('the session is over'));
    await assert.rejects(read(socket), { code: 'ECONNRESET' });
  });

  it('tells whoever looks for a session that the local side has gone', async () => {
    const aborted = Promise.withResolvers<void>();
    const { near } = pair();
    const made = await forward(async gone => {
      gone.addEventListener('abort', () => aborted.resolve());
      await aborted.promise;
      return near;
    });
    const socket = await local(made);
    socket.resetAndDestroy();
    await aborted.promise;
    await until(() => near.destroyed);
    assert.equal(made.traffic.openConnections, 0);
  });

  it('closes what is more than it may carry', async () => {
    const made = await forward(async () => pair().near, { mostConnections: 1 });
    const first = await local(made);
    await until(() => made.traffic.openConnections === 1);
    const second = dial({ port: made.port, host: '127.0.0.1' });
    second.on('error', () => undefined).resume();
    await once(second, 'close');
    assert.equal(made.traffic.connections, 1);
    first.destroy();
  });

  it('says that a port is taken, before any session', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await assert.rejects(
      openPortForward(port, async () => pair().near),
      { code: 'port-in-use' },
    );
    other.close();
  });

  it('listens on the loopback address and frees its port', async () => {
    const made = await forward(async () => pair().near);
    const socket = await local(made);
    assert.equal(socket.remoteAddress, '127.0.0.1');
    await made.close();
    await assert.rejects(local(made), { code: 'ECONNREFUSED' });
    socket.destroy();
  });
});
