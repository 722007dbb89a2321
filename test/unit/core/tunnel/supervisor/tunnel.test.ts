import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { PrivateEksError } from '../../../../../src/core/errors.ts';
import type { FindRoute } from '../../../../../src/core/tunnel/route/route.ts';
import { keptEvents } from '../../../../../src/core/tunnel/supervisor/eventLog.ts';
import { openTunnel, type TunnelRig } from './support/openTunnel.ts';

describe('a tunnel’s supervisor', function () {
  this.timeout(40_000);
  const rigs: TunnelRig[] = [];
  const open = async (...args: Parameters<typeof openTunnel>): Promise<TunnelRig> => {
    const rig = await openTunnel(...args);
    rigs.push(rig);
    return rig;
  };
  afterEach(async () => {
    for (const rig of rigs.splice(0)) {
      await rig.close();
      assert.deepEqual(rig.service.living, [], 'a session is left');
      assert.deepEqual(rig.service.violations, []);
    }
  });

  it('opens for whoever waits, and says what kept it from opening', async () => {
    await assert.rejects(
      openTunnel({}, service => (service.target = undefined)),
      { code: 'no-route' },
    );
    await assert.rejects(
      openTunnel({}, service => (service.isSignedIn = false)),
      { code: 'signed-out' },
    );
  });

  it('replaces a session that carries nothing, ever more seldom while that does not help', async () => {
    const rig = await open({ keepAlive: true });
    rig.service.isEndpointDown = true;
    await rig.pass(4 * 60);
    assert.equal(rig.tunnel.status.state, 'degraded');
    assert.ok(rig.service.calls.start < 60, `${rig.service.calls.start} sessions in four hours`);
    assert.equal(rig.events('probe-failed').length, 1);
    rig.service.isEndpointDown = false;
    await rig.pass(2);
    assert.equal(rig.tunnel.status.state, 'healthy');
    assert.equal(rig.events('recovered').length, 1);
  });

  it('looks seldom for a route that is missing, tells once, and looks at once when a connection comes', async () => {
    const rig = await open();
    const { service, tunnel } = rig;
    service.target = undefined;
    for (const session of service.living) service.end(session, 'Session me-1 was terminated by someone');
    await rig.pass(1);
    assert.equal(tunnel.status.state, 'finding-route');
    assert.equal(rig.events('session-lost').length, 1);
    await rig.pass(24 * 60);
    assert.equal(rig.events('no-route').length, 1);
    assert.ok(service.calls.findRoute < 400, `${service.calls.findRoute} looks in a day`);
    service.target = 'i-0fedcba9876543210';
    assert.equal(await rig.use(), 'hello');
    assert.equal(tunnel.status.route?.kind === 'instance' && tunnel.status.route.target, service.target);
    assert.equal(tunnel.status.state, 'healthy');
  });

  it('says that the service ended a session by its maximum duration, and opens the next at once', async () => {
    const rig = await open();
    const [session] = rig.service.living;
    assert.ok(session);
    rig.service.end(session, 'Your session has been terminated because it reached the maximum session duration.');
    await rig.pass(1);
    const [told] = rig.events('maximum-duration');
    assert.match(told?.cure ?? '', /opened at once, on the same port/);
    assert.equal(rig.tunnel.status.state, 'healthy');
    assert.equal(rig.tunnel.status.sessions.length, 1);
  });

  it('does not open one session after the other where each is ended as soon as it stands', async () => {
    const rig = await open();
    const { service, clock } = rig;
    const stop = new AbortController();
    const killing = (async () => {
      while (!stop.signal.aborted) {
        for (const session of service.living) service.end(session, 'Forwarding to IP address 10.0.0.2 is forbidden.');
        await clock.sleep(1000, stop.signal).catch(() => undefined);
      }
    })();
    await rig.pass(2 * 60);
    assert.ok(service.calls.start < 50, `${service.calls.start} sessions in two hours`);
    assert.ok(service.calls.findRoute < 60);
    stop.abort();
    await killing;
    await rig.pass(6);
    assert.equal(rig.tunnel.status.state, 'healthy');
  });

  it('rests after an idle timeout, with nothing open, until the next connection', async () => {
    const rig = await open();
    const { service, tunnel, states } = rig;
    const { port } = tunnel.status;
    await rig.pass(30);
    const [told] = rig.events('idle-timeout');
    assert.match(told?.cure ?? '', /^The tunnel rests: the next connection opens a new one, on the same port\./);
    assert.deepEqual(service.living, []);
    const { state, since, latencyMs, sessions, openConnections } = tunnel.status;
    assert.deepEqual([state, since, latencyMs, sessions, openConnections], ['resting', told?.at, undefined, [], 0]);
    const calls = { ...service.calls };
    await rig.pass(24 * 60);
    assert.deepEqual(service.calls, calls, 'it asks AWS nothing while it rests');

    assert.equal(await rig.use(), 'hello');
    assert.deepEqual(states.slice(states.indexOf('resting')), ['resting', 'finding-route', 'opening', 'healthy']);
    assert.deepEqual([tunnel.status.port, service.living.length], [port, 1]);
    const [session] = service.living;
    assert.ok(session);
    // What is lost otherwise is no reason to rest.
    service.end(session, 'Session me-2 was terminated by someone');
    await rig.pass(1);
    assert.equal(tunnel.status.state, 'healthy');
  });

  it('waits for a sign-in that has expired while it rested, and goes on at once when it is told of another', async () => {
    const rig = await open();
    const { service, tunnel, clock } = rig;
    await rig.pass(30);
    service.isSignedIn = false;
    const first = rig.use();
    while (tunnel.status.state !== 'waiting-for-sign-in') await new Promise(setImmediate);
    await first;
    await rig.pass(60);
    assert.equal(tunnel.status.state, 'waiting-for-sign-in');
    service.isSignedIn = true;
    const before = clock.now();
    tunnel.signedIn();
    await clock.advance(100);
    assert.equal(tunnel.status.state, 'healthy');
    assert.ok(clock.now() - before <= 100);
    assert.equal(rig.events('signed-in').length, 1);
  });

  it('opens the next session at once after an idle timeout, where that is set', async () => {
    const rig = await open({ whenIdle: 'at-once' });
    await rig.pass(60);
    assert.ok(rig.events('idle-timeout').length >= 1);
    assert.match(rig.events('idle-timeout')[0]?.cure ?? '', /opened at once/);
    assert.equal(rig.tunnel.status.sessions.length, 1);
    assert.ok(rig.service.calls.start <= 4);
  });

  it('is not ended for idleness where it is told to keep itself alive', async () => {
    const rig = await open({ keepAlive: true });
    await rig.pass(12 * 60);
    assert.equal(rig.service.calls.start, 1);
    assert.equal(rig.tunnel.status.resumes, 12);
  });

  it('asks at once after a short sleep, and leaves alone what answers', async () => {
    const rig = await open();
    await rig.clock.jump(80_000);
    await rig.pass(1);
    const [told] = rig.events('slept');
    assert.match(told?.cure ?? '', /asked at once, and answers|did not answer/);
    assert.equal(rig.service.calls.start, 1);
    assert.equal(rig.tunnel.status.state, 'healthy');
  });

  it('gives up sockets that died in a sleep, and resumes the session that did not', async () => {
    const rig = await open();
    rig.service.silence();
    await rig.clock.jump(10 * 60_000);
    await rig.pass(1);
    assert.deepEqual([rig.service.calls.start, rig.tunnel.status.resumes], [1, 1]);
    assert.equal(rig.tunnel.status.state, 'healthy');
  });

  it('leaves its route only when the other stands', async () => {
    const targets: Record<string, string> = { automatic: 'i-0123456789abcdef0', bastion: 'ecs:c_1_2' };
    const findRoute: FindRoute = async ({ kind }) => {
      const target = targets[kind];
      if (target === undefined) throw new PrivateEksError('no-route', 'There is no direct way.', { retryable: true });
      const route = {
        kind: kind === 'bastion' ? kind : 'instance',
        target,
        agentVersion: '3',
        reason: target,
      } as const;
      return { route, findings: [], at: 0 };
    };
    const rig = await open({ findRoute });
    const { port } = rig.tunnel.status;
    rig.tunnel.chooseRoute({ kind: 'direct' });
    await rig.pass(1);
    assert.match(rig.events('no-route')[0]?.cure ?? '', /stays on its way: Route by instance/);
    assert.deepEqual(
      rig.service.living.map(({ id }) => id),
      ['me-1'],
    );
    rig.tunnel.chooseRoute({ kind: 'bastion' });
    await rig.pass(1);
    assert.equal(rig.tunnel.status.route?.kind, 'bastion');
    assert.deepEqual([rig.service.living.length, rig.tunnel.status.port], [1, port]);
    assert.equal(await rig.use(), 'hello');
    const before = rig.service.calls.start;
    rig.tunnel.reconnect();
    await rig.pass(1);
    assert.deepEqual([rig.service.living.length, rig.service.calls.start], [1, before + 1]);
    assert.equal(rig.tunnel.status.route?.kind, 'bastion', 'what was chosen stays chosen');
  });

  it('asks for a new bastion once: when it is gone, its cost is asked for again', async () => {
    const asked: string[] = [];
    const findRoute: FindRoute = async ({ kind }) => {
      asked.push(kind);
      return {
        route: { kind: 'bastion', target: `ecs:c_${asked.length}_2`, agentVersion: '3', reason: 'it runs' },
        findings: [],
        at: 0,
      };
    };
    const rig = await open({ findRoute, choice: { kind: 'new-bastion' } });
    for (const session of rig.service.living) rig.service.end(session, 'Session was terminated by someone');
    await rig.pass(1);
    assert.deepEqual(asked, ['new-bastion', 'automatic']);
    assert.equal(rig.events('bastion-started').length, 1);
  });

  it('adds sessions under load, spreads connections over them, loses only a lost one’s, and drops the idle', async () => {
    const rig = await open({ maxSessions: 3 });
    const { service, tunnel, clock } = rig;
    const sockets: Socket[] = [];
    const [first] = service.living;
    assert.ok(first);
    const streams = () => service.sessions.reduce((sum, { peer }) => sum + peer.mux.openStreams, 0);
    const stream = async (): Promise<Socket> => {
      const before = streams();
      const socket = connect({ port: tunnel.status.port, host: '127.0.0.1' });
      socket.on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
      socket.write('x');
      while (streams() === before) await turn();
      socket.resume();
      return socket;
    };
    const turn = () => new Promise(resolve => setImmediate(resolve));
    /** Seconds in which every session sends as much as an agent can. */
    const load = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second++) {
        for (const { peer } of service.living)
          for (const id of peer.mux.opened.slice(-1))
            if (peer.mux.openStreams > 0) peer.mux.send(id, Buffer.alloc(700_000));
        for (let i = 0; i < 20; i++) await turn();
        await clock.advance(1000);
      }
    };
    await stream();
    await load(6);
    assert.equal(tunnel.status.sessions.length, 2, 'one is spare');
    await stream();
    assert.deepEqual(
      tunnel.status.sessions.map(({ connections }) => connections),
      [1, 1],
    );
    await load(8);
    assert.equal(tunnel.status.sessions.length, 3);
    const last = await stream();
    await load(8);
    assert.equal(tunnel.status.sessions.length, 3, 'no more than was allowed');
    assert.equal(rig.events('session-added').length, 2);

    const lost = service.living[2];
    assert.ok(lost);
    const closed = new Promise(resolve => last.once('close', resolve));
    service.end(lost, 'Session was terminated by someone');
    await clock.advance(100);
    await closed;
    assert.deepEqual(
      sockets.map(socket => socket.destroyed),
      [false, false, true],
    );
    assert.match(rig.events('session-lost')[0]?.cure ?? '', /other sessions go on. 1 connection went with it/);

    for (const socket of sockets) socket.resetAndDestroy();
    while (tunnel.status.openConnections > 0) await turn();
    await rig.pass(10);
    assert.equal(tunnel.status.sessions.length, 1);
    assert.equal(rig.events('session-dropped').length, 1);
  });

  it('goes by the direct way without a session, and looks for another when that is gone', async () => {
    const far = createServer(socket => socket.on('error', () => undefined).pipe(socket));
    await new Promise<void>(resolve => far.listen(0, '127.0.0.1', resolve));
    let isDirect = true;
    const endpointPort = (far.address() as AddressInfo).port;
    let answers = true;
    const rig = await open({
      endpointPort,
      probe: async () => {
        if (!answers) throw new PrivateEksError('probe-failed', 'No answer.');
        return 1;
      },
      findRoute: async (choice, signal) =>
        isDirect
          ? { route: { kind: 'direct', addresses: ['127.0.0.1'], reason: 'it answers' }, findings: [], at: 0 }
          : rig.service.findRoute(choice, signal),
    });
    assert.equal(await rig.use(), 'hello');
    assert.deepEqual([rig.tunnel.status.sessions, rig.service.calls.start], [[], 0]);
    assert.equal(rig.tunnel.status.route?.kind, 'direct');
    isDirect = answers = false;
    await rig.use();
    await rig.pass(1.5);
    answers = true;
    await rig.pass(2);
    assert.equal(rig.tunnel.status.route?.kind, 'instance');
    assert.match(rig.events('session-lost')[0]?.message ?? '', /direct way carries nothing/);
    assert.equal(rig.tunnel.status.state, 'healthy');
    far.close();
  });

  it('keeps no more of what happened than can be read', async () => {
    const rig = await open();
    for (let i = 0; i < keptEvents + 100; i++)
      rig.tunnel.note({ code: 'leftover-ended', severity: 'info', message: String(i) });
    const { events } = rig.tunnel;
    assert.equal(events.length, keptEvents);
    assert.equal(events.at(-1)?.message, String(keptEvents + 99));
    assert.equal((events.at(-1)?.seq ?? 0) - (events[0]?.seq ?? 0), keptEvents - 1);
  });

  it('leaves nothing when it is closed while a session is on its way', async () => {
    const rig = await open();
    rig.tunnel.reconnect();
    await rig.close();
    assert.deepEqual(rig.service.living, []);
    assert.equal(rig.tunnel.status.state, 'ended');
  });
});
