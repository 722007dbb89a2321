import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mock } from 'node:test';
import { webSocketDial, type ChannelSocket } from '../../../src/core/tunnel/channel/channelSocket.ts';
import { signUpgrade } from '../../../src/core/tunnel/session/signUpgrade.ts';
import { readMessage, writeMessage } from '../../../src/sandbox/agent/agentMessage.ts';
import { AgentSession } from '../../../src/sandbox/agent/agentSession.ts';
import { channelFaults } from '../../../src/sandbox/agent/channelFaults.ts';
import { ChannelGateway } from '../../../src/sandbox/agent/channelGateway.ts';
import { portSessions } from '../../../src/sandbox/agent/portSession.ts';
import { Account } from '../../../src/sandbox/kernel/account.ts';
import { practiceCredential } from '../../../src/sandbox/kernel/credential.ts';
import { handleControl } from '../../../src/sandbox/shell/control.ts';
import { startAgentServer, type AgentServer } from './support/agentServer.ts';

const never = new AbortController().signal;
const refusesToDial = () => Promise.reject(new Error('nothing is dialled here'));

describe('the simulated gateway', () => {
  let agent: AgentServer;
  const dial = webSocketDial({ region: 'eu-west-1', loopback: true });
  beforeEach(async () => {
    agent = await startAgentServer(refusesToDial);
  });
  afterEach(() => agent.close());

  const closed = (socket: ChannelSocket) => new Promise<string>(resolve => (socket.onClose = resolve));
  const open = (token: string) => JSON.stringify({ MessageSchemaVersion: '1.0', RequestId: 'r', TokenValue: token });

  it('knows a session by the cell of its latest URL alone', async () => {
    const first = agent.start();
    const second = agent.resume(first.sessionId);
    await assert.rejects(dial(first.streamUrl, never), /403/);
    const spoiled = (second?.streamUrl ?? '').replace('+', '%2B');
    await assert.rejects(dial(spoiled, never), /403/);
    (await dial(second?.streamUrl ?? '', never)).terminate();
  });

  it('takes a token once', async () => {
    const { streamUrl, token } = agent.start();
    const first = await dial(streamUrl, never);
    const greeted = new Promise<Uint8Array>(resolve => (first.onMessage = resolve));
    first.send(open(token));
    assert.equal(readMessage(Buffer.from(await greeted))?.kind, 5);
    const second = await dial(streamUrl, never);
    const over = closed(second);
    second.send(open(token));
    assert.match(await over, /1008/);
    first.terminate();
  });

  it('leaves pings without an answer when told to', async () => {
    const { streamUrl, token } = agent.start();
    const socket = await dial(streamUrl, never);
    const greeted = new Promise<unknown>(resolve => (socket.onMessage = resolve));
    let pongs = 0;
    const ponged = new Promise<void>(resolve => {
      socket.onPong = () => {
        pongs++;
        resolve();
      };
    });
    agent.gateway.setFaults({ noPong: true });
    socket.ping();
    // What answers this has seen the ping before it.
    socket.send(open(token));
    await greeted;
    agent.gateway.setFaults({});
    socket.ping();
    await ponged;
    assert.equal(pongs, 1);
    socket.terminate();
  });

  it('says what is wrong with a fault', () => {
    assert.throws(() => agent.gateway.setFaults({ lose: 2 }), /lose/);
    assert.throws(() => agent.gateway.setFaults({ loose: 0.1 }), /loose/);
    assert.throws(
      () => agent.gateway.act('explode'),
      /no effect explode: drop-sockets, bye, end-sessions, lose-sessions/,
    );
  });

  it('takes faults by the control URL', () => {
    const account = new Account([], { accountId: '000000000000', now: 0 });
    const gateway = new ChannelGateway({ account, dial: () => refusesToDial });
    const post = (body: object) => {
      const request = { method: 'POST', target: '', headers: {}, body: Buffer.from(JSON.stringify(body)) };
      const { status, body: said } = handleControl(account, '/faults', request);
      return { status, said: JSON.parse(String(said)) as Record<string, unknown> };
    };
    const { status, said } = post({ channel: { lose: 0.02, seed: 5 } });
    assert.deepEqual([status, said['lose'], said['seed'], said['byeMinutes']], [201, 0.02, 5, 60]);
    assert.equal(post({ channel: { lose: 'much' } }).status, 400);
    assert.deepEqual(post({ effect: 'bye' }), { status: 201, said: { dropped: 0 } });
    assert.equal(post({ effect: 'explode' }).status, 400);
    gateway.close();
  });
});

