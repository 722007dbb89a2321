import assert from 'node:assert/strict';
import { decodeChannelMessage } from '../../../../../src/core/tunnel/channel/channelMessage.ts';
import { ChannelStreams } from '../../../../../src/core/tunnel/channel/channelStreams.ts';
import { DataChannel } from '../../../../../src/core/tunnel/channel/dataChannel.ts';
import { Outbox } from '../../../../../src/core/tunnel/channel/outbox.ts';
import { Turnstile } from '../../../../../src/core/tunnel/channel/turnstile.ts';
import { settle } from '../support/fakeClock.ts';
import { makeRig, openRig, type Rig } from './support/openChannel.ts';
import type { MemoryWire } from './support/memoryWire.ts';
import { handshakeRequest } from './support/strictPeer.ts';

async function end(rig: Rig): Promise<void> {
  rig.peer.stopResending();
  const over = rig.channel.terminate();
  await rig.clock.advance(3000);
  await over;
}

const numbers = (messages: readonly Buffer[]) => messages.map(bytes => decodeChannelMessage(bytes).sequenceNumber);

function filled(count: number): Outbox {
  const outbox = new Outbox();
  for (let i = 0; i < count; i++) outbox.add(1, Buffer.from('x'), 1 + i);
  return outbox;
}

describe('what was overtaken', () => {
  it('is sent again once sixteen later messages are acknowledged, and not before', () => {
    const outbox = filled(40);
    for (let sequence = 3; sequence < 18; sequence++) outbox.acknowledge(sequence, 200);
    assert.deepEqual(numbers(outbox.overtaken(200)), [0, 1]);
    outbox.acknowledge(18, 200);
    assert.deepEqual(numbers(outbox.overtaken(200)), [2]);
  });

  it('is sent again at most once in a round trip', () => {
    const outbox = filled(40);
    for (let sequence = 1; sequence < 40; sequence++) outbox.acknowledge(sequence, 200);
    assert.deepEqual(numbers(outbox.overtaken(200)), [0]);
    for (let i = 0; i < 20; i++) {
      outbox.add(1, Buffer.from('y'), 201);
      outbox.acknowledge(40 + i, 202);
    }
    assert.deepEqual(numbers(outbox.overtaken(202)), []);
    assert.deepEqual(numbers(outbox.overtaken(200 + Math.ceil(outbox.roundTrip))), [0]);
  });

  it('costs a session round trips, not ticks: twelve losses in one window', async () => {
    const lost = new Set([30, 33, 36, 39, 42, 45, 48, 51, 54, 57, 60, 63]);
    let count = 0;
    const rig = await openRig({ peer: { fate: () => ({ copies: lost.has(++count) ? 0 : 1, delayMs: 10 }) } });
    rig.peer.mux.onData = () => undefined;
    const started = rig.clock.now();
    rig.streams.openStream().write(Buffer.alloc(200_000));
    await settle();
    await rig.clock.until(() => rig.channel.bytesOut > 200_000 && rig.peer.hasAll, 5000, 5);
    assert.ok(rig.clock.now() - started < 700, `${rig.clock.now() - started} ms`);
    await end(rig);
  });
});

describe('what a new socket is owed', () => {
  it('follows two by two as it is acknowledged, and new data behind it', async () => {
    let isReady = false;
    const rig = await openRig({ peer: { isReady: () => isReady } });
    rig.peer.mux.onData = () => undefined;
    const stream = rig.streams.openStream();
    stream.write(Buffer.alloc(300_000));
    await rig.clock.advance(50);
    rig.peer.wire?.cut('closed with code 1000 Bye');
    isReady = true;
    await rig.clock.until(() => rig.channel.resumes === 1);
    const started = rig.clock.now();
    stream.write('new');
    await rig.clock.until(() => rig.peer.hasAll && rig.channel.bytesOut > 300_000, 20_000);
    assert.ok(rig.clock.now() - started < 500, `${rig.clock.now() - started} ms`);
    assert.deepEqual(rig.peer.violations, []);
    await end(rig);
  });

  it('is not read where reading is stopped just then', async () => {
    const rig = await openRig();
    rig.channel.pause(true);
    rig.peer.wire?.cut('closed with code 1000 Bye');
    await rig.clock.until(() => rig.channel.resumes === 1);
    assert.equal(rig.peer.wire?.isPaused, true);
    rig.channel.pause(false);
    assert.equal(rig.peer.wire?.isPaused, false);
    await end(rig);
  });
});

