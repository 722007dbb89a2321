import { connect as connectTcp, type Socket } from 'node:net';
import { PrivateEksError } from '../../errors.ts';
import type { openPluginForward, PluginForward, PluginForwardOptions } from '../session/pluginSession.ts';
import type { SessionApi } from '../session/sessionApi.ts';
import type { SessionOver, SessionWatch, TunnelSession } from './tunnelSession.ts';

type Passed = 'plugin' | 'region' | 'endpoint' | 'profile' | 'environment' | 'spawn' | 'clock';

export interface PluginSessionOptions extends Pick<PluginForwardOptions, Passed> {
  readonly openPluginForward: typeof openPluginForward;
  /** The API endpoint, as the target sees it. */
  readonly host: string;
  readonly reason: string;
}

/** A session that AWS's own plugin speaks: what is open through it is lost with it. @throws PrivateEksError */
export async function openPluginSession(
  options: PluginSessionOptions,
  sessions: SessionApi,
  target: string,
  watch: SessionWatch,
  signal: AbortSignal,
): Promise<TunnelSession> {
  const { host, reason } = options;
  const grant = await sessions.start({ target, host, port: 443 }, reason, signal);
  const forward = await options.openPluginForward({
    ...options,
    ...{ grant, target, signal, port: 0 },
    endSession: sessionId => sessions.terminate(sessionId),
    onConnectError: () => watch.onConnectError(),
  });
  return new PluginSession(grant.sessionId, target, forward);
}

class PluginSession implements TunnelSession {
  readonly sessionId: string;
  readonly target: string;
  readonly over: Promise<SessionOver>;
  readonly roundTripMs = 0;
  readonly resumes = 0;
  readonly carriesOne = false;
  readonly #forward: PluginForward;
  readonly #sockets = new Set<Socket>();
  #past = { bytesIn: 0, bytesOut: 0 };
  #isOver = false;

  constructor(sessionId: string, target: string, forward: PluginForward) {
    this.sessionId = sessionId;
    this.target = target;
    this.#forward = forward;
    this.over = forward.ended.then(reason => {
      this.#isOver = true;
      const over: SessionOver = { kind: 'unknown', reason, connections: this.#sockets.size };
      for (const socket of this.#sockets) socket.destroy();
      return over;
    });
  }

  get state(): TunnelSession['state'] {
    return this.#isOver ? 'ended' : 'open';
  }

  get bytesIn(): number {
    return this.#sum(this.#past.bytesIn, socket => socket.bytesRead);
  }

  get bytesOut(): number {
    return this.#sum(this.#past.bytesOut, socket => socket.bytesWritten);
  }

  connect(signal: AbortSignal): Promise<Socket> {
    return new Promise((resolve, reject) => {
      // The plugin listens where the name leads, on IPv4 or IPv6.
      const socket = connectTcp({
        host: 'localhost',
        port: this.#forward.port,
        noDelay: true,
        allowHalfOpen: true,
        signal,
      });
      socket.once('connect', () => {
        this.#sockets.add(socket);
        resolve(socket);
      });
      socket.once('error', error =>
        reject(
          new PrivateEksError('plugin-failed', `The Session Manager plugin takes no connection: ${error.message}.`, {
            cause: error,
            retryable: true,
          }),
        ),
      );
      socket.once('close', () => {
        if (!this.#sockets.delete(socket)) return;
        const { bytesIn, bytesOut } = this.#past;
        this.#past = { bytesIn: bytesIn + socket.bytesRead, bytesOut: bytesOut + socket.bytesWritten };
      });
    });
  }

  /** It resumes by itself, or not; when it carries nothing, a new one is needed. */
  redial(): void {
    void this.#forward.close();
  }

  async end(): Promise<void> {
    await this.#forward.close();
  }

  #sum(past: number, bytes: (socket: Socket) => number): number {
    let sum = past;
    for (const socket of this.#sockets) sum += bytes(socket);
    return sum;
  }
}
