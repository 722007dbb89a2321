import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decodeChannelMessage,
  encodeChannelMessage,
  ProtocolError,
} from '../../../../../src/core/tunnel/channel/channelMessage.ts';
import { encodeFlag, Flag, PayloadType } from '../../../../../src/core/tunnel/channel/channelPayload.ts';

/** Made by the serializer of AWS's own client. */
const hello =
  '00000074696e7075745f73747265616d5f64617461202020202020202020202020202020000000010000018bcfe56800000000000000000500000000000000008899aabbccddeeff00112233445546772cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824000000010000000568656c6c6f';
const terminate =
  '00000074696e7075745f73747265616d5f64617461202020202020202020202020202020000000010000018bcfe56800000000000000000600000000000000008899aabbccddeeff0011223344554677433ebf5bc03dffa38536673207a21281612cef5faa9bc7a4d5b9be2fdb12cf1a0000000a0000000400000002';
const header = {
  messageType: 'input_stream_data',
  createdAt: 1_700_000_000_000,
  flags: 0,
  messageId: '00112233-4455-4677-8899-aabbccddeeff',
};

describe('channel message', () => {
  it('encodes as AWS’s own client does', () => {
    const data = encodeChannelMessage({ ...header, sequenceNumber: 5, payloadType: 1, payload: Buffer.from('hello') });
    assert.equal(data.toString('hex'), hello);
    const payload = encodeFlag(Flag.terminateSession);
    const flag = encodeChannelMessage({ ...header, sequenceNumber: 6, payloadType: PayloadType.flag, payload });
    assert.equal(flag.toString('hex'), terminate);
  });

  it('reads what AWS’s own client wrote', () => {
    const message = decodeChannelMessage(Buffer.from(hello, 'hex'));
    assert.deepEqual(
      { ...message, payload: Buffer.from(message.payload).toString() },
      {
        ...header,
        sequenceNumber: 5,
        payloadType: 1,
        payload: 'hello',
      },
    );
  });

  it('reads the service’s short header, padded with NULs', () => {
    const long = Buffer.from(hello, 'hex');
    const short = Buffer.concat([long.subarray(0, 112), long.subarray(116)]);
    short.writeUInt32BE(112, 0);
    short.fill(0, 4, 36);
    short.write('channel_closed', 4, 'ascii');
    const message = decodeChannelMessage(short);
    assert.equal(message.messageType, 'channel_closed');
    assert.equal(message.payloadType, 0);
    assert.equal(Buffer.from(message.payload).toString(), 'hello');
  });

  it('gives back any message that it encoded', () => {
    const arbitrary = fc.record({
      messageType: fc.constantFrom('input_stream_data', 'output_stream_data', 'acknowledge'),
      createdAt: fc.integer({ min: 1, max: 2 ** 45 }),
      sequenceNumber: fc.integer({ min: 0, max: 2 ** 40 }),
      flags: fc.integer({ min: 0, max: 3 }),
      messageId: fc.uuid(),
      payloadType: fc.integer({ min: 0, max: 12 }),
      payload: fc.uint8Array({ maxLength: 4096 }),
    });
    fc.assert(
      fc.property(arbitrary, message => {
        const read = decodeChannelMessage(encodeChannelMessage(message));
        assert.deepEqual({ ...read, payload: [...read.payload] }, { ...message, payload: [...message.payload] });
      }),
    );
  });

  it('refuses every truncation and every flipped payload bit of a good message', () => {
    const good = Buffer.from(hello, 'hex');
    for (let length = 0; length < good.length; length++)
      assert.throws(() => decodeChannelMessage(good.subarray(0, length)), ProtocolError);
    for (let bit = 120 * 8; bit < good.length * 8; bit++) {
      const bad = Buffer.from(good);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.throws(() => decodeChannelMessage(bad), /wrong digest/);
    }
  });

  it('refuses garbage with a protocol error and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
        try {
          decodeChannelMessage(bytes);
        } catch (error) {
          assert.ok(error instanceof ProtocolError, String(error));
        }
      }),
    );
  });

  it('does not hold a publication message to its digest', () => {
    const pause = encodeChannelMessage({
      ...header,
      messageType: 'pause_publication',
      sequenceNumber: 0,
      payloadType: 0,
      payload: Buffer.from('{}'),
    });
    pause.fill(7, 80, 112);
    assert.equal(decodeChannelMessage(pause).messageType, 'pause_publication');
  });
});
