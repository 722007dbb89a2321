import { WebSocket } from 'ws';
import type { Agent } from 'node:http';
import { PrivateEksError } from '../../errors.ts';

/** What the data channel needs of a WebSocket. Handlers are set before anything can arrive. */
export interface ChannelSocket {
  send(data: string | Uint8Array): void;
  ping(): void;
  /** Ends the connection at once; `onClose` follows. */
  terminate(): void;
  close(): void;
  onMessage: (data: Uint8Array) => void;
  onPong: () => void;
  onClose: (reason: string) => void;
}

/** Opens a socket to a stream URL, or rejects. */
export type Dial = (streamUrl: string, signal: AbortSignal) => Promise<ChannelSocket>;

export interface DialOptions {
  readonly region: string;
  /** True only when the account's endpoint is itself on loopback: then `ws:` to loopback is what the account answers. */
  readonly loopback: boolean;
  /** Proxy agent for `wss:` connections, where the environment asks for one. */
  readonly agent?: Agent;
  readonly handshakeTimeoutMs?: number;
}

const partitionDomain = /(^|\.)(amazonaws\.com|amazonaws\.com\.cn|api\.aws|c2s\.ic\.gov|sc2s\.sgov\.gov)$/;

/**
 * A token goes to this URL, so it must be AWS's own host over TLS; a loopback account may answer with a loopback URL.
 * @throws PrivateEksError `stream-url-refused`
 */
export function checkStreamUrl(streamUrl: string, options: Pick<DialOptions, 'loopback'>): void {
  const url = URL.canParse(streamUrl) ? new URL(streamUrl) : undefined;
  const isLoopback = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const isAws = url?.protocol === 'wss:' && partitionDomain.test(url.hostname);
  if (isAws || (options.loopback && isLoopback)) return;
  const host = url ? `${url.protocol}//${url.hostname}` : 'something that is no URL';
  throw new PrivateEksError('stream-url-refused', `Session Manager answered with ${host}, which is not AWS over TLS.`, {
    fix: 'Check the endpoint settings of the profile: the session token is only ever sent to AWS.',
  });
}

export function webSocketDial(options: DialOptions): Dial {
  return (streamUrl, signal) => {
    checkStreamUrl(streamUrl, options);
    return new Promise((resolve, reject) => {
      const { agent, handshakeTimeoutMs = 20_000 } = options;
      // The URL is taken verbatim: its cell number holds "+" and "/" that a query parser would spoil.
      const socket = new WebSocket(streamUrl, {
        perMessageDeflate: false,
        handshakeTimeout: handshakeTimeoutMs,
        maxPayload: 1 << 20,
        ...(agent ? { agent } : {}),
      });
      const abort = () => socket.terminate();
      signal.addEventListener('abort', abort, { once: true });
      let failure = 'connection lost';
      const channel: ChannelSocket = {
        send: data => socket.readyState === WebSocket.OPEN && socket.send(data),
        ping: () => socket.readyState === WebSocket.OPEN && socket.ping('keepalive'),
        terminate: () => socket.terminate(),
        close: () => socket.close(1000),
        onMessage: () => undefined,
        onPong: () => undefined,
        onClose: () => undefined,
      };
      socket.on('open', () => resolve(channel));
      socket.on('message', (data: Buffer | ArrayBuffer | Buffer[]) => channel.onMessage(asBytes(data)));
      socket.on('pong', () => channel.onPong());
      socket.on('error', error => {
        failure = error.message;
        reject(
          new PrivateEksError('stream-unreachable', `The session's stream cannot be opened: ${error.message}`, {
            retryable: true,
          }),
        );
      });
      socket.on('close', code => {
        signal.removeEventListener('abort', abort);
        const reason = code === 1006 ? failure : `closed with code ${code}`;
        reject(
          new PrivateEksError('stream-unreachable', `The session's stream was closed: ${reason}`, { retryable: true }),
        );
        channel.onClose(reason);
      });
    });
  };
}

function asBytes(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
