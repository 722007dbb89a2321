import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import fc from 'fast-check';
import { openRig, type Rig } from './support/openChannel.ts';
import { readStrictly } from './support/wireCodec.ts';

/** Made by the serializer of AWS's own client: seq 5, data "hello". */
const hello =
  '00000074696e7075745f73747265616d5f64617461202020202020202020202020202020000000010000018bcfe56800000000000000000500000000000000008899aabbccddeeff00112233445546772cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824000000010000000568656c6c6f';

/** Numbers from a seed, the same each time. */
function dice(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function collect(stream: Duplex): { bytes: number; hash: () => string } {
  const hash = createHash('sha256');
  const seen = { bytes: 0, hash: () => hash.copy().digest('hex') };
  stream.on('data', (chunk: Buffer) => {
    seen.bytes += chunk.length;
    hash.update(chunk);
  });
  stream.on('error', () => undefined);
  return seen;
}

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');

async function end(rig: Rig): Promise<void> {
  rig.peer.stopResending();
  const over = rig.channel.terminate();
  await rig.clock.advance(3000);
  await over;
}

describe('data channel against a strict peer', () => {
  it('is judged by a codec that reads AWS’s own vector', () => {
    const { id, sequence, payload } = readStrictly(Buffer.from(hello, 'hex'));
    assert.deepEqual([id, sequence, String(payload)], ['00112233-4455-4677-8899-aabbccddeeff', 5n, 'hello']);
  });

  it('breaks no rule in a whole session: handshake, streams, end', async () => {
    const rig = await openRig();
    const data = randomBytes(200_000);
    const stream = rig.streams.openStream();
    const echo = collect(stream);
    stream.write(data);
    await rig.clock.until(() => echo.bytes >= data.length);
    assert.equal(echo.hash(), sha256(data));
    stream.destroy();
    await rig.clock.advance(500);
    assert.equal(rig.peer.mux.openStreams, 0);
    await end(rig);
    assert.deepEqual(rig.peer.flags, [2], 'the agent was told to end the session');
    assert.deepEqual(rig.peer.violations, []);
    assert.equal(rig.peer.clientVersion, '1.2.707.0');
    assert.ok(rig.channel.bytesOut > data.length && rig.channel.bytesIn > data.length);
    assert.deepEqual(rig.states, ['open', 'ended']);
    assert.equal(rig.channel.closedReason?.kind, 'closed-here');
  });

  it('loses nothing and breaks no rule when messages are lost, doubled, late and reordered, and sockets are cut', async function () {
    this.timeout(20_000);
    const arbitrary = fc.record({
      seed: fc.integer(),
      loss: fc.double({ min: 0, max: 0.15, noNaN: true }),
      twice: fc.double({ min: 0, max: 0.1, noNaN: true }),
      late: fc.double({ min: 0, max: 0.3, noNaN: true }),
      sizes: fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 4 }),
      cuts: fc.array(fc.integer({ min: 20, max: 1500 }), { maxLength: 4 }),
      payloadSize: fc.constantFrom(256, 1024, 8192),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ seed, loss, twice, late, sizes, cuts, payloadSize }) => {
        const roll = dice(seed);
        const fate = () => {
          const copies = roll() < loss ? 0 : roll() < twice ? 2 : 1;
          return { copies, delayMs: roll() < late ? Math.floor(roll() * 300) : 0 };
        };
        const windowBytes = 32 * 1024;
        const rig = await openRig({
          peer: { fate, payloadSize, windowBytes },
          channel: { settings: { payloadSize, windowBytes } },
        });
        const work = sizes.map(size => {
          const data = randomBytes(size);
          const stream = rig.streams.openStream();
          stream.write(data);
          return { data, echo: collect(stream), stream };
        });
        for (const cut of cuts) {
          await rig.clock.advance(cut);
          rig.peer.wire?.cut('closed with code 1000 Bye');
        }
        await rig.clock.until(() => work.every(({ data, echo }) => echo.bytes >= data.length), 3_600_000);
        for (const { data, echo } of work) assert.equal(echo.hash(), sha256(data));
        assert.deepEqual(rig.peer.violations, []);
        await end(rig);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps its window, and little more than one round trip in it is spent on a lost message', async () => {
    const windowBytes = 64 * 1024;
    let count = 0;
    const fate = () => ({ copies: ++count === 40 ? 0 : 1, delayMs: 25 });
    const rig = await openRig({ peer: { fate, windowBytes }, channel: { settings: { windowBytes } } });
    const stream = rig.streams.openStream();
    const echo = collect(stream);
    const started = rig.clock.now();
    stream.write(Buffer.alloc(100_000, 7));
    await rig.clock.until(() => echo.bytes >= 100_000, 20_000, 5);
    assert.ok(rig.peer.mostInFlight <= windowBytes + 2000 && rig.peer.mostInFlight > windowBytes / 2);
    assert.ok(rig.clock.now() - started < 600, `${rig.clock.now() - started} ms`);
    assert.deepEqual(rig.peer.violations, []);
    await end(rig);
  });

  it('acknowledges again what it has had before, and answers the handshake once', async () => {
    const rig = await openRig();
    const before = rig.peer.acksByNumber.get(0n) ?? 0;
    for (let time = 0; time < 5; time++) rig.peer.repeat(0);
    await rig.clock.advance(50);
    assert.equal(rig.peer.acksByNumber.get(0n), before + 5);
    assert.equal(rig.peer.responses, 1);
    assert.deepEqual(rig.peer.violations, []);
    await end(rig);
  });

  it('gets data in that was rejected while the agent’s mux was not ready', async () => {
    let isReady = false;
    const rig = await openRig({ peer: { isReady: () => isReady } });
    const stream = rig.streams.openStream();
    const echo = collect(stream);
    stream.write('early');
    await rig.clock.advance(900);
    assert.equal(echo.bytes, 0);
    isReady = true;
    await rig.clock.until(() => echo.bytes === 5);
    assert.deepEqual(rig.peer.violations, []);
    await end(rig);
  });

  it('comes back from a cut oldest first and paced, never as one burst', async () => {
    const rig = await openRig({ peer: { isReady: () => false } });
    const stream = rig.streams.openStream();
    stream.write(Buffer.alloc(200_000));
    await rig.clock.advance(50);
    rig.peer.wire?.cut('closed with code 1000 Bye');
    const frames: bigint[] = [];
    const { dial } = rig.peer;
    rig.peer.dial = async () => {
      const wire = await dial();
      const pass = wire.onFrame;
      wire.onFrame = frame => {
        if (typeof frame !== 'string') frames.push(readStrictly(frame).sequence);
        pass(frame);
      };
      return wire;
    };
    await rig.clock.until(() => frames.length > 0);
    assert.deepEqual(frames, [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]);
    assert.equal(rig.channel.resumes, 1);
    await end(rig);
  });

  it('attributes a failed dial to the stream that it befell', async () => {
    const rig = await openRig();
    rig.peer.mux.refuse = id => id === 5;
    const [first, second, third] = [0, 1, 2].map(() => rig.streams.openStream());
    assert.ok(first && second && third);
    const errors: string[] = [];
    for (const [index, stream] of [first, second, third].entries())
      stream.on('error', error => errors.push(`${index}: ${error.message}`));
    const echo = collect(third);
    third.write('still here');
    await rig.clock.until(() => echo.bytes === 10);
    assert.deepEqual(errors, ['1: The agent cannot reach its target.']);
    assert.deepEqual([first.destroyed, second.destroyed, third.destroyed], [false, true, false]);
    assert.deepEqual(rig.peer.violations, []);
    await end(rig);
  });

  it('shows what the organisation has to say', async () => {
    const rig = await openRig({ peer: { customerMessage: 'This session\r\n is recorded.\u0007' } });
    assert.deepEqual(rig.greetings, ['This session is recorded.']);
    await end(rig);
  });

  it('leaves no timer behind', async () => {
    const rig = await openRig();
    rig.streams
      .openStream()
      .on('error', () => undefined)
      .write('x');
    await rig.clock.advance(1000);
    await end(rig);
    rig.streams.destroy(new Error('over'));
    await rig.clock.advance(1000);
    assert.equal(rig.clock.sleeping, 0);
  });
});
