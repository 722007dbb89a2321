import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { PrivateEksError } from '../../errors.ts';
import type { ConnectTarget } from './connectRequest.ts';

/** A TCP connection to a host, or through the user's own proxy where `proxy` is its URL. Rejects when `signal` aborts. */
export async function dialOut(
  { host, port }: ConnectTarget,
  proxy: string | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  if (proxy === undefined)
    return opened(connectTcp({ host, port, allowHalfOpen: true, noDelay: true }), 'connect', host, signal);
  const url = URL.parse(proxy);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new PrivateEksError('proxy-unsupported', `The proxy for ${host} is no http or https proxy.`);
  const { hostname } = url;
  const address = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
  };
  const socket =
    url.protocol === 'https:'
      ? await opened(connectTls({ ...address, servername: address.host }), 'secureConnect', `proxy ${hostname}`, signal)
      : await opened(
          connectTcp({ ...address, allowHalfOpen: true, noDelay: true }),
          'connect',
          `proxy ${hostname}`,
          signal,
        );
  try {
    const status = await askUpstream(socket, host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`, url, signal);
    if (status >= 200 && status < 300) return socket;
    throw new PrivateEksError('proxy-refused', `proxy ${hostname} answered ${status || 'what is no HTTP'}`);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function opened<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  what: string,
  signal: AbortSignal,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const abort = () => socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    socket.once('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', abort);
      const said = error.code ? `${what} cannot be reached (${error.code})` : `${what} cannot be reached`;
      reject(signal.aborted ? error : new PrivateEksError('host-unreachable', said, { cause: error, retryable: true }));
    });
    socket.once(event, () => {
      signal.removeEventListener('abort', abort);
      resolve(socket);
    });
  });
}

const longestAnswer = 16 * 1024;

/** Sends CONNECT and reads the answer's head; what comes after it is left in the socket. Gives 0 for an answer that is none. */
function askUpstream(
  socket: Socket,
  authority: string,
  { username, password }: URL,
  signal: AbortSignal,
): Promise<number> {
  const authorization =
    username === '' && password === ''
      ? ''
      : `Proxy-Authorization: Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}\r\n`;
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    const finish = (end: () => void) => {
      socket.off('readable', read).off('end', gone).off('close', gone).off('error', reject);
      signal.removeEventListener('abort', abort);
      end();
    };
    const abort = () => finish(() => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted')));
    const gone = () => finish(() => resolve(0));
    const read = () => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
        answer = Buffer.concat([answer, chunk]);
        const end = answer.indexOf('\r\n\r\n');
        if (end >= 0) {
          const rest = answer.subarray(end + 4);
          if (rest.length > 0) socket.unshift(rest);
          const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r)/.exec(answer.toString('latin1'))?.[1] ?? 0);
          return finish(() => resolve(status));
        }
        if (answer.length > longestAnswer) return gone();
      }
    };
    socket.on('readable', read).on('end', gone).on('close', gone).on('error', reject);
    signal.addEventListener('abort', abort, { once: true });
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`);
  });
}