describe('the handshake', () => {
  it('is waited for with data, which the agent would acknowledge and drop', async () => {
    const rig = makeRig({ peer: { fate: () => ({ copies: 1, delayMs: 50 }) } });
    const opened = rig.channel.open(new AbortController().signal);
    rig.channel.write(Buffer.from('0100000003000000', 'hex'));
    await rig.clock.until(() => rig.channel.state === 'open');
    await opened;
    await rig.clock.advance(1000);
    assert.deepEqual([rig.peer.violations, rig.peer.mux.opened], [[], [3]]);
    await end(rig);
  });

  it('is answered once, even when it is asked for in a new message', async () => {
    const rig = await openRig();
    rig.peer.output(5, Buffer.from(JSON.stringify(handshakeRequest('3.3.100.0'))));
    await rig.clock.advance(500);
    assert.deepEqual([rig.peer.responses, rig.peer.violations, rig.peer.isDrained], [1, [], true]);
    await end(rig);
  });
});

describe('turnstile', () => {
  it('lets one writer through at a time, in their order, and no more than fit', async () => {
    let queued = 0;
    const order: number[] = [];
    const turnstile = new Turnstile(() => queued < 100);
    for (let writer = 0; writer < 10; writer++)
      void turnstile.enter().then(() => {
        order.push(writer);
        queued += 60;
      });
    await settle();
    assert.deepEqual([order, queued], [[0, 1], 120], 'all came in at once');
    while (order.length < 10) {
      const before = order.length;
      queued = 0;
      turnstile.turn();
      await settle();
      assert.ok(order.length - before <= 2, 'too many at once');
    }
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('is not held up by one that was let through and wrote nothing', async () => {
    let queued = 100;
    const turnstile = new Turnstile(() => queued < 100);
    let through = 0;
    for (let writer = 0; writer < 5; writer++) void turnstile.enter().then(() => through++);
    queued = 0;
    turnstile.turn();
    await settle();
    assert.equal(through, 5);
  });
});

describe('a socket that is slow to send', () => {
  it('is given little data at a time, so that an acknowledgement waits behind little', async () => {
    const wires: MemoryWire[] = [];
    const rig = makeRig();
    const { peer } = rig;
    const channel = new DataChannel({
      grant: { sessionId: 's', streamUrl: 'wss://x', token: peer.token },
      ...{ clock: rig.clock, log: () => undefined, resume: () => rig.resume() },
      dial: async () => {
        const wire = await peer.dial();
        wires.push(wire);
        return wire;
      },
      onData: () => undefined,
      ...{ onConnectError: () => undefined, onState: () => undefined, onResumeFailed: () => undefined },
    });
    const streams = new ChannelStreams(channel, { clock: rig.clock });
    await channel.open(new AbortController().signal);
    peer.mux.onData = () => undefined;
    const [wire] = wires;
    assert.ok(wire);
    wire.queue = [];
    streams.openStream().write(Buffer.alloc(400_000));
    await settle();
    assert.ok(
      wire.queuedBytes > 16 * 1024 && wire.queuedBytes < 36 * 1024,
      `${wire.queuedBytes} bytes lie in the socket`,
    );
    const data = wire.queue.length;
    peer.output(1, Buffer.alloc(0));
    await settle();
    const types = wire.queue.map(bytes => decodeChannelMessage(Buffer.from(bytes)).messageType);
    assert.deepEqual(types.slice(data), ['acknowledge']);
    while (channel.bytesOut < 400_000) {
      const before = channel.bytesOut;
      wire.sendQueued();
      await settle();
      assert.ok(channel.bytesOut > before, 'it does not go on when the socket has room again');
      assert.ok(wire.queuedBytes < 36 * 1024);
    }
    wire.sendQueued();
    wire.queue = undefined;
    await settle();
    const over = channel.terminate();
    await rig.clock.advance(3000);
    await over;
  });
});
