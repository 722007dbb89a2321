import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { serveControl, type ControlServer } from '../../../../../src/core/tunnel/process/controlServer.ts';
import { holdTunnel, isTunnelLive } from '../../../../../src/core/tunnel/process/tunnelControl.ts';
import type { TunnelRecord } from '../../../../../src/core/tunnel/process/tunnelRecord.ts';
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

  it('has nothing to tell before there is a state', async () => {
    await serve(() => undefined);
    const holding = holdTunnel(record(), { onStatus: ignore }, ignore);
    while (servers[0]?.attached !== 1) await new Promise(setImmediate);
    servers[0].publish({ type: 'status', status });
    (await holding).release();
  });
});
