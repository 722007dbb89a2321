import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Inbox } from '../../../../../src/core/tunnel/channel/inbox.ts';
import { makeRig, openRig, type Rig } from './support/openChannel.ts';
import { acknowledgement } from './support/strictPeer.ts';
import { writeMessage, type WireFields } from './support/wireCodec.ts';

const largest = 2n ** 63n - 1n;

async function throwAt(rig: Rig, frames: Iterable<Uint8Array>): Promise<void> {
  let count = 0;
  for (const frame of frames) {
    rig.peer.wire?.deliver(frame);
    if (++count % 5000 === 0) await new Promise(setImmediate);
  }
  await rig.clock.advance(0);
}

/** The session still works, byte for byte. */
async function stillCarries(rig: Rig): Promise<void> {
  const stream = rig.streams.openStream();
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += String(chunk)));
  stream.write('still here');
  await rig.clock.until(() => text === 'still here');
  assert.equal(rig.channel.state, 'open');
  assert.deepEqual(rig.peer.violations, []);
  stream.destroy();
}

async function end(rig: Rig): Promise<void> {
  rig.peer.stopResending();
  const over = rig.channel.terminate();
  await rig.clock.advance(3000);
  await over;
}

const json = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

describe('data channel against a hostile peer', () => {
  it('is not moved by a flood of garbage, and logs little of it', async () => {
    const rig = await openRig();
    await throwAt(
      rig,
      (function* () {
        for (let i = 0; i < 20_000; i++) yield randomBytes(1 + (i % 400));
      })(),
    );
    assert.ok(rig.log.length < 40, `${rig.log.length} lines`);
    await stillCarries(rig);
    await end(rig);
  });

  const bad: readonly (readonly [string, WireFields])[] = [
    ['a length beyond the frame', { sequence: 9n, payload: json('x'), length: 0xffff_ffff }],
    ['a digest of something else', { sequence: 9n, payload: json('x'), digest: Buffer.alloc(32, 1) }],
    ['no date', { sequence: 9n, payload: json('x'), created: 0n }],
    ['no type', { type: '', sequence: 9n }],
    ['a negative number', { sequence: -1n, payload: json('x') }],
    ['the most negative number', { sequence: -(2n ** 63n), payload: json('x') }],
    ['the largest number', { sequence: largest, payload: json('x') }],
    ['a number past what counts exactly', { sequence: 2n ** 53n + 1n, payload: json('x') }],
    ['a number far ahead', { sequence: 1_000_000n, payload: json('x') }],
    ['a type that nobody knows', { type: 'agent_task_reply', sequence: 9n }],
    ['an acknowledgement that is no JSON', { type: 'acknowledge', flags: 3n, payload: json('{"Ackn') }],
    ['an acknowledgement of nothing', { type: 'acknowledge', flags: 3n, payload: json('null') }],
    ['an acknowledgement without a number', { type: 'acknowledge', flags: 3n, payload: json({ A: 1 }) }],
    [
      'an acknowledgement of half a message',
      { type: 'acknowledge', flags: 3n, payload: json({ AcknowledgedMessageSequenceNumber: 0.5 }) },
    ],
  ];
  for (const [what, fields] of bad)
    it(`refuses ${what} without acknowledging it`, async () => {
      const rig = await openRig();
      await throwAt(rig, [writeMessage(fields)]);
      await stillCarries(rig);
      await end(rig);
    });

  it('takes acknowledgements of what was never sent, doubled, and of what is long gone', async () => {
    const rig = await openRig();
    const id = '00112233-4455-4677-8899-aabbccddeeff';
    await throwAt(
      rig,
      [0n, 0n, 1n, 5n, 999_999n, 0n].map(sequence => acknowledgement({ id, sequence })),
    );
    await stillCarries(rig);
    await end(rig);
  });

  it('refuses frames above a mebibyte', async () => {
    const rig = await openRig();
    await throwAt(rig, [writeMessage({ sequence: 3n, payload: Buffer.alloc(1 << 20) })]);
    assert.match(rig.log.join(), /too large/);
    await stillCarries(rig);
    await end(rig);
  });

  it('holds no more than 16 MiB and 10 000 messages of what comes before its turn', () => {
    const inbox = new Inbox();
    const message = (sequenceNumber: number, size: number) => ({
      messageType: 'output_stream_data',
      createdAt: 1,
      sequenceNumber,
      flags: 0,
      messageId: '',
      payloadType: 1,
      payload: Buffer.alloc(size),
    });
    for (let i = 1; i < 30_000; i++) inbox.receive(message(i, 10));
    assert.equal(inbox.waiting, 10_000);
    const big = new Inbox();
    for (let i = 1; i < 100; i++) big.receive(message(i, 900_000));
    assert.ok(big.waitingBytes <= 16 * 1024 * 1024 && big.waiting >= 15);
    assert.equal(big.receive(message(0, 1)).deliver.length, 1 + 18);
    assert.equal(big.waitingBytes, 0);
  });

  it('ignores frames of streams that it never opened', async () => {
    const rig = await openRig();
    const mux = (command: number, id: number, data = '') => {
      const bytes = Buffer.concat([Buffer.alloc(8), Buffer.from(data)]);
      bytes.set([1, command]);
      bytes.writeUInt16LE(data.length, 2);
      bytes.writeUInt32LE(id, 4);
      return bytes;
    };
    for (const id of [0, 2, 4, 99, 0xffff_ffff])
      for (const command of [0, 1, 2, 3]) rig.peer.output(1, mux(command, id, command === 2 ? 'data' : ''));
    await rig.clock.advance(10);
    await stillCarries(rig);
    await end(rig);
  });

  it('ends, and says why, when the byte stream is no smux', async () => {
    const rig = await openRig();
    rig.peer.output(1, Buffer.from('0200000003000000', 'hex'));
    await rig.clock.advance(10);
    assert.deepEqual([rig.channel.state, rig.channel.closedReason?.kind], ['ended', 'unreadable']);
    rig.peer.stopResending();
  });

  it('ends at a handshake that is no JSON', async () => {
    const rig = makeRig({ peer: { request: () => 'not an object' } });
    const error = rig.channel.open(new AbortController().signal).catch((reason: unknown) => reason);
    await rig.clock.advance(100);
    assert.match(String(await error), /HandshakeRequest is not a JSON object/);
  });

  it('lets nothing of a peer’s words into a log line but words', async () => {
    const rig = await openRig();
    const Output = `\u001b[31mred\u001b[0m\n\n${'x'.repeat(5000)}`;
    await throwAt(rig, [writeMessage({ type: 'channel_closed', short: true, payload: json({ Output }) })]);
    const text = rig.channel.closedReason?.text ?? '';
    assert.ok(text.length <= 400 && !/[\u0000-\u001f]/.test(text), text);
    rig.peer.stopResending();
  });
});

