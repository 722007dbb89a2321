import assert from 'node:assert/strict';
import { PrivateEksError } from '../../../../../src/core/errors.ts';
import { settle } from '../support/fakeClock.ts';
import { makeRig, openRig, type Rig } from './support/openChannel.ts';
import { handshakeRequest } from './support/strictPeer.ts';
import { writeMessage } from './support/wireCodec.ts';

async function end(rig: Rig): Promise<void> {
  rig.peer.stopResending();
  const over = rig.channel.terminate();
  await rig.clock.advance(3000);
  await over;
}

/** Opens and gives the error, with time passing. */
async function refused(rig: Rig): Promise<PrivateEksError> {
  const opened = rig.channel.open(new AbortController().signal).then(
    () => assert.fail('it was opened'),
    (error: unknown) => error,
  );
  void rig.peer.keepResending();
  await rig.clock.until(() => rig.channel.state === 'ended', 120_000, 100);
  rig.peer.stopResending();
  const error = await opened;
  assert.ok(error instanceof PrivateEksError, String(error));
  return error;
}

describe('data channel: opening', () => {
  it('refuses encryption with status 3 and says so', async () => {
    const request = (version: string) => {
      const plain = handshakeRequest(version) as { RequestedClientActions: unknown[] };
      const kms = { ActionType: 'KMSEncryption', ActionParameters: { KMSKeyId: 'k', Challenge: 'AAAA' } };
      return { ...plain, RequestedClientActions: [...plain.RequestedClientActions, kms] };
    };
    const rig = makeRig({ peer: { request } });
    const error = await refused(rig);
    assert.equal(error.code, 'encryption-unsupported');
    assert.match(error.message, /asks for KMS encryption/);
    assert.equal(rig.peer.responses, 1, 'the agent was answered');
    assert.deepEqual(rig.peer.violations, []);
  });

  it('refuses a document that forwards no local port', async () => {
    const parameters = { SessionType: 'Standard_Stream', Properties: {} };
    const actions = [{ ActionType: 'SessionType', ActionParameters: parameters }];
    const rig = makeRig({ peer: { request: AgentVersion => ({ AgentVersion, RequestedClientActions: actions }) } });
    assert.equal((await refused(rig)).code, 'wrong-document');
  });

  it('gives up on an agent that does not answer', async () => {
    const rig = makeRig({ peer: { fate: () => ({ copies: 0, delayMs: 0 }) } });
    const error = await refused(rig);
    assert.equal(error.code, 'handshake-failed');
    assert.match(error.message, /within 30 seconds/);
    await rig.clock.advance(60_000);
    assert.equal(rig.clock.sleeping, 0);
  });

  it('goes on with its handshake when the socket is cut in the middle of it', async () => {
    let lost = 1;
    const rig = makeRig({ peer: { fate: () => ({ copies: lost-- > 0 ? 0 : 1, delayMs: 0 }) } });
    const opened = rig.channel.open(new AbortController().signal);
    await settle();
    rig.peer.wire?.cut('closed with code 1001');
    void rig.peer.keepResending();
    await rig.clock.until(() => rig.channel.state === 'open');
    await opened;
    assert.deepEqual([rig.channel.resumes, rig.peer.violations], [1, []]);
    await end(rig);
  });

  it('ends when it is cancelled, and leaves nothing behind', async () => {
    const rig = makeRig({ peer: { fate: () => ({ copies: 0, delayMs: 0 }) } });
    const cancel = new AbortController();
    const opened = rig.channel.open(cancel.signal);
    await settle();
    cancel.abort();
    await assert.rejects(opened, /cancelled/);
    await rig.clock.advance(0);
    assert.deepEqual([rig.channel.state, rig.clock.sleeping, rig.peer.wire?.isOpen], ['ended', 0, false]);
  });

  it('rejects with what the dial was refused with', async () => {
    const rig = makeRig({
      channel: { dial: () => Promise.reject(new PrivateEksError('proxy-sign-in', 'The proxy …')) },
    });
    await assert.rejects(rig.channel.open(new AbortController().signal), { code: 'proxy-sign-in' });
    assert.equal(rig.channel.state, 'ended');
  });
});

describe('data channel: its end', () => {
  const closed = (Output: string, short = true) =>
    writeMessage({ type: 'channel_closed', short, payload: Buffer.from(JSON.stringify({ SessionId: 's', Output })) });
  const rows = [
    ['Your session timed out due to inactivity and has been terminated.', 'idle-timeout'],
    ['Your session has been terminated because it reached the maximum session duration.', 'maximum-duration'],
    ['Session me-0 was terminated by someone', 'ended-by-administrator'],
    [
      'Plugin with name Port is not supported by this version of ssm agent, please update to latest version.',
      'agent-too-old',
    ],
    ['Forwarding to IP address 169.254.169.254 is forbidden.', 'forbidden-address'],
    [
      'document process failed unexpectedly: document worker timed out , check [ssm-session-worker] log',
      'agent-restarted',
    ],
    ['', 'unknown'],
    ['Something new', 'unknown'],
  ] as const;
  for (const [output, kind] of rows)
    it(`knows ${kind} by "${output.slice(0, 40)}"`, async () => {
      const rig = await openRig();
      rig.peer.wire?.deliver(closed(output));
      await rig.clock.advance(0);
      assert.deepEqual([rig.channel.state, rig.channel.closedReason?.kind], ['ended', kind]);
      rig.peer.stopResending();
    });

  it('is told apart from a socket that the service closes every hour', async () => {
    const rig = await openRig();
    rig.peer.wire?.cut('closed with code 1000 Bye');
    await rig.clock.until(() => rig.channel.state === 'open' && rig.channel.resumes === 1);
    assert.deepEqual(rig.states, ['open', 'resuming', 'open']);
    assert.deepEqual(rig.peer.tokens, ['token-0', 'token-1']);
    assert.match(rig.urls[1] ?? '', /cell-number=a\+\/1=$/, 'the new stream’s URL, as it was given');
    await end(rig);
    assert.deepEqual(rig.peer.violations, []);
  });

  it('comes when the service does not know the session any more', async () => {
    const rig = await openRig();
    rig.resume = async () => undefined;
    rig.peer.wire?.cut('closed with code 1000 Bye');
    await rig.clock.until(() => rig.channel.state === 'ended');
    assert.equal(rig.channel.closedReason?.kind, 'gone');
    rig.peer.stopResending();
  });

  it('is not announced to an agent that would not understand it', async () => {
    const rig = await openRig({ peer: { agentVersion: '2.3.722.0' } });
    await end(rig);
    assert.deepEqual([rig.peer.flags, rig.channel.state], [[], 'ended']);
  });
});

