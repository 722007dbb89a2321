import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { systemClock } from '../../../../../src/core/clock.ts';
import type { PluginForwardOptions } from '../../../../../src/core/tunnel/session/pluginSession.ts';
import { openPluginSession } from '../../../../../src/core/tunnel/supervisor/pluginTunnelSession.ts';

describe('a session that AWS’s plugin carries', () => {
  it('connects to the plugin’s port, counts what goes through, and is over with the plugin', async () => {
    const far = createServer(socket => socket.on('error', () => undefined).pipe(socket));
    await new Promise<void>(resolve => far.listen(0, '127.0.0.1', resolve));
    const over = Promise.withResolvers<string>();
    const seen: { given?: PluginForwardOptions; started?: unknown; ended: string[]; errors: number } = {
      ended: [],
      errors: 0,
    };
    const session = await openPluginSession(
      {
        ...{ plugin: '/p', region: 'eu-west-1', endpoint: 'https://ssm.eu-west-1.amazonaws.com', environment: {} },
        ...{ spawn: () => assert.fail('spawned here'), clock: systemClock, host: 'api', reason: 'why' },
        openPluginForward: async given => {
          seen.given = given;
          const { port } = far.address() as AddressInfo;
          return { port, ended: over.promise, close: async () => over.resolve('closed') };
        },
      },
      {
        start: async target => {
          seen.started = target;
          return { sessionId: 'me-1', streamUrl: '', token: '' };
        },
        resume: () => assert.fail('resumed here'),
        terminate: async id => void seen.ended.push(id),
      },
      'i-1',
      {
        onLost: () => undefined,
        onResumed: () => undefined,
        onResumeFailed: () => undefined,
        onConnectError: () => seen.errors++,
      },
      new AbortController().signal,
    );
    assert.deepEqual(seen.started, { target: 'i-1', host: 'api', port: 443 });
    assert.equal(seen.given?.port, 0);
    seen.given.onConnectError?.();
    await seen.given.endSession('me-1');
    assert.deepEqual([seen.errors, seen.ended], [1, ['me-1']]);
    const stream = await session.connect(new AbortController().signal);
    stream.write('hello');
    const [data] = (await once(stream, 'data')) as [Buffer];
    assert.equal(data.toString(), 'hello');
    assert.deepEqual([session.bytesIn, session.bytesOut, session.state], [5, 5, 'open']);
    const closed = once(stream, 'close');
    await session.end();
    assert.deepEqual(await session.over, { kind: 'unknown', reason: 'closed', connections: 1 });
    await closed;
    assert.deepEqual([session.bytesIn, session.bytesOut, session.state], [5, 5, 'ended']);
    far.close();
  });
});
