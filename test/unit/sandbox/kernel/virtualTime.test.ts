import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Account, type Service } from '../../../../src/sandbox/kernel/account.ts';
import { virtualTime } from '../../../sandbox/support/virtualTime.ts';

function accountWith(log: string[]): Account {
  const service: Service = {
    name: 'test',
    operations: {},
    jobs: { 'test.log': (what: string, account) => void log.push(`${account.now()} ${what}`) },
  };
  return new Account([service], { accountId: '000000000000', now: 0 });
}

describe('virtual time', () => {
  it('jumps from event to event, jobs and sleepers in the order of their times', async () => {
    const log: string[] = [];
    const account = accountWith(log);
    const { clock, run } = virtualTime(account);
    account.schedule(600, 'test.log', 'cluster active');
    const poll = async () => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(250_000);
        log.push(`${clock.now()} poll`);
      }
    };
    await run(poll());
    assert.deepEqual(log, ['250000 poll', '500000 poll', '600000 cluster active', '750000 poll']);
  });

  it('stands still while a request is in flight or a file is read', async () => {
    const account = accountWith([]);
    const { clock, run, during } = virtualTime(account);
    account.schedule(1, 'test.log', 'too early');
    const work = async () => {
      await during(new Promise(resolve => setTimeout(resolve, 20)));
      await readFile(import.meta.filename);
      return clock.now();
    };
    assert.equal(await run(work()), 0);
  });

  it('wakes an aborted sleeper with the reason, at once', async () => {
    const { clock, run } = virtualTime(accountWith([]));
    const controller = new AbortController();
    const sleeping = clock.sleep(5000, controller.signal);
    controller.abort();
    await assert.rejects(run(sleeping), { name: 'AbortError' });
    await assert.rejects(run(clock.sleep(5000, controller.signal)), { name: 'AbortError' });
    assert.equal(clock.now(), 0);
  });

  it('passes a rejection on, and drives two waits at a time', async () => {
    const { clock, run } = virtualTime(accountWith([]));
    const failing = async () => {
      await clock.sleep(10);
      throw new Error('as it should');
    };
    const [failed, slept] = await Promise.allSettled([run(failing()), run(clock.sleep(20))]);
    assert.equal(failed.status, 'rejected');
    assert.equal(slept.status, 'fulfilled');
    assert.equal(clock.now(), 20);
  });

  it('says so when nothing is left that could end the wait', async () => {
    const { run } = virtualTime(accountWith([]), 20);
    await assert.rejects(run(new Promise(() => undefined)), /nothing is left to happen/);
  });
});