describe('data channel: its sockets', () => {
  it('are replaced at once though an idle session is closed hour after hour', async () => {
    const rig = await openRig();
    for (let hour = 1; hour <= 10; hour++) {
      await rig.clock.advance(3_600_000);
      rig.peer.wire?.cut('closed with code 1000 Bye');
      const lostAt = rig.clock.now();
      await rig.clock.until(() => rig.channel.resumes === hour);
      assert.ok(rig.clock.now() - lostAt < 500, `${rig.clock.now() - lostAt} ms in hour ${hour}`);
    }
    await end(rig);
  });

  it('waits longer and longer while it cannot resume, and never asks in a busy loop', async () => {
    const rig = await openRig();
    let asked = 0;
    const works = rig.resume;
    rig.resume = () => {
      asked++;
      return Promise.reject(new PrivateEksError('network', 'AWS cannot be reached.'));
    };
    rig.peer.wire?.cut('connection lost');
    await rig.clock.advance(10 * 60_000);
    assert.ok(asked > 15 && asked < 40, `${asked} times in ten minutes`);
    assert.equal(rig.resumeErrors.length, asked);
    rig.resume = works;
    await rig.clock.advance(60_000);
    assert.equal(rig.channel.state, 'open');
    await end(rig);
  });

  it('slows down for a service that accepts each socket and closes it again', async () => {
    const rig = await openRig();
    const { dial } = rig.peer;
    let dials = 0;
    rig.peer.dial = async () => {
      dials++;
      const wire = await dial();
      void rig.clock.sleep(1).then(() => wire.cut('closed with code 1008'));
      return wire;
    };
    rig.peer.stopResending();
    rig.peer.wire?.cut('connection lost');
    await rig.clock.advance(5 * 60_000);
    assert.ok(dials > 5 && dials < 30, `${dials} sockets in five minutes`);
    rig.peer.dial = dial;
    await rig.clock.advance(60_000);
    assert.equal(rig.channel.state, 'open');
    await end(rig);
  });

  it('finds out that a socket is dead by its pongs', async () => {
    const rig = await openRig();
    rig.peer.stopResending();
    await rig.clock.advance(65_000);
    assert.ok((rig.peer.wire?.pings ?? 0) >= 2);
    if (rig.peer.wire) rig.peer.wire.isDeaf = true;
    await rig.clock.advance(95_000);
    assert.deepEqual(rig.states.slice(1, 3), ['resuming', 'open']);
    await end(rig);
  });

  it('finds it out in seconds when data waits', async () => {
    const rig = await openRig();
    rig.peer.stopResending();
    await rig.clock.advance(5000);
    if (rig.peer.wire) rig.peer.wire.isDeaf = true;
    rig.streams.openStream().on('error', () => undefined);
    await rig.clock.advance(25_000);
    assert.equal(rig.channel.resumes, 1);
    await end(rig);
    assert.deepEqual(rig.peer.violations, []);
  });

  it('asks for a new socket at once after this machine has slept', async () => {
    const rig = await openRig();
    rig.peer.stopResending();
    await rig.clock.jump(6 * 3_600_000);
    await rig.clock.advance(1000);
    assert.deepEqual([rig.channel.resumes, rig.channel.state], [1, 'open']);
    await end(rig);
  });

  it('takes no notice of what is said about publication, whatever its digest', async () => {
    const rig = await openRig();
    for (const type of ['pause_publication', 'start_publication'])
      rig.peer.wire?.deliver(
        writeMessage({ type, short: true, digest: Buffer.alloc(32, 9), payload: Buffer.from('{}') }),
      );
    await rig.clock.advance(10);
    assert.deepEqual([rig.channel.state, rig.log], ['open', []]);
    await end(rig);
  });

  it('takes an empty output message as any other', async () => {
    const rig = await openRig();
    rig.peer.output(1, Buffer.alloc(0));
    const stream = rig.streams.openStream();
    const chunks: string[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(String(chunk)));
    stream.write('x');
    await rig.clock.until(() => chunks.length > 0);
    assert.ok(rig.peer.isDrained);
    await end(rig);
  });
});

describe('channel settings', () => {
  it('are refused out of their bounds', () => {
    for (const settings of [
      { payloadSize: 255 },
      { payloadSize: 32_769 },
      { windowBytes: Number.NaN },
      { pingEveryMs: 1.5 },
    ])
      assert.throws(() => makeRig({ channel: { settings } }), { code: 'bad-setting' });
  });
});
