import type { Agent, IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { isCancellation, PrivateEksError } from '../../errors.ts';
import type { ChannelSocket } from './channelSocket.ts';
import { tidy } from './closedReason.ts';

export type UpgradeHeaders = Readonly<Record<string, string>>;

export interface WebSocketOptions {
  readonly url: string;
  readonly headers: UpgradeHeaders;
  readonly agent: Agent | undefined;
  readonly ca: readonly string[] | undefined;
  readonly handshakeTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** The largest frame that is read; the service's own are some hundred bytes to some kilobytes. */
const largestFrame = 1 << 20;

/** @throws PrivateEksError `stream-unreachable`, `stream-refused` (401, 403 at the upgrade), or what a proxy's agent says */
export function openWebSocket(options: WebSocketOptions): Promise<ChannelSocket> {
  const { url, headers, agent, ca, handshakeTimeoutMs, signal } = options;
  if (signal.aborted) return Promise.reject(aborted(signal));
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      handshakeTimeout: handshakeTimeoutMs,
      maxPayload: largestFrame,
      headers: { ...headers },
      ...(agent ? { agent } : {}),
      ...(ca ? { ca: [...ca] } : {}),
    });
    const abort = () => {
      reject(aborted(signal));
      socket.terminate();
    };
    signal.addEventListener('abort', abort, { once: true });
    const channel = new WebSocketChannel(socket);
    let failure = 'connection lost';
    socket.on('open', () => resolve(channel));
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      response.resume();
      reject(refusedUpgrade(response.statusCode ?? 0));
      socket.terminate();
    });
    socket.on('error', error => {
      failure = error.message;
      reject(error instanceof PrivateEksError ? error : unreachable(`cannot be opened: ${failure}`, error));
    });
    socket.on('close', (code, text) => {
      signal.removeEventListener('abort', abort);
      const reason = code === 1006 ? failure : tidy(`closed with code ${code} ${text.toString('utf8')}`);
      reject(unreachable(`was closed: ${reason}`));
      channel.closed(reason);
    });
  });
}

/** Keeps what comes before the handlers are set: the first message can be there before whoever dialled has been told. */
class WebSocketChannel implements ChannelSocket {
  readonly #socket: WebSocket;
  #early: Uint8Array[] | undefined = [];
  #onMessage: (data: Uint8Array) => void = data => void this.#early?.push(data);
  #closedBy: string | undefined;
  #onClose: (reason: string) => void = () => undefined;
  onPong: () => void = () => undefined;
  onSent: () => void = () => undefined;
  readonly #sent = () => this.onSent();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer | ArrayBuffer | Buffer[]) => this.#onMessage(asBytes(data)));
    socket.on('pong', () => this.onPong());
  }

  set onMessage(handler: (data: Uint8Array) => void) {
    this.#onMessage = handler;
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const data of early) queueMicrotask(() => handler(data));
  }

  set onClose(handler: (reason: string) => void) {
    this.#onClose = handler;
    const reason = this.#closedBy;
    if (reason !== undefined) queueMicrotask(() => handler(reason));
  }

  closed(reason: string): void {
    this.#closedBy = reason;
    this.#onClose(reason);
  }

  send(data: string | Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(data, this.#sent);
  }

  get queuedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  ping(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping('keepalive');
  }

  terminate(): void {
    this.#socket.terminate();
  }

  close(): void {
    this.#socket.close(1000);
  }

  setPaused(paused: boolean): void {
    if (paused) this.#socket.pause();
    else this.#socket.resume();
  }
}

function aborted(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return isCancellation(reason) ? (reason as Error) : new DOMException('This operation was aborted', 'AbortError');
}

function unreachable(what: string, cause?: Error): PrivateEksError {
  return new PrivateEksError('stream-unreachable', `The session's stream ${what}.`, { cause, retryable: true });
}

function refusedUpgrade(status: number): PrivateEksError {
  if (status === 401 || status === 403)
    return new PrivateEksError('stream-refused', `Session Manager refused the session's stream with HTTP ${status}.`, {
      retryable: true,
      fix: 'The permission ssmmessages:OpenDataChannel on the session may be missing, or a policy of the VPC endpoint forbids it.',
    });
  return unreachable(`was answered with HTTP ${status} instead of an upgrade`);
}

function asBytes(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
