import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decodeChannelMessage,
  encodeChannelMessage,
  type ChannelMessage,
} from '../../../../../src/core/tunnel/channel/channelMessage.ts';
import { Inbox } from '../../../../../src/core/tunnel/channel/inbox.ts';
import { Outbox } from '../../../../../src/core/tunnel/channel/outbox.ts';

function output(sequenceNumber: number): ChannelMessage {
  const payload = Buffer.from(String(sequenceNumber));
  const header = { messageType: 'output_stream_data', createdAt: 1, flags: 0, payloadType: 1 };
  return decodeChannelMessage(encodeChannelMessage({ ...header, sequenceNumber, payload }));
}

describe('inbox', () => {
  it('delivers any shuffle with repeats in order, once each, and acknowledges all', () => {
    const arrivals = fc.integer({ min: 1, max: 60 }).chain(count => {
      const numbers = Array.from({ length: count }, (_, index) => index);
      const shuffled = fc.shuffledSubarray(numbers, { minLength: count, maxLength: count });
      const repeats = fc.array(fc.integer({ min: 0, max: count - 1 }), { maxLength: 30 });
      return fc
        .tuple(shuffled, repeats)
        .chain(([a, b]) => fc.shuffledSubarray([...a, ...b], { minLength: a.length + b.length }));
    });
    fc.assert(
      fc.property(arrivals, order => {
        const inbox = new Inbox();
        const delivered: number[] = [];
        for (const sequence of order) {
          const { deliver, acknowledge } = inbox.receive(output(sequence));
          assert.equal(acknowledge, true);
          delivered.push(...deliver.map(message => message.sequenceNumber));
        }
        assert.deepEqual(
          delivered,
          [...new Set(order)].sort((a, b) => a - b),
        );
      }),
    );
  });

  it('refuses what is too far ahead, without an acknowledgement, so that it comes again', () => {
    const inbox = new Inbox(2);
    assert.equal(inbox.receive(output(1)).acknowledge, true);
    assert.equal(inbox.receive(output(2)).acknowledge, true);
    assert.equal(inbox.receive(output(3)).acknowledge, false);
    assert.deepEqual(
      inbox.receive(output(0)).deliver.map(message => message.sequenceNumber),
      [0, 1, 2],
    );
    assert.deepEqual(
      inbox.receive(output(3)).deliver.map(message => message.sequenceNumber),
      [3],
    );
  });
});

describe('outbox', () => {
  const sequenceOf = (bytes: Buffer | undefined) => bytes && decodeChannelMessage(bytes).sequenceNumber;

  it('numbers from 0 and resends only the oldest, only when it is overdue', () => {
    const outbox = new Outbox();
    for (let i = 0; i < 3; i++) outbox.add(1, Buffer.from('x'), 1000);
    assert.equal(outbox.overdue(1150), undefined);
    assert.equal(sequenceOf(outbox.overdue(1201)), 0);
    assert.equal(outbox.overdue(1202), undefined);
    outbox.acknowledge(0, 1210);
    assert.equal(sequenceOf(outbox.overdue(1211)), 1);
  });

  it('takes acknowledgements in any order and twice', () => {
    const outbox = new Outbox();
    for (let i = 0; i < 4; i++) outbox.add(1, Buffer.from('x'), 1);
    for (const sequence of [2, 0, 2, 99]) outbox.acknowledge(sequence, 50);
    assert.deepEqual(outbox.replay(100).map(sequenceOf), [1, 3]);
    for (const sequence of [1, 3]) outbox.acknowledge(sequence, 200);
    assert.equal(outbox.isEmpty, true);
    assert.equal(outbox.bytes, 0);
  });

  it('learns the round trip from messages that were sent once only', () => {
    const outbox = new Outbox();
    outbox.add(1, Buffer.from('x'), 0);
    outbox.overdue(5000);
    outbox.acknowledge(0, 5001);
    assert.equal(outbox.roundTrip, 100);
    outbox.add(1, Buffer.from('x'), 6000);
    outbox.acknowledge(1, 6020);
    assert.equal(outbox.roundTrip, 90);
  });
});
