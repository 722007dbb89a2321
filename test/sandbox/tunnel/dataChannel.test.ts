import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { systemClock, type Clock } from '../../../src/core/clock.ts';
import { webSocketDial } from '../../../src/core/tunnel/channel/channelSocket.ts';
import { DataChannel, type ChannelState } from '../../../src/core/tunnel/channel/dataChannel.ts';
import { openPortForward, type PortForward } from '../../../src/core/tunnel/forward/portForward.ts';
import { SmuxClient } from '../../../src/core/tunnel/channel/smuxClient.ts';
import { startAgentServer, type AgentServer } from './support/agentServer.ts';

/** Answers every byte with the same byte; what it was asked to hash it hashes at the end of the connection. */
async function echoServer(): Promise<{ server: Server; dial: () => Promise<Duplex> }> {
  const server = createServer({ allowHalfOpen: true }, socket => socket.pipe(socket));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const dial = async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  return { server, dial };
}

describe('data channel against the sandbox’s agent', function () {
  this.timeout(60_000);
  let agent: AgentServer;
  let echo: Server;
  let channel: DataChannel;
  let forward: PortForward;
  const states: ChannelState[] = [];
  /** Real time, but for the long waits, which end when a test says so. */
  const longWaits: (() => void)[] = [];
  const clock: Clock = {
    now: () => Date.now(),
    sleep: (milliseconds, signal) =>
      milliseconds < 30_000
        ? systemClock.sleep(milliseconds, signal)
        : Promise.race([
            new Promise<void>(resolve => longWaits.push(resolve)),
            systemClock.sleep(milliseconds, signal),
          ]),
  };

  beforeEach(async () => {
    const { server, dial } = await echoServer();
    echo = server;
    agent = await startAgentServer(dial);
    states.length = 0;
    longWaits.length = 0;
    const grant = agent.start();
    channel = new DataChannel({
      grant,
      resume: async () => agent.resume(grant.sessionId),
      dial: webSocketDial({ region: 'eu-west-1', loopback: true }),
      clock,
      log: () => undefined,
      onData: bytes => streams.receive(bytes),
      onConnectError: () => undefined,
      onState: state => states.push(state),
      onResumeFailed: error => assert.fail(String(error)),
    });
    const streams = new SmuxClient(channel);
    await channel.open(new AbortController().signal);
    forward = await openPortForward(0, async () => streams.openStream());
  });

  afterEach(async () => {
    await channel.terminate();
    await forward.close();
    await agent.close();
    echo.close();
  });

  async function roundTrip(data: Buffer): Promise<string> {
    const socket: Socket = connect(forward.port, '127.0.0.1');
    const hash = createHash('sha256');
    let received = 0;
    socket.write(data);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      hash.update(chunk);
      received += chunk.length;
      if (received >= data.length) break;
    }
    socket.destroy();
    return hash.digest('hex');
  }
  const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');

  it('carries a megabyte there and back, byte for byte', async () => {
    const data = randomBytes(1 << 20);
    assert.equal(await roundTrip(data), sha256(data));
    assert.match(channel.agentVersion, /^3\.3\./);
  });

  it('carries fifty connections at once', async () => {
    const all = Array.from({ length: 50 }, () => randomBytes(8192));
    assert.deepEqual(await Promise.all(all.map(roundTrip)), all.map(sha256));
  });

  it('resumes after its socket is cut, again and again, and loses nothing', async () => {
    // The real agent resends one message in 100 ms, so what was in flight at a cut takes its time.
    const data = randomBytes(1 << 19);
    const cutting = setInterval(() => agent.gateway.dropSockets(), 150);
    try {
      assert.equal(await roundTrip(data), sha256(data));
    } finally {
      clearInterval(cutting);
    }
    assert.ok(states.includes('resuming'), 'no cut was seen');
    assert.ok(!states.includes('ended'));
  });

  it('stays open when the time for its handshake has passed', async () => {
    assert.ok(longWaits.length > 0);
    for (const resolve of longWaits.splice(0)) resolve();
    await new Promise(setImmediate);
    assert.equal(channel.state, 'open');
    assert.equal(await roundTrip(Buffer.from('still here')), sha256(Buffer.from('still here')));
  });

  it('knows the end of its session when the service says so', async () => {
    agent.gateway.terminate('practice-1', 'Session was terminated');
    while (!states.includes('ended')) await new Promise(setImmediate);
    assert.equal(channel.state, 'ended');
  });
});
