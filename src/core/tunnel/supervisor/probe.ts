import { request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { PrivateEksError } from '../../errors.ts';
import type { Connect } from '../forward/portForward.ts';

export interface ProbeTarget {
  /** The way to the endpoint: one session's, or a port of 127.0.0.1. */
  readonly connect?: Connect;
  readonly port?: number;
  /** The API endpoint's real host name: it is asked for, and its certificate must carry it. */
  readonly host: string;
  /** PEM of the cluster's certificate authority. */
  readonly ca: string;
}

/**
 * Asks the API server for /livez and gives the round trip in ms, TLS included. Any HTTP status is proof of life: 401 and 403 come from
 * the API server too. @throws PrivateEksError `probe-failed` (retryable)
 */
export async function probe(target: ProbeTarget, timeoutMs: number, signal: AbortSignal): Promise<number> {
  const { host, ca, port, connect } = target;
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const started = performance.now();
  let stream: Duplex | undefined;
  try {
    stream = connect ? await connect(within) : connectTcp({ host: '127.0.0.1', port: port ?? 0 });
    within.throwIfAborted();
    await livez(connectTls({ socket: stream, servername: host, ca: ca || undefined }), host, within);
    return Math.round(performance.now() - started);
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error ? error : new Error(String(error));
    const why = within.aborted ? `no answer within ${timeoutMs / 1000} s` : cause.message;
    throw new PrivateEksError('probe-failed', `The API server does not answer through the tunnel: ${why}.`, {
      cause,
      retryable: true,
    });
  } finally {
    stream?.destroy();
  }
}

function livez(socket: ReturnType<typeof connectTls>, host: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // Before there is a request, nobody else listens for its errors.
    socket.on('error', reject);
    const call = request({ path: '/livez', signal, headers: { host }, createConnection: () => socket }, response => {
      response.resume();
      resolve();
      call.destroy();
    });
    call.on('error', reject);
    call.end();
  });
}
