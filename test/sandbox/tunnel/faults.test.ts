import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { systemClock, type Clock } from '../../../src/core/clock.ts';
import type { ChannelFaults } from '../../../src/sandbox/agent/channelFaults.ts';
import { startAgentServer, type AgentServer } from './support/agentServer.ts';
import {
  digestOfNoise,
  download,
  echo,
  startMeasuredTarget,
  upload,
  type MeasuredTarget,
} from './support/measuredTarget.ts';
import { openSession, type OpenSession } from './support/openSession.ts';

/** Every way in which the simulated service and agent can misbehave, and what the client makes of it. */
describe('a session while', function () {
  this.timeout(60_000);
  let target: MeasuredTarget;
  let agent: AgentServer;
  let session: OpenSession | undefined;
  let dial: () => Promise<Duplex>;

  beforeEach(async () => {
    target = await startMeasuredTarget();
    dial = () => target.dial();
    agent = await startAgentServer(() => dial());
    session = undefined;
  });
  afterEach(async () => {
    agent.gateway.setFaults({});
    await session?.channel.terminate();
    await agent.close();
    await target.close();
  });

  const start = async (faults: Partial<ChannelFaults> = {}, clock?: Clock) => {
    agent.gateway.setFaults(faults);
    return (session = await openSession(agent, clock));
  };
  /** Pauses between attempts are short; the beat of pings and the handshake's end come as late as ever. */
  const hasty: Clock = {
    now: () => Date.now(),
    sleep: (ms, signal) => systemClock.sleep(ms === 30_000 ? ms : Math.min(ms, 50), signal),
  };
  const carries = async ({ openStream }: OpenSession, length = 100_000) => {
    const [down, up] = await Promise.all([download(openStream(), 1, length), upload(openStream(), 2, length)]);
    assert.deepEqual([down, up], [digestOfNoise(1, length), digestOfNoise(2, length)]);
  };
  const state = async (of: OpenSession, wanted: string, count = 1) => {
    while (of.states.filter(seen => seen === wanted).length < count) await systemClock.sleep(5);
  };

  const harmless: readonly (readonly [string, Partial<ChannelFaults>])[] = [
    ['a tenth of the messages is lost', { lose: 0.1 }],
    ['a third of the messages comes twice', { double: 0.33 }],
    ['a third of the messages comes late', { reorder: 0.33 }],
    ['a fifth of the acknowledgements is lost', { loseAcknowledgements: 0.2 }],
    ['its sockets are cut every hundred messages or so', { cut: 0.01 }],
    ['the agent sends everything again', { resendEverything: true }],
    ['the request for a handshake comes twice', { handshakeTwice: true }],
    ['the agent sends a message with nothing in it', { emptyOutput: true }],
    ['the service mixes in pauses whose digests fit nothing', { publication: true }],
    ['the agent’s port is not ready when the handshake is complete', { notReadyMs: 300 }],
    ['its target is slow', { slowTargetMs: 2, slowDialMs: 50 }],
    ['its agent is of 2020 and carries one connection at a time', { agentVersion: '3.0.161.0' }],
  ];
  for (const [title, faults] of harmless)
    it(`${title} carries what it is given, byte for byte`, async () => {
      const open = await start({ paceMs: 0, ...faults });
      if (faults.agentVersion) {
        const data = randomBytes(50_000);
        assert.deepEqual(await echo(open.openStream(), data), data);
      } else await carries(open, faults.slowTargetMs ? 40_000 : 100_000);
      assert.ok(!open.states.includes('ended'), open.details.join());
    });

  it('the service says Bye after an hour is resumed with its streams, hour after hour', async () => {
    const open = await start({ idleMinutes: 0 });
    const stream = open.openStream();
    stream.write(Buffer.concat([Buffer.from('e'.padEnd(8, '\0')), new Uint8Array(new Float64Array([1e6]).buffer)]));
    for (let hour = 1; hour <= 3; hour++) {
      agent.gateway.passTime(60 * 60_000);
      await state(open, 'resuming', hour);
      await state(open, 'open', hour + 1);
      const data = randomBytes(100);
      stream.write(data);
      let back = Buffer.alloc(0);
      while (back.length < data.length) back = Buffer.concat([back, ((await once(stream, 'data')) as [Buffer])[0]]);
      assert.deepEqual(back, data);
    }
    stream.destroy();
  });

  for (const [reason, words, minutes] of [
    ['idle', /inactivity/, { idleMinutes: 20 }],
    ['duration', /maximum session duration/, { durationMinutes: 90, idleMinutes: 0, byeMinutes: 0 }],
  ] as const)
    it(`its time is up (${reason}) is over, and its reason is known`, async () => {
      const open = await start(minutes);
      const stream = open.openStream();
      const closed = once(stream, 'close').catch(() => undefined);
      stream.on('error', () => undefined);
      agent.gateway.passTime((Object.values(minutes)[0] ?? 0) * 60_000);
      await state(open, 'ended');
      assert.match(open.details.join(), words);
      await closed;
      assert.equal(open.states.includes('resuming'), false, 'an ended session was resumed');
    });

  it('an administrator ends it is over', async () => {
    const open = await start();
    assert.equal(agent.gateway.act('end-sessions', 'admin'), 1);
    await state(open, 'ended');
    assert.match(open.details.join(), /terminated by an administrator/);
  });

  it('the service forgets it is over: ResumeSession has no token', async () => {
    const open = await start();
    agent.gateway.act('lose-sessions');
    await state(open, 'ended');
    assert.deepEqual(agent.sessions(), []);
  });

  it('upgrades are refused for a while is resumed when they are not', async () => {
    const open = await start({ paceMs: 0 }, hasty);
    for (const refuse of [401, 403, 503]) {
      agent.gateway.setFaults({ refuse, refusals: 2, paceMs: 0 });
      const opened = open.states.filter(seen => seen === 'open').length + 1;
      // The client is open again before the service has taken its socket.
      while (agent.gateway.act('drop-sockets') === 0) await systemClock.sleep(5);
      await state(open, 'open', opened);
    }
    await carries(open, 10_000);
  });

  it('its first upgrade is refused cannot be opened, and says with what', async () => {
    await assert.rejects(start({ refusals: 9, refuse: 403 }), /403/);
  });

  it('its target cannot be reached tells so, and the stream ends', async () => {
    dial = () => Promise.reject(new Error('dial tcp: i/o timeout'));
    const open = await start();
    const stream = open.openStream();
    stream.on('error', () => undefined).resume();
    await once(stream, 'close').catch(() => undefined);
    assert.equal(open.connectErrors, 1);
  });

  it('a dial falls into a black hole keeps the streams that it has', async () => {
    let dials = 0;
    dial = () => {
      dials++;
      return target.dial();
    };
    const open = await start({ paceMs: 0 });
    const [before, data] = [open.openStream(), randomBytes(1000)];
    const echoed = echo(before, data);
    assert.deepEqual(await echoed, data);
    const kept = open.openStream();
    const half = Buffer.concat([
      Buffer.from('p'.padEnd(8, '\0')),
      new Uint8Array(new Float64Array([4]).buffer),
      Buffer.from('ab'),
    ]);
    kept.write(half);
    while (dials < 2) await systemClock.sleep(5);
    agent.gateway.setFaults({ blackHole: true, paceMs: 0 });
    const swallowed = open.openStream();
    swallowed.on('error', () => undefined);
    swallowed.write('is anybody there?');
    kept.write('cd');
    const [digest] = (await once(kept, 'data')) as [Buffer];
    assert.equal(digest.length, 32);
    swallowed.destroy();
    kept.destroy();
  });
});
