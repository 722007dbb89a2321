import assert from 'node:assert/strict';
import { openTunnel, type TunnelRig } from './support/openTunnel.ts';

const hour = 60;

/** Somebody works: a call every quarter of an hour. */
async function work(rig: TunnelRig, hours: number): Promise<void> {
  for (let done = 0; done < hours * hour; done += 15) {
    assert.equal(await rig.use(), 'hello', `after ${done} minutes`);
    await rig.pass(15);
  }
}

describe('a tunnel over three days', function () {
  this.timeout(60_000);

  it('goes on through hourly closes, an idle cut, an expired sign-in, a moved endpoint and a night’s sleep, and tells of each', async () => {
    const rig = await openTunnel();
    const { service, tunnel, clock } = rig;
    const { port } = tunnel.status;
    const timers: number[] = [];
    const started = (): number => service.calls.start;

    // Monday: eight hours of work, then nobody; the account’s idle timeout ends the session, and the night is without one.
    await work(rig, 8);
    assert.equal(rig.events('socket-lost').length, 8);
    assert.equal(rig.events('resumed').length, 8);
    assert.equal(started(), 1);
    await rig.pass(16 * hour);
    assert.equal(service.living.length, 0);
    assert.equal(tunnel.status.sessions.length, 0);
    assert.equal(rig.states.at(-1), 'resting');
    const [cut] = rig.events('idle-timeout');
    assert.equal(tunnel.status.since, cut?.at);
    const resting = { ...service.calls };
    timers.push(clock.sleeping);

    // Tuesday: the first connection opens a session. The sign-in expires, an hourly close meets that, and a quarter of an hour later it is there.
    await work(rig, 1);
    assert.deepEqual([resting.start, started()], [1, 2]);
    const rested = rig.states.indexOf('resting');
    assert.deepEqual(rig.states.slice(rested, rested + 4), ['resting', 'finding-route', 'opening', 'healthy']);
    service.isSignedIn = false;
    while (tunnel.status.state !== 'waiting-for-sign-in') {
      assert.equal(await rig.use(), 'hello', 'what is open lasts');
      await rig.pass(1);
    }
    const asked = service.calls.resume;
    await rig.pass(15);
    timers.push(clock.sleeping);
    assert.equal(rig.events('signed-out').length, 1);
    assert.ok(service.calls.resume - asked < 25, `${service.calls.resume - asked} calls in a quarter of an hour`);
    assert.ok(service.calls.renew >= service.calls.resume - asked, 'the sign-in is not read anew');
    service.isSignedIn = true;
    await rig.pass(2);
    assert.equal(tunnel.status.state, 'healthy');
    assert.equal(started(), 2, 'its session was still there');

    // The control plane’s interfaces get other addresses: the agent goes on dialling the old.
    await work(rig, 1);
    service.address = '10.0.0.2';
    assert.equal(await rig.use(), 'refused');
    await rig.pass(1);
    assert.equal(tunnel.status.state, 'healthy');
    assert.equal(started(), 3);
    await work(rig, 5);

    // The laptop is shut for six hours: sockets die without a word, and the session with them.
    service.silence();
    for (const session of service.living) session.isGone = true;
    await clock.jump(6 * hour * 60_000);
    await rig.pass(2);
    timers.push(clock.sleeping);
    assert.equal(rig.events('slept').length, 1);
    await rig.pass(8 * hour);
    assert.equal(rig.states.at(-1), 'resting');

    // Wednesday.
    await work(rig, 8);
    timers.push(clock.sleeping);
    assert.equal(tunnel.status.port, port);
    assert.equal(tunnel.status.state, 'healthy');
    assert.deepEqual(service.violations, []);

    const seen = rig.codes();
    for (const code of [
      'idle-timeout',
      'signed-out',
      'signed-in',
      'endpoint-changed',
      'slept',
      'resumed',
      'socket-lost',
    ])
      assert.ok(seen.includes(code), code);
    for (const { code, cure } of tunnel.events)
      if (!['route-found', 'session-opened', 'recovered'].includes(code)) assert.ok(cure, `${code} without its cure`);
    assert.deepEqual(
      tunnel.events.map(({ seq }) => seq),
      tunnel.events.map((_, index) => index + 1),
    );

    // No busy loop: three days cost no more than this.
    const { start, resume, findRoute, dial, terminate } = service.calls;
    assert.ok(start <= 6, `${start} sessions`);
    assert.ok(findRoute <= start + 2, `${findRoute} looks for a route`);
    assert.ok(resume < 80, `${resume} resumes`);
    assert.ok(dial <= start + 40, `${dial} dials`);
    assert.ok(terminate <= start, `${terminate} ends`);
    assert.ok(Math.max(...timers) <= 12, `${timers.join()} timers`);

    await rig.close();
    assert.deepEqual(service.living, []);
    assert.equal(tunnel.status.state, 'ended');
    assert.ok(clock.sleeping <= 1, `${clock.sleeping} timers are left`);
  });
});
