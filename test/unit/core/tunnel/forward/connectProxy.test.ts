import assert from 'node:assert/strict';
import { createServer as createHttp, request, type Server as HttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { proxySettings } from '../../../../../src/core/aws/proxySettings.ts';
import { systemClock, type Clock } from '../../../../../src/core/clock.ts';
import { PrivateEksError } from '../../../../../src/core/errors.ts';
import {
  openConnectProxy,
  type ConnectProxy,
  type ConnectProxyOptions,
} from '../../../../../src/core/tunnel/forward/connectProxy.ts';
import {
  connectTarget,
  isAuthorized,
  newProxyCredentials,
} from '../../../../../src/core/tunnel/forward/connectRequest.ts';
import fc from 'fast-check';

const clusterHost = 'abc.gr7.eu-west-1.eks.amazonaws.com';

describe('the CONNECT proxy', () => {
  const closers: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  /** Echoes with its name before. */
  const echo = async (name: string): Promise<number> => {
    const server = createServer({ allowHalfOpen: true }, socket => {
      socket.on('error', () => socket.destroy());
      socket.write(`${name}:`);
      socket.pipe(socket);
    });
    return listening(server);
  };
  const listening = async (server: Server | HttpServer): Promise<number> => {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => void sockets.add(socket));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    closers.push(
      () =>
        new Promise<void>(resolve => {
          server.close(() => resolve());
          for (const socket of sockets) socket.destroy();
        }),
    );
    return (server.address() as AddressInfo).port;
  };
  const open = async (more: Partial<ConnectProxyOptions> = {}): Promise<ConnectProxy> => {
    const proxy = await openConnectProxy({
      clusterHosts: [clusterHost.toUpperCase()],
      connect: () => Promise.resolve(echoStream('tunnel')),
      upstream: proxySettings({}),
      credentials: { user: 'u', password: 'p' },
      clock: systemClock,
      signal: new AbortController().signal,
      ...more,
    });
    closers.push(() => proxy.close());
    return proxy;
  };
  const authorization = `Proxy-Authorization: Basic ${Buffer.from('u:p').toString('base64')}\r\n`;
  /** Sends the text; gives all that comes back until the proxy hangs up or `until` is in it. */
  const talk = ({ port }: { port: number }, text: string, until = /$^/, ends = false): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () =>
        ends ? socket.end(text, 'latin1') : socket.write(text, 'latin1'),
      );
      let got = '';
      socket.on('data', chunk => {
        got += chunk.toString('latin1');
        if (until.test(got)) socket.destroy();
      });
      socket.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' || error.code === 'EPIPE' ? undefined : reject(error),
      );
      socket.on('close', () => resolve(got));
    });
  const ask = (authority: string, headers = authorization, rest = '') =>
    `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${headers}\r\n${rest}`;

  it('sends the cluster’s host through the tunnel, whatever its letters, with what was sent early', async () => {
    const proxy = await open();
    for (const host of [clusterHost, clusterHost.toUpperCase(), `${clusterHost}.`])
      assert.match(
        await talk(proxy, ask(`${host}:443`, authorization, 'early'), /early/),
        /^HTTP\/1\.1 200 Connection established\r\n\r\ntunnel:early$/,
      );
  });

  it('sends every other host straight on', async () => {
    const port = await echo('direct');
    const asked: string[] = [];
    const proxy = await open({ connect: () => (asked.push('tunnel'), Promise.reject(new Error('no'))) });
    assert.match(await talk(proxy, ask(`127.0.0.1:${port}`, authorization, 'x'), /direct:x/), /200 .*direct:x$/s);
    assert.match(await talk(proxy, ask(`localhost:${port}`, authorization, 'x'), /direct:x/), /direct:x$/);
    assert.deepEqual(asked, []);
  });

  it('sends them to the user’s own proxy with its credentials, but for what NO_PROXY names', async () => {
    const seen: unknown[] = [];
    const upstream = createHttp();
    upstream.on('connect', (message, socket) => {
      seen.push([message.url, message.headers['proxy-authorization']]);
      // The answer and the first bytes of the host in one piece.
      socket.write('HTTP/1.1 200 OK\r\nX: y\r\n\r\nfirst');
      socket.on('error', () => socket.destroy());
      socket.pipe(socket);
    });
    const port = await listening(upstream);
    const env = { HTTPS_PROXY: `http://me:p%40ss@127.0.0.1:${port}`, NO_PROXY: 'inside.example' };
    const proxy = await open({ upstream: proxySettings(env) });
    assert.match(await talk(proxy, ask('outside.example:8443', authorization, 'x'), /firstx/), /firstx$/);
    assert.deepEqual(seen, [['outside.example:8443', `Basic ${Buffer.from('me:p@ss').toString('base64')}`]]);
    assert.match(await talk(proxy, ask('[2001:db8::1]:443', authorization, 'x'), /firstx/), /firstx$/);
    assert.equal((seen[1] as string[])[0], '[2001:db8::1]:443');
    assert.match(
      await talk(proxy, ask(`${clusterHost}:443`, authorization, 'x'), /:x/),
      /tunnel:x$/,
      'never the cluster',
    );
    assert.match(await talk(proxy, ask('inside.example:1')), /^HTTP\/1\.1 502 inside\.example cannot be reached/);
    assert.equal(seen.length, 2);
  });

  it('says what the user’s own proxy answered', async () => {
    const upstream = createHttp();
    upstream.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Who are you\r\n\r\n'));
    const env = { HTTPS_PROXY: `http://127.0.0.1:${await listening(upstream)}` };
    assert.match(
      await talk(await open({ upstream: proxySettings(env) }), ask('a.example:443')),
      /^HTTP\/1\.1 502 proxy 127\.0\.0\.1 answered 407\r\n/,
    );
    const garbage = createServer(socket => void socket.end('SSH-2.0\r\n\r\n'));
    const other = { HTTPS_PROXY: `127.0.0.1:${await listening(garbage)}` };
    assert.match(
      await talk(await open({ upstream: proxySettings(other) }), ask('a.example:443')),
      /502 proxy 127\.0\.0\.1 answered what is no HTTP/,
    );
    const socks = { HTTPS_PROXY: 'socks5://127.0.0.1:1' };
    assert.match(
      await talk(await open({ upstream: proxySettings(socks) }), ask('a.example:443')),
      /502 .*no http or https proxy/,
    );
  });

  it('does not take itself for the user’s own proxy', async () => {
    const target = await echo('direct');
    const upstream = { https: undefined as string | undefined, http: undefined, bypass: [] };
    const proxy = await open({ upstream });
    upstream.https = proxy.url;
    assert.match(await talk(proxy, ask('nowhere.invalid:443')), /^HTTP\/1\.1 502 nowhere\.invalid cannot be reached/);
    assert.match(await talk(proxy, ask(`127.0.0.1:${target}`, authorization, 'x'), /:x/), /direct:x$/);
  });

  const wrong: Record<string, string> = {
    'none at all': '',
    'a wrong password': `Proxy-Authorization: Basic ${Buffer.from('u:q').toString('base64')}\r\n`,
    'a longer one': `Proxy-Authorization: Basic ${Buffer.from('u:pp').toString('base64')}\r\n`,
    'an empty one': 'Proxy-Authorization: Basic \r\n',
    'another scheme': `Proxy-Authorization: Bearer ${Buffer.from('u:p').toString('base64')}\r\n`,
    'those of another header': `Authorization: Basic ${Buffer.from('u:p').toString('base64')}\r\n`,
    'a second header': `Proxy-Authorization: Basic eA==\r\n${`Proxy-Authorization: Basic ${Buffer.from('u:p').toString('base64')}\r\n`}`,
  };
  for (const [title, headers] of Object.entries(wrong))
    it(`serves nobody with ${title}`, async () => {
      const proxy = await open({ connect: () => assert.fail('it went on') });
      const target = await echo('direct');
      for (const host of [`${clusterHost}:443`, `127.0.0.1:${target}`]) {
        const answer = await talk(proxy, ask(host, headers, 'GET / HTTP/1.1\r\n\r\n'));
        assert.match(
          answer,
          /^HTTP\/1\.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="private-eks"\r\n/,
        );
        assert.doesNotMatch(answer, /direct|200/);
      }
      assert.match(
        await talk(proxy, `GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n${headers}\r\n`),
        /^HTTP\/1\.1 407 /,
      );
    });

  it('says that it is no proxy for plain HTTP', async () => {
    const text = `GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n${authorization}\r\n`;
    assert.match(await talk(await open(), text), /^HTTP\/1\.1 501 .*CONNECT alone/s);
  });

  const hostile: Record<string, readonly [text: string, answer: RegExp]> = {
    'no port': [ask('a.example'), /^HTTP\/1\.1 400 /],
    'port 0': [ask('a.example:0'), /^HTTP\/1\.1 400 /],
    'port 65536': [ask('a.example:65536'), /^HTTP\/1\.1 400 /],
    'a user in the host': [ask(`x@${clusterHost}:443`), /^HTTP\/1\.1 400 /],
    'a path': [ask(`${clusterHost}:443/x`), /^HTTP\/1\.1 400 /],
    'a whole URL': [ask(`https://${clusterHost}:443`), /^HTTP\/1\.1 400 /],
    'a percent sign': [ask('a%2eexample:443'), /^HTTP\/1\.1 400 /],
    'an IPv6 address without brackets': [ask('2001:db8::1:443'), /^HTTP\/1\.1 400 /],
    'brackets around a name': [ask('[a.example]:443'), /^HTTP\/1\.1 400 /],
    'a name of 300 letters': [ask(`${'a'.repeat(300)}:443`), /^HTTP\/1\.1 400 /],
    'a body': [ask('a.example:443', `${authorization}Content-Length: 5\r\n`, 'hello'), /^HTTP\/1\.1 400 /],
    'a chunked body': [
      ask('a.example:443', `${authorization}Transfer-Encoding: chunked\r\n`, '0\r\n\r\n'),
      /^HTTP\/1\.1 400 /,
    ],
    'two lengths': [
      ask('a.example:443', `${authorization}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n`),
      /^HTTP\/1\.1 400 /,
    ],
    'a bare line feed in a header': [ask('a.example:443', `X: a\nY: b\r\n${authorization}`), /^HTTP\/1\.1 400 /],
    'a null in the request line': ['CONNECT a\0b:443 HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    'headers without end': [ask('a.example:443', `X: ${'x'.repeat(20_000)}\r\n`), /^HTTP\/1\.1 431 |^$/],
    'no HTTP': ['\x16\x03\x01\x02\x00\x01\x00\r\n\r\n', /^HTTP\/1\.1 400 /],
    'another port of the cluster': [ask(`${clusterHost}:22`), /^HTTP\/1\.1 403 The tunnel leads to port 443 alone/],
  };
  for (const [title, [text, answer]] of Object.entries(hostile))
    it(`refuses ${title}`, async () => {
      const proxy = await open({ connect: () => assert.fail('it went on') });
      assert.match(await talk(proxy, text), answer);
    });

  it('lives through garbage of any kind', async () => {
    const proxy = await open({ connect: () => assert.fail('it went on') });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async text => {
        assert.match(await talk(proxy, `${text}\r\n\r\n`, /$^/, true), /^$|^HTTP\/1\.1 4\d\d /);
      }),
      { numRuns: 100 },
    );
    const alive = await open();
    assert.match(await talk(alive, ask(`${clusterHost}:443`, authorization, 'x'), /:x/), /tunnel:x$/);
  });

  it('says in the status line why there is no way into the VPC', async () => {
    const connectFails = () =>
      Promise.reject(new PrivateEksError('no-route', 'the sign-in has expired – again\r\nX: y'));
    assert.match(
      await talk(await open({ connect: connectFails }), ask(`${clusterHost}:443`)),
      /^HTTP\/1\.1 503 The tunnel has no way into the VPC now: the sign-in has expired {3}again {2}X: y\r\n/,
    );
    const unknown = () => Promise.reject(new Error('secret inside'));
    const answer = await talk(await open({ connect: unknown }), ask(`${clusterHost}:443`));
    assert.match(answer, /^HTTP\/1\.1 503 .*no connection\r\n/);
    assert.doesNotMatch(answer, /secret/);
  });

  it('gives up on a host that does not answer, and tells the dial', async () => {
    const timers: (() => void)[] = [];
    const clock: Clock = {
      now: () => 0,
      sleep: (_, signal) =>
        new Promise((resolve, reject) => {
          timers.push(resolve);
          signal?.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    };
    const dialling = Promise.withResolvers<AbortSignal>();
    const proxy = await open({
      clock,
      connect: signal => {
        dialling.resolve(signal);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      },
    });
    const answer = talk(proxy, ask(`${clusterHost}:443`));
    const signal = await dialling.promise;
    for (const fire of timers) fire();
    assert.match(await answer, /^HTTP\/1\.1 504 It takes too long\r\n/);
    assert.ok(signal.aborted);
  });

  it('ends the near side with the far one, and the far some time after the near has said all', async () => {
    const far: Duplex[] = [];
    const sleeping = Promise.withResolvers<() => void>();
    const clock: Clock = {
      now: () => 0,
      sleep: (milliseconds, signal) =>
        new Promise((resolve, reject) => {
          if (milliseconds === 120_000) sleeping.resolve(resolve);
          signal?.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    };
    const connectTo = () => {
      far.push(echoStream('tunnel'));
      return Promise.resolve(far.at(-1) ?? assert.fail());
    };
    const proxy = await open({ clock, connect: connectTo });
    assert.match(await talk(proxy, ask(`${clusterHost}:443`, authorization, 'end')), /tunnel:end$/);
    const half = talk(proxy, ask(`${clusterHost}:443`, authorization, 'x'), /$^/, true);
    const pass = await sleeping.promise;
    assert.equal(far[1]?.destroyed, false, 'an answer may still come');
    far[1]?.push('late');
    pass();
    assert.match(await half, /tunnel:xlate$/);
    assert.equal(far[1]?.destroyed, true);
  });

  it('listens on 127.0.0.1 alone, closes with its signal and every connection with it', async () => {
    const stop = new AbortController();
    const proxy = await open({ signal: stop.signal });
    const held = talk(proxy, ask(`${clusterHost}:443`, authorization, 'x'));
    const silent = talk(proxy, '');
    await new Promise<void>(resolve => {
      const socket = connect(proxy.port, '::1');
      socket.on('error', () => resolve()).on('connect', () => assert.fail('it listens on ::1'));
    });
    stop.abort();
    await Promise.all([held, silent]);
    await assert.rejects(talk(proxy, ''), /ECONNREFUSED/);
  });

  it('carries 300 connections at once, each its own bytes, and keeps none afterwards', async () => {
    let streams = 0;
    const proxy = await open({
      connect: () => {
        const stream = echoStream('tunnel');
        streams++;
        stream.on('close', () => streams--);
        return Promise.resolve(stream);
      },
    });
    const texts = Array.from({ length: 300 }, (_, at) => `<${at}>${'x'.repeat(at * 7)};`);
    const got = await Promise.all(
      texts.map(text => talk(proxy, ask(`${clusterHost}:443`, authorization, text), new RegExp(`${text}$`))),
    );
    for (const [at, text] of texts.entries()) assert.ok(got[at]?.endsWith(`\r\n\r\ntunnel:${text}`));
    await proxy.close();
    while (streams > 0) await new Promise(resolve => setImmediate(resolve));
  });

  it('serves Node’s own client', async () => {
    const proxy = await open();
    const { username, password } = new URL(proxy.url);
    const got = await new Promise<string>((resolve, reject) => {
      const headers = { 'proxy-authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
      const asking = request({
        host: '127.0.0.1',
        port: proxy.port,
        method: 'CONNECT',
        path: `${clusterHost}:443`,
        headers,
      });
      asking.on('connect', (response, socket, head) => {
        assert.equal(response.statusCode, 200);
        let text = head.toString();
        socket.on('data', chunk => {
          text += String(chunk);
          if (text.endsWith('hi')) resolve(text);
          if (text.endsWith('hi')) socket.destroy();
        });
        socket.write('hi');
      });
      asking.on('error', reject).end();
    });
    assert.equal(got, 'tunnel:hi');
  });
});

describe('what a CONNECT asks for', () => {
  it('is a host and a port', () => {
    assert.deepEqual(connectTarget('A.example.:443'), { host: 'a.example', port: 443 });
    assert.deepEqual(connectTarget('[::1]:8443'), { host: '::1', port: 8443 });
    assert.deepEqual(connectTarget('10.0.0.1:1'), { host: '10.0.0.1', port: 1 });
    for (const bad of ['', ':443', 'a:', 'a..b:1', '.a:1', '[1.2.3.4]:1', 'a b:1', 'a:+1', 'a:1e3', 'a:١', undefined])
      assert.equal(connectTarget(bad), undefined);
  });

  it('never reads two ways', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const target = connectTarget(text);
        if (!target) return;
        assert.match(target.host, /^[\w.:-]+$/);
        assert.ok(target.port >= 1 && target.port <= 65_535);
      }),
    );
  });

  it('comes with credentials that nobody guesses', () => {
    const [one, other] = [newProxyCredentials(), newProxyCredentials()];
    assert.notEqual(one.password, other.password);
    assert.match(one.password, /^[0-9a-f]{48}$/);
    const header = `Basic ${Buffer.from(`${one.user}:${one.password}`).toString('base64')}`;
    assert.ok(isAuthorized(header, one));
    assert.ok(isAuthorized(header.replace('Basic', 'bASIC'), one));
    assert.ok(!isAuthorized(header, other));
  });
});

/** A stream into the VPC that says its name and echoes; `end` makes the far side hang up. */
function echoStream(name: string): Duplex {
  const stream: Duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      stream.push(chunk);
      if (chunk.toString() === 'end') stream.push(null);
      done();
    },
  });
  stream.push(`${name}:`);
  return stream;
}
