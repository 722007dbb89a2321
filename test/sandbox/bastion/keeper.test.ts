import assert from 'node:assert/strict';
import { BastionKeeper, type BastionKeeperOptions } from '../../../src/core/tunnel/bastion/bastionKeeper.ts';
import { listBastions } from '../../../src/core/tunnel/bastion/listBastions.ts';
import type { Route } from '../../../src/core/tunnel/route/route.ts';
import { BastionBench } from './bastionBench.ts';

describe('the bastion of a tunnel', function () {
  this.timeout(60_000);
  let bench: BastionBench;
  let route: Route;
  let target: string;
  let logged: string[];
  let idle: number;
  beforeEach(async () => {
    bench = await BastionBench.open();
    target = (await bench.start()).target ?? '';
    route = { kind: 'bastion', target, agentVersion: undefined, reason: '' };
    [logged, idle] = [[], 0];
  });
  afterEach(async () => {
    await bench.sweep({ stopRunning: true });
    await bench.assertEmpty();
  });

  const keeper = (more: Partial<BastionKeeperOptions> = {}) =>
    new BastionKeeper({
      ...{ session: bench.session, clock: bench.account.clock, idleMinutes: 30 },
      ...{ onIdle: () => void idle++, log: (message: string) => void logged.push(message) },
      ...more,
    });
  const running = async () => {
    const [found] = await bench.account.run(listBastions(bench.deps, { vpcId: bench.cluster.vpcId }));
    return found?.bastions.length;
  };
  const use = (openConnections: number) => ({ route, openConnections, sessions: [] });

  it('is stopped after so many idle minutes, and the tunnel is told', async () => {
    const kept = keeper();
    kept.saw(use(1));
    await bench.account.pass(3600);
    assert.equal(await running(), 1);
    kept.saw(use(0));
    await bench.account.pass(29 * 60);
    kept.saw(use(0));
    assert.equal(await running(), 1);
    await bench.account.pass(120);
    assert.deepEqual([await running(), idle], [0, 1]);
    assert.match(logged.join(), /Stopped the bastion after 30 idle minutes: nobody else used it\./);
    await kept.end();
  });

  it('is left alone where idleness does not count, or the tunnel goes another way', async () => {
    const never = keeper({ idleMinutes: 0 });
    never.saw(use(0));
    const elsewhere = keeper();
    elsewhere.saw({
      ...use(0),
      route: { kind: 'instance', target: 'i-0123456789abcdef0', agentVersion: '', reason: '' },
    });
    await bench.account.pass(7200);
    assert.equal(await running(), 1);
    await Promise.all([never.end(), elsewhere.end()]);
  });

  it('goes with the tunnel that started it, and with no other', async () => {
    const guest = keeper();
    guest.saw(use(0));
    await bench.account.run(guest.end());
    assert.equal(await running(), 1);
    const host = keeper();
    host.started(target);
    host.saw(use(0));
    await bench.account.run(host.end());
    assert.equal(await running(), 0);
    assert.deepEqual(logged, ['Stopped the bastion: nobody else used it.']);
  });

  it('stays when ending it fails, and the tunnel ends all the same', async () => {
    const host = keeper();
    host.started(target);
    host.saw(use(0));
    const message = 'The security token included in the request is expired';
    bench.account.fault({ service: 'ssm', operation: 'DescribeSessions', code: 'ExpiredToken', message, status: 403 });
    await bench.account.run(host.end());
    assert.match(logged.join(), /stays until its time is over: .*sign-in has expired/);
    assert.equal(await running(), 1);
  });
});
