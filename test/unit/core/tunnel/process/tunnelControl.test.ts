import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { isTunnelLive, tellSignedIn } from '../../../../../src/core/tunnel/process/askTunnel.ts';
import type { ControlNews, ControlOrder } from '../../../../../src/core/tunnel/process/controlMessage.ts';
import { serveControl, type ControlServer } from '../../../../../src/core/tunnel/process/controlServer.ts';
import { holdTunnel } from '../../../../../src/core/tunnel/process/tunnelControl.ts';
import { writeTunnelRecord, type TunnelRecord } from '../../../../../src/core/tunnel/process/tunnelRecord.ts';
import type { RouteReport } from '../../../../../src/core/tunnel/route/route.ts';
import type { TunnelEvent } from '../../../../../src/core/tunnel/supervisor/tunnelEvent.ts';
import type { TunnelStatus } from '../../../../../src/core/tunnel/supervisor/tunnelStatus.ts';

const status: TunnelStatus = {
  state: 'healthy',
  detail: '7 ms',
  port: 1,
  route: { kind: 'instance', target: 'i-1', agentVersion: '3.3', reason: 'it is online' },
  latencyMs: 7,
  resumes: 0,
  sessionsBegun: 1,
  sessions: [],
  bytesIn: 0,
  bytesOut: 0,
  openConnections: 0,
  since: 0,
  openedAt: 0,
};

