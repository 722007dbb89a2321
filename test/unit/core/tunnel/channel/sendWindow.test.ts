import assert from 'node:assert/strict';
import { SendWindow } from '../../../../../src/core/tunnel/channel/sendWindow.ts';

const [message, most] = [1024, 512 * 1024];

interface Path {
  /** Bytes a second, and the round trip without a queue, ms. */
  readonly rate: number;
  readonly roundTrip: number;
  /** Added to a message's round trip, by its number. */
  readonly jitter?: (sequence: number) => number;
}

/** An upload without end over a path with one queue, in virtual time; the figures are those of its second half. */
function uploadOver(window: SendWindow, path: Path, seconds: number, first = 0) {
  const { rate, roundTrip, jitter = () => 0 } = path;
  const underWay: { sequence: number; sentAt: number; backAt: number }[] = [];
  let [now, sequence, queueEnds, acknowledged] = [0, first, 0, 0];
  const waits: number[] = [];
  const end = seconds * 1000;
  while (now < end) {
    while (window.admits(underWay.length * message)) {
      queueEnds = Math.max(queueEnds, now) + (message / rate) * 1000;
      if (now > end / 2) waits.push(queueEnds - now);
      underWay.push({ sequence, sentAt: now, backAt: queueEnds + roundTrip + jitter(sequence) });
      sequence++;
    }
    if (path.jitter) underWay.sort((a, b) => a.backAt - b.backAt);
    const next = underWay.shift();
    assert.ok(next, 'nothing is under way, and nothing may go');
    now = Math.max(now, next.backAt);
    if (now > end / 2) acknowledged++;
    window.sample(next.sequence, Math.round(now - next.sentAt), sequence);
  }
  return { rate: (acknowledged * message) / (end / 2000), longestWait: Math.max(...waits), sequence };
}

describe('window of a channel', () => {
  it('lets little wait in the queue of a narrow path, and loses none of its rate', () => {
    const { rate, longestWait } = uploadOver(new SendWindow(most), { rate: 1e6, roundTrip: 50 }, 10);
    assert.ok(rate > 0.97e6, `${rate} bytes a second`);
    assert.ok(longestWait < 100, `${longestWait} ms`);
  });

  it('grows to all that is allowed where the path takes it', () => {
    const window = new SendWindow(most);
    const { rate } = uploadOver(window, { rate: 50e6, roundTrip: 50 }, 5);
    assert.equal(window.bytes, most);
    assert.ok(rate > 9e6, `${rate} bytes a second`);
  });

  it('is not put off by jitter', () => {
    const { rate } = uploadOver(
      new SendWindow(most),
      { rate: 20e6, roundTrip: 50, jitter: sequence => (sequence * 7919) % 150 },
      10,
    );
    assert.ok(rate > 2.7e6, `${rate} bytes a second`);
  });

  it('finds its way again when the path has become longer, and begins anew on another', () => {
    const window = new SendWindow(most);
    const { sequence } = uploadOver(window, { rate: 20e6, roundTrip: 20 }, 3);
    const longer = uploadOver(window, { rate: 20e6, roundTrip: 200 }, 40, sequence);
    assert.ok(longer.rate > 1e6, `${longer.rate} bytes a second`);
    window.restart(longer.sequence);
    const other = uploadOver(window, { rate: 20e6, roundTrip: 100 }, 5, longer.sequence);
    assert.equal(window.bytes, most);
    assert.ok(other.rate > 4e6, `${other.rate} bytes a second`);
  });

  it('never goes below what a slow path needs, nor above what is set', () => {
    const window = new SendWindow(most);
    const { rate } = uploadOver(window, { rate: 50e3, roundTrip: 50 }, 30);
    assert.ok(rate > 45e3, `${rate} bytes a second`);
    const small = new SendWindow(16 * 1024);
    uploadOver(small, { rate: 20e6, roundTrip: 50 }, 2);
    assert.equal(small.bytes, 16 * 1024);
  });
});
