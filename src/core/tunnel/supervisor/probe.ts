import { request } from 'node:https';
import { PrivateEksError } from '../../errors.ts';

export interface ProbeTarget {
  readonly port: number;
  /** The API endpoint's real host name: it is asked for, and its certificate must carry it. */
  readonly host: string;
  /** PEM of the cluster's certificate authority. */
  readonly ca: string;
}

/**
 * Asks the API server for /livez through the tunnel and gives the round trip in ms. Any HTTP status is proof of life: 401 and 403
 * come from the API server too. @throws PrivateEksError `probe-failed` (retryable)
 */
export function probe(target: ProbeTarget, timeoutMs: number, signal: AbortSignal): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: Error) =>
      reject(
        new PrivateEksError('probe-failed', `The API server does not answer through the tunnel: ${reason}.`, {
          cause,
          retryable: true,
        }),
      );
    const call = request(
      {
        host: '127.0.0.1',
        port: target.port,
        path: '/livez',
        servername: target.host,
        ca: target.ca,
        agent: false,
        signal,
        headers: { host: target.host },
      },
      response => {
        response.resume();
        resolve(Math.round(performance.now() - started));
        call.destroy();
      },
    );
    call.setTimeout(timeoutMs, () => {
      fail(`no answer within ${timeoutMs / 1000} s`);
      call.destroy();
    });
    call.on('error', error => fail(error.message, error));
    call.end();
  });
}
