import { Duplex, Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { DialFromNode } from './agentStreams.ts';

const share = z.number().min(0).max(1).default(0);
const milliseconds = z.number().min(0).default(0);
const flag = z.boolean().default(false);

/**
 * How the data channels of a sandbox misbehave: `{"channel":{…}}` to the control URL's `/faults`, or `ChannelGateway.setFaults`. What
 * is not named is as with the real service and agent; `{"channel":{}}` ends every fault. What is to happen once is an act (below).
 */
const channelFaultsSchema = z.strictObject({
  /** The same seed strikes the same messages. */
  seed: z.int().default(1),
  /** Share of messages, acknowledgements among them and in both directions, that is lost, comes twice, or later than some after it. */
  lose: share,
  double: share,
  reorder: share,
  /** Share of acknowledgements that is lost besides. */
  loseAcknowledgements: share,
  /** Share of messages after which the socket is cut. */
  cut: share,
  /** The agent takes no acknowledgement to heart: all it sends comes again, in bursts. */
  resendEverything: flag,
  /** The request for a handshake comes twice. */
  handshakeTwice: flag,
  /** A sequenced message without a payload follows the handshake. */
  emptyOutput: flag,
  /** pause_publication and start_publication with a digest that fits nothing, now and then. */
  publication: flag,
  /** Pings stay without pongs; nothing else changes. */
  noPong: flag,
  /** Sockets stay open and carry nothing any more in either direction, as behind a firewall that forgot them. */
  silent: flag,
  /** HTTP status for the next `refusals` upgrades: 401, 403, 503. */
  refuse: z.int().min(400).max(599).default(403),
  refusals: z.int().min(0).default(0),
  /** Upgrades without a valid signature for ssmmessages are refused (`signed`), or those that bear one (`unsigned`). */
  upgrades: z.enum(['any', 'signed', 'unsigned']).default('any'),
  /** The agent's dial of its target takes this long; `true`: for ever. Streams behind it wait, as with the real agent. */
  slowDialMs: milliseconds,
  blackHole: flag,
  /** The target takes this long over each piece it is given. */
  slowTargetMs: milliseconds,
  /** After HandshakeComplete data is refused for so long: no acknowledgement, it must come again. */
  notReadyMs: milliseconds,
  /** Pause after each message of 1,024 bytes. 0: as fast as the machine, with at most 128 messages under way. */
  paceMs: z.number().min(0).optional(),
  /** 3.0.196.0 and below carry one connection at a time and know no smux. */
  agentVersion: z.string().optional(),
  /** When the service closes a socket ("Bye"), an idle session, and any session (0: never); on the account's clock if asked. */
  byeMinutes: z.number().min(0).default(60),
  idleMinutes: z.number().min(0).default(20),
  durationMinutes: z.number().min(0).default(0),
  accountTime: flag,
});

export type ChannelFaults = z.infer<typeof channelFaultsSchema>;

/** Throws with what is wrong, in words. */
export function channelFaults(given: unknown = {}): ChannelFaults {
  const parsed = channelFaultsSchema.safeParse(given);
  if (!parsed.success) throw new TypeError(z.prettifyError(parsed.error));
  return parsed.data;
}

/** Mulberry32: enough for dice, and the same on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What was done to messages so far. */
export interface Tally {
  messages: number;
  lost: number;
  doubled: number;
  late: number;
}

export interface Wire {
  readonly faults: () => ChannelFaults;
  readonly random: () => number;
  readonly tally: Tally;
  readonly deliver: (bytes: Buffer) => void;
  readonly cut: () => void;
}

/** One direction of one session's messages, as the faults of the moment let them pass. */
export class UnreliableWire {
  readonly #wire: Wire;
  #late: { readonly bytes: Buffer; countdown: number }[] = [];

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  pass(bytes: Buffer): void {
    const { random, deliver, cut, tally } = this.#wire;
    const faults = this.#wire.faults();
    if (faults.silent) return;
    tally.messages++;
    const isAcknowledgement = bytes.toString('latin1', 4, 15) === 'acknowledge';
    const lose = faults.lose + (isAcknowledgement ? faults.loseAcknowledgements : 0);
    const dice = random();
    if (dice < lose) tally.lost++;
    else if (dice < lose + faults.double) {
      tally.doubled++;
      for (const copy of [bytes, bytes]) deliver(copy);
    } else if (dice < lose + faults.double + faults.reorder) {
      tally.late++;
      this.#late.push({ bytes, countdown: 1 + Math.floor(random() * 8) });
    } else deliver(bytes);
    if (this.#late.length > 0) {
      const due = this.#late.filter(entry => --entry.countdown < 0);
      this.#late = this.#late.filter(entry => entry.countdown >= 0);
      for (const entry of due) deliver(entry.bytes);
    }
    if (faults.cut > 0 && random() < faults.cut) cut();
  }
}

/** Why the service ends a session, in its words where they are known: the first is seen in public, the others are from memory. */
export const endings: Readonly<Record<string, string>> = {
  idle: 'Your session timed out due to inactivity and has been terminated.',
  duration: 'Your session has been terminated because it reached the maximum session duration.',
  admin: 'Your session was terminated by an administrator.',
};

export function faultyDial(dial: DialFromNode, faults: () => ChannelFaults): DialFromNode {
  return async () => {
    const { blackHole, slowDialMs, slowTargetMs } = faults();
    if (blackHole) await new Promise(() => undefined);
    if (slowDialMs > 0) await sleep(slowDialMs, undefined, { ref: false });
    const target = await dial();
    if (slowTargetMs === 0) return target;
    const writable = new Transform({
      transform: (chunk: Buffer, _encoding, done) => void setTimeout(done, slowTargetMs, null, chunk),
    });
    writable.pipe(target);
    return Duplex.from({ readable: target, writable });
  };
}