describe('streams against a hostile peer', () => {
  const limits = { streamBytes: 1 << 20, loneBytes: 1 << 18, totalBytes: 1 << 22, patienceMs: 10_000 };
  const swallow = () => undefined;

  it('reset the one whose reader is stuck, and the others notice nothing', async () => {
    const rig = await openRig({ limits });
    const stuck = rig.streams.openStream().on('error', swallow);
    await stillCarries(rig);
    const lively = rig.streams.openStream();
    let heard = 0;
    lively.on('data', (chunk: Buffer) => (heard += chunk.length));
    await rig.clock.advance(10);
    for (let round = 0; round < 30; round++) {
      rig.peer.mux.send(3, Buffer.alloc(64 * 1024));
      rig.peer.mux.send(7, Buffer.alloc(1000));
      await rig.clock.advance(10);
      assert.equal(heard, (round + 1) * 1000, 'it was held up');
    }
    assert.deepEqual([stuck.destroyed, lively.destroyed, rig.channel.state], [true, false, 'open']);
    assert.ok(rig.peer.isDrained);
    await end(rig);
  });

  it('hold the path back for a slow reader that is alone, and lose nothing', async () => {
    const rig = await openRig({ limits });
    const slow = rig.streams.openStream();
    await rig.clock.advance(10);
    for (let round = 0; round < 12; round++) rig.peer.mux.send(3, Buffer.alloc(64 * 1024, round));
    await rig.clock.advance(1000);
    assert.equal(rig.peer.wire?.isPaused, true);
    const bytes: Buffer[] = [];
    slow.on('data', (chunk: Buffer) => bytes.push(chunk));
    await rig.clock.advance(1000);
    const expected = Buffer.concat(Array.from({ length: 12 }, (_, round) => Buffer.alloc(64 * 1024, round)));
    assert.ok(Buffer.concat(bytes).equals(expected));
    assert.equal(rig.peer.wire?.isPaused, false);
    await end(rig);
  });

  it('stay within their bound together, by resetting the worst after a while', async () => {
    const rig = await openRig({ limits: { ...limits, streamBytes: 1 << 22, totalBytes: 1 << 20 } });
    const streams = Array.from({ length: 4 }, () => rig.streams.openStream().on('error', swallow));
    await rig.clock.advance(10);
    for (let round = 0; round < 60; round++) {
      for (const id of [3, 5, 7, 9]) rig.peer.mux.send(id, Buffer.alloc(id === 5 ? 12_000 : 6000));
      await rig.clock.advance(5);
    }
    assert.equal(rig.peer.wire?.isPaused, true);
    await rig.clock.advance(10_000);
    assert.deepEqual(
      streams.map(({ destroyed }) => destroyed),
      [false, true, false, false],
    );
    await end(rig);
  });
});
