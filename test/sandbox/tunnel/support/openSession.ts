import type { Duplex } from 'node:stream';
import { systemClock, type Clock } from '../../../../src/core/clock.ts';
import { webSocketDial } from '../../../../src/core/tunnel/channel/channelSocket.ts';
import { DataChannel, type ChannelState, type SessionGrant } from '../../../../src/core/tunnel/channel/dataChannel.ts';
import { ChannelStreams } from '../../../../src/core/tunnel/channel/channelStreams.ts';

export interface OpenSession {
  readonly channel: DataChannel;
  /** Every state that it had, in order. */
  readonly states: ChannelState[];
  readonly details: string[];
  /** Times that the agent could not reach its target. */
  connectErrors: number;
  readonly openStream: () => Duplex;
}

export interface SessionSource {
  start(): SessionGrant | Promise<SessionGrant>;
  resume(sessionId: string): SessionGrant | undefined | Promise<SessionGrant | undefined>;
}

/** The product's client on one session of a simulated agent. */
export async function openSession(source: SessionSource, clock: Clock = systemClock): Promise<OpenSession> {
  const grant = await source.start();
  const channel = new DataChannel({
    grant,
    resume: async () => source.resume(grant.sessionId),
    dial: webSocketDial({ region: 'eu-west-1', loopback: true }),
    clock,
    log: () => undefined,
    onData: bytes => streams.receive(bytes),
    onConnectError: () => {
      session.connectErrors++;
      streams.connectFailed();
    },
    onState: (state, detail) => {
      session.states.push(state);
      session.details.push(detail);
      if (state === 'ended') streams.destroy(new Error(detail));
    },
    onResumeFailed: () => undefined,
  });
  const streams = new ChannelStreams(channel, { clock });
  const session: OpenSession = {
    channel,
    states: [],
    details: [],
    connectErrors: 0,
    openStream: () => streams.openStream(),
  };
  await channel.open(new AbortController().signal);
  return session;
}
