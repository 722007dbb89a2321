import type { Agent } from 'node:http';
import { PrivateEksError } from '../../errors.ts';
import { openWebSocket, type UpgradeHeaders } from './openWebSocket.ts';
import { streamUrlToDial, type StreamUrlRule } from './streamUrl.ts';

/** What the data channel needs of a WebSocket. What arrives before a handler is set waits for it. */
export interface ChannelSocket {
  send(data: string | Uint8Array): void;
  ping(): void;
  /** Ends the connection at once; `onClose` follows. */
  terminate(): void;
  close(): void;
  /** Stops reading, so that the sender is held back; absent where there is no such thing. */
  setPaused?(paused: boolean): void;
  /** Bytes that it was given and that the system has not taken from it; absent where that is unknown. */
  readonly queuedBytes?: number;
  /** Called when fewer are queued than before. */
  onSent?: () => void;
  onMessage: (data: Uint8Array) => void;
  onPong: () => void;
  onClose: (reason: string) => void;
}

/** Opens a socket to a stream URL, or rejects. */
export type Dial = (streamUrl: string, signal: AbortSignal) => Promise<ChannelSocket>;

/** Headers that sign the upgrade request for this URL; undefined where there are no credentials at hand. */
export type SignUpgrade = (url: string, signal: AbortSignal) => Promise<UpgradeHeaders | undefined>;

export interface DialOptions extends StreamUrlRule {
  /** For `wss:` connections, where a proxy stands between. */
  readonly agent?: Agent;
  /** The same by host, asked at each dial: NO_PROXY may name the host that the service has answered. */
  readonly agentFor?: (host: string) => Promise<Agent | undefined>;
  /** PEM authorities trusted in place of Node's own. */
  readonly ca?: readonly string[];
  /** Signs the upgrade. Absent: it goes unsigned; the token in the first message is what counts. */
  readonly sign?: SignUpgrade;
  readonly handshakeTimeoutMs?: number;
}

/**
 * Dials by WebSocket. AWS's own clients have signed the upgrade in some versions and not in others, so where one way is refused with 401 or
 * 403 the other is tried once, and kept for the next time.
 */
export function webSocketDial(options: DialOptions): Dial {
  let signsFirst = true;
  return async (streamUrl, signal) => {
    const url = streamUrlToDial(streamUrl, options);
    const agent = (await options.agentFor?.(new URL(url).hostname)) ?? options.agent;
    const { ca, handshakeTimeoutMs = 20_000 } = options;
    const open = (headers: UpgradeHeaders) => openWebSocket({ url, headers, agent, ca, handshakeTimeoutMs, signal });
    const signed = isPresigned(url) ? undefined : await signature(options.sign, url, signal);
    if (!signed) return open({});
    const ways = signsFirst ? [signed, {}] : [{}, signed];
    try {
      return await open(ways[0] ?? {});
    } catch (error) {
      if (!(error instanceof PrivateEksError) || error.code !== 'stream-refused') throw error;
      const socket = await open(ways[1] ?? {});
      signsFirst = !signsFirst;
      return socket;
    }
  };
}

/** Credentials that cannot be had are no reason not to dial: unsigned is accepted, and Resume has just asked for them. */
async function signature(sign: SignUpgrade | undefined, url: string, signal: AbortSignal) {
  return sign?.(url, signal).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return undefined;
  });
}

function isPresigned(url: string): boolean {
  return /[?&]X-Amz-(Signature|Credential|Security-Token)=/i.test(url);
}
