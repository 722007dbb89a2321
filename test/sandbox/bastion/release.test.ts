import assert from 'node:assert/strict';
import { StartSessionCommand, TerminateSessionCommand } from '@aws-sdk/client-ssm';
import type { AwsSession } from '../../../src/core/aws/awsSession.ts';
import type { Bastion } from '../../../src/core/tunnel/bastion/bastion.ts';
import { releaseBastion, stopWhenIdle } from '../../../src/core/tunnel/bastion/releaseBastion.ts';
import { BastionBench } from './bastionBench.ts';

describe('a bastion that is not used any more', function () {
  this.timeout(60_000);
  let bench: BastionBench;
  let bastion: Bastion;
  let target: string;
  beforeEach(async () => {
    bench = await BastionBench.open({ publicUrl: 'http://127.0.0.1:1' });
    bastion = await bench.start();
    target = bastion.target ?? '';
  });

  const forward = async (session: AwsSession): Promise<string> => {
    const client = await session.client('ssm');
    const { SessionId = '' } = await client.send(
      new StartSessionCommand({
        Target: target,
        DocumentName: 'AWS-StartPortForwardingSessionToRemoteHost',
        Parameters: { host: [bench.cluster.host], portNumber: ['443'], localPortNumber: ['0'] },
      }),
    );
    return SessionId;
  };
  const release = (ownSessionIds: string[]) =>
    bench.account.run(releaseBastion(bench.session, { target, ownSessionIds }));

  it('goes with its last session, and the rule and the stack after it', async () => {
    const own = await forward(bench.session);
    const another = await forward(bench.session);
    assert.deepEqual(await release([own]), { stopped: false, why: '1 other session goes through it' });
    const client = await bench.session.client('ssm');
    await client.send(new TerminateSessionCommand({ SessionId: another }));
    assert.deepEqual(await release([own]), { stopped: true, why: 'nobody else used it' });
    assert.deepEqual(await release([own]), { stopped: false, why: 'it has ended already' });
    await bench.sweep();
    await bench.assertEmpty();
  });

  it('stays where it cannot be seen who else uses it', async () => {
    const message = 'User: x is not authorized to perform: ssm:DescribeSessions on resource: *';
    bench.account.fault({ service: 'ssm', operation: 'DescribeSessions', code: 'AccessDeniedException', message });
    const { stopped, why } = await release([]);
    assert.equal(stopped, false);
    assert.match(why, /cannot be seen/);
  });

  it('is none of ours when its target says so', async () => {
    const { stopped } = await bench.account.run(
      releaseBastion(bench.session, { target: 'i-0123456789abcdef0', ownSessionIds: [] }),
    );
    assert.equal(stopped, false);
  });

  it('is stopped when nothing has gone through it for so long, and not while others use it', async () => {
    const own = await forward(bench.session);
    const another = await forward(bench.session);
    const { clock } = bench.account;
    const began = clock.now();
    let lastUsed: number | undefined = began;
    const watch = {
      clock,
      idleMs: 600_000,
      current: () => ({ target, ownSessionIds: [own] }),
      idleSince: () => lastUsed,
    };
    const stopped = stopWhenIdle(bench.session, watch, new AbortController().signal).then(() => clock.now() - began);
    const others = clock.sleep(900_000).then(async () => {
      lastUsed = undefined;
      const client = await bench.session.client('ssm');
      await client.send(new TerminateSessionCommand({ SessionId: another }));
      await clock.sleep(1_200_000);
      lastUsed = clock.now();
    });
    const [after] = await bench.account.run(Promise.all([stopped, others]));
    assert.ok(after >= 2_700_000 && after < 3_400_000, `${after / 60_000} min`);
  });
});
