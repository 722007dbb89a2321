import { ChannelStreams } from '../../../../../../src/core/tunnel/channel/channelStreams.ts';
import {
  DataChannel,
  type DataChannelOptions,
  type SessionGrant,
} from '../../../../../../src/core/tunnel/channel/dataChannel.ts';
import type { SmuxLimits } from '../../../../../../src/core/tunnel/channel/smuxClient.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { StrictPeer, type StrictPeerOptions } from './strictPeer.ts';

export interface Rig {
  readonly clock: FakeClock;
  readonly peer: StrictPeer;
  readonly channel: DataChannel;
  readonly streams: ChannelStreams;
  readonly states: string[];
  readonly log: string[];
  readonly greetings: string[];
  readonly resumeErrors: unknown[];
  /** What ResumeSession does next; it gives a new token. */
  resume: () => Promise<SessionGrant | undefined>;
  readonly urls: string[];
}

export interface RigOptions {
  readonly peer?: Omit<StrictPeerOptions, 'clock'>;
  readonly channel?: Partial<DataChannelOptions>;
  readonly limits?: Partial<SmuxLimits>;
}

/** A data channel with its streams, in front of a strict peer, on a clock that stands still. */
export function makeRig(options: RigOptions = {}): Rig {
  const clock = new FakeClock();
  const peer = new StrictPeer({ clock, ...options.peer });
  let count = 0;
  const url = () => `wss://ssmmessages.eu-west-1.amazonaws.com/v1/data-channel/s?cell-number=a+/${count}=`;
  const rig: Omit<Rig, 'channel' | 'streams'> = {
    clock,
    peer,
    states: [],
    log: [],
    greetings: [],
    resumeErrors: [],
    urls: [],
    resume: async () => {
      peer.token = `token-${++count}`;
      return { sessionId: 's', streamUrl: url(), token: peer.token };
    },
  };
  const channel = new DataChannel({
    grant: { sessionId: 's', streamUrl: url(), token: peer.token },
    resume: () => rig.resume(),
    dial: async streamUrl => {
      rig.urls.push(streamUrl);
      return peer.dial();
    },
    clock,
    log: message => rig.log.push(message),
    onData: bytes => streams.receive(bytes),
    onConnectError: () => streams.connectFailed(),
    onState: state => rig.states.push(state),
    onResumeFailed: error => rig.resumeErrors.push(error),
    onCustomerMessage: text => rig.greetings.push(text),
    ...options.channel,
  });
  const streams = new ChannelStreams(channel, { clock, ...(options.limits ? { limits: options.limits } : {}) });
  return Object.assign(rig, { channel, streams });
}

export async function openRig(options: RigOptions = {}): Promise<Rig> {
  const rig = makeRig(options);
  const opened = rig.channel.open(new AbortController().signal);
  opened.catch(() => undefined);
  void rig.peer.keepResending();
  await rig.clock.until(() => rig.channel.state !== 'opening');
  await opened;
  return rig;
}
