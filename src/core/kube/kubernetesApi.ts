import { request } from 'node:https';
import { PrivateEksError } from '../errors.ts';

export interface KubernetesCall {
  readonly method: 'GET' | 'POST';
  /** `/api/v1/nodes` */
  readonly path: string;
  readonly body?: object;
}

export interface KubernetesAnswer {
  readonly status: number;
  /** JSON as it came; undefined where it was none. */
  readonly body: unknown;
}

/** @throws PrivateEksError `kubernetes-unreachable` (retryable); an answer that refuses is an answer */
export type KubernetesApi = (call: KubernetesCall, signal: AbortSignal) => Promise<KubernetesAnswer>;

export interface KubernetesPlace {
  /** Of the tunnel's listener, on 127.0.0.1. */
  readonly port: number;
  /** The API endpoint's real host name, which its certificate carries. */
  readonly host: string;
  /** PEM of the cluster's certificate authority. */
  readonly ca: string;
  /** A bearer token for one call: they live for minutes. */
  readonly token: () => Promise<string>;
}

const timeoutMs = 20_000;
/** Nothing that is asked for here is longer. */
const longestAnswer = 16 * 2 ** 20;

/** The Kubernetes API behind a tunnel, as far as the product itself asks it. */
export function kubernetesApi({ port, host, ca, token }: KubernetesPlace): KubernetesApi {
  return async ({ method, path, body }, signal) => {
    const authorization = `Bearer ${await token()}`;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      host,
      authorization,
      accept: 'application/json',
      'user-agent': 'private-eks',
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text).toString() }),
    };
    const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const { promise, resolve, reject } = Promise.withResolvers<KubernetesAnswer>();
    const options = { host: '127.0.0.1', port, servername: host, ca, method, path, headers, signal: within };
    const call = request({ ...options, agent: false }, response => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        parts.push(part);
        size += part.length;
        if (size > longestAnswer) response.destroy(new Error('its answer is too long'));
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(parts)) }));
    });
    call.on('error', reject);
    call.end(text);
    try {
      return await promise;
    } catch (error) {
      signal.throwIfAborted();
      const cause = error instanceof Error ? error : new Error(String(error));
      const why = within.aborted ? `no answer within ${timeoutMs / 1000} s` : cause.message;
      throw new PrivateEksError('kubernetes-unreachable', `The Kubernetes API does not answer: ${why}.`, {
        cause,
        retryable: true,
      });
    }
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** What an answer that refuses says, as an error of ours. `what`: "to make namespace apps". */
export function refusal(what: string, { status, body }: KubernetesAnswer): PrivateEksError {
  const { message } = (body ?? {}) as { message?: unknown };
  const why = typeof message === 'string' && message !== '' ? message : `status ${status}`;
  const denied = status === 401 || status === 403;
  return new PrivateEksError(
    denied ? 'kubernetes-denied' : 'kubernetes-refused',
    `The Kubernetes API refuses ${what}: ${why}`,
    { retryable: status === 429 || status >= 500 },
  );
}