describe('signed upgrades', () => {
  const account = new Account([], { accountId: '000000000000', now: Date.now() });
  const gateway = new ChannelGateway({ account, dial: () => refusesToDial });
  const server = createServer().on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));
  let streamUrl = '';

  before(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const row = { region: 'eu-west-1', target: 'i-0', host: 'api', portNumber: '443', owner: 'me', token: 't' };
    portSessions(account).set('s-1', { ...row, sessionId: 's-1', status: 'connected', cell: 'a+/b=' });
    streamUrl = `ws://127.0.0.1:${port}/v1/data-channel/s-1?role=publish_subscribe&cell-number=a+/b=`;
  });
  after(() => {
    gateway.close();
    server.close();
    server.closeAllConnections();
  });

  const dial = (secret?: string) => {
    const { accessKeyId, secretAccessKey } = practiceCredential(account);
    const credentials = { accessKeyId, secretAccessKey: secret ?? secretAccessKey };
    return webSocketDial({
      ...{ region: 'eu-west-1', loopback: true },
      sign: signUpgrade(async () => credentials, 'eu-west-1', Date.now),
    })(streamUrl, never);
  };

  it('are admitted where only they are, by a check of the sandbox’s own', async () => {
    gateway.setFaults({ upgrades: 'signed' });
    (await dial()).terminate();
    await assert.rejects(dial('another secret'), /403/);
    await assert.rejects(webSocketDial({ region: 'eu-west-1', loopback: true })(streamUrl, never), /403/);
  });

  it('are left out where they are not wanted', async () => {
    gateway.setFaults({ upgrades: 'unsigned' });
    (await dial()).terminate();
  });
});

describe('the simulated agent’s patience', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval', 'setTimeout', 'Date'] }));
  afterEach(() => mock.timers.reset());

  const session = () => {
    const sent: { kind: number; body: Buffer }[] = [];
    const ends: string[] = [];
    const faults = channelFaults();
    const agent = new AgentSession({
      ...{ agentVersion: '3.3.3050.0', host: 'api', portNumber: '443', dial: refusesToDial },
      ...{ faults: () => faults, paceMs: () => 1, backlog: () => 0, onActivity: () => undefined },
      send: bytes => {
        const message = readMessage(bytes);
        if (message?.type === 'output_stream_data') sent.push(message);
        return true;
      },
      onEnd: reason => ends.push(reason),
    });
    agent.attach();
    return { agent, sent, ends };
  };
  const answer = (ClientVersion: string) =>
    writeMessage({
      ...{ type: 'input_stream_data', sequence: 0, flags: 0, kind: 6 },
      body: Buffer.from(
        JSON.stringify({ ClientVersion, ProcessedClientActions: [{ ActionType: 'SessionType', ActionStatus: 1 }] }),
      ),
    });
  const wait = (seconds: number) => {
    for (let tenths = 0; tenths < seconds * 10; tenths++) mock.timers.tick(100);
  };

  it('repeats its handshake until it is answered, for fifteen seconds', () => {
    const { sent, ends } = session();
    wait(1);
    assert.ok(sent.length >= 3 && sent.every(({ kind }) => kind === 5), `${sent.length} requests`);
    wait(13);
    assert.deepEqual(ends, []);
    wait(2);
    assert.match(ends.join(), /^Handshake timed out/);
  });

  it('keeps the multiplexer of an old client alive, and ends it when nothing comes back', () => {
    const { agent, sent, ends } = session();
    agent.receive(answer('1.2.331.0'));
    wait(10.2);
    assert.ok(
      sent.some(({ kind, body }) => kind === 1 && body.equals(Buffer.from([1, 3, 0, 0, 0, 0, 0, 0]))),
      'no NOP',
    );
    wait(31);
    assert.deepEqual(ends, ['']);
  });

  it('leaves a client of today in peace', () => {
    const { agent, sent, ends } = session();
    agent.receive(answer('1.2.707.0'));
    wait(120);
    assert.deepEqual(ends, []);
    assert.ok(!sent.some(({ kind }) => kind === 1));
    agent.end('');
  });
});
