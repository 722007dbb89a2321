import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { ControlOrder } from '../../../../../src/core/tunnel/process/controlMessage.ts';
import { serveControl } from '../../../../../src/core/tunnel/process/controlServer.ts';
import { askForProxy, noProxy, TunnelProxy } from '../../../../../src/core/tunnel/process/tunnelProxy.ts';
import type { TunnelRecord } from '../../../../../src/core/tunnel/process/tunnelRecord.ts';

const host = 'abc.gr7.eu-west-1.eks.amazonaws.com';

describe('the proxy of a tunnel’s process', () => {
  let folder: string;
  let record: TunnelRecord;
  const closers: (() => Promise<void> | void)[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'pe-'));
    const control =
      process.platform === 'win32' ? `\\\\.\\pipe\\${path.basename(folder)}` : path.join(folder, 'control.sock');
    const key = { accountId: '111122223333', region: 'eu-west-1', cluster: 'payments' };
    record = { version: 1, ...key, pid: 1, port: 1, control, token: 'right', kubeconfig: '/k', startedAt: 0 };
  });
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  const serve = async () => {
    const stop = new AbortController();
    const listener = createServer(socket => void socket.end('the tunnel')).listen(0, '127.0.0.1');
    await new Promise(resolve => listener.once('listening', resolve));
    const proxy = new TunnelProxy(host, (listener.address() as AddressInfo).port, noProxy, stop.signal);
    const orders: ControlOrder[] = [];
    const server = await serveControl({
      path: record.control,
      token: record.token,
      current: () => [],
      onOrder: (order, answer) => {
        orders.push(order);
        if (order.type === 'open-proxy') void proxy.url().then(url => answer({ type: 'proxy', url }));
      },
      onAttached: () => undefined,
    });
    closers.push(
      () => void listener.close(),
      () => server.close(),
      () => stop.abort(),
    );
    return { orders, server, stop };
  };
  const talk = (url: URL) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(url.port), '127.0.0.1');
      const authorization = Buffer.from(`${url.username}:${url.password}`).toString('base64');
      let got = '';
      socket
        .on('data', chunk => (got += String(chunk)))
        .on('close', () => resolve(got))
        .on('error', reject);
      socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nProxy-Authorization: Basic ${authorization}\r\n\r\n`);
    });

  it('is opened at the first order, one for all, leads to the tunnel’s listener and ends with the process', async () => {
    const { orders, stop } = await serve();
    const [one, other] = await Promise.all([askForProxy(record), askForProxy(record)]);
    assert.equal(one, other);
    assert.deepEqual(orders, [{ type: 'open-proxy' }, { type: 'open-proxy' }]);
    assert.match(await talk(new URL(one)), /^HTTP\/1\.1 200 .*the tunnel$/s);
    stop.abort();
    await assert.rejects(talk(new URL(one)), { code: 'ECONNREFUSED' });
  });

  it('tells its URL to the client that asked and to no other', async () => {
    await serve();
    const bystander = connect(record.control);
    let heard = '';
    bystander.on('data', chunk => (heard += String(chunk)));
    await new Promise<void>(resolve =>
      bystander.on('connect', () => bystander.write('{"token":"right"}\n', () => resolve())),
    );
    await askForProxy(record);
    bystander.destroy();
    assert.equal(heard, '');
    await assert.rejects(askForProxy({ ...record, token: 'wrong' }), { code: 'tunnel-gone' });
  });

  it('is asked for in vain where the process is gone', async () => {
    await assert.rejects(askForProxy(record), { code: 'tunnel-gone' });
  });
});
