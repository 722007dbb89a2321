import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { HttpRequest } from '@smithy/protocol-http';
import { WebSocketServer } from 'ws';
import { proxyAgents } from '../../../../src/core/aws/proxyAgent.ts';
import { proxyFor, proxySettings } from '../../../../src/core/aws/proxySettings.ts';
import { requestHandler } from '../../../../src/core/aws/requestHandler.ts';
import { webSocketDial } from '../../../../src/core/tunnel/channel/channelSocket.ts';

describe('proxies', () => {
  let proxy: Server;
  let target: Server;
  let asked: { to: string | undefined; authorization: string | undefined }[];
  let answer: number;
  let port: number;
  let targetPort: number;

  beforeEach(async () => {
    asked = [];
    answer = 200;
    proxy = createServer();
    proxy.on('connect', (incoming: IncomingMessage, socket, head) => {
      asked.push({ to: incoming.url, authorization: incoming.headers['proxy-authorization'] });
      if (answer !== 200) return void socket.end(`HTTP/1.1 ${answer} No\r\nProxy-Authenticate: Basic\r\n\r\n`);
      const onward = connect(targetPort, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    target = createServer((_request, response) => response.end('through'));
    const sockets = new WebSocketServer({ server: target });
    sockets.on('connection', client => client.on('message', data => client.send(data as Buffer)));
    for (const server of [proxy, target]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    port = (proxy.address() as AddressInfo).port;
    targetPort = (target.address() as AddressInfo).port;
  });
  afterEach(() => {
    for (const server of [proxy, target]) {
      server.closeAllConnections();
      server.close();
    }
  });

  const handler = (written: string) =>
    requestHandler({ proxy: { https: written, http: written, bypass: [] }, caBundle: undefined });
  const get = () =>
    new HttpRequest({
      method: 'GET',
      protocol: 'http:',
      hostname: 'ssm.example',
      port: 80,
      path: '/',
      headers: { host: 'ssm.example' },
    });

  it('carry the calls of AWS’s clients, with user and password from their URL', async () => {
    const through = await handler(`http://me:p%40ss@127.0.0.1:${port}`);
    const { response } = await through.handle(get());
    assert.equal(response.statusCode, 200);
    const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    assert.deepEqual(asked, [{ to: 'ssm.example:80', authorization }]);
    (response.body as Readable).resume();
    through.destroy?.();
  });

  for (const [status, code] of [
    [407, 'proxy-sign-in'],
    [403, 'proxy-refused'],
    [502, 'proxy-refused'],
  ] as const)
    it(`are named, without their password, when they answer ${status}`, async () => {
      answer = status;
      const through = await handler(`http://me:hunter2@127.0.0.1:${port}`);
      await assert.rejects(
        through.handle(get()),
        (error: Error & { code: string }) =>
          error.code === code &&
          error.message.includes(`http://127.0.0.1:${port}`) &&
          !/hunter2|me:/.test(`${error.message} ${error.stack} ${String(error.cause)}`),
      );
      through.destroy?.();
    });

  it('are named when nobody answers there', async () => {
    proxy.close();
    const through = await handler(`http://me:hunter2@127.0.0.1:${port}`);
    await assert.rejects(through.handle(get()), { code: 'proxy-unreachable', retryable: true });
    through.destroy?.();
  });

  it('of another kind are refused, without repeating what was written', async () => {
    for (const written of ['socks5://me:hunter2@127.0.0.1:1080', 'http://me:hunter2@bad host'])
      await assert.rejects(
        (await handler(written)).handle(get()),
        (error: Error & { code: string }) => error.code === 'proxy-unsupported' && !error.message.includes('hunter2'),
      );
  });

  it('carry the data channel, too', async () => {
    const agentFor = proxyAgents({ https: `http://127.0.0.1:${port}`, http: undefined, bypass: [] });
    // A name that is no loopback to the proxy's rules, dialled without TLS: only the way through is of interest.
    const agent = await agentFor('wss:', 'ssmmessages.example');
    assert.ok(agent);
    const dial = webSocketDial({ region: 'eu-west-1', loopback: true, agent });
    const socket = await dial(`ws://127.0.0.1:${targetPort}/x`, new AbortController().signal);
    const echoed = new Promise(resolve => (socket.onMessage = data => resolve(Buffer.from(data).toString())));
    socket.send(Buffer.from('hello'));
    assert.equal(await echoed, 'hello');
    assert.equal(asked[0]?.to, `127.0.0.1:${targetPort}`);
    socket.terminate();
  });

  it('that refuse the data channel are named by its error', async () => {
    answer = 407;
    const agentFor = proxyAgents({ https: `http://127.0.0.1:${port}`, http: undefined, bypass: [] });
    const agent = await agentFor('wss:', 'ssmmessages.example');
    assert.ok(agent);
    const dial = webSocketDial({ region: 'eu-west-1', loopback: true, agent });
    await assert.rejects(dial(`ws://127.0.0.1:${targetPort}/x`, new AbortController().signal), {
      code: 'proxy-sign-in',
    });
  });

  it('are left out for this machine', async () => {
    const through = await handler(`http://127.0.0.1:${port}`);
    const { response } = await through.handle(
      new HttpRequest({ protocol: 'http:', hostname: '127.0.0.1', port: targetPort, path: '/' }),
    );
    assert.deepEqual([response.statusCode, asked.length], [200, 0]);
    (response.body as Readable).resume();
    through.destroy?.();
  });
});

describe('NO_PROXY', () => {
  const bypassed = (entry: string, host: string) =>
    proxyFor(proxySettings({ HTTPS_PROXY: 'http://p:1', NO_PROXY: entry }), 'https:', host) === undefined;
  const rows: readonly (readonly [entry: string, host: string, expected: boolean])[] = [
    ['10.0.0.0/8', '10.250.3.4', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/99', '10.0.0.1', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', '[fd12::1]', true],
    ['fd12::1', 'fd12::1', true],
    ['[fd12::1]:443', 'fd12::1', true],
    ['.amazonaws.com', 'ssm.eu-west-1.amazonaws.com', true],
    ['*.amazonaws.com', 'ssm.eu-west-1.amazonaws.com', true],
    ['ssm.eu-west-1.amazonaws.com:443', 'ssm.eu-west-1.amazonaws.com', true],
    ['0.1', '10.0.0.1', false],
    ['*', 'anything.example', true],
  ];
  for (const [entry, host, expected] of rows)
    it(`"${entry}" ${expected ? 'lets' : 'does not let'} ${host} go straight`, () =>
      assert.equal(bypassed(entry, host), expected));

  it('of the editor counts only where the editor’s proxy does', () => {
    const editor = { PRIVATE_EKS_EDITOR_PROXY: 'http://e:1', PRIVATE_EKS_EDITOR_NO_PROXY: '.corp' };
    assert.equal(proxyFor(proxySettings(editor), 'wss:', 'a.example'), 'http://e:1');
    assert.equal(proxyFor(proxySettings(editor), 'wss:', 'a.corp'), undefined);
    const both = { ...editor, HTTPS_PROXY: 'http://p:1' };
    assert.equal(proxyFor(proxySettings(both), 'wss:', 'a.corp'), 'http://p:1');
  });
});