describe('a tunnel’s control socket', () => {
  let folder: string;
  let control: string;
  const servers: ControlServer[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'private-eks-control-'));
    const name = path.basename(folder);
    control = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : path.join(folder, 'tunnels', 'one.sock');
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const record = (token = 'right'): TunnelRecord => ({
    version: 1,
    cluster: 'demo',
    region: 'eu-west-1',
    accountId: '000000000000',
    pid: 1,
    port: 1,
    control,
    token,
    kubeconfig: '',
    startedAt: 0,
  });
  const serve = async (current: () => TunnelStatus | undefined = () => status): Promise<{ stops: () => number }> => {
    let stops = 0;
    servers.push(
      await serveControl({
        path: control,
        token: 'right',
        current: () => {
          const told = current();
          return told ? [{ type: 'status', status: told }] : [];
        },
        onOrder: ({ type }) => {
          if (type === 'stop') stops++;
        },
        onAttached: () => undefined,
      }),
    );
    return { stops: () => stops };
  };
  const ignore = () => undefined;

  it('tells its state to who knows the token, and to nobody else', async () => {
    await serve();
    assert.equal(await isTunnelLive(record()), true);
    assert.equal(await isTunnelLive(record('wrong')), false);
    const seen: TunnelStatus[] = [];
    const hold = await holdTunnel(record(), { onStatus: told => seen.push(told) }, ignore);
    assert.deepEqual(seen, [status]);
    assert.equal(servers[0]?.attached, 1);
    hold.release();
  });

  it('takes the order to stop', async () => {
    const { stops } = await serve();
    const gone = Promise.withResolvers<void>();
    const hold = await holdTunnel(record(), { onStatus: ignore }, () => gone.resolve());
    hold.stop();
    while (stops() === 0) await new Promise(setImmediate);
    await servers.pop()?.close();
    await gone.promise;
  });

  it('tells every tunnel of the machine of a sign-in before it lets go, and names those that waited', async () => {
    const orders: string[] = [];
    const waiting: TunnelStatus = { ...status, state: 'waiting-for-sign-in', latencyMs: undefined };
    const gone = Promise.withResolvers<void>();
    servers.push(
      await serveControl({
        path: control,
        token: 'right',
        current: () => [{ type: 'status', status: waiting }],
        onOrder: ({ type }) => orders.push(type),
        onAttached: count => count === 0 && gone.resolve(),
      }),
    );
    await writeTunnelRecord(folder, record());
    // Its process was killed.
    await writeTunnelRecord(folder, { ...record('old'), cluster: 'other' });
    assert.deepEqual(
      (await tellSignedIn(folder)).map(({ cluster }) => cluster),
      ['demo'],
    );
    await gone.promise;
    assert.deepEqual(orders, ['signed-in']);
  });

  it('is the only one of its tunnel', async () => {
    await serve();
    await assert.rejects(serve(), { code: 'tunnel-busy' });
    assert.equal(await isTunnelLive(record()), true);
  });

  it('is one, of many that begin at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => serve()));
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(await isTunnelLive(record()), true);
  });

  it('takes the place of one whose process was killed, whose record harms nobody', async function () {
    if (process.platform === 'win32') return this.skip();
    await serve();
    await servers.pop()?.close();
    assert.ok(!existsSync(control));
    assert.equal(await isTunnelLive(record()), false);
    const killed = `require('net').createServer().listen(${JSON.stringify(control)}, () => process.kill(process.pid, 'SIGKILL'))`;
    assert.throws(() => execFileSync(process.execPath, ['-e', killed], { stdio: 'ignore' }));
    assert.ok(existsSync(control));
    // Refused by the socket, not by the file's absence: this once brought the process down.
    assert.equal(await isTunnelLive(record()), false);
    await serve();
    assert.equal(await isTunnelLive(record()), true);
    assert.equal(statSync(control).mode & 0o777, 0o600);
    assert.equal(statSync(path.dirname(control)).mode & 0o777, 0o700);
  });

  describe('towards whoever speaks to it', () => {
    const speak = async (...lines: (string | Buffer)[]): Promise<{ socket: Socket; heard: () => string }> => {
      const socket = connect(control);
      let heard = '';
      socket.on('data', data => (heard += data.toString())).on('error', () => undefined);
      await once(socket, 'connect');
      for (const line of lines) socket.write(line);
      return { socket, heard: () => heard };
    };
    const gone = (socket: Socket) =>
      socket.destroyed ? Promise.resolve() : new Promise<void>(resolve => socket.once('close', () => resolve()));
    const orders: ControlOrder[] = [];
    const listen = async (current: () => readonly ControlNews[] = () => [{ type: 'status', status }]) => {
      orders.length = 0;
      const options = { path: control, token: 'right', onAttached: ignore, current };
      servers.push(await serveControl({ ...options, onOrder: order => orders.push(order) }));
    };
    const hello = '{"token":"right"}\n';

    it('obeys what is an order, and passes over everything else', async () => {
      await listen();
      const nonsense = [
        '',
        'stop',
        '[]',
        'null',
        '7',
        '{"type":"stop',
        '{"stop":true}',
        '{"type":"STOP"}',
        '{"type":"choose-route"}',
        '{"type":"choose-route","choice":{"kind":"anything"}}',
        '{"type":"choose-route","choice":{"kind":"instance","target":"; rm -rf /"}}',
        '{"type":"choose-route","choice":{"kind":"instance","target":7}}',
        '{"__proto__":{"type":"stop"}}',
      ];
      const { socket } = await speak(hello, ...nonsense.map(line => `${line}\n`));
      socket.write('{"type":"choose-route","choice":{"kind":"instance","target":"i-0123456789abcdef0"}}\n');
      socket.write('{"type":"reconnect"}\n{"type":"signed-in","profile":"any"}\n{"type":"sto');
      await new Promise(setImmediate);
      socket.write('p"}\n');
      while (orders.length < 4) await new Promise(setImmediate);
      const choice = { kind: 'instance', target: 'i-0123456789abcdef0' };
      const plain = (['reconnect', 'signed-in', 'stop'] as const).map(type => ({ type }));
      assert.deepEqual(orders, [{ type: 'choose-route', choice }, ...plain]);
      socket.destroy();
    });

    it('lets nobody in by random lines, and never breaks on them', async () => {
      await listen();
      const line = fc.oneof(fc.json(), fc.string({ maxLength: 200 }), fc.uint8Array({ maxLength: 300 }));
      await fc.assert(
        fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 5 }), fc.boolean(), async (lines, isKnown) => {
          const { socket, heard } = await speak(...(isKnown ? [hello] : []));
          for (const text of lines) socket.write(typeof text === 'string' ? `${text}\n` : Buffer.from(text));
          socket.end();
          await gone(socket);
          if (!isKnown) assert.equal(heard(), '');
        }),
        { numRuns: 100 },
      );
      assert.deepEqual(orders, []);
      assert.equal(await isTunnelLive(record()), true);
      while (servers[0]?.attached) await new Promise(setImmediate);
    });

    it('ends a line that never ends, before and after the token', async () => {
      await listen();
      for (const first of ['', hello]) {
        const { socket } = await speak(first, Buffer.alloc(64 * 1024, 'x'));
        await gone(socket);
      }
      const long = JSON.stringify({ type: 'stop', padding: 'x'.repeat(20_000) });
      const { socket } = await speak(hello, `${long}\n`);
      await gone(socket);
      assert.deepEqual(orders, []);
    });

    it('says nothing to a wrong token, and obeys nothing of what follows it', async () => {
      await listen();
      for (const token of ['', 'wrong', 'righ', 'right ', 7, null, { length: 5 }]) {
        const { socket, heard } = await speak(`${JSON.stringify({ token })}\n${hello}{"type":"stop"}\n`);
        await gone(socket);
        assert.equal(heard(), '');
      }
      assert.deepEqual(orders, []);
    });

    it('serves many at once, each with all there is', async () => {
      const event: TunnelEvent = { seq: 1, at: 0, severity: 'info', code: 'resumed', message: 'It goes on.' };
      const report: RouteReport = { route: undefined, findings: [], at: 1 };
      await listen(() => [
        { type: 'status', status },
        { type: 'event', event },
        { type: 'routes', report },
      ]);
      const seen = { events: 0, reports: 0, states: 0 };
      const handlers = {
        onStatus: () => seen.states++,
        onEvent: () => seen.events++,
        onRoutes: () => seen.reports++,
      };
      const holds = await Promise.all(Array.from({ length: 50 }, () => holdTunnel(record(), handlers, ignore)));
      while (seen.reports < 50) await new Promise(setImmediate);
      servers[0]?.publish({ type: 'event', event: { ...event, seq: 2 } });
      while (seen.events < 100) await new Promise(setImmediate);
      assert.deepEqual(seen, { events: 100, reports: 50, states: 50 });
      assert.equal(servers[0]?.attached, 50);
      for (const hold of holds) hold.release();
      while (servers[0]?.attached) await new Promise(setImmediate);
    });

    it('lets go of a client that reads nothing, and of nobody else', async () => {
      await listen();
      const { socket } = await speak(hello);
      socket.pause();
      let told = 0;
      const hold = await holdTunnel(record(), { onStatus: () => told++ }, ignore);
      while (servers[0]?.attached !== 2) await new Promise(setImmediate);
      const big: TunnelStatus = { ...status, detail: 'x'.repeat(100_000) };
      for (let i = 0; i < 400 && servers[0].attached === 2; i++) {
        servers[0].publish({ type: 'status', status: big });
        await new Promise(setImmediate);
      }
      assert.equal(servers[0].attached, 1);
      const before = told;
      servers[0].publish({ type: 'status', status });
      while (told <= before) await new Promise(setImmediate);
      socket.destroy();
      hold.release();
    });
  });

  it('has nothing to tell before there is a state', async () => {
    await serve(() => undefined);
    const holding = holdTunnel(record(), { onStatus: ignore }, ignore);
    while (servers[0]?.attached !== 1) await new Promise(setImmediate);
    servers[0].publish({ type: 'status', status });
    (await holding).release();
  });
});
