import assert from 'node:assert/strict';
import { once } from 'node:events';
import fc from 'fast-check';
import { ProtocolError } from '../../../../../src/core/tunnel/channel/channelMessage.ts';
import { SmuxClient } from '../../../../../src/core/tunnel/channel/smuxClient.ts';
import {
  encodeSmuxFrame,
  SmuxCommand,
  SmuxParser,
  type SmuxFrame,
} from '../../../../../src/core/tunnel/channel/smuxFrame.ts';

describe('smux frames', () => {
  it('stand on the wire as version, command, length and stream, little-endian', () => {
    assert.equal(encodeSmuxFrame(SmuxCommand.open, 3).toString('hex'), '0100000003000000');
    assert.equal(encodeSmuxFrame(SmuxCommand.data, 261, Buffer.from('hi')).toString('hex'), '01020200050100006869');
  });

  it('are found again however the bytes are cut', () => {
    const frame = fc.record({
      command: fc.integer({ min: 0, max: 3 }),
      stream: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      data: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (frames, cuts) => {
          const bytes = Buffer.concat(
            frames.map(({ command, stream, data }) => encodeSmuxFrame(command, stream, data)),
          );
          const parser = new SmuxParser();
          const found: SmuxFrame[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn++) {
            const size = cuts[turn % cuts.length] ?? 1;
            found.push(...parser.push(bytes.subarray(at, at + size)));
            at += size;
          }
          const plain = (list: readonly SmuxFrame[]) =>
            list.map(({ command, stream, data }) => [command, stream, [...data]]);
          assert.deepEqual(plain(found), plain(frames));
        },
      ),
    );
  });

  it('of version 2 are refused', () => {
    assert.throws(() => new SmuxParser().push(Buffer.from('0200000003000000', 'hex')), ProtocolError);
  });
});

describe('smux client', () => {
  function client() {
    const written: SmuxFrame[] = [];
    const parser = new SmuxParser();
    const pauses: boolean[] = [];
    const carrier = {
      write: (bytes: Uint8Array) => void written.push(...parser.push(bytes)),
      writable: () => Promise.resolve(),
      pause: (paused: boolean) => void pauses.push(paused),
    };
    return { mux: new SmuxClient(carrier), written, pauses };
  }

  it('opens odd streams from 3 and sends data on them', async () => {
    const { mux, written } = client();
    mux.openStream().write('a');
    mux.openStream().write('b');
    await new Promise(setImmediate);
    const seen = written.map(({ command, stream, data }) => `${command}:${stream}:${Buffer.from(data).toString()}`);
    assert.deepEqual(seen.sort(), ['0:3:', '0:5:', '2:3:a', '2:5:b']);
  });

  it('does not close the stream when its writer ends: the answer would be lost', async () => {
    const { mux, written } = client();
    const stream = mux.openStream();
    stream.end('ask');
    await once(stream, 'finish');
    assert.ok(!written.some(frame => frame.command === SmuxCommand.close));
    const answer = once(stream, 'data');
    const end = once(stream, 'end');
    mux.receive(encodeSmuxFrame(SmuxCommand.data, 3, Buffer.from('answer')));
    mux.receive(encodeSmuxFrame(SmuxCommand.close, 3));
    assert.equal(String((await answer)[0]), 'answer');
    await end;
  });

  it('closes a stream that is destroyed, once', async () => {
    const { mux, written } = client();
    const stream = mux.openStream();
    stream.destroy();
    await once(stream, 'close');
    assert.deepEqual(
      written.filter(frame => frame.command === SmuxCommand.close).map(frame => frame.stream),
      [3],
    );
    assert.equal(mux.streamCount, 0);
  });

  it('accepts nothing more while unread data piles up, and goes on when it is read', () => {
    const { mux, pauses } = client();
    const stuck = mux.openStream();
    const chunk = Buffer.alloc(32_768);
    for (let i = 0; i < 129; i++) mux.receive(encodeSmuxFrame(SmuxCommand.data, 3, chunk));
    assert.deepEqual(pauses, [true]);
    while (stuck.read() !== null);
    mux.receive(encodeSmuxFrame(SmuxCommand.keepAlive, 0));
    assert.deepEqual(pauses, [true, false]);
  });
});
