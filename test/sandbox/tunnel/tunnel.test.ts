import assert from 'node:assert/strict';
import { systemClock, type Clock } from '../../../src/core/clock.ts';
import { PrivateEksError } from '../../../src/core/errors.ts';
import { webSocketDial } from '../../../src/core/tunnel/channel/channelSocket.ts';
import type { SessionApi } from '../../../src/core/tunnel/session/sessionApi.ts';
import { Tunnel } from '../../../src/core/tunnel/supervisor/tunnel.ts';
import type { TunnelState } from '../../../src/core/tunnel/supervisor/tunnelStatus.ts';
import { startAgentServer, type AgentServer } from './support/agentServer.ts';

const cluster = {
  name: 'demo',
  arn: 'arn:aws:eks:eu-west-1:000000000000:cluster/demo',
  region: 'eu-west-1',
  host: 'api',
  certificateAuthority: '',
  vpcId: 'vpc-1',
  status: 'ACTIVE',
};

/** A tunnel whose regular waits end when the test says so, and whose probes say what the test says. */
describe('a tunnel through the sandbox’s agent', () => {
  let agent: AgentServer;
  let tunnel: Tunnel;
  let answers: boolean;
  let resume: SessionApi['resume'];
  let routes: number;
  let ended: string[];
  let states: TunnelState[];
  let waits: { milliseconds: number; end: () => void }[];
  let changed: () => void;

  const clock: Clock = {
    now: () => Date.now(),
    sleep: (milliseconds, signal) =>
      milliseconds < 10_000
        ? systemClock.sleep(Math.min(milliseconds, 50), signal)
        : Promise.race([
            new Promise<void>(end => waits.push({ milliseconds, end })),
            systemClock.sleep(milliseconds, signal),
          ]),
  };

  beforeEach(async () => {
    agent = await startAgentServer(() => Promise.reject(new Error('nothing is dialled here')));
    [answers, routes, ended, states, waits] = [true, 0, [], [], []];
    changed = () => undefined;
    resume = async sessionId => agent.resume(sessionId);
    tunnel = await Tunnel.open(
      {
        cluster,
        findRoute: async () => ({
          route: { kind: 'instance', target: `i-${++routes}`, agentVersion: '3', reason: `i-${routes}` },
          findings: [],
          at: 0,
        }),
        sessions: {
          start: async () => agent.start(),
          resume: (sessionId, signal) => resume(sessionId, signal),
          terminate: async sessionId => void ended.push(sessionId),
        },
        dial: webSocketDial({ region: 'eu-west-1', loopback: true }),
        probe: async () => {
          if (!answers) throw new PrivateEksError('probe-failed', 'The API server does not answer.');
          return 7;
        },
        accountClock: clock,
        clock,
        port: 0,
        waitForRouteMs: 0,
        onStatus: ({ state }) => {
          if (state !== states.at(-1)) states.push(state);
          changed();
        },
        log: () => undefined,
      },
      new AbortController().signal,
    );
  });
  afterEach(async () => {
    await tunnel.close();
    await agent.close();
  });

  const until = (what: () => boolean) =>
    new Promise<void>(resolve => {
      changed = () => {
        if (what()) resolve();
      };
      changed();
    });
  /** Ends the pause before the next probe, which is of this length. */
  const nextProbe = async (milliseconds: number): Promise<void> => {
    for (;;) {
      const index = waits.findIndex(wait => wait.milliseconds === milliseconds);
      const [wait] = index < 0 ? [] : waits.splice(index, 1);
      if (wait) return wait.end();
      await systemClock.sleep(5);
    }
  };

  it('is healthy by measurement, and ends its session when closed', async () => {
    assert.deepEqual(states, ['finding-route', 'opening', 'healthy']);
    assert.equal(tunnel.status.latencyMs, 7);
    await tunnel.close();
    assert.equal(ended.length, 1);
    assert.equal(tunnel.status.state, 'ended');
  });

  it('replaces a session that looks open and carries nothing, by a new route', async () => {
    answers = false;
    await nextProbe(60_000);
    await until(() => states.at(-1) === 'degraded');
    assert.equal(tunnel.status.sessionsBegun, 1);
    await nextProbe(10_000);
    await until(() => tunnel.status.sessionsBegun === 2 && states.at(-1) === 'degraded');
    while (ended.length === 0) await systemClock.sleep(5);
    assert.equal(routes, 2);
    assert.equal(tunnel.status.route?.reason, 'i-2');

    answers = true;
    await nextProbe(60_000);
    await until(() => states.at(-1) === 'healthy');
    assert.equal(tunnel.status.sessionsBegun, 2);
  });

  it('goes on with its session after its socket was cut', async () => {
    agent.gateway.dropSockets();
    await until(() => tunnel.status.resumes === 1 && states.at(-1) === 'healthy');
    assert.deepEqual(states.slice(3), ['resuming', 'healthy']);
    assert.equal(tunnel.status.sessionsBegun, 1);
  });

  it('says that it waits for a sign-in, and goes on after it', async () => {
    const failures = [
      new PrivateEksError('signed-out', 'The AWS sign-in has expired.'),
      new PrivateEksError('unreachable', 'AWS cannot be reached.'),
    ];
    resume = async sessionId => {
      const failure = failures.shift();
      if (failure) throw failure;
      return agent.resume(sessionId);
    };
    agent.gateway.dropSockets();
    await until(() => states.at(-1) === 'healthy' && tunnel.status.resumes === 1);
    assert.deepEqual(states.slice(3), ['resuming', 'waiting-for-sign-in', 'resuming', 'healthy']);
    assert.equal(tunnel.status.sessionsBegun, 1);
  });

  it('opens another session when the service has ended the first', async () => {
    resume = async () => undefined;
    agent.gateway.dropSockets();
    await until(() => tunnel.status.sessionsBegun === 2 && states.at(-1) === 'healthy');
    assert.deepEqual(states.slice(3), ['resuming', 'finding-route', 'opening', 'healthy']);
  });
});
