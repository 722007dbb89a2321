import { connect } from 'node:net';
import { Tunnel } from '../../../../../../src/core/tunnel/supervisor/tunnel.ts';
import type { TunnelEvent } from '../../../../../../src/core/tunnel/supervisor/tunnelEvent.ts';
import type { TunnelOptions } from '../../../../../../src/core/tunnel/supervisor/tunnelOptions.ts';
import type { TunnelState } from '../../../../../../src/core/tunnel/supervisor/tunnelStatus.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { FakeService } from './fakeService.ts';

export const cluster = {
  name: 'demo',
  arn: 'arn:aws:eks:eu-west-1:000000000000:cluster/demo',
  region: 'eu-west-1',
  host: 'api',
  certificateAuthority: '',
  vpcId: 'vpc-1',
  status: 'ACTIVE',
};

/** A tunnel in front of a service in memory, on a clock that the test moves. */
export interface TunnelRig {
  readonly clock: FakeClock;
  readonly service: FakeService;
  readonly tunnel: Tunnel;
  readonly states: TunnelState[];
  readonly log: string[];
  codes(): string[];
  events(code: string): readonly TunnelEvent[];
  /** A connection through the tunnel's port, there and back: what came, or `refused`. */
  use(): Promise<string>;
  /** Lets time pass in steps. */
  pass(minutes: number): Promise<void>;
  close(): Promise<void>;
}

export async function openTunnel(
  options: Partial<TunnelOptions> = {},
  prepare: (service: FakeService) => void = () => undefined,
): Promise<TunnelRig> {
  const clock = new FakeClock();
  const service = new FakeService(clock);
  prepare(service);
  const states: TunnelState[] = [];
  const log: string[] = [];
  const over = new AbortController();
  void service.run(over.signal);
  const opening = Tunnel.open(
    {
      cluster,
      findRoute: service.findRoute,
      sessions: service.api,
      dial: service.dial,
      probe: service.probe,
      renew: () => service.calls.renew++,
      accountClock: clock,
      clock,
      random: () => 0.5,
      port: 0,
      waitForRouteMs: 0,
      onStatus: ({ state }) => {
        if (state !== states.at(-1)) states.push(state);
      },
      log: line => log.push(line),
      ...options,
    },
    over.signal,
  );
  let settled = false;
  opening.then(
    () => (settled = true),
    () => (settled = true),
  );
  await realTurns(() => settled, clock);
  const tunnel = await opening.catch((error: unknown) => {
    over.abort();
    throw error;
  });
  return {
    clock,
    service,
    tunnel,
    states,
    log,
    codes: () => tunnel.events.map(({ code }) => code),
    events: code => tunnel.events.filter(event => event.code === code),
    async use() {
      const socket = connect({ port: tunnel.status.port, host: '127.0.0.1' });
      let answer: string | undefined;
      socket.on('error', () => (answer ??= 'refused')).on('close', () => (answer ??= 'closed'));
      socket.on('data', data => (answer ??= data.toString())).write('hello');
      await realTurns(() => answer !== undefined, clock);
      socket.resetAndDestroy();
      await realTurns(() => tunnel.status.openConnections === 0, clock);
      return answer ?? '';
    },
    pass: minutes => clock.advance(minutes * 60_000),
    async close() {
      const closing = tunnel.close();
      let closed = false;
      void closing.then(() => (closed = true));
      await realTurns(() => closed, clock);
      over.abort();
    },
  };
}

/** Real turns of the loop, for real sockets, and a little of the clock's time with each. */
async function realTurns(until: () => boolean, clock: FakeClock): Promise<void> {
  for (let turn = 0; !until(); turn++) {
    if (turn > 20_000) throw new Error(`never: ${until.toString()}`);
    await new Promise(setImmediate);
    if (turn > 20 && turn % 10 === 0) await clock.advance(100);
  }
}
