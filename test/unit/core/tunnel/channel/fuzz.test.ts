import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ChannelEffect } from '../../../../../src/core/tunnel/channel/channelEffect.ts';
import { ChannelMachine } from '../../../../../src/core/tunnel/channel/channelMachine.ts';
import { ProtocolError } from '../../../../../src/core/tunnel/channel/channelMessage.ts';
import { channelSettings } from '../../../../../src/core/tunnel/channel/channelSettings.ts';
import { SmuxClient } from '../../../../../src/core/tunnel/channel/smuxClient.ts';
import { acknowledgement, handshakeRequest } from './support/strictPeer.ts';
import { writeMessage } from './support/wireCodec.ts';

/** PRIVATE_EKS_FUZZ_COUNT makes more of them, PRIVATE_EKS_FUZZ_SEED repeats a run. */
const count = Number(process.env['PRIVATE_EKS_FUZZ_COUNT'] || 100_000);
const seed = Number(process.env['PRIVATE_EKS_FUZZ_SEED'] || Math.floor(Math.random() * 2 ** 31));

function dice(from: number): (below: number) => number {
  let state = from >>> 0;
  return below => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return Math.floor((((state ^ (state >>> 13)) >>> 0) / 2 ** 32) * below);
  };
}

const id = '00112233-4455-4677-8899-aabbccddeeff';
const corpus: readonly Buffer[] = [
  writeMessage({ payloadType: 5, payload: Buffer.from(JSON.stringify(handshakeRequest('3.3.1.0'))) }),
  writeMessage({ payloadType: 7, payload: Buffer.from('{"HandshakeTimeToComplete":1,"CustomerMessage":""}') }),
  writeMessage({
    payloadType: 1,
    payload: Buffer.from('0102050003000000616263646501010000030000000102ffff05000000', 'hex'),
  }),
  writeMessage({ payloadType: 1, payload: Buffer.from('0100000007000000', 'hex') }),
  writeMessage({ payloadType: 10, payload: Buffer.from([0, 0, 0, 3]) }),
  writeMessage({ type: 'channel_closed', short: true, payload: Buffer.from('{"Output":"bye"}') }),
  writeMessage({ type: 'pause_publication', short: true, payload: Buffer.from('{}') }),
  acknowledgement({ id, sequence: 0n }),
  acknowledgement({ id, sequence: 7n }),
];
const numbers = [0, 1, 2, 4, 8, 111, 112, 116, 120, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

function mutated(roll: (below: number) => number, next: number): Buffer {
  let bytes = Buffer.from(corpus[roll(corpus.length)] ?? '');
  const ahead = [next, next, next, next, next - 1, next + 1 + roll(20), roll(2 ** 31)][roll(7)] ?? 0;
  bytes.writeBigInt64BE(BigInt(ahead), 48);
  for (let times = roll(4); times > 0 && bytes.length > 0; times--) {
    // Half of the blows go into the payload, which is the smaller part.
    const from = bytes.length > 120 && roll(2) === 0 ? 120 : 0;
    const at = from + roll(bytes.length - from);
    const kind = roll(6);
    if (kind === 0) bytes[at] = roll(256);
    else if (kind === 1) bytes = bytes.subarray(0, at);
    else if (kind === 2) bytes = Buffer.concat([bytes, Buffer.alloc(roll(300), roll(256))]);
    else if (kind === 3 && at + 4 <= bytes.length) bytes.writeUInt32BE(numbers[roll(numbers.length)] ?? 0, at);
    else if (kind === 4) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(roll(bytes.length))]);
    else bytes[at] = (bytes[at] ?? 0) ^ (1 << roll(8));
  }
  // Half of them get a digest and a length that fit, so that what lies behind these checks is reached.
  if (bytes.length >= 120 && roll(2) === 0) {
    const header = bytes.readUInt32BE(0) === 112 ? 112 : 116;
    bytes.writeUInt32BE(header, 0);
    bytes.writeUInt32BE(bytes.length - header - 4, header);
    createHash('sha256')
      .update(bytes.subarray(header + 4))
      .digest()
      .copy(bytes, 80);
  }
  return bytes;
}

describe('fuzz', () => {
  it(`${count.toLocaleString('en')} mutated messages move neither state machine nor streams to throw or to hoard (seed ${seed})`, function () {
    this.timeout(60_000);
    const roll = dice(seed);
    const carrier = { write: () => undefined, writable: () => Promise.resolve(), pause: () => undefined };
    const tally: Record<string, number> = {};
    let machine: ChannelMachine;
    let streams: SmuxClient;
    let now = 1_700_000_000_000;
    let next = 0;
    const early = new Set<number>();
    const begin = () => {
      machine = new ChannelMachine(channelSettings(), { clientId: id, newId: () => id });
      streams = new SmuxClient(carrier);
      for (let i = 0; i < 3; i++)
        streams
          .openStream()
          .on('error', () => undefined)
          .resume();
      machine.attach('token', now);
      next = 0;
      early.clear();
      // Every other time the handshake is got over with, so that streams are reached as often.
      if (roll(2) === 0) return;
      for (const frame of corpus.slice(0, 2)) {
        const whole = Buffer.from(frame);
        whole.writeBigInt64BE(BigInt(next++), 48);
        machine.receive(whole, now);
      }
    };
    const perform = (effect: ChannelEffect) => {
      tally[effect.type] = (tally[effect.type] ?? 0) + 1;
      if (effect.type !== 'deliver') return;
      try {
        streams.receive(effect.bytes);
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error));
        tally.unreadable = (tally.unreadable ?? 0) + 1;
        streams.destroy(error);
        begin();
      }
    };
    begin();
    for (let i = 0; i < count; i++) {
      if (i % 499 === 0) begin();
      now += roll(50);
      const bytes = mutated(roll, next);
      const effects = machine!.receive(bytes, now);
      assert.ok(effects.length <= 12_000, `${effects.length} effects`);
      assert.ok(machine!.heldBytes <= 16 * 1024 * 1024);
      const isStream = bytes.length > 36 && bytes.toString('latin1', 4, 22) === 'output_stream_data';
      const sequence = isStream && bytes.length >= 56 ? Number(bytes.readBigInt64BE(48)) : -1;
      if (sequence > next && effects.length > 0) early.add(sequence);
      if (sequence === next && effects.some(({ type }) => type === 'send')) next++;
      while (early.delete(next)) next++;
      effects.forEach(perform);
      if (roll(10) === 0) {
        machine!.write(Buffer.alloc(roll(3000)));
        machine!.flush(now).forEach(perform);
        machine!.tick(now).forEach(perform);
      }
    }
    if (process.env['PRIVATE_EKS_FUZZ_COUNT']) console.log(tally);
    // A fuzz that is refused at the door proves nothing: each kind of effect must have been reached.
    for (const kind of ['send', 'deliver', 'opened', 'connect-error', 'over', 'log', 'unreadable'])
      assert.ok((tally[kind] ?? 0) > count / 20_000, `${kind} was reached ${tally[kind] ?? 0} times`);
  });
});
