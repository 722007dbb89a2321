import { PrivateEksError } from '../../errors.ts';

export interface ChannelSettings {
  /** Bytes of data in one message. AWS's own client sends at most 1024; more is faster and not known to be safe. */
  readonly payloadSize: number;
  /** Bytes that may be on their way unacknowledged. More is faster on long paths, and makes what is typed wait behind uploads. */
  readonly windowBytes: number;
  /** Proxies and balancers cut a silent socket after about a minute. */
  readonly pingEveryMs: number;
  /** From the dial to the agent's HandshakeComplete; the agent itself gives up after 15 s a step. */
  readonly handshakeTimeoutMs: number;
  /** The longest pause between two attempts to resume. */
  readonly longestBackoffMs: number;
}

interface Limit {
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
}

const limits: Readonly<Record<keyof ChannelSettings, Limit>> = {
  payloadSize: { fallback: 1024, least: 256, most: 32_768 },
  windowBytes: { fallback: 512 * 1024, least: 16 * 1024, most: 8 * 1024 * 1024 },
  pingEveryMs: { fallback: 30_000, least: 1000, most: 300_000 },
  handshakeTimeoutMs: { fallback: 30_000, least: 1000, most: 120_000 },
  longestBackoffMs: { fallback: 30_000, least: 200, most: 300_000 },
};

/** The settings given, completed. @throws PrivateEksError `bad-setting` for one out of its bounds */
export function channelSettings(given: Partial<ChannelSettings> = {}): ChannelSettings {
  const read = (name: keyof ChannelSettings): number => {
    const { fallback, least, most } = limits[name];
    const value = given[name] ?? fallback;
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new PrivateEksError('bad-setting', `The tunnel's ${name} is ${value}; it goes from ${least} to ${most}.`);
  };
  return {
    payloadSize: read('payloadSize'),
    windowBytes: read('windowBytes'),
    pingEveryMs: read('pingEveryMs'),
    handshakeTimeoutMs: read('handshakeTimeoutMs'),
    longestBackoffMs: read('longestBackoffMs'),
  };
}
