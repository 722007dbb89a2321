import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { webSocketDial, type ChannelSocket } from '../../../../../src/core/tunnel/channel/channelSocket.ts';
import { signUpgrade } from '../../../../../src/core/tunnel/session/signUpgrade.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const credentials = async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secret, sessionToken: 'a-token' });

describe('dialling a stream', () => {
  let server: Server;
  let url: string;
  let upgrades: IncomingMessage[];
  let status: (request: IncomingMessage) => number;
  let greeting: boolean;
  const open: ChannelSocket[] = [];

  beforeEach(async () => {
    upgrades = [];
    status = () => 101;
    greeting = false;
    server = createServer();
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      upgrades.push(request);
      const answer = status(request);
      if (answer !== 101) return void socket.end(`HTTP/1.1 ${answer} No\r\ncontent-length: 0\r\n\r\n`);
      sockets.handleUpgrade(request, socket, head, client => {
        if (greeting) client.send(Buffer.from('first'));
        if (greeting) client.close(1000, 'Bye');
        client.on('message', (data, isBinary) => client.send(data as Buffer, { binary: isBinary }));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    url = `ws://127.0.0.1:${port}/v1/data-channel/s?role=publish_subscribe&cell-number=AAEA+/x+=`;
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.terminate();
    server.closeAllConnections();
    server.close();
  });

  const dialler = (sign?: Parameters<typeof webSocketDial>[0]['sign']) =>
    webSocketDial({ region: 'eu-west-1', loopback: true, ...(sign ? { sign } : {}) });
  const signal = () => new AbortController().signal;
  const keep = (socket: ChannelSocket) => {
    open.push(socket);
    return socket;
  };
  const isSigned = (request: IncomingMessage | undefined) => request?.headers.authorization !== undefined;

  it('asks for the URL letter by letter, unsigned without credentials', async () => {
    keep(await dialler()(url, signal()));
    assert.equal(upgrades[0]?.url, url.slice(url.indexOf('/v1')));
    assert.equal(isSigned(upgrades[0]), false);
    assert.equal(upgrades[0]?.headers['sec-websocket-extensions'], undefined);
  });

  it('signs where credentials are at hand: GET, service ssmmessages, in headers', async () => {
    const sign = signUpgrade(credentials, 'eu-west-1', () => Date.UTC(2026, 0, 2, 3, 4, 5));
    keep(await dialler(sign)(url, signal()));
    const { authorization = '', ...headers } = upgrades[0]?.headers ?? {};
    assert.match(
      authorization,
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260102\/eu-west-1\/ssmmessages\/aws4_request,/,
    );
    assert.match(authorization, /SignedHeaders=host;[^,]*x-amz-date;[^,]*x-amz-security-token/);
    assert.equal(headers['x-amz-date'], '20260102T030405Z');
    assert.equal(headers['x-amz-security-token'], 'a-token');
    assert.ok(!JSON.stringify(upgrades[0]?.headers).includes(secret));
  });

  for (const code of [401, 403])
    it(`tries once without a signature after HTTP ${code}, and begins with that the next time`, async () => {
      status = request => (isSigned(request) ? code : 101);
      const dial = dialler(signUpgrade(credentials, 'eu-west-1', Date.now));
      keep(await dial(url, signal()));
      keep(await dial(url, signal()));
      assert.deepEqual(upgrades.map(isSigned), [true, false, false]);
    });

  it('tries with a signature again when it is asked for after all', async () => {
    const dial = dialler(signUpgrade(credentials, 'eu-west-1', Date.now));
    status = request => (isSigned(request) ? 403 : 101);
    keep(await dial(url, signal()));
    status = request => (isSigned(request) ? 101 : 403);
    keep(await dial(url, signal()));
    assert.deepEqual(upgrades.map(isSigned), [true, false, false, true]);
  });

  it('names the permission when both ways are refused, and holds no credential in what it says', async () => {
    status = () => 403;
    const dial = dialler(signUpgrade(credentials, 'eu-west-1', Date.now));
    await assert.rejects(dial(url, signal()), (error: Error & { code: string; fix: string }) => {
      const all = JSON.stringify([error.message, error.fix, error.stack, String(error.cause)]);
      return error.code === 'stream-refused' && /OpenDataChannel/.test(error.fix) && !/EXAMPLE|a-token|cell/.test(all);
    });
    assert.equal(upgrades.length, 2);
  });

  it('does not try twice for what is no refusal', async () => {
    status = () => 503;
    await assert.rejects(dialler(signUpgrade(credentials, 'eu-west-1', Date.now))(url, signal()), {
      code: 'stream-unreachable',
      retryable: true,
    });
    assert.equal(upgrades.length, 1);
  });

  it('dials unsigned when the credentials cannot be had', async () => {
    const expired = signUpgrade(() => Promise.reject(new Error('expired')), 'eu-west-1', Date.now);
    keep(await dialler(expired)(url, signal()));
    assert.deepEqual(upgrades.map(isSigned), [false]);
  });

  it('loses neither a message nor an end that comes before anyone listens', async () => {
    greeting = true;
    const socket = keep(await dialler()(url, signal()));
    await new Promise(resolve => setTimeout(resolve, 30));
    const seen: string[] = [];
    socket.onMessage = data => seen.push(Buffer.from(data).toString());
    await new Promise<void>(resolve => {
      socket.onClose = reason => {
        seen.push(reason);
        resolve();
      };
    });
    assert.deepEqual(seen, ['first', 'closed with code 1000 Bye']);
  });

  it('stops reading while it is paused', async () => {
    const socket = keep(await dialler()(url, signal()));
    let count = 0;
    socket.onMessage = () => count++;
    socket.setPaused?.(true);
    socket.send(Buffer.from('x'));
    await new Promise(resolve => setTimeout(resolve, 30));
    assert.equal(count, 0);
    socket.setPaused?.(false);
    while (count === 0) await new Promise(setImmediate);
  });

  it('can be cancelled', async () => {
    const cancel = new AbortController();
    status = () => {
      cancel.abort();
      return 101;
    };
    await assert.rejects(dialler()(url, cancel.signal), { name: 'AbortError' });
    await assert.rejects(dialler()(url, cancel.signal), { name: 'AbortError' });
    assert.equal(upgrades.length, 1);
  });
});
