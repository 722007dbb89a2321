import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { AwsSession } from '../../../../../src/core/aws/awsSession.ts';
import { askTunnel, tellSignedIn } from '../../../../../src/core/tunnel/process/askTunnel.ts';
import { runTunnel } from '../../../../../src/core/tunnel/process/runTunnel.ts';
import { listTunnelRecords } from '../../../../../src/core/tunnel/process/tunnelRecord.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { FakeService } from '../supervisor/support/fakeService.ts';
import { cluster } from '../supervisor/support/openTunnel.ts';

describe('a tunnel’s process', function () {
  this.timeout(10_000);

  it('goes on without delay when somebody tells it of a sign-in', async () => {
    const home = mkdtempSync(path.join(os.tmpdir(), 'private-eks-run-tunnel-'));
    const clock = new FakeClock();
    const service = new FakeService(clock);
    const stop = new AbortController();
    let renewed = 0;
    let state = '';
    const ready = Promise.withResolvers<void>();
    const session = { region: cluster.region, profile: 'corp', renew: () => renewed++ } as unknown as AwsSession;
    const running = runTunnel(
      {
        ...{ home, session, cluster, accountId: '000000000000', accountClock: clock, clock, lingerMinutes: undefined },
        ...{ findRoute: service.findRoute, sessions: service.api, dial: service.dial, port: 0 },
        writeKubeconfig: async () => 'kubeconfig',
        onReady: () => ready.resolve(),
        onStatus: status => (state = status.state),
        log: () => undefined,
      },
      stop.signal,
    );
    const until = async (what: () => boolean): Promise<void> => {
      while (!what()) {
        await new Promise(setImmediate);
        await clock.advance(100);
      }
    };
    try {
      let isReady = false;
      void ready.promise.then(() => (isReady = true));
      await until(() => isReady);
      service.isSignedIn = false;
      for (const one of service.living) service.end(one, 'Session me-1 was terminated by someone');
      await until(() => state === 'waiting-for-sign-in');
      await clock.advance(10 * 60_000);
      service.isSignedIn = true;
      const [before, calls, renewals] = [clock.now(), service.calls.start, renewed];
      assert.deepEqual(
        (await tellSignedIn(home)).map(record => record.cluster),
        ['demo'],
      );
      for (let turn = 0; turn < 20_000 && service.calls.start === calls; turn++) await new Promise(setImmediate);
      assert.equal(service.calls.start, calls + 1);
      assert.equal(clock.now(), before, 'no pause was waited for');
      assert.ok(renewed > renewals, 'the sign-in is read anew');
      await until(() => state !== 'waiting-for-sign-in');
      const [record] = await listTunnelRecords(home);
      assert.ok(record);
      assert.notEqual((await askTunnel(record))?.state, 'waiting-for-sign-in');
    } finally {
      stop.abort();
      let isOver = false;
      void running.finally(() => (isOver = true)).catch(() => undefined);
      await until(() => isOver);
      rmSync(home, { recursive: true, force: true });
    }
    assert.deepEqual(service.living, []);
    assert.deepEqual(await listTunnelRecords(home), []);
  });
});
